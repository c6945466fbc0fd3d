"""A fund in every region, so that no appeal ever lacks an addressee. No phone or address is invented."""

from datetime import datetime, time

from insurers.models import Branch, BranchKind, Region, WorkingHours, WorkingSchedule
from insurers.services import working_time

OFFICE_DAYS = range(5)
OPENS, CLOSES = time(9), time(18)


def load_funds(*, now: datetime) -> int:
    """Add a fund to regions that have none; its real name and hours are for administrators to enter."""
    with_fund = Branch.objects.funds().values("region_id")
    missing = list(Region.objects.exclude(pk__in=with_fund).order_by("code"))
    schedules = {zone: _schedule(zone, now) for zone in sorted({region.time_zone for region in missing})}
    for region in missing:
        Branch.objects.create(
            kind=BranchKind.FUND,
            region=region,
            title=f"Территориальный фонд ОМС — {region.name}",
            schedule=schedules[region.time_zone],
        )
    return len(missing)


def _schedule(zone: str, now: datetime) -> WorkingSchedule:
    """Ordinary office hours, one schedule for all funds of a time zone."""
    schedule, new = WorkingSchedule.objects.get_or_create(
        code="office-" + zone.replace("/", "-").lower(),
        defaults={"title": f"Рабочие дни 09:00–18:00, {zone}", "time_zone": zone},
    )
    if new:
        WorkingHours.objects.bulk_create(
            WorkingHours(schedule=schedule, weekday=weekday, starts=OPENS, ends=CLOSES)
            for weekday in OFFICE_DAYS
        )
        working_time.rebuild(schedule, now)
    return schedule
