"""Lists that other systems read: themes, regions, insurers, phones."""

from datetime import datetime

from complaints.models import Category, Complaint, NoAnswerGround
from complaints.querysets import CategoryQuerySet
from insurers.models import Branch, Insurer, Region
from insurers.querysets import InsurerQuerySet, RegionQuerySet
from insurers.reports import NumberToCall, directory, numbers_to_call, today_in


def categories(*, now: datetime) -> CategoryQuerySet:
    """In the order in which patients see them."""
    valid: CategoryQuerySet = Category.objects.valid_on(today_in(None, now))
    return valid


def regions() -> RegionQuerySet:
    return Region.objects.alphabetical()


def insurers(*, region: Region | None, now: datetime) -> InsurerQuerySet:
    """Those that work now, in one region if it is given."""
    today = today_in(region, now)
    valid = Insurer.objects.valid_on(today).alphabetical()
    if region is None:
        return valid
    return valid.filter(branches__in=Branch.objects.in_region(region).valid_on(today)).distinct()


def body_in(region: Region, *, insurer: Insurer | None) -> Branch | None:
    """The insurer's branch in a region; without an insurer the region's fund."""
    if insurer is None:
        return Branch.objects.fund_of_region(region)
    return Branch.objects.by_codes(insurer.code, region.code)


def ground_on(code: str, complaint: Complaint, now: datetime) -> NoAnswerGround | None:
    """The ground of article 11 as it is in force today where the branch is."""
    day = now.astimezone(complaint.branch.zone).date()
    found: NoAnswerGround | None = NoAnswerGround.objects.valid_on(day).filter(code=code).first()
    return found


def hotlines(*, region: Region, insurer: Insurer | None, now: datetime) -> list[NumberToCall]:
    """One insurer's numbers, the fund's if it has none there; or everybody's in the region, the fund last."""
    if insurer is not None:
        return numbers_to_call(region=region, insurer=insurer, now=now)
    found = directory(region=region, now=now)
    entries = [*found.insurers, *([found.fund] if found.fund else [])]
    return sorted((number for entry in entries for number in entry.numbers), key=_silent)


def _silent(number: NumberToCall) -> int:
    return {True: 0, None: 1, False: 2}[number.answers_now]
