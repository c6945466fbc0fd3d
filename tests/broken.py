"""Break a constraint and see its name: shared by the constraint tests of the apps."""

from collections.abc import Callable, Iterable

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model


def broken_by(change: Callable[[], object]) -> str:
    """The name of the constraint that refuses `change()`; fails when nothing refuses it."""
    with pytest.raises(IntegrityError) as error:
        _at_once(change)
    return str(error.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]


def _at_once(change: Callable[[], object]) -> None:
    """Deferred constraints speak now and not at the end of the test."""
    with transaction.atomic(), connection.cursor() as cursor:
        change()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def constraint_names(app: str) -> set[str]:
    """Every named constraint of an app's own models; tables of change tracking left out."""
    models: Iterable[type[Model]] = apps.get_app_config(app).get_models()
    return {
        constraint.name
        for model in models
        if not hasattr(model, "pgh_tracked_model")
        for constraint in model._meta.constraints
    }
