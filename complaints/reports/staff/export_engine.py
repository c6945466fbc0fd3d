"""Lists of those who watch the timer as files: held cases, alarms, notices that did not arrive."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Complaint
from complaints.reports.staff import alarms, engine, sending
from complaints.reports.staff.export_sheets import (
    Asker,
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
from complaints.reports.staff.export_work import ALARM_COLUMNS, CASE, about_case, alarm_cells
from complaints.reports.staff.watch import Watch, may_watch, watch_of
from omsportal.platform.models import Alarm, Outbox

_BLOCKED = (
    Column(gettext_lazy("Appeal")),
    Column(gettext_lazy("Tier"), width=26),
    Column(gettext_lazy("Branch"), width=34),
    Column(gettext_lazy("What the database said"), width=60),
    Column(gettext_lazy("Held since"), Holds.MOMENT),
)
_NOTICES = (
    Column(gettext_lazy("Appeal")),
    Column(gettext_lazy("How it stands")),
    Column(gettext_lazy("Way")),
    Column(gettext_lazy("What"), width=40),
    Column(gettext_lazy("To whom")),
    Column(gettext_lazy("Why"), width=44),
    Column(gettext_lazy("Code of the answer")),
    Column(gettext_lazy("When"), Holds.MOMENT),
    Column(gettext_lazy("Copies that may have left"), Holds.NUMBER, 14),
)


def _may_watch(asker: Asker) -> bool:
    return may_watch(asker.user, asker.profile)


def _watch(asker: Asker) -> Watch:
    return watch_of(asker.user, asker.profile)


def _blocked_lines(asker: Asker, rows: Sequence[Complaint]) -> Iterator[Line]:
    for held in engine.held(rows, _watch(asker)):
        case = held.complaint
        cells = [
            case.number, words(case.get_tier_display()), str(case.branch),
            words(held.rule or held.code) or _("the cause is in the log"),
            moment(case.blocked_at, case.branch.time_zone),
        ]  # fmt: skip
        yield Line(str(case.pk), cells, case.branch_id, (CASE, case.pk))


def _alarm_lines(asker: Asker, rows: Sequence[Alarm]) -> Iterator[Line]:
    for row in alarms.described(rows, asker.profile):
        yield Line(str(row.alarm.pk), alarm_cells(row), row.alarm.receiver_branch_id, about_case(row.alarm))


def _notice_lines(asker: Asker, rows: Sequence[Outbox]) -> Iterator[Line]:
    """No addresses; the head of the case's branch sees who took them along."""
    watch, zone = _watch(asker), str(engine.zone_of(_watch(asker)))
    about = {row.pk: row.subject_id for row in rows if row.subject_kind == CASE}
    branches = dict(Complaint.objects.filter(pk__in=about.values()).values_list("pk", "branch_id"))
    for row in sending.described(rows, watch):
        notice = row.notice
        cells = [
            words(row.number), _("perhaps arrived") if row.is_doubtful else _("did not arrive"),
            words(notice.get_channel_display()), words(row.what), words(row.to), words(row.reason),
            words(row.code), moment(row.failed_at, zone), number(notice.copies),
        ]  # fmt: skip
        case_id = about.get(notice.pk)
        read = None if case_id is None else (CASE, case_id)
        yield Line(str(notice.pk), cells, branches.get(case_id), read)


SHEETS: dict[str, Sheet] = {
    "blocked": Sheet(
        gettext_lazy("Held for a person"), "engine", always(_BLOCKED), _may_watch,
        Paged(lambda asker: engine.all_blocked(_watch(asker)), "blocked_at", _blocked_lines),
    ),
    "raised": Sheet(
        gettext_lazy("Open alarms"), "engine", always(ALARM_COLUMNS), _may_watch,
        Paged(
            lambda asker: engine.open_alarms(_watch(asker)), "raised_at", _alarm_lines, newest_first=True
        ),
    ),
    "sending": Sheet(
        gettext_lazy("Sending"), "sending", always(_NOTICES), _may_watch,
        Paged(
            lambda asker: sending.failed_notices(_watch(asker)), "id", _notice_lines, newest_first=True
        ),
    ),
}  # fmt: skip
