"""Reads of reference rows that are dated: themes, official codes, terms, advice; and of their drafts."""

from datetime import date
from typing import Any, Self

from django.db.models import F, Q, QuerySet


class DatedQuerySet(QuerySet[Any]):
    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def not_over(self, day: date) -> Self:
        """In force on that day or later."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day))

    def over(self, day: date) -> Self:
        return self.filter(valid_to__lt=day)

    def begun_by(self, day: date) -> Self:
        return self.filter(valid_from__lte=day)

    def terms_of(self, group: str) -> Self:
        return self.filter(group=group)


class CategoryQuerySet(DatedQuerySet):
    def by_slug(self, slug: str) -> Any:
        """The category or None."""
        return self.filter(slug=slug).first()


class CategoryCodeQuerySet(DatedQuerySet):
    def counting(self, kind: str, category_id: int) -> Self:
        """Rows for appeals of the kind and category: the category's own before that of all others."""
        own_or_all = Q(category=category_id) | Q(category=None)
        return self.filter(own_or_all, kind=kind).order_by(F("category").asc(nulls_last=True))


class GuideQuerySet(CategoryQuerySet):
    def about(self, theme: Any) -> Self:
        return self.filter(theme=theme)

    def with_theme(self) -> Self:
        return self.select_related("theme")


class AmendmentQuerySet(QuerySet[Any]):
    def drafts(self) -> Self:
        return self.filter(state="draft").select_related("region")

    def of_row(self, noun: str, row_id: int) -> Self:
        """Index amendment_one_draft_of_a_row for drafts."""
        return self.filter(noun=noun, row_id=row_id)

    def that_began(self, noun: str, row_id: int) -> Self:
        """The published ones that made the row, not those that changed it. Index amendment_of_made_row."""
        return self.filter(state="published", noun=noun, made_row_id=row_id).exclude(row_id=row_id)
