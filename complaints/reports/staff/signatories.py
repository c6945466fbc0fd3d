"""Who may sign the answers of a branch: its heads and its specialists, experts, the fund's staff."""

from typing import Any

from django.db.models import Q, QuerySet

from complaints.models import Complaint
from representatives.models import Appointment, Representative, User
from representatives.roles import AppointmentRole, Tier


def signatories(case: Complaint) -> "QuerySet[User, Any]":
    """By name; whoever decided on the answer is among them. People of one branch: a few dozen."""
    heads = Appointment.objects.filter(branch=case.branch_id, role=AppointmentRole.HEAD).values("user")
    experts = Representative.objects.filter(
        branches=case.branch_id, tier__gte=Tier.SPECIALISTS, user__is_active=True
    ).values("user")
    decider = Q(pk=case.answer.decided_by_id)
    return User.objects.filter(Q(pk__in=heads) | Q(pk__in=experts) | decider).order_by("full_name", "pk")
