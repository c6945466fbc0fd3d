from pathlib import Path
from typing import Any

import pytest

from complaints.models import Category
from insurers.models import Branch
from tests import factories
from tests.complaints.staff.conftest import branch, client_of, now, people  # noqa: F401  fixtures


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """Files of these tests."""
    settings.FILES_DIR = tmp_path / "files"
    return Path(settings.FILES_DIR)


@pytest.fixture
def question(db: None) -> Category:
    """What a voice message is about until somebody has listened."""
    factories.make_rules()
    return factories.make_category("question", default_kind="consultation")


@pytest.fixture
def office(question: Category) -> Branch:
    """СОГАЗ-Мед, Yaroslavl, on the Wednesday of the tests."""
    return factories.make_branch()
