"""What happened to a case, step by step, and who was told of each hop."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.kinds import EVENT_LABELS
from complaints.models import Complaint, History, Reclassification
from complaints.reports.staff.warned import Warned, after_lines
from complaints.states import HOPS, Event
from omsportal.platform import ready_sql
from omsportal.platform.models import Outbox
from omsportal.platform.ready_sql import ID

#: Which notices belong to which line of history; messages have their own place, the thread.
KIND_OF_EVENT = {
    **{event.value: "hop" for event in HOPS},
    Event.FILED.value: "filed",
    Event.RELEASED.value: "released",  # by the portal; who puts a case back by hand tells nobody
    Event.BREACHED.value: "breach",
    Event.ANSWERED.value: "answered",
    Event.FORWARDED.value: "forwarded",
}
RECEIVERS: dict[str, Promise] = {
    "pool": _("the tier's queue"),
    "user": _("the person who held it"),
    "head": _("the head of the branch"),
    "fund": _("the fund"),
    "contact": _("the applicant, by e-mail"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One receiver and whether the notice has left."""

    receiver: str | Promise
    state: str | Promise


@dataclass(frozen=True, slots=True)
class Line:
    """One line of history with its notices, and the warnings given until the next line."""

    history: History
    told: list[Told]
    change: Reclassification | None = None
    warnings: list[Warned] = field(default_factory=list)

    @property
    def title(self) -> object:
        return EVENT_LABELS[self.history.event]

    @property
    def is_hop(self) -> bool:
        return Event(self.history.event) in HOPS

    @property
    def is_alarm(self) -> bool:
        return self.history.event in {Event.BREACHED, Event.BLOCKED}


def timeline(complaint: Complaint) -> list[Line]:
    """Two queries, by the indexes history_of_case and outbox_once; a third for a case classified anew."""
    told = ready_sql.objects(
        "notices of a case", {ID: complaint.pk}, lambda: Outbox.objects.about("complaint", ID).order_by("id")
    )
    notices: dict[tuple[str, int], list[Outbox]] = defaultdict(list)
    for notice in told:
        notices[notice.kind, notice.hop].append(notice)
    lines: list[History] = ready_sql.objects(
        "history of a case with names", {ID: complaint.pk},
        lambda: History.objects.filter(complaint=ID).timeline(),
    )  # fmt: skip
    warned = after_lines(lines, told, RECEIVERS)
    changes = _changes(complaint) if any(line.event == Event.RECLASSIFIED for line in lines) else {}
    return [
        Line(
            line,
            list(_told(line, _notices_of(line, notices))),
            changes.get((line.event, line.at)),
            warned.get(line.pk, []),
        )
        for line in lines
    ]


def since(complaint: Complaint, line_id: int | None) -> list[History]:
    """What happened after the line that a person had on screen; nothing when that is not known."""
    return list(complaint.history.after(line_id)) if line_id else []


def _changes(complaint: Complaint) -> dict[tuple[str, datetime], Reclassification]:
    """What each line "reclassified" changed; both rows bear the moment at which it took effect."""
    made = complaint.reclassifications.effective().with_words()
    return {(Event.RECLASSIFIED.value, change.decided_at): change for change in made}


def _notices_of(line: History, notices: dict[tuple[str, int], list[Outbox]]) -> list[Outbox]:
    kind = KIND_OF_EVENT.get(line.event)
    found = notices[kind, line.hop] if kind else []
    # A case can go back to the pool several times in one hop.
    return [row for row in found if row.created_at == line.at] if line.event == Event.RELEASED else found


def _told(line: History, notices: Iterable[Outbox]) -> Iterable[Told]:
    for notice in notices:
        receiver = RECEIVERS.get(notice.receiver_kind, notice.receiver_kind)
        if notice.receiver_kind == "user" and line.from_assignee is not None:
            receiver = str(line.from_assignee)
        yield Told(receiver, _state(notice))


def _state(notice: Outbox) -> str | Promise:
    if notice.channel == "portal" or notice.sent_at is not None:
        return _("told")
    if notice.dead_at is not None:
        return _("could not be delivered")
    return _("nothing to send") if notice.skipped_at is not None else _("waits to be sent")
