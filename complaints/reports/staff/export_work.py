"""Lists of the working day as files: alarms, letters, calls to make, results of an act on many, help."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import BulkAct, BulkLine, Complaint, ReceivedMail
from complaints.reports import calls
from complaints.reports.staff import alarms, call_backs, letters, region
from complaints.reports.staff.alarms import Described
from complaints.reports.staff.call_backs import Waiting
from complaints.reports.staff.export_sheets import (
    Asker,
    Cell,
    Column,
    Holds,
    Line,
    Paged,
    Sheet,
    always,
    moment,
    number,
    words,
)
from complaints.reports.staff.lists import open_alarms
from complaints.services.bulk_one import WHY
from omsportal.platform.models import Alarm
from representatives.models import HelpAccess

CASE = "complaint"

ALARM_COLUMNS = (
    Column(gettext_lazy("Alarm"), width=60),
    Column(gettext_lazy("Severity")),
    Column(gettext_lazy("Appeal")),
    Column(gettext_lazy("About what"), width=44),
    Column(gettext_lazy("Raised at"), Holds.MOMENT),
    Column(gettext_lazy("Seen by"), width=26),
    Column(gettext_lazy("Seen at"), Holds.MOMENT),
    Column(gettext_lazy("What to do"), width=80),
)
_LETTERS = (
    Column(gettext_lazy("Came"), Holds.MOMENT),
    Column(gettext_lazy("Mailbox"), width=30),
    Column(gettext_lazy("Branch"), width=34),
    Column(gettext_lazy("Why it waits for a person"), width=40),
)
_CALLS = (
    Column(gettext_lazy("Number")),
    Column(gettext_lazy("Theme"), width=44),
    Column(gettext_lazy("Call until"), Holds.MOMENT),
    Column(gettext_lazy("Promise is broken"), width=14),
    Column(gettext_lazy("Calls in vain"), Holds.NUMBER, 12),
    Column(gettext_lazy("Last call"), Holds.MOMENT),
    Column(gettext_lazy("Wants to be called"), width=34),
    Column(gettext_lazy("Tier"), width=26),
    Column(gettext_lazy("Branch"), width=34),
    Column(gettext_lazy("With whom"), width=26),
)
_RESULTS = (
    Column(gettext_lazy("Number")),
    Column(gettext_lazy("Result"), width=44),
    Column(gettext_lazy("Why not"), width=60),
    Column(gettext_lazy("When"), Holds.MOMENT),
)
_HELP = (
    Column(gettext_lazy("Appeal")),
    Column(gettext_lazy("Whose case"), width=34),
    Column(gettext_lazy("Who helps"), width=34),
    Column(gettext_lazy("Reason"), width=34),
    Column(gettext_lazy("Until"), Holds.MOMENT),
)


def _alarm_lines(asker: Asker, rows: Sequence[Alarm]) -> Iterator[Line]:
    for row in alarms.described(rows, asker.profile):
        branch_id = row.alarm.receiver_branch_id
        yield Line(str(row.alarm.pk), alarm_cells(row), branch_id, about_case(row.alarm))


def alarm_cells(row: Described) -> list[Cell]:
    """By the clock of the branch that it was raised to."""
    zone = row.branch.time_zone if row.branch else ""
    return [
        words(row.title), words(row.alarm.get_severity_display()), words(row.number), _what_about(row),
        moment(row.alarm.raised_at, zone), words(row.acknowledged_by),
        moment(row.alarm.acknowledged_at, zone), words(row.advice),
    ]  # fmt: skip


def _what_about(row: Described) -> Cell:
    text = row.about or str(row.branch or "")
    if row.gap is None or row.branch is None:
        return words(text)
    begins, ends = (at.astimezone(row.branch.zone) for at in (row.gap.starts_at, row.gap.ends_at))
    return f"{text}; {row.gap.tier.label}: {begins:%d.%m.%Y %H:%M} – {ends:%d.%m.%Y %H:%M}"


def about_case(alarm: Alarm) -> tuple[str, int] | None:
    return (CASE, alarm.subject_id) if alarm.subject_kind == CASE else None


def _letter_lines(_asker: Asker, rows: Sequence[ReceivedMail]) -> Iterator[Line]:
    """Who wrote and about what stays in the mailbox."""
    for row in rows:
        branch = row.mailbox.branch
        cells = [
            moment(row.came_at, branch.time_zone), row.mailbox.address, str(branch),
            words(row.get_reason_display()),
        ]  # fmt: skip
        yield Line(str(row.pk), cells, branch.pk, (letters.SUBJECT, row.pk))


def _call_lines(asker: Asker, rows: Sequence[Complaint]) -> Iterator[Line]:
    for waiting in call_backs.described(rows, asker.now):
        case = waiting.complaint
        yield Line(str(case.pk), _call_cells(waiting), case.branch_id, (CASE, case.pk))


def _call_cells(waiting: Waiting) -> list[Cell]:
    case, zone = waiting.complaint, waiting.complaint.branch.time_zone
    late = case.call_back_until is not None and case.call_back_until <= waiting.now
    return [
        case.number,
        _("Voice message") if waiting.voice else case.category.title,
        moment(case.call_back_until, zone),
        _("yes") if late else None,
        number(waiting.tried),
        moment(waiting.last_at, zone),
        calls.words(waiting.window) if waiting.window else None,
        words(case.get_tier_display()),
        str(case.branch),
        words(case.assignee),
    ]


def _act_of(asker: Asker) -> BulkAct | None:
    """What this very person asked for."""
    reference = asker.reference("reference")
    found: BulkAct | None = (
        BulkAct.objects.of(asker.user.pk).by_reference(reference).first() if reference else None
    )
    return found


def _results(asker: Asker) -> object:
    """In the order in which they were written down: the lines of one act by its unique key, then sorted."""
    return BulkLine.objects.filter(bulk=_act_of(asker)).select_related("complaint__branch__region")


def _result_lines(_asker: Asker, rows: Sequence[BulkLine]) -> Iterator[Line]:
    for row in rows:
        case = row.complaint
        cells = [
            case.number, words(row.get_result_display()), words(WHY.get(row.why)),
            moment(row.at, case.branch.time_zone),
        ]  # fmt: skip
        yield Line(str(row.pk), cells, case.branch_id, (CASE, case.pk))


def _help_lines(asker: Asker, rows: Sequence[HelpAccess]) -> Iterator[Line]:
    for row in region.helps(asker.profile, rows):
        cells = [
            row.case.number, str(row.case.branch), str(row.access.branch),
            words(row.access.get_reason_display()), moment(row.access.ends_at, row.case.branch.time_zone),
        ]  # fmt: skip
        yield Line(str(row.access.pk), cells, row.case.branch_id, (CASE, row.case.pk))


SHEETS: dict[str, Sheet] = {
    "alarms": Sheet(
        gettext_lazy("Alarms"), "alarms", always(ALARM_COLUMNS), lambda _asker: True,
        Paged(lambda asker: open_alarms(asker.profile), "raised_at", _alarm_lines, newest_first=True),
    ),
    "letters": Sheet(
        gettext_lazy("Letters for a person"), "letters", always(_LETTERS),
        lambda asker: letters.may_see(asker.profile),
        Paged(lambda asker: letters.waiting_for(asker.profile), "came_at", _letter_lines),
    ),
    "calls": Sheet(
        gettext_lazy("Calls to make"), "call_backs", always(_CALLS), lambda _asker: True,
        Paged(lambda asker: call_backs.rows_for(asker.profile), "call_back_until", _call_lines),
    ),
    "results": Sheet(
        gettext_lazy("What became of an act on several appeals"), "bulk_act", always(_RESULTS),
        lambda asker: _act_of(asker) is not None, Paged(_results, "id", _result_lines), path=("reference",),
    ),
    "help": Sheet(
        gettext_lazy("Region: help between regions"), "region", always(_HELP),
        lambda asker: region.is_of_fund(asker.profile),
        Paged(lambda asker: region.help_rows(asker.profile, asker.now), "ends_at", _help_lines),
        asks=("list",),
    ),
}  # fmt: skip
