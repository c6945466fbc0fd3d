"""Who of another region helps with a case, and with which cases a branch helps."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from complaints.models import Complaint
from complaints.services.helping import may_grant
from insurers.models import Branch
from insurers.querysets import BranchQuerySet
from representatives.models import HelpAccess, Representative
from representatives.querysets import RepresentativeQuerySet

#: Shown on one page; a case with more has been given for years.
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One access, and whether it runs now."""

    access: HelpAccess
    is_running: bool


def lines(complaint: Complaint, now: datetime) -> list[Line]:
    """Newest first, also those that are over (index help_for_case)."""
    rows = HelpAccess.objects.for_case(complaint.pk).with_names()[:MOST_SHOWN]
    return [Line(row, row.ended_at is None and row.starts_at <= now < row.ends_at) for row in rows]


def access_of(complaint: Complaint, access_id: int) -> HelpAccess | None:
    return HelpAccess.objects.for_case(complaint.pk).filter(pk=access_id).first()


def may_help(complaint: Complaint, now: datetime) -> BranchQuerySet:
    """Branches elsewhere: of the region of care and of the same insurer; about an insurer only funds."""
    branches: BranchQuerySet = Branch.objects.valid_on(now.date()).with_names()
    elsewhere = branches.exclude(region=complaint.branch.region)
    if complaint.category.about_insurer:
        elsewhere = elsewhere.funds()
    region, insurer = complaint.region_of_care_id, complaint.branch.insurer_id
    where = Q(region=region) if region else Q(kind="fund")
    if insurer:
        where |= Q(insurer=insurer)
    return elsewhere.filter(where).order_by("region__name_key", "title_key", "pk")


def serving(complaint: Complaint, now: datetime) -> RepresentativeQuerySet:
    """On whose desk a waiting case may be put."""
    people = Representative.objects.serving_today(branch_id=complaint.branch_id, tier=complaint.tier, now=now)
    found: RepresentativeQuerySet = people.exclude(user__in=complaint.barred_users.all())
    return found.select_related("user").order_by("user__full_name")


__all__ = ["Line", "access_of", "lines", "may_grant", "may_help", "serving"]
