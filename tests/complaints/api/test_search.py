"""POST /api/v1/cases/search/."""

import pytest

from complaints.models import Search
from complaints.services import search_filling
from omsportal.platform.models import ReadLog
from tests.complaints.api.conftest import fields_of, problem

pytestmark = pytest.mark.django_db
PATH = "/cases/search/"


def ask(caller, query, **more):
    return caller.post(PATH, {"query": query, **more})


def numbers(answer):
    assert answer.status_code == 200, answer.content
    return [line["number"] for line in answer.json()["results"]]


@pytest.fixture
def case(world):
    made = world.case()
    search_filling.fill_due(now=world.now)
    return made


def test_it_finds_what_the_caller_may_see(world, case):
    operator = world.staff("operator")
    assert numbers(ask(operator, "8 920 123-45-67")) == [case.number]
    assert numbers(ask(operator, "узи")) == [case.number]
    assert numbers(ask(world.staff("specialist"), "узи")) == []
    assert numbers(ask(world.staff("specialist"), "89201234567")) == [case.number]
    assert numbers(ask(world.staff("rival"), "89201234567")) == []


def test_a_line_tells_the_theme_only_where_the_content_opens(world, case):
    (own,) = ask(world.staff("operator"), "89201234567").json()["results"]
    (card,) = ask(world.staff("specialist"), "89201234567").json()["results"]
    assert (own["opens"], own["category"]) == (True, case.category.slug)
    assert (card["opens"], card["category"]) == (False, None)


def test_a_key_that_only_reads_may_search(world, case):
    assert numbers(ask(world.key("read"), "89201234567")) == [case.number]
    assert ask(world.key("calls", name="АТС"), "89201234567").status_code == 403
    line = ReadLog.objects.get()
    assert (line.reader_kind, line.subject_kind) == ("api", "search")


def test_it_says_how_it_understood(world):
    said = ask(world.staff("operator"), "12.03.1950").json()
    assert (said["understood"], said["doubts"], said["next"]) == (["birth_date"], ["date_alone"], None)


def test_it_narrows(world, case):
    operator = world.staff("operator")
    assert numbers(ask(operator, "узи", is_open=False)) == []
    assert numbers(ask(operator, "узи", until="2020-01-01")) == []
    assert numbers(ask(operator, "узи", since="2020-01-01", is_open=True)) == [case.number]


def test_each_search_is_logged(world, case):
    ask(world.staff("operator"), "узи")
    made = Search.objects.get()
    assert (made.kinds, made.found, made.sealed) == (["words"], 1, None)
    assert ReadLog.objects.get().subject_id == made.pk


@pytest.mark.parametrize(
    "body", [{}, {"query": 5}, {"query": "ы" * 201}, {"query": "узи", "since": "завтра"}]
)
def test_a_malformed_one_is_told(world, body):
    said = problem(world.staff("operator").post(PATH, body), 400)
    assert fields_of(said)
