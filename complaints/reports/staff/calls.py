"""Calls to duty people about one urgent case: who, when, and with what answer."""

from dataclasses import dataclass

from complaints.models import Complaint, DutyCall, History
from complaints.reports.staff.places import supervises
from complaints.states import HOPS, Event, Status
from representatives.profiles import Profile


@dataclass(frozen=True, slots=True)
class Calls:
    """`now`: those of the present tier. The history tells heads those of earlier tiers too."""

    rows: list[DutyCall]
    hop: int
    calls_me: bool
    for_heads: bool

    @property
    def now(self) -> list[DutyCall]:
        return [call for call in self.rows if call.hop == self.hop]

    def of_line(self, line: History) -> list[DutyCall]:
        """Whom the case's arrival in a tier called; nobody but heads reads it in the history."""
        arrives = line.event == Event.FILED or Event(line.event) in HOPS
        return [call for call in self.rows if arrives and self.for_heads and call.hop == line.hop]


def calls_of(complaint: Complaint, profile: Profile) -> Calls | None:
    """One query, for urgent cases only; None when nobody was called."""
    rows = list(DutyCall.objects.about(complaint)) if complaint.is_urgent else []
    if not rows:
        return None
    waits = complaint.status == Status.NEW
    mine = [call for call in rows if call.hop == complaint.hop and call.user_id == profile.user_id]
    return Calls(
        rows=rows,
        hop=complaint.hop,
        calls_me=waits and any(call.acknowledged_at is None for call in mine),
        for_heads=supervises(profile),
    )
