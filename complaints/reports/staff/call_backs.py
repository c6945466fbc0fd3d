"""Calls that people wait for: who, until when, how often it was tried, and whether they want it now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max

from complaints.call_windows import Window
from complaints.models import CallAttempt, Category, Complaint, VoiceMessage
from complaints.querysets import CategoryQuerySet, ComplaintQuerySet, CountUpTo
from complaints.services.call_attempts import MOST_CALLS
from omsportal.platform.pagination import CursorInvalid, Page, page
from representatives.models import User
from representatives.profiles import Profile

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits for a call. `window` is None when they named no hours."""

    complaint: Complaint
    tried: int
    last_at: datetime | None
    window: Window | None
    now: datetime

    @property
    def left(self) -> int:
        """Calls until a letter takes their place."""
        return max(0, MOST_CALLS - self.tried)

    @property
    def is_wanted_now(self) -> bool:
        return self.window is None or is_within(self.window, self.now)

    @property
    def opens_at(self) -> datetime | None:
        """When their next hours begin, if not now."""
        return None if self.window is None or self.is_wanted_now else next_opening(self.window, self.now)

    @property
    def voice(self) -> VoiceMessage | None:
        return getattr(self.complaint, "voice_message", None)


def waiting_for(profile: Profile) -> ComplaintQuerySet:
    """Exactly those whose content this person may open."""
    rows: ComplaintQuerySet = Complaint.objects.on_desk_of(profile).to_call_back()
    return rows


def rows_for(profile: Profile) -> ComplaintQuerySet:
    """With what a line tells of them."""
    return waiting_for(profile).with_places().select_related("call_window", "voice_message")


def count_for(profile: Profile) -> int:
    """Up to "999+", by the partial index."""
    row = User.objects.filter(pk=profile.user_id).values(waiting=CountUpTo(waiting_for(profile))).first()
    return int(row["waiting"]) if row else 0


def page_of(profile: Profile, cursor: str) -> Page[Complaint]:
    """The oldest promise first. A cursor that does not fit shows the first page."""
    rows = rows_for(profile)
    try:
        return page(rows, field="call_back_until", size=PAGE_SIZE, cursor=cursor)
    except CursorInvalid:
        return page(rows, field="call_back_until", size=PAGE_SIZE)


def described(cases: Iterable[Complaint], now: datetime) -> list[Waiting]:
    """One query for the calls of all of them (unique index call_attempt_once)."""
    shown = list(cases)
    tried = _tried([case.pk for case in shown])
    return [_waiting(case, tried.get(case.pk, {}), now) for case in shown]


def themes_on(day: date) -> CategoryQuerySet:
    """What an appeal can be about on this day."""
    themes: CategoryQuerySet = Category.objects.valid_on(day)
    return themes


def attempts_of(complaint: Complaint) -> list[CallAttempt]:
    return list(CallAttempt.objects.about(complaint))


def _tried(ids: list[int]) -> dict[int, dict[str, Any]]:
    rows = CallAttempt.objects.filter(complaint__in=ids).values("complaint")
    return {row["complaint"]: row for row in rows.annotate(times=Count("id"), last_at=Max("at"))}


def _waiting(case: Complaint, tried: dict[str, Any], now: datetime) -> Waiting:
    wish = getattr(case, "call_window", None)
    window = wish.window if wish is not None else None
    return Waiting(case, tried.get("times", 0), tried.get("last_at"), window, now)


def is_within(window: Window, now: datetime) -> bool:
    """The person wants to be called at this moment, by their own clock."""
    local = now.astimezone(ZoneInfo(window.time_zone))
    return (
        local.weekday() in window.days and window.starts <= local.timetz().replace(tzinfo=None) < window.ends
    )


def next_opening(window: Window, now: datetime) -> datetime:
    """When the person next wants to be called."""
    local = now.astimezone(ZoneInfo(window.time_zone))
    days = (local + timedelta(days=ahead) for ahead in range(8))
    openings = (
        datetime.combine(day.date(), window.starts, local.tzinfo)
        for day in days
        if day.weekday() in window.days
    )
    return next(opening for opening in openings if opening > local)
