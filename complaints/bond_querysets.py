"""Reads about appeals left without an answer (59-ФЗ art. 11) and about incidents."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import F, Q, QuerySet

from complaints.states import Status

if TYPE_CHECKING:
    from complaints.models import Complaint


class GroundQuerySet(QuerySet[Any]):
    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day).order_by("pk")


class LeavingQuerySet(QuerySet[Any]):
    def of_case(self, complaint_id: int) -> Self:
        return self.filter(complaint=complaint_id)

    def open(self) -> Self:
        """Nobody has decided yet (partial index leaving_one_open)."""
        return self.filter(decided_at=None)

    def fitting(self) -> Self:
        """The case is still where it was: the same rule as Leaving.still_fits."""
        here = self.filter(complaint__status=Status.IN_WORK, complaint__entered_at__lte=F("proposed_at"))
        return here.exclude(complaint__urgency="urgent")

    def granted(self) -> Self:
        return self.filter(approved=True)

    def without_notice(self) -> Self:
        """A notice is due and has not left (partial index leaving_notice_due)."""
        return self.filter(approved=True, notified_at=None, notice_due_on__isnull=False)

    def with_words(self) -> Self:
        return self.select_related("ground", "proposed_by", "decided_by")


class LinkQuerySet(QuerySet[Any]):
    def standing(self) -> Self:
        return self.filter(ended_at=None)

    def of_one_event(self) -> Self:
        return self.standing().filter(kind="duplicate")

    def told_to_applicants(self, case: "Complaint") -> Self:
        """What became of this case. Never that somebody else has an appeal about the same event."""
        return self.filter(earlier=case).exclude(kind="duplicate").select_related("later__branch")

    def passing_on(self, case: "Complaint") -> Self:
        """To what another body registered anew."""
        return self.filter(earlier=case, kind="forward").select_related("later")

    def touching(self, complaint_ids: list[int]) -> Self:
        """Either end is one of these (unique index link_once, index of `later`)."""
        return self.filter(Q(earlier__in=complaint_ids) | Q(later__in=complaint_ids))


class IncidentQuerySet(QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def of_branches(self, branches: Any) -> Self:
        return self.filter(branch__in=branches)

    def with_places(self) -> Self:
        return self.select_related(
            "branch__region", "medical_organisation", "category", "region", "opened_by"
        )

    def with_banner(self, now: datetime) -> Self:
        """What patients read on the first page at this moment (partial index incident_banner)."""
        shown = self.open().filter(banner_until__gt=now).exclude(banner="")
        return shown.select_related("branch__insurer", "region").order_by("-opened_at", "pk")

    def fitting(self, case: "Complaint") -> Self:
        """Open ones that could gather this case: same branch, clinic and theme, in their time."""
        day = case.registered_on
        in_time = Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day))
        same_clinic = Q(medical_organisation=None) | Q(medical_organisation=case.medical_organisation_id)
        return self.open().filter(in_time, same_clinic, branch=case.branch_id, category=case.category_id)
