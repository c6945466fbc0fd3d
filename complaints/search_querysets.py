"""Reads of what search keeps."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet, Value


class LexemeQuery(SearchQuery):
    """A tsquery of lexemes as they stand: nothing is parsed, stemmed or left out."""

    def __init__(self, text: str) -> None:
        super().__init__(Value(text), search_type="raw")
        self.template = "(%(expressions)s)::tsquery"


class CaseWordsQuerySet(QuerySet[Any]):
    def matching(self, query: str) -> Self:
        """By the text of a tsquery (index case_words)."""
        return self.filter(lexemes=LexemeQuery(query))


class SearchQuerySet(QuerySet[Any]):
    def open_of(self, reference: UUID, user_id: int, now: datetime) -> Any:
        """What this very person asked and may still read, or None."""
        own = self.filter(reference=reference, user_id=user_id, sealed__isnull=False)
        return own.filter(expires_at__gt=now).first()

    def outworn(self, now: datetime) -> Self:
        """Their words are not kept any longer (partial index search_words_expiry)."""
        return self.filter(sealed__isnull=False, expires_at__lte=now)

    def made_before(self, moment: datetime) -> Self:
        return self.filter(made_at__lt=moment)
