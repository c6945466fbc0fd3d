"""Calls in vain."""

from typing import Any, Self

from django.db.models import QuerySet


class CallAttemptQuerySet(QuerySet[Any]):
    def about(self, complaint: Any) -> Self:
        """In the order in which they were made (unique index call_attempt_once)."""
        return self.filter(complaint=complaint).select_related("by").order_by("place")
