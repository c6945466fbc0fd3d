"""Several tables in one operation of a migration."""

import pytest
from django.db import connection, models
from django.db.migrations import CreateModel
from django.db.migrations.state import ProjectState

from omsportal.platform.migrating import Together

TOGETHER = Together(
    [
        CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))]),
        CreateModel(
            "Book",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("shelf", models.ForeignKey("platform.Shelf", on_delete=models.CASCADE)),
            ],
        ),
    ]
)
TABLES = {"platform_shelf", "platform_book"}


def tables() -> set[str]:
    return TABLES & set(connection.introspection.table_names())


@pytest.mark.django_db
def test_it_makes_all_tables_and_takes_them_away() -> None:
    before, after = ProjectState(), ProjectState()
    TOGETHER.state_forwards("platform", after)
    with connection.schema_editor() as editor:
        TOGETHER.database_forwards("platform", editor, before, after)
    assert tables() == TABLES
    with connection.schema_editor() as editor:
        TOGETHER.database_backwards("platform", editor, after, before)
    assert tables() == set()


def test_it_leaves_the_rendering_to_whoever_needs_it() -> None:
    state = ProjectState()
    assert list(state.apps.get_models()) == []
    TOGETHER.state_forwards("platform", state)
    assert "apps" not in state.__dict__
    assert {model.__name__ for model in state.apps.get_models()} == {"Shelf", "Book"}


def test_it_says_what_it_does() -> None:
    assert TOGETHER.describe() == "Create model Shelf; Create model Book"
