"""The pages "what is happening?" and "I am in the clinic now"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from complaints.models import Category
from insurers.models import Branch, Insurer, Region
from insurers.models.hotlines import Purpose
from insurers.reports import NumberToCall, numbers_to_call
from representatives.models import DutyShift
from representatives.roles import Tier


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
    return list(Category.objects.valid_on(today))


def theme(slug: str, today: date) -> Category | None:
    found: Category | None = Category.objects.valid_on(today).by_slug(slug)
    return found


def on_duty(*, region: Region | None, insurer: Insurer | None, now: datetime) -> OnDuty:
    """The duty phone first, then the phones that answer at this moment."""
    branch = _branch(region, insurer)
    numbers = numbers_to_call(region=region, insurer=insurer, now=now)
    numbers.sort(key=lambda number: (not number.answers_now, number.hotline.purpose != Purpose.DUTY))
    shifts = DutyShift.objects.on_duty(now=now)
    tiers = (Tier.SPECIALISTS, Tier.EXPERTS, Tier.FUND)
    present = branch is not None and any(
        shift.tier in tiers for shift in shifts.filter(branch_id=branch.pk)[:10]
    )
    return OnDuty(branch, numbers, present)


def _branch(region: Region | None, insurer: Insurer | None) -> Branch | None:
    if region is None:
        return None
    own = Branch.objects.by_codes(insurer.code, region.code) if insurer else None
    return own or Branch.objects.fund_of_region(region)
