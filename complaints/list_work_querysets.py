"""Reads of what is done with whole lists: acts on many cases, exports."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.db.models import Count, QuerySet


class _OfPerson(QuerySet[Any]):
    def of(self, user_id: int) -> Self:
        """What this person asked for, the newest first."""
        return self.filter(made_by=user_id).order_by("-id")

    def by_reference(self, reference: object) -> Self:
        return self.filter(reference=reference)

    def unfinished(self) -> Self:
        return self.filter(finished_at=None)

    def asked_before(self, moment: datetime) -> Self:
        return self.filter(made_at__lt=moment)


class BulkActQuerySet(_OfPerson):
    def finished_before(self, moment: datetime) -> Self:
        """By index bulk_act_finished."""
        return self.filter(finished_at__lt=moment)


class BulkLineQuerySet(QuerySet[Any]):
    """Every read goes by the index bulk_line_by_result."""

    def waiting(self) -> Self:
        return self.of_result("waiting")

    def of_result(self, result: str) -> Self:
        return self.filter(result=result).order_by("id")

    def counts(self) -> dict[str, int]:
        """How many of each result."""
        grouped = self.order_by().values("result").annotate(n=Count("pk"))
        return {row["result"]: row["n"] for row in grouped}


class ExportQuerySet(_OfPerson):
    def of_branches(self, branch_ids: Iterable[int]) -> Self:
        """Those with rows of these branches (index export_share_of_branch), the newest first."""
        shares = self.model._meta.get_field("shares").related_model.objects.filter(branch__in=branch_ids)
        return self.filter(pk__in=shares.values("export")).order_by("-id")

    def with_file(self) -> Self:
        return self.filter(emptied_at=None)

    def expired(self, now: datetime) -> Self:
        """By partial index export_has_file."""
        return self.with_file().filter(expires_at__lte=now)
