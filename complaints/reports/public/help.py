"""The pages "what is happening?" and "I am in the clinic now"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from complaints.kinds import Urgency
from complaints.models import Category, Incident
from complaints.reports.public.contacts import somebody_on_duty
from complaints.services.routing import arrival_tier
from insurers.models import Branch, Insurer, Region
from insurers.models.hotlines import Purpose
from insurers.reports import NumberToCall, numbers_to_call, today_in
from omsportal.platform import ready_sql
from omsportal.platform.ready_sql import DAY, ID, MOMENT
from representatives.roles import Tier

#: More at once nobody reads; a region rarely has two.
MOST_NEWS = 5


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Whom to call from the clinic, and whether the roster has somebody on duty at this moment."""

    branch: Branch | None
    numbers: Sequence[NumberToCall]
    somebody_is_on_duty: bool

    @property
    def answering(self) -> Sequence[NumberToCall]:
        return [number for number in self.numbers if number.answers_now]


def themes(today: date) -> list[Category]:
    """The themes in plain words, as patients choose them."""
    return ready_sql.objects("themes", {DAY: today}, lambda: Category.objects.valid_on(DAY))


def news(region: Region | None, now: datetime) -> list[Incident]:
    """What people of this region are told about incidents; of any, while theirs is not known. Newest first.

    Partial index incident_banner.
    """

    def written() -> QuerySet[Incident]:
        shown = Incident.objects.with_banner(MOMENT)
        return (shown.filter(region=ID) if region else shown)[:MOST_NEWS]

    real = {MOMENT: now, ID: region.pk} if region else {MOMENT: now}
    return ready_sql.objects(("news", region is not None), real, written)


def theme(slug: str, today: date) -> Category | None:
    found: Category | None = Category.objects.valid_on(today).by_slug(slug)
    return found


def on_duty(
    *, region: Region | None, insurer: Insurer | None, about: Category | None = None, now: datetime
) -> OnDuty:
    """The duty phone first, then the phones that answer at this moment; is there anybody whom the urgent lane
    would call about this theme?"""
    branch = _branch(region, insurer, now)
    numbers = numbers_to_call(region=region, insurer=insurer, now=now)
    numbers.sort(key=lambda number: (not number.answers_now, number.hotline.purpose != Purpose.DUTY))
    return OnDuty(branch, numbers, _is_called(branch, about, now))


def _is_called(branch: Branch | None, about: Category | None, now: datetime) -> bool:
    """From the roster of the body and tier in which an urgent appeal of this theme would arrive."""
    if branch is not None and about is not None and about.about_insurer:
        branch = Branch.objects.fund_of_region(branch.region)
    if branch is None:
        return False
    usual = Tier.FUND if branch.is_fund else Tier.SPECIALISTS
    tier = arrival_tier(branch=branch, category=about, urgency=Urgency.URGENT) if about else usual
    return somebody_on_duty(branch=branch, tier=tier, now=now)


def _branch(region: Region | None, insurer: Insurer | None, now: datetime) -> Branch | None:
    if region is None:
        return None
    living = Branch.objects.valid_on(today_in(region, now))
    own = living.by_codes(insurer.code, region.code) if insurer else None
    return own or Branch.objects.fund_of_region(region)
