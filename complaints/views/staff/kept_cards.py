"""Registration cards that were begun: kept while somebody types, found again after a closed tab."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.services import registering
from complaints.views.staff.desk import Desk, staff_view
from omsportal.platform.typed import typed_in
from representatives import kept_forms
from representatives.kept_forms import Fields, Unfinished

#: What a card has before anybody types.
_THERE_ALREADY = {
    "key", "desk", "channel", "for_whom", "naming_consent", "outcome", "region", "region_of_care",
    "act", "look",
}  # fmt: skip
_NO_CONTENT = 204
_LAST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Begun:
    """A card as its own author knows it again."""

    reference: UUID
    kept_at: datetime
    whose: str


@staff_view("POST")
def intake_keep(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is typed into the card so far. Sent by the page while somebody types; the last word may come after
    the card itself, and is nothing to keep then."""
    if not registering.may_register(desk.profile):
        raise PermissionDenied(_("Appeals are registered by staff of a branch who may do so."))
    fields = typed_in(request).fields
    key = request.POST.get("key", "")
    has_words = any(value.strip() for name, value in fields if name not in _THERE_ALREADY)
    if key and has_words:
        keep = partial(
            kept_forms.keep_open, key=key, user_id=desk.user.pk, address=reverse("staff:intake"),
            fields=fields, now=desk.now,
        )  # fmt: skip
        registering.unless_registered(keep, key=key, by=desk.user, now=desk.now)
    return HttpResponse(status=_NO_CONTENT)


def begun(desk: Desk) -> list[Begun]:
    """Each card once, the newest first; those that were registered meanwhile are gone."""
    by_key = {dict(one.fields).get("key", ""): one for one in reversed(_kept(desk))}
    return [Begun(one.reference, one.kept_at, _whose(one.fields)) for one in reversed(by_key.values())]


def _kept(desk: Desk) -> list[Unfinished]:
    """Kept while it was typed, or when the session ended before it could be sent."""
    return kept_forms.unfinished(address=reverse("staff:intake"), user_id=desk.user.pk, now=desk.now)


def _whose(fields: Fields) -> str:
    """Enough to know it again: the surname, else the end of the phone."""
    told = dict(fields)
    surname, phone = told.get("surname") or told.get("applicant_surname") or "", told.get("phone", "").strip()
    return surname or (f"…{phone[-_LAST_DIGITS:]}" if phone else "")


def typed_before(request: HttpRequest, desk: Desk) -> QueryDict | None:
    """What was typed into the card that `?kept=` names; None: no such card of this person."""
    named = request.GET.get("kept", "")
    kept = _kept(desk) if named else []
    fields = next((one.fields for one in kept if str(one.reference) == named), None)
    if fields is None:
        return None
    typed = QueryDict(mutable=True)
    for name, value in fields:
        if name not in {"act", "look"}:
            typed.appendlist(name, value)
    return typed


def forget(key: str, desk: Desk) -> None:
    """It is registered."""
    for one in _kept(desk):
        if dict(one.fields).get("key") == key:
            kept_forms.forget(reference=str(one.reference), user_id=desk.user.pk)


__all__ = ["begun", "forget", "intake_keep", "typed_before"]
