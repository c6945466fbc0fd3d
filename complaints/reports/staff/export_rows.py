"""What an exported list tells of a case: plain attributes and dates. No story, name of a patient or contact.

Of a case whose content the person does not open, theme, clinic, region of care and outcome stay empty, as in
the list itself.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.permissions import Act, can
from complaints.reports.staff.export_sheets import Cell, Column, Holds
from complaints.states import CLOCK_RUNS
from representatives.profiles import Profile

COLUMNS: Sequence[Column] = (
    Column(_("Number")),
    Column(_("Registered at"), Holds.MOMENT),
    Column(_("Kind")),
    Column(_("Theme"), width=44),
    Column(_("Urgency")),
    Column(_("Status")),
    Column(_("Tier"), width=26),
    Column(_("Branch"), width=34),
    Column(_("Channel")),
    Column(_("Form"), width=24),
    Column(_("Region of care"), width=24),
    Column(_("Clinic"), width=40),
    Column(_("With whom"), width=26),
    Column(_("Tier's time ends"), Holds.MOMENT),
    Column(_("Tier's time has run out"), width=14),
    Column(_("Answer by law until"), Holds.DAY),
    Column(_("Decided at"), Holds.MOMENT),
    Column(_("Answer sent at"), Holds.MOMENT),
    Column(_("Outcome"), width=24),
    Column(_("Row of the official form"), width=20),
)


#: Places of the columns that a case without an open card fills.
_BARE = frozenset({0, 1, 5, 7, 15, 17})


def row_of(case: Complaint, profile: Profile, now: datetime, *, bare: bool = False) -> list[Cell]:
    """One case, the rows beside it loaded (whole_list.window_of). Days and moments as ISO text.

    `bare`: the card does not open, so that only number, body, status and dates are told.
    """
    row = _row(case, profile, now)
    return [cell if not bare or place in _BARE else None for place, cell in enumerate(row)]


def _row(case: Complaint, profile: Profile, now: datetime) -> list[Cell]:
    opens = can(profile, Act.OPEN, case)
    runs = case.status in CLOCK_RUNS
    return [
        case.number,
        _moment(case, case.registered_at),
        str(case.get_kind_display()),
        case.category.title if opens else None,
        str(case.get_urgency_display()),
        str(case.get_status_display()),
        str(case.get_tier_display()),
        str(case.branch),
        str(case.get_channel_display()),
        str(case.get_form_display()),
        str(case.region_of_care) if opens and case.region_of_care else None,
        str(case.medical_organisation) if opens and case.medical_organisation else None,
        str(case.assignee) if case.assignee else None,
        _moment(case, case.due_at) if runs else None,
        str(_("overdue")) if runs and case.due_at <= now else None,
        case.answer_due_on.isoformat() if case.answer_due_on else None,
        _moment(case, case.resolved_at),
        _moment(case, case.answered_at),
        str(case.get_outcome_display()) if opens and case.outcome else None,
        _official(case) if opens else None,
    ]


def _official(case: Complaint) -> Cell:
    """The number of the row with its edition: the same number means another thing in the next."""
    row = case.official_code
    return f"{row.code} ({row.edition})" if row else None


def _moment(case: Complaint, moment: datetime | None) -> Cell:
    """To the minute, as people write it."""
    if moment is None:
        return None
    return moment.astimezone(case.branch.zone).strftime("%Y-%m-%dT%H:%M")
