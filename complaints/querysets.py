"""Reads in the words of the domain, chainable. Visibility is data: `visible_to` everywhere, else 404."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from complaints.states import OPEN, Status
from representatives.roles import Tier

if TYPE_CHECKING:
    from representatives.profiles import Profile


class DatedQuerySet(QuerySet[Any]):
    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def terms_of(self, group: str) -> Self:
        return self.filter(group=group)


class CategoryQuerySet(DatedQuerySet):
    def by_slug(self, slug: str) -> Any:
        """The category or None."""
        return self.filter(slug=slug).first()


class RuleEditionQuerySet(QuerySet[Any]):
    def in_force_at(self, moment: datetime) -> Any:
        """The edition a case filed at `moment` falls under, or None."""
        return self.filter(filed_from__lte=moment).order_by("-filed_from").first()


class ComplaintQuerySet(QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def answered(self) -> Self:
        return self.filter(status__in=(Status.RESOLVED, Status.ANSWERED))

    def waiting(self) -> Self:
        return self.filter(status=Status.WAITING)

    def overdue(self, *, now: datetime) -> Self:
        return self.open().filter(escalate_at__lte=now)

    def urgent_first(self) -> Self:
        """The order of a queue: the urgent lane above everything, then the oldest due moment."""
        return self.order_by("-urgency", "due_at", "id")

    def by_number(self, number: str) -> Self:
        return self.filter(number=number)

    def visible_to(self, profile: "Profile") -> Self:
        """Cases whose card this member of staff may open.

        Own branches, headed branches, the insurer's branches; a fund's staff also see the cases of their
        region that no tier resolved in time. Never a case about themselves or one barred to them.
        """
        own = profile.branch_ids | profile.headed_branch_ids
        allowed = Q(branch_id__in=own)
        if profile.insurer_ids:
            allowed |= Q(branch__insurer_id__in=profile.insurer_ids)
        if profile.tier == Tier.FUND and own:
            allowed |= Q(breached_at__isnull=False, branch__region__in=_regions_of_funds(own))
        barred = self.model.barred_users.through.objects.filter(
            complaint_id=OuterRef("pk"), user_id=profile.user_id
        )
        return self.filter(allowed).exclude(Exists(barred))

    def in_queue_of(self, profile: "Profile") -> Self:
        """The pool of this person's tier and branches: nobody holds these."""
        return self.visible_to(profile).filter(
            status=Status.NEW, tier=profile.tier, branch_id__in=profile.branch_ids
        )

    def held_by(self, user_id: int) -> Self:
        return self.filter(assignee_id=user_id)

    def within_competences(self, profile: "Profile") -> Self:
        return self.filter(category__slug__in=profile.competences) if profile.competences else self

    def with_card(self) -> Self:
        return self.select_related(
            "card", "category", "branch", "branch__region", "branch__insurer", "assignee"
        )


def _regions_of_funds(branch_ids: frozenset[int]) -> Any:
    from insurers.models import Branch

    return Branch.objects.filter(pk__in=branch_ids, kind="fund").values("region_id")


class HistoryQuerySet(QuerySet[Any]):
    def timeline(self) -> Self:
        return self.select_related("by").order_by("id")


class MessageQuerySet(QuerySet[Any]):
    def public(self) -> Self:
        return self.filter(is_internal=False)

    def thread(self) -> Self:
        return self.select_related("author").prefetch_related("attachments").order_by("id")


class AttachmentQuerySet(QuerySet[Any]):
    def kept(self) -> Self:
        return self.filter(removed_at=None)


class DraftQuerySet(QuerySet[Any]):
    def alive(self, *, now: datetime) -> Self:
        return self.filter(expires_at__gt=now)

    def expired(self, *, now: datetime) -> Self:
        return self.filter(expires_at__lte=now)


class PatientSessionQuerySet(QuerySet[Any]):
    def alive(self, *, now: datetime, idle_since: datetime) -> Self:
        return self.filter(ended_at=None, last_seen_at__gt=idle_since, expires_at__gt=now)
