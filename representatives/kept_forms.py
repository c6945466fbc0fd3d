"""What staff typed while their session ended: kept sealed for its person, sent once more after the sign-in.

Only a request of somebody who was signed in is kept: a stranger fills no table.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse

from omsportal.platform import digests
from omsportal.platform.typed import typed_in
from representatives.models import KeptForm

#: A long week-end is no reason to lose an answer, and no draft is kept for ever.
LIFETIME = timedelta(days=3)
#: Of one person; the oldest goes.
MOST = 10
#: The hidden field by which a form that is sent once more names what was kept of it.
FIELD = "kept_form"
#: Pages whose forms are kept; the sign-in's own are not.
PLACES = ("/staff/", "/admin/")
#: What the page adds by itself, or one press of a button makes again.
_NOT_TYPED = {"seen", "token", "next", "presence", FIELD}
#: Names and values in the order of the form.
Fields = list[tuple[str, str]]
#: Whatever is longer is a text, and so is what has several words.
_LONG = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A kept form as its page shows it: texts to read and mend, the rest as it was sent."""

    reference: uuid.UUID
    address: str
    back: str
    texts: list[tuple[str, str]]
    others: list[tuple[str, str]]
    had_files: bool


def keep(request: HttpRequest, *, user_id: int, now: datetime) -> str | None:
    """Keep what this POST brought; the address where its person finds it, None if nothing was typed."""
    found = typed_in(request)
    fields = [(name, value) for name, value in found.fields if name != FIELD]
    if not any(value.strip() for name, value in fields if name not in _NOT_TYPED):
        return None
    kept = KeptForm.objects.create(
        user_id=user_id,
        sealed={
            "address": request.get_full_path(), "back": _page_of(request), "fields": fields,
            "had_files": found.had_files,
        },
        kept_at=now,
        expires_at=now + LIFETIME,
    )  # fmt: skip
    KeptForm.objects.beyond(user_id=user_id, most=MOST).delete()
    return reverse("kept_form", args=[kept.reference])


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A form that is kept while it is filled in; its person left the page without sending it."""

    reference: uuid.UUID
    kept_at: datetime
    fields: Fields


def keep_open(*, key: str, user_id: int, address: str, fields: Fields, now: datetime) -> None:
    """Keep what is typed so far in the form of this key, in place of what was kept of it before."""
    sealed = {"address": address, "back": address, "fields": fields, "had_files": False}
    KeptForm.objects.update_or_create(
        reference=reference_of(key, user_id), user_id=user_id,
        defaults={"sealed": sealed, "kept_at": now, "expires_at": now + LIFETIME},
    )  # fmt: skip
    KeptForm.objects.beyond(user_id=user_id, most=MOST).delete()


def reference_of(key: str, user_id: int) -> uuid.UUID:
    """Of a form that has a key of its own: the same for every word that is typed into it."""
    return uuid.UUID(bytes=digests.blind(f"{key}:{user_id}", "kept form")[:16])


def unfinished(*, address: str, user_id: int, now: datetime) -> list[Unfinished]:
    """This person's forms for this address, the newest first. A person has MOST of all kinds."""
    rows = KeptForm.objects.waiting(user_id=user_id, now=now).order_by("-kept_at", "-pk")
    found = [(row, row.sealed) for row in rows[:MOST]]
    return [
        Unfinished(row.reference, row.kept_at, [(name, value) for name, value in told["fields"]])
        for row, told in found
        if told["address"] == address
    ]


def find(*, reference: uuid.UUID, user_id: int, now: datetime) -> Found | None:
    """A form that this very person typed and that still waits."""
    kept = KeptForm.objects.waiting(user_id=user_id, now=now).filter(reference=reference).first()
    if kept is None:
        return None
    told = kept.sealed
    fields = [(name, value) for name, value in told["fields"]]
    return Found(
        reference=kept.reference,
        address=told["address"],
        back=told["back"],
        texts=[pair for pair in fields if _is_text(*pair)],
        others=[pair for pair in fields if not _is_text(*pair)],
        had_files=told["had_files"],
    )


def forget(*, reference: str, user_id: int) -> bool:
    """It was sent, or its person threw it away. What is no reference of theirs changes nothing."""
    try:
        wanted = uuid.UUID(reference)
    except ValueError:
        return False
    return bool(KeptForm.objects.filter(user_id=user_id, reference=wanted).delete()[0])


def purge(now: datetime) -> int:
    """Delete what waited for too long; returns how many."""
    return int(KeptForm.objects.filter(expires_at__lte=now).delete()[0])


def _is_text(name: str, value: str) -> bool:
    return name == "text" or len(value) > _LONG or len(value.split()) > 1


def _page_of(request: HttpRequest) -> str:
    """The page on which the form stood, if it was one of ours; else the workplace."""
    said = urlsplit(request.headers.get("Referer", ""))
    is_ours = said.netloc == request.get_host() and said.path.startswith(PLACES)
    return said.path if is_ours else reverse("staff:queue")
