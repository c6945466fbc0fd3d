"""Who and when belong together, in every table of the project."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models import Model

from omsportal.platform.protection import own_models


def pairs(model: type[Model]) -> Iterator[tuple[str, str]]:
    columns = {field.column: field for field in model._meta.concrete_fields}
    for column, field in columns.items():
        stem = column.removesuffix("_by_id")
        moment = columns.get(f"{stem}_at")
        if stem != column and moment is not None and field.null and moment.null:
            yield column, moment.column


def definitions(model: type[Model]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid = %s::regclass",
            [model._meta.db_table],
        )
        return [definition for (definition,) in cursor.fetchall()]


@pytest.mark.django_db
def test_a_nullable_who_has_a_constraint_with_its_when():
    loose = [
        f"{model._meta.label}: {who}, {when}"
        for model in own_models()
        if not hasattr(model, "pgh_tracked_model")
        for who, when in pairs(model)
        if not any(who in definition and when in definition for definition in definitions(model))
    ]
    assert loose == []
