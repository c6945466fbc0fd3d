"""Reads of imports of registries."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from insurers.models import RegistryImport  # noqa: F401  (annotations name it)


class RegistryImportQuerySet(models.QuerySet["RegistryImport"]):
    def newest(self) -> Self:
        return self.order_by("-pk")

    def before(self, pk: int) -> Self:
        """The page after the one that ended with this row."""
        return self.filter(pk__lt=pk)

    def into(self, branches: Iterable[int]) -> Self:
        """Those that could fill nothing but these branches."""
        return self.filter(branch_ids__contained_by=list(branches))

    def of_kinds(self, kinds: Iterable[str]) -> Self:
        return self.filter(kind__in=list(kinds))

    def undecided_since(self, moment: datetime) -> Self:
        """Served by registryimport_open."""
        return self.filter(finished_at__isnull=True, requested_at__lt=moment)
