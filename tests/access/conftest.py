"""One world for all questions of a module."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.access.world import World, world


@pytest.fixture(scope="module")
def here(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with django_db_blocker.unblock(), world(tmp_path_factory.mktemp("files")) as made:
        yield made
