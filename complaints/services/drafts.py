"""The unsent form of a patient without an account: typed texts, the recognised insurer, sending it once.

Whoever holds the random token of the cookie holds the draft; the database keeps the token's digest only.
"""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from complaints.models import Attachment, Complaint, Draft
from complaints.querysets import AttachmentQuerySet
from complaints.services import attachments, becoming, closing
from complaints.services.filing import Filed, Filing, file_complaint
from insurers.policy_numbers import PolicyNumber
from insurers.services import policies
from omsportal.platform import digests, ready_sql
from omsportal.platform.ready_sql import MOMENT

#: On the person's own device a draft waits a week; elsewhere it dies with the browser, or in a day.
OWN_DEVICE, SHARED_DEVICE = timedelta(days=7), timedelta(days=1)
#: When an address begins more of them than people do, its further ones are kept so long: nobody is refused.
BRIEF = timedelta(hours=2)
#: Signs that one draft keeps, over all its pages: more than people type, too few to fill a disk with.
MOST_SIGNS, MOST_SIGNS_OF_BRIEF = 60_000, 20_000
_LONGEST_NAME = 60
#: How long number and code may be read again in the browser that sent the form.
RECEIPT = timedelta(hours=1)
_NONCE_BYTES = 12

#: Both by their keys: the draft's own, and the index of files by their draft.
_CLOSE = """
WITH files AS (
    UPDATE complaints_attachment SET complaint_id = %(complaint_id)s, draft_id = NULL
    WHERE draft_id = %(draft_id)s AND removed_at IS NULL
)
UPDATE complaints_draft SET complaint_id = %(complaint_id)s, sealed = %(nothing)s,
    sealed_receipt = %(receipt)s, updated_at = %(now)s, expires_at = %(expires_at)s
WHERE id = %(draft_id)s RETURNING id"""
_CLOSE_TYPES = {
    "draft_id": "bigint", "complaint_id": "bigint", "nothing": "bytea", "receipt": "bytea",
    "now": "timestamptz", "expires_at": "timestamptz",
}  # fmt: skip

Typed = Mapping[str, list[str]]
#: Stands for the digest of a token.
_TOKEN = b"the token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the registry of policies is asked, and from which network address."""

    number: PolicyNumber | None
    surname: str
    birth_on: date | None
    address: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the applicant keeps."""

    complaint: Complaint
    number: str
    access_code: str


class NothingToSend(Exception):
    """The draft is gone or has expired."""


def begin(*, is_brief: bool = False, token: str = "", now: datetime) -> tuple[Draft, str]:
    """A new draft, and the token for the browser's cookie."""
    token = token or secrets.token_urlsafe(32)
    draft = Draft.objects.create(
        token_digest=_digest(token),
        sealed={"brief": True} if is_brief else {},
        created_at=now,
        updated_at=now,
        expires_at=now + (BRIEF if is_brief else SHARED_DEVICE),
    )
    return draft, token


def current(*, token: str, now: datetime) -> Draft | None:
    """The living, unsent draft of this token."""
    if not token:
        return None
    found: list[Draft] = ready_sql.objects(
        "draft", {_TOKEN: _digest(token), MOMENT: now},
        lambda: Draft.objects.alive(now=MOMENT).unsent().by_digest(_TOKEN),
    )  # fmt: skip
    return found[0] if found else None


def current_now(*, token: str) -> tuple[Draft, datetime] | None:
    """The same with the database's clock, in one statement: what a page of filing asks first."""
    if not token:
        return None
    found: list[Any] = ready_sql.objects(
        "draft and clock", {_TOKEN: _digest(token)},
        lambda: Draft.objects.alive_now().unsent().by_digest(_TOKEN),
    )  # fmt: skip
    return (found[0], found[0].asked_at) if found else None


@transaction.atomic
def keep(
    *, draft: Draft, step: str, typed: Typed, passed: bool, own_device: bool | None = None, now: datetime
) -> Draft:
    """Keep what was typed on one page, right or wrong; `passed` tells that the page's own checks were passed.

    Two tabs do not undo each other: the row is locked and only this page's answers change. `own_device` says
    how long the draft lives. Raises NothingToSend when it was sent or thrown away meanwhile.
    """
    row = _locked(draft)
    content = dict(row.sealed)
    known = {name: page for name, page in content.get("typed", {}).items() if name != step}
    content["typed"] = {**known, step: _bounded(typed, _room(content, known))}
    others = [each for each in content.get("passed", []) if each != step]
    content["passed"] = [*others, step] if passed else others
    if own_device is not None:
        row.own_device = own_device
    return _save(row, content, now)


@transaction.atomic
def keep_unfinished(*, draft: Draft, step: str, typed: Typed, now: datetime) -> None:
    """Keep half-typed texts of a page that was not finished yet. A finished page is left alone: this may be
    a late echo of what was typed before the button was pressed."""
    row = _locked(draft)
    if step not in row.sealed.get("passed", []):
        keep(draft=row, step=step, typed=typed, passed=False, now=now)


def keep_policy(*, draft: Draft, step: str, typed: Typed, policy: Asked, now: datetime) -> Draft:
    """Keep the page with the policy and ask who insures the patient; a choice made by hand is dropped.

    Raises limiter.LimitReached; then the page is kept, no insurer is known, and the form asks for it.
    """
    row = keep(draft=draft, step=step, typed=typed, passed=True, now=now)
    row = _remember_insurer(row, None, now)
    if policy.number is None or policy.birth_on is None:
        return row
    found = policies.recognise(
        number=policy.number,
        surname=policy.surname,
        birth_on=policy.birth_on,
        address_key=policy.address,
        now=now,
    )
    return _remember_insurer(row, found, now)


def keep_files(
    *, draft: Draft, step: str, uploads: Sequence["UploadedFile[Any]"], now: datetime
) -> attachments.Added:
    """Add files to the draft; the page counts as answered when none was refused. Raises NothingToSend."""
    try:
        added = attachments.add_to_draft(draft=draft, uploads=uploads, now=now)
    except attachments.DraftGone:
        raise NothingToSend from None
    keep(draft=draft, step=step, typed={}, passed=not added.refused, now=now)
    return added


@transaction.atomic
def send(*, token: str, filing: Filing, now: datetime) -> Complaint:
    """File the draft's appeal. However often and however simultaneously it is called, one case is made.

    Locks the draft. Raises NothingToSend, and what filing.file_complaint raises.
    """
    found: list[Draft] = ready_sql.objects(
        "draft to send", {_TOKEN: _digest(token), MOMENT: now},
        lambda: Draft.objects.alive(now=MOMENT).for_sending(_TOKEN),
    )  # fmt: skip
    if not found:
        raise NothingToSend
    row = found[0]
    if row.complaint is not None:
        return row.complaint
    filed = file_complaint(filing=filing, now=now)
    chat_id = chat_of(row)
    if chat_id is not None:
        becoming.close_chat(chat_id=chat_id, appeal=filed.complaint, now=now)
    _close(row, filed, token, now)
    return filed.complaint


@transaction.atomic
def reopen(*, complaint: Complaint, text: str, now: datetime) -> str:
    """It did not help: a new linked appeal. Returns the token for the cookie that shows its number and code.

    Raises RuleBroken, SomebodyWasFirst.
    """
    filed = closing.reopen(complaint=complaint, text=text, now=now)
    draft, token = begin(now=now)
    _close(draft, filed, token, now)
    return token


@transaction.atomic
def hand_out(*, filed: Filed, token: str, now: datetime) -> None:
    """Number and code of a case that came without a draft, to be read with this token for an hour.

    Raises IntegrityError (token_digest) while the token already opens another one's.
    """
    Draft.objects.sent().expired(now=now).filter(token_digest=_digest(token)).delete()
    draft, _token = begin(token=token, now=now)
    _close(draft, filed, token, now)


def receipt(*, token: str, now: datetime) -> Receipt | None:
    """Number and code of what this browser has sent, for an hour; None later and elsewhere."""
    row = Draft.objects.alive(now=now).sent().by_digest(_digest(token)).first() if token else None
    if row is None or row.sealed_receipt is None:
        return None
    try:
        content = _opened(bytes(row.sealed_receipt), token, row)
    except InvalidTag:
        return None
    return Receipt(row.complaint, content["number"], content["access_code"])


def sent_with(*, token: str, now: datetime) -> Complaint | None:
    """The case that was registered under this token within the hour."""
    row = Draft.objects.alive(now=now).sent().by_digest(_digest(token)).first() if token else None
    return row.complaint if row is not None else None


@transaction.atomic
def remember_chat(*, draft: Draft, chat_id: int, now: datetime) -> Draft:
    """The appeal is made of this chat, which ends when it is sent. Raises NothingToSend."""
    row = _locked(draft)
    return _save(row, {**row.sealed, "chat_id": chat_id}, now)


def chat_of(draft: Draft) -> int | None:
    """Of which chat the appeal is made; None: of none."""
    chat_id: int | None = draft.sealed.get("chat_id")
    return chat_id


def files_of(draft: Draft) -> AttachmentQuerySet:
    files: AttachmentQuerySet = Attachment.objects.filter(draft=draft).kept().order_by("id")
    return files


@transaction.atomic
def discard(*, draft: Draft) -> None:
    """Throw away what was typed, with its files."""
    attachments.forget(files_of(draft))
    Draft.objects.unsent().filter(pk=draft.pk).delete()


def forget_receipt(*, token: str, now: datetime) -> bool:
    """The token opens nothing any more. False: it opens nothing that was sent; an unsent form stays."""
    sent = Draft.objects.alive(now=now).sent().filter(token_digest=_digest(token)) if token else None
    nobodys = secrets.token_bytes(32)
    return sent is not None and bool(sent.update(sealed_receipt=None, token_digest=nobodys))


def purge(*, now: datetime, limit: int = 1000) -> int:
    """Throw away drafts whose time is over, a bounded number at once; returns how many."""
    expired = list(Draft.objects.expired(now=now).order_by("expires_at")[:limit])
    with_files = set(Attachment.objects.filter(draft__in=expired).values_list("draft_id", flat=True))
    for draft in expired:
        if draft.pk in with_files:
            with transaction.atomic():
                attachments.forget(files_of(draft))
                draft.delete()
    # Somebody may begin thousands of empty ones: those go in one statement.
    Draft.objects.filter(pk__in=[draft.pk for draft in expired if draft.pk not in with_files]).delete()
    return len(expired)


@transaction.atomic
def _remember_insurer(draft: Draft, found: policies.Recognition | None, now: datetime) -> Draft:
    row = _locked(draft)
    content = dict(row.sealed)
    is_known = found is not None and found.branch is not None
    if is_known or chat_of(row) is None:  # what was chosen in a chat holds until the policy tells better
        content["typed"] = {step: texts for step, texts in content["typed"].items() if step != "insurer"}
        content["passed"] = [step for step in content["passed"] if step != "insurer"]
    content["branch_id"] = found.branch.pk if found and found.branch else None
    content["policy_id"] = found.policy_id if found else None
    return _save(row, content, now)


def _room(content: Mapping[str, Any], known: Mapping[str, Typed]) -> int:
    """How many signs one more page may have."""
    most = MOST_SIGNS_OF_BRIEF if content.get("brief") else MOST_SIGNS
    return most - sum(len(text) + 1 for page in known.values() for texts in page.values() for text in texts)


def _bounded(typed: Typed, room: int) -> dict[str, list[str]]:
    """What exceeds the room is cut off."""
    kept: dict[str, list[str]] = {}
    for name, texts in typed.items():
        if room > 0 and len(name) <= _LONGEST_NAME:
            kept[name] = []
            for text in texts:
                kept[name].append(text[: max(room, 0)])
                room -= len(text) + 1
    return kept


def _locked(draft: Draft) -> Draft:
    row: Draft | None = Draft.objects.unsent().select_for_update().filter(pk=draft.pk).first()
    if row is None:
        raise NothingToSend
    return row


def _save(row: Draft, content: Mapping[str, Any], now: datetime) -> Draft:
    row.sealed = dict(content)
    row.updated_at = now
    row.expires_at = now + (
        BRIEF if content.get("brief") else OWN_DEVICE if row.own_device else SHARED_DEVICE
    )
    row.save(update_fields=["sealed", "own_device", "updated_at", "expires_at"])
    return row


def _close(row: Draft, filed: Filed, token: str, now: datetime) -> None:
    """Nothing typed stays in the draft: the case has it now. Only the sealed receipt lives on for an hour.

    A statement of its own after the lock: it sees the files of an upload that held the lock before.
    """
    content = {"number": filed.number, "access_code": filed.access_code}
    typed: Any = Draft._meta.get_field("sealed")
    ready_sql.rows_of(
        _CLOSE, _CLOSE_TYPES, draft_id=row.pk, complaint_id=filed.complaint.pk,
        nothing=typed.seal_for(row.reference, {}), receipt=_sealed(content, token, row), now=now,
        expires_at=now + RECEIPT,
    )  # fmt: skip


def _cipher(token: str) -> AESGCM:
    salt = digests.derived_key("draft receipt")
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"receipt").derive(token.encode()))


def _sealed(content: Mapping[str, str], token: str, row: Draft) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(token).encrypt(nonce, json.dumps(content).encode(), row.reference.bytes)


def _opened(blob: bytes, token: str, row: Draft) -> dict[str, str]:
    plain = _cipher(token).decrypt(blob[:_NONCE_BYTES], blob[_NONCE_BYTES:], row.reference.bytes)
    content: dict[str, str] = json.loads(plain)
    return content


def _digest(token: str) -> bytes:
    return digests.blind(token, "draft token")
