"""Reads of answers on their way: templates, unsent texts, answers that wait for a second person."""

from datetime import date, datetime
from typing import Any, Self

from django.db.models import Exists, F, OuterRef, Q, QuerySet


class TemplateQuerySet(QuerySet[Any]):
    def of_code(self, code: str, branch_id: int | None) -> Self:
        """Every version, the newest first."""
        return self.filter(code=code, branch_id=branch_id).order_by("-version")

    def valid_on(self, day: date) -> Self:
        """In force: the newest versions that began, were not ended and not withdrawn."""
        ended = Q(valid_to=None) | Q(valid_to__gte=day)
        return self.filter(ended, valid_from__lte=day, superseded_at=None, withdrawn_at=None)

    def newest(self) -> Self:
        """The newest version of each, also of those that were withdrawn."""
        return self.filter(superseded_at=None)

    def for_branch(self, branch_id: int, day: date) -> Self:
        """The branch's own, and the common ones of which it has no version in force of its own."""
        own = self.model.objects.filter(branch=branch_id, code=OuterRef("code")).valid_on(day)
        common = Q(branch=None) & ~Exists(own)
        return self.valid_on(day).filter(Q(branch=branch_id) | common)

    def about(self, category_id: int) -> Self:
        """Of this theme, then those for every theme."""
        wanted = self.filter(Q(category=category_id) | Q(category=None))
        return wanted.order_by(F("category").asc(nulls_last=True), "title", "pk")

    def of_branches(self, branch_ids: Any) -> Self:
        """What the heads of these branches see: their own and the common ones."""
        return self.filter(Q(branch__in=branch_ids) | Q(branch=None))

    def with_names(self) -> Self:
        return self.select_related("category", "branch", "approved_by", "withdrawn_by")

    def in_order(self) -> Self:
        return self.order_by(F("category__position").asc(nulls_first=True), "title", "pk")


class WorkDraftQuerySet(QuerySet[Any]):
    def of(self, *, user_id: int, complaint_id: int) -> Self:
        """This person's texts of this case, the newest first (index of the case: a case has few)."""
        return self.filter(complaint=complaint_id, user=user_id).order_by("-saved_at", "-pk")

    def for_act(self, act: str) -> Self:
        return self.filter(act=act)

    def saved_before(self, moment: datetime) -> Self:
        return self.filter(saved_at__lt=moment)


class AnswerProposalQuerySet(QuerySet[Any]):
    def open(self) -> Self:
        """Nobody has decided yet (partial index answer_proposal_one_open)."""
        return self.filter(decided_at=None)

    def fitting(self) -> Self:
        """The case is where it was when the answer was proposed: as AnswerProposal.still_fits."""
        return self.filter(
            complaint__status="in_work",
            complaint__hop=F("hop"),
            complaint__assignee=F("proposed_by"),
        )

    def of_case(self, complaint_id: int) -> Self:
        return self.filter(complaint=complaint_id)

    def with_names(self) -> Self:
        return self.select_related("proposed_by", "decided_by")
