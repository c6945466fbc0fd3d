"""What the templates of the workplace ask about a case."""

import re
from datetime import datetime, timedelta

from django import template
from django.utils.functional import Promise

from complaints import contacts, disclosure
from complaints.models import Answer, CallWindow, Card, Complaint, DutyCall, History, Message
from complaints.permissions import Act, can
from complaints.reports import calls as calls_asked_for
from complaints.reports import readings
from complaints.reports.staff.calls import Calls
from complaints.services.bulk_one import WHY
from complaints.states import CLOCK_RUNS, Status
from omsportal.platform.templatetags.ui import duration_text
from representatives.profiles import Profile

register = template.Library()
HIDDEN = "•"
SHOWN_AT_THE_END = 4
SHOWN_OF_PHONE = 2


@register.filter
def is_withheld(said: Message | Answer, card: Card) -> bool:
    """The applicant does not see it: it may speak of health, and it is not known who asks."""
    judge = disclosure.of_answer if isinstance(said, Answer) else disclosure.of_message
    return judge(card, said) is not None  # type: ignore[arg-type]  # each judge gets its own kind


@register.filter
def stood_in_by(complaint: Complaint, profile: Profile) -> bool:
    """Nobody of the case's own branch and tier works today, and this person does it for them."""
    return (complaint.branch_id, complaint.tier) in profile.covered


@register.filter
def openable_by(complaint: Complaint, profile: Profile) -> bool:
    """Without this right a list tells no more than the card: neither theme nor clinic."""
    return can(profile, Act.OPEN, complaint)


@register.filter
def warning_level(complaint: Complaint, now: datetime) -> int:
    """The percent of the tier's time that somebody was warned about; 0 when late, paused or decided."""
    shown = complaint.status in CLOCK_RUNS and complaint.escalate_at is not None and complaint.due_at > now
    return complaint.warned if shown else 0


@register.filter
def is_late(complaint: Complaint, now: datetime) -> bool:
    return complaint.status in CLOCK_RUNS and complaint.due_at <= now


@register.filter
def is_paused(complaint: Complaint) -> bool:
    return complaint.status == Status.WAITING


@register.filter
def clock_runs(complaint: Complaint) -> bool:
    return complaint.status in CLOCK_RUNS


@register.filter
def masked(number: object) -> str:
    """A policy number with its last four digits, enough to compare with what a caller says."""
    text = str(number or "")
    return re.sub(r"\d", HIDDEN, text[:-SHOWN_AT_THE_END]) + text[-SHOWN_AT_THE_END:]


@register.filter
def masked_phone(phone: object) -> str:
    """A phone with its last two digits."""
    text = str(phone or "")
    return re.sub(r"\d", HIDDEN, text[:-SHOWN_OF_PHONE]) + text[-SHOWN_OF_PHONE:]


@register.filter
def masked_mail(address: object) -> str:
    """An address with its first letter and its house, enough to compare with what a caller says."""
    return contacts.masked_email(str(address or ""))


@register.filter
def masked_birth(day: object) -> str:
    """A birth date of which only the year is seen: enough to know who is old."""
    return f"{HIDDEN * 2}.{HIDDEN * 2}.{str(day or '')[:4]}"


@register.filter
def call_hours(wish: CallWindow) -> str:
    """The days and hours at which somebody wants to be called."""
    return calls_asked_for.words(wish.window)


@register.filter
def readings_open_to(complaint: Complaint, profile: Profile) -> bool:
    """The link to the list of openings is shown."""
    return readings.may_see(profile, complaint)


@register.filter
def why_not(code: str) -> str | Promise:
    """The reason of a case that was left out of an act on many, in words."""
    return WHY.get(code, "")


@register.filter
def seconds_text(seconds: int) -> str:
    """The length of a recording: 1:05."""
    return f"{seconds // 60}:{seconds % 60:02}"


@register.filter
def duration(value: timedelta) -> str:
    return duration_text(value.total_seconds())


@register.filter
def of_line(calls: Calls | None, line: History) -> list[DutyCall]:
    """The calls to duty people that belong to a line of history."""
    return calls.of_line(line) if calls else []


@register.filter
def iso_day(value: object) -> object:
    """The date that sealed data keeps as text; anything else stays as it is."""
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        return value
