"""Constraints that many tables share; each takes its name, so that an error names the broken rule."""

from django.db import models
from django.db.models import Q


def one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """The column holds one of the choices."""
    return models.CheckConstraint(name=name, condition=Q((f"{field}__in", choices.values)))


def paired(first: str, second: str, name: str) -> models.CheckConstraint:
    """Both columns are empty or both are filled: a who without a when is no record."""
    both_empty = Q((f"{first}__isnull", True), (f"{second}__isnull", True))
    both_filled = Q((f"{first}__isnull", False), (f"{second}__isnull", False))
    return models.CheckConstraint(name=name, condition=both_empty | both_filled)


def in_order(earlier: str, later: str, name: str) -> models.CheckConstraint:
    """The later moment is empty or not before the earlier one."""
    condition = Q((f"{later}__isnull", True)) | Q((f"{later}__gte", models.F(earlier)))
    return models.CheckConstraint(name=name, condition=condition)


def at_most_one(fields: tuple[str, ...], name: str) -> models.CheckConstraint:
    """No two of the columns are filled at the same time."""
    condition = Q()
    for index, field in enumerate(fields):
        others = fields[:index] + fields[index + 1 :]
        alone = Q(*((f"{other}__isnull", True) for other in others))
        condition &= Q((f"{field}__isnull", True)) | alone
    return models.CheckConstraint(name=name, condition=condition)
