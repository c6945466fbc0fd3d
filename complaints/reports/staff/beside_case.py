"""Beside a case: what it is linked with, what looks like the same event, its incident, no answer."""

from dataclasses import dataclass

from complaints.models import Complaint, Incident, Leaving
from complaints.reports.staff import duplicates, incidents
from complaints.reports.staff.duplicates import Likely, Linked
from complaints.states import OPEN
from representatives.profiles import Profile


@dataclass(frozen=True, slots=True)
class Beside:
    """`leaving`: waits for a second person, or ended the case with a notice that may still be due."""

    linked: list[Linked]
    likely: list[Likely]
    incident: Incident | None
    offered: list[Incident]
    leaving: Leaving | None
    waits: bool


def beside(complaint: Complaint, profile: Profile) -> Beside:
    """One query each for links, leavings and incidents, one or two for what looks alike."""
    linked = duplicates.linked(complaint, profile)
    leaving = complaint.leavings.with_words().order_by("-pk").first()
    waits = leaving is not None and leaving.decided_at is None and leaving.still_fits(complaint)
    shown = leaving is not None and (waits or bool(leaving.approved))
    return Beside(
        linked=linked,
        likely=duplicates.likely(complaint, profile, known=[each.case.pk for each in linked]),
        incident=incidents.incident_with_name(complaint.incident_id),
        offered=incidents.offered_to(complaint) if complaint.status in OPEN else [],
        leaving=leaving if shown else None,
        waits=waits,
    )
