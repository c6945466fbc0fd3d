"""What stands beside a case: the same event elsewhere, its incident, leaving it without an answer."""

from typing import Any

from django import template

from complaints.models import Complaint
from complaints.permissions import Act, can
from complaints.reports.staff import beside_case
from complaints.views.staff.desk import Desk

register = template.Library()


@register.inclusion_tag("staff/parts/bonds.html")
def bonds(complaint: Complaint, desk: Desk) -> dict[str, Any]:
    """For whoever opens the case; nobody else learns that there are others. Four queries at most."""
    if not can(desk.profile, Act.OPEN, complaint):
        return {"beside": None}
    return {
        "beside": beside_case.beside(complaint, desk.profile), "complaint": complaint,
        "zone": complaint.branch.time_zone, "may_leave": can(desk.profile, Act.LEAVE, complaint),
    }  # fmt: skip
