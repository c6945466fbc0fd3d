"""What stands through a file."""

from collections.abc import Iterator

import pytest

from insurers.models import Region
from tests.factories import make_region
from tests.standing import standing

pytestmark = pytest.mark.django_db
built: list[Region] = []


@pytest.fixture(scope="module", autouse=True)
def _standing(request: pytest.FixtureRequest) -> Iterator[None]:
    yield from standing(request, lambda: built.append(make_region()))


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_finds_it_whatever_the_one_before_did(turn: str) -> None:
    assert [region.pk for region in Region.objects.all()] == [made.pk for made in built]
    assert len(built) == 1
    Region.objects.all().delete()
