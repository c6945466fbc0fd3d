"""Appeals about one event: those that are linked, and those that look as if they should be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from complaints.models import Card, Complaint, Link
from complaints.querysets import ComplaintQuerySet
from complaints.services.linking import EVENT_DAYS
from complaints.states import OPEN
from representatives.profiles import Profile

#: So many of one sign are looked at, the newest: a ward's phone stands in thousands of appeals.
MOST_OF_A_SIGN = 40
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Likely:
    """Another appeal with the signs that speak for one event, the strongest first."""

    case: Complaint
    signs: list[str | Promise]


@dataclass(frozen=True, slots=True)
class Linked:
    """The other end of a link that stands."""

    link: Link
    case: Complaint


def linked(complaint: Complaint, profile: Profile) -> list[Linked]:
    """One query by the unique index link_once and the index of `later`, one for the cards; without those that
    this person may not see."""
    links = Link.objects.of_one_event().touching([complaint.pk]).select_related("linked_by").order_by("pk")
    by_other = {_other(link, complaint): link for link in links}
    if not by_other:
        return []
    seen = Complaint.objects.visible_to(profile).with_places().filter(pk__in=by_other).order_by("pk")
    return [Linked(by_other[case.pk], case) for case in seen]


def link_of(complaint: Complaint, link_id: int) -> Link | None:
    """A standing link of this case."""
    found: Link | None = Link.objects.of_one_event().touching([complaint.pk]).filter(pk=link_id).first()
    return found


def likely(complaint: Complaint, profile: Profile, *, known: Iterable[int] = ()) -> list[Likely]:
    """What came within a month of it from the same person or phone and is not linked, the likeliest first.

    Two queries at most, by the indexes card_policy, card_phone and card_surname_birth; each sign brings its
    newest cases only. Nothing for an appeal that has ended.
    """
    if complaint.status not in OPEN:
        return []
    card = complaint.card
    ids = _with_signs(card) - {complaint.pk, *known}
    if not ids:
        return []
    day, span = complaint.registered_on, timedelta(days=EVENT_DAYS)
    near: ComplaintQuerySet = Complaint.objects.visible_to(profile).with_places().select_related("card")
    cases = near.filter(pk__in=ids, registered_on__range=(day - span, day + span)).order_by("-pk")
    found = [Likely(case, list(_signs(complaint, case))) for case in cases]
    return sorted(found, key=lambda each: -len(each.signs))[:MOST_SHOWN]


def _with_signs(card: Card) -> set[int]:
    """Ids of cases that share policy, phone, or name and birth date; one query."""
    conditions = [
        Q(policy_blind=card.policy_blind) if card.policy_blind is not None else None,
        Q(phone_blind=card.phone_blind) if card.phone_blind is not None else None,
        _same_person(card),
    ]
    parts: list[Any] = [
        Card.objects.filter(condition).order_by("-pk").values_list("pk", flat=True)[:MOST_OF_A_SIGN]
        for condition in conditions
        if condition is not None
    ]
    if not parts:
        return set()
    return set(parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0])


def _same_person(card: Card) -> Q | None:
    if not card.patient_surname_key or card.birth_blind is None:
        return None
    return Q(patient_surname_key=card.patient_surname_key, birth_blind=card.birth_blind)


def _signs(one: Complaint, other: Complaint) -> Iterable[str | Promise]:
    """What both have in common, without saying what it is."""
    mine, theirs = one.card, other.card
    if mine.policy_blind is not None and mine.policy_blind == theirs.policy_blind:
        yield _("the same policy")
    elif mine.birth_blind is not None and mine.birth_blind == theirs.birth_blind:
        yield _("the same name and birth date")
    if mine.phone_blind is not None and mine.phone_blind == theirs.phone_blind:
        yield _("the same phone")
    if one.medical_organisation_id and one.medical_organisation_id == other.medical_organisation_id:
        yield _("the same clinic")
    if one.category_id == other.category_id:
        yield _("the same theme")
    apart = abs((one.registered_on - other.registered_on).days)
    yield (
        ngettext("%(days)d day apart", "%(days)d days apart", apart) % {"days": apart}
        if apart
        else _("on the same day")
    )


def _other(link: Link, complaint: Complaint) -> int:
    return int(link.later_id if link.earlier_id == complaint.pk else link.earlier_id)
