"""The whole demo in one transaction: all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from django.conf import settings
from django.db import transaction

from complaints.demo import people, places, registry, staff, voices
from complaints.demo.cases import Season
from complaints.demo.casting import Cast
from complaints.demo.playing import Stage
from complaints.demo.samples import POLICIES as SAMPLES
from complaints.demo.texts import Phrases
from complaints.demo.working_line import line_of, remember_longer
from complaints.escalation import duty
from complaints.models import Category, Complaint, EscalationRule, RuleEdition
from complaints.reference.rows import lines
from complaints.reference.rules import rule
from complaints.services import rules
from insurers.models import Branch, Region
from representatives.models import User

POLICIES = 3_000
DEMO_RULES = "Демонстрация: минуты"
HOME, NEIGHBOUR = "76", "73"
#: Whose operator a newcomer is.
OWN = "sogaz-med"
_SEED = 76


class NotADemo(Exception):
    """Demo data never go into a database that is not for a demo; the message says what to do."""


class NotEmpty(Exception):
    """There are appeals or demo accounts already: nothing was changed."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows of each kind were made."""

    staff: int
    duty_shifts: int
    clinics: int
    policies: int
    complaints: int


@transaction.atomic
def load_demo(*, now: datetime) -> Loaded:
    """Fill an empty database after `load_reference`. Raises NotADemo and NotEmpty."""
    check_demo()
    if Complaint.objects.exists() or User.objects.filter(is_demo=True).exists():
        raise NotEmpty
    rng = Random(_SEED)  # noqa: S311  (invented people, no secret)
    branches = _branches()
    crew = staff.load_staff(branches=branches, now=now)
    shifts = staff.load_roster(staff=crew, branches=branches, now=now)
    clinics = _load_places(branches)
    crowd = people.population(rng, count=POLICIES, today=now.date())
    policies = registry.load_policies(crowd, branches=branches, today=now.date())
    cast = _cast(rng, clinics, branches, crowd)
    cases = _season(cast, crew, branches, now).play()
    voices.lend_a_voice(insurer=OWN, now=now)
    add_demo_rules(now=now)
    duty.call(now=now)
    return Loaded(len(crew.users), shifts, len(clinics), policies, cases)


def check_demo() -> None:
    """Raises NotADemo unless DEMO is on."""
    if not settings.DEMO:
        raise NotADemo(
            "Учебные данные загружаются только в учебный портал: запустите make run или задайте DEMO=1."
        )


def add_demo_rules(*, now: datetime) -> RuleEdition:
    """Minutes, round the clock, for appeals filed from now on; those that are there keep their limits."""
    edition = RuleEdition.objects.create(title=DEMO_RULES, filed_from=now)
    EscalationRule.objects.bulk_create(rule(edition, line) for line in lines("demo_rules.csv"))
    rules.expand(edition=edition)
    return edition


def _branches() -> dict[str, Branch]:
    """The region's branches by their insurer's code, and both funds as fund-76 and fund-73."""
    home = Branch.objects.filter(region__code=HOME).of_insurers().with_names()
    found = {branch.insurer.code: branch for branch in home if branch.insurer is not None}
    for code in (HOME, NEIGHBOUR):
        fund = Branch.objects.fund_of_region(Region.objects.get(code=code))
        assert fund is not None, "load_reference makes a fund for every region"
        found[f"fund-{code}"] = fund
    return found


def _load_places(branches: Mapping[str, Branch]) -> list[places.Clinic]:
    own = [branches[insurer] for insurer in people.SHARES]
    clinics = places.load_clinics(own[0].region)
    places.load_posts(own[0], clinics)
    places.load_offices(own)
    return clinics


def _cast(
    rng: Random, clinics: list[places.Clinic], branches: Mapping[str, Branch], crowd: list[people.Person]
) -> Cast:
    categories = {category.slug: category for category in Category.objects.all()}
    cast = Cast(rng, Phrases(rng), clinics, branches, categories, registry.policies_by_number())
    # The documented sample policies are for newcomers: nobody complains under them yet.
    cast.prepare(crowd[len(SAMPLES) :])
    return cast


def _season(cast: Cast, crew: staff.Staff, branches: Mapping[str, Branch], now: datetime) -> Season:
    schedules = {branch.schedule for branch in branches.values()}
    remember_longer(sorted(schedules, key=lambda schedule: schedule.pk), now)
    known = {schedule.pk: line_of(schedule, now) for schedule in schedules}
    own_lines = {branch.pk: known[branch.schedule_id] for branch in branches.values()}
    funds = [branches[f"fund-{HOME}"], branches[f"fund-{NEIGHBOUR}"]]
    stage = Stage(crew, cast.phrases, cast.rng, now, funds[0])
    return Season(stage, cast, own_lines, funds)
