"""Who is calling: the person in the register of policies, and their appeals that the desk may open.

What is found is written down as read before it is shown. Every look-up goes by an index: card_phone,
card_policy, card_surname_birth; policy_number_once, policy_snils, policy_surname_birth.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from complaints.models import Card, Complaint
from insurers.models import Branch, Policy
from insurers.names import folded_name
from insurers.policy_numbers import PolicyNumber
from insurers.services import policies
from omsportal.platform import digests, read_log
from omsportal.platform.folding import folded
from omsportal.platform.kinds import Reader, Reading
from representatives.profiles import Profile
from representatives.roles import Tier

#: The newest appeals on the screen: an operator with the phone at the ear reads no more.
MOST = 5
#: Cards of one phone or one namesake that are looked at: a ward's phone may have thousands.
_MOST_CARDS = 200
POLICY = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is known of the caller; each part may be missing. `phone` as +79…, `snils` as 11 digits."""

    phone: str = ""
    policy: PolicyNumber | None = None
    surname: str = ""
    birth_on: date | None = None
    snils: str = ""

    @property
    def knows_person(self) -> bool:
        return bool(self.surname and self.birth_on)

    def __bool__(self) -> bool:
        return bool(self.phone or self.policy or self.knows_person or self.snils)


@dataclass(frozen=True, slots=True)
class Insured:
    """A line of the register. The phone and address in it prove who calls, so they are not shown."""

    policy_id: int
    branch: Branch
    holder: Mapping[str, Any]
    ended_on: date | None

    @property
    def name(self) -> str:
        parts = (self.holder.get(part) for part in ("surname", "first_name", "patronymic"))
        return " ".join(part for part in parts if part)

    @property
    def birth_on(self) -> date:
        return date.fromisoformat(self.holder["birth_on"])


@dataclass(frozen=True, slots=True)
class Found:
    """`several`: more than one person fits, so nobody is shown. `has_more`: further appeals exist."""

    asked: bool = False
    insured: Insured | None = None
    several: bool = False
    cases: list[Complaint] = field(default_factory=list)
    has_more: bool = False


def look_up(asked: Asked, profile: Profile, *, now: datetime) -> Found:
    """What the desk may know of this caller. Four queries, and what is shown is logged by two more."""
    if not asked:
        return Found()
    people = _insured(asked, profile)
    person = people[0] if len(people) == 1 else None
    cases = _cases(asked, person, profile)
    shown = cases[:MOST]
    _write_down(profile, person, shown, now)
    return Found(True, person, len(people) > 1, shown, len(cases) > MOST)


def insured(asked: Asked, profile: Profile, *, now: datetime) -> Insured | None:
    """The person whose data go into the card, if just one fits: read in full, and logged so."""
    people = _insured(asked, profile)
    if len(people) != 1:
        return None
    _log(profile, POLICY, [people[0].policy_id], Reading.UNMASK, now)
    return people[0]


def _insured(asked: Asked, profile: Profile) -> list[Insured]:
    """By number, else by СНИЛС, else by surname and birthday; never by a phone, which is nobody's alone."""
    insurers, regions = _reach(profile)
    rows = Policy.objects.with_branches().within(insurers=insurers, regions=regions)
    if asked.policy is not None:
        rows = rows.filter(number_blind=policies.number_blind(asked.policy), kind=asked.policy.kind.value)
    elif asked.snils:
        rows = rows.by_snils(policies.snils_blind(asked.snils))
    elif asked.birth_on is not None and asked.surname:
        rows = rows.of_person(folded_name(asked.surname), policies.birth_blind(asked.birth_on))
    else:
        return []
    # One person may have had a certificate before the policy: the newest row counts.
    found = [Insured(row.pk, row.branch, row.holder, row.valid_to) for row in rows.order_by("-pk")[:MOST]]
    return found[:1] if len({(each.name, each.birth_on) for each in found}) == 1 else found


def _reach(profile: Profile) -> tuple[list[int], list[int]]:
    """Whose registers this desk reads: its insurer's in the whole country; a fund's in its region."""
    own = Branch.objects.filter(pk__in=profile.branch_ids).values_list("insurer_id", "region_id")
    if profile.tier == Tier.FUND:
        return [], [region for _insurer, region in own]
    return [insurer for insurer, _region in own if insurer], []


def _cases(asked: Asked, person: Insured | None, profile: Profile) -> list[Complaint]:
    """The newest first; only what this person may open."""
    same = [
        Card.objects.filter(condition).order_by("-pk").values_list("pk", flat=True)[:_MOST_CARDS]
        for condition in _conditions(asked, person)
    ]
    if not same:
        return []
    # The few keys first: asked for as alternatives of one statement they made it read all appeals.
    keys = list(same[0].union(*same[1:]))
    visible = Complaint.objects.visible_to(profile).with_places().filter(pk__in=keys)
    return list(visible.order_by("-pk")[: MOST + 1])


def _conditions(asked: Asked, person: Insured | None) -> Iterator[Q]:
    if asked.phone:
        yield Q(phone_blind=digests.blind(asked.phone, "phone"))
    number = asked.policy.value if asked.policy else person.holder["number"] if person else ""
    if number:
        yield Q(policy_blind=digests.blind(number, "policy number"))
    surname, born = asked.surname, asked.birth_on
    if person is not None:
        surname, born = person.holder["surname"], person.birth_on
    if surname and born:
        birth_blind = digests.blind(born.isoformat(), "birth date")
        yield Q(patient_surname_key=folded(surname)[:80], birth_blind=birth_blind)


def _write_down(profile: Profile, person: Insured | None, cases: list[Complaint], now: datetime) -> None:
    if person is not None:
        _log(profile, POLICY, [person.policy_id], Reading.CARD, now)
    if cases:
        _log(profile, "complaint", [case.pk for case in cases], Reading.CARD, now)


def _log(profile: Profile, kind: str, ids: list[int], what: Reading, now: datetime) -> None:
    read_log.record_many(
        reader_kind=Reader.USER, reader_id=profile.user_id, subject_kind=kind, subject_ids=ids, what=what,
        now=now,
    )  # fmt: skip
