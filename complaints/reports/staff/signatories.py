"""Who may sign the answers of a branch: its heads and its specialists, experts, the fund's staff."""

from typing import Any

from django.db.models import Q, QuerySet

from complaints.models import Answer, Complaint
from representatives.models import Appointment, Representative, User
from representatives.roles import AppointmentRole, Tier


def signatories(case: Complaint) -> "QuerySet[User, Any]":
    """By name; whoever decided on the answer is among them. People of one branch: a few dozen."""
    appointed = Appointment.objects.of_people_who_may_sign_in()
    heads = appointed.filter(branch=case.branch_id, role=AppointmentRole.HEAD).values("user")
    experts = Representative.objects.filter(
        branches=case.branch_id, tier__gte=Tier.SPECIALISTS, user__is_active=True
    ).values("user")
    deciders = Answer.objects.filter(complaint=case).values("decided_by")
    anybody = Q(pk__in=heads) | Q(pk__in=experts) | Q(pk__in=deciders)
    return User.objects.filter(anybody).order_by("full_name", "pk")
