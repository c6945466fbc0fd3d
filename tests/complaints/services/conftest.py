"""What every case of these tests needs stands through each file: a branch, its rules, a theme, rights."""

from collections.abc import Iterator

import pytest

from tests.factories import make_branch, make_category, make_rights, make_rules
from tests.standing import standing

#: Files about a portal where nothing is yet, or one at the database's own moment.
_EMPTY = {
    "test_filing.py", "test_bulk.py", "test_exports.py", "test_incidents.py", "test_joint_answers.py",
    "test_search_again.py",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _standing(request: pytest.FixtureRequest) -> Iterator[None]:
    yield from standing(request, _build, but=_EMPTY)


def _build() -> None:
    make_branch()
    make_rules()
    make_category()
    make_rights()
