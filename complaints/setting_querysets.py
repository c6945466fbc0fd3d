"""Reads of prepared changes of settings."""

from typing import Any, Self

from django.db.models import QuerySet


class SettingChangeQuerySet(QuerySet[Any]):
    """Some hundreds of rows a year in the whole country."""

    def of_sheet(self, **place: Any) -> Self:
        """`noun`, `region`, `branch` and `year` of one sheet. Index setting_change_one_draft for drafts."""
        return self.filter(**place)

    def drafts(self) -> Self:
        return self.filter(state="draft")

    def in_force(self) -> Self:
        """Those that were published, the newest first."""
        return self.filter(state="published").order_by("-pk")

    def with_places(self) -> Self:
        return self.select_related("region", "branch__insurer", "branch__region", "branch__schedule__region")
