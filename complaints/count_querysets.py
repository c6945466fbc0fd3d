"""Reads of the figures kept day by day; every one goes by the unique key daily_count_once."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.db.models import QuerySet, Sum


class DailyCountQuerySet(QuerySet[Any]):
    def of(self, measures: Sequence[str]) -> Self:
        return self.filter(measure__in=measures)

    def of_branches(self, branch_ids: Sequence[int]) -> Self:
        return self.filter(branch_id__in=branch_ids)

    def between(self, first: date, last: date) -> Self:
        """Both days belong to it."""
        return self.filter(day__range=(first, last))

    def totals(self, *by: str) -> Any:
        """Rows of `by` and the sum `total`."""
        return self.order_by().values_list(*by).annotate(total=Sum("n"))
