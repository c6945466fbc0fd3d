"""What a program is told of its limit before it meets it."""

import pytest

from omsportal.platform import limits
from omsportal.platform.limits import Rule
from tests.complaints.api.conftest import Api, World, problem

pytestmark = pytest.mark.django_db


def told(answer: object) -> tuple[str, str]:
    headers = answer.headers  # type: ignore[attr-defined]  # an answer of the test client
    return headers["RateLimit-Policy"], headers["RateLimit"].rpartition(";")[0]


def test_a_key_reads_how_many_calls_are_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.TABLE, "api.key", Rule(3, 60, "key"))
    api = world.key()
    assert [told(api.get("/queue/")) for _call in range(2)] == [
        ('"api.key";q=3;w=60', '"api.key";r=2'),
        ('"api.key";q=3;w=60', '"api.key";r=1'),
    ]


def test_an_unchanged_answer_tells_it_too(anybody: Api) -> None:
    first = anybody.get("/regions/")
    again = anybody.get("/regions/", If_None_Match=first["ETag"])
    assert (again.status_code, again["RateLimit-Policy"]) == (304, '"api.address";q=1200;w=60')


def test_the_refusal_says_none_is_left_and_for_how_long(
    anybody: Api, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.TABLE, "api.address", Rule(1, 60, "address"))
    assert told(anybody.get("/regions/"))[1] == '"api.address";r=0'
    refused = anybody.get("/regions/")
    problem(refused, 429)
    assert refused["RateLimit"] == f'"api.address";r=0;t={refused["Retry-After"]}'


def test_a_session_of_staff_has_no_such_limit(world: World) -> None:
    assert "RateLimit" not in world.staff("operator").get("/queue/")
