"""What tests of absences share; the people themselves are fixtures."""

from datetime import date

from complaints.models import Complaint
from representatives.models import Leave, Representative
from tests.factories import TODAY, make_category, make_complaint


def on_leave(name: str, first: date = TODAY, last: date = TODAY) -> Leave:
    staff = Representative.objects.get(user__username=name)
    return Leave.objects.create(representative=staff, starts_on=first, ends_on=last)


def case_of_tier_2(**fields: object) -> Complaint:
    return make_complaint(category=make_category("second", arrival_tier=2), **fields)


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.get(pk=case.pk)
