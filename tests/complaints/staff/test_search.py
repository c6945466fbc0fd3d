"""Finding cases: by what a caller says, by words; only what one may see; logged, and in no address."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from benchmarks.plans import explained
from complaints.lexemes import What, lexeme, week_of
from complaints.models import CaseWords, Complaint, Search
from complaints.reports import readings
from complaints.reports.staff import search
from complaints.reports.staff.search_understood import understood
from complaints.services import search_filling
from insurers.models import Branch, Policy
from insurers.policy_numbers import Sex, check_policy_number, enp_for
from insurers.services.policies import Holder, PolicyRecord, create_policies
from omsportal.platform.models import ReadLog
from representatives.models import User
from tests.complaints.crowd import copies
from tests.complaints.staff.conftest import ClientOf
from tests.factories import PATIENT, make_branch, make_complaint, profile

pytestmark = pytest.mark.django_db

FIND = "/staff/find/"
Add = Callable[..., Complaint]
BORN = "31.12.1950"
POLICY = enp_for("76", date(1950, 12, 31), Sex.FEMALE, 7)


@pytest.fixture
def add(branch: Branch, people: dict[str, User], now: datetime) -> Add:
    """Files a case and lets search read it."""

    def made(**fields: Any) -> Complaint:
        at = fields.pop("now", now)
        fields.setdefault("patient", {**PATIENT, "policy_number": POLICY})
        case = make_complaint(fields.pop("branch", branch), now=at, **fields)
        search_filling.fill_due(now=now)
        return case

    return made


def ask(client: Client, query: str = "", **fields: str) -> Any:
    """The page of results."""
    return client.post(FIND, fields or {"query": query}, follow=True)


def found(client: Client, query: str = "", **fields: str) -> list[str]:
    return [row.number for row in ask(client, query, **fields).context["results"].rows]


# --- what finds ---


FINDS = (
    "8 (920) 123-45-67", "+7 920 1234567", f"{POLICY[:4]} {POLICY[4:10]} {POLICY[10:]}",
    f"Соколова {BORN}", f"Сакалова {BORN}", f"соколов {BORN}", "Соколова", "Сокалова", "ильинична",
    "ждать узи", "месяцам", "поликлиника", "врача соколова",
)  # fmt: skip
FINDS_NOT = (
    "8 920 123-45-68", f"Кузнецова {BORN}", "Соколова 30.12.1950", "Кузнецов", "прививка", "узи прививка",
)  # fmt: skip


def test_a_case_is_found_by_what_is_at_hand_and_by_nothing_else(add: Add, client_of: ClientOf) -> None:
    case, operator = add(), client_of("operator")
    assert {typed: found(operator, typed) for typed in FINDS} == {typed: [case.number] for typed in FINDS}
    assert {typed: found(operator, typed) for typed in FINDS_NOT} == {typed: [] for typed in FINDS_NOT}
    assert ask(operator, "прививка").context["advice"]


def test_a_dictated_number_leads_to_the_case(add: Add, client_of: ClientOf) -> None:
    case = add()
    spoken = case.number.replace("-", " ")
    answer = client_of("operator").post(FIND, {"query": spoken})
    assert answer["Location"] == f"/staff/cases/{case.number}/"


def test_the_snils_of_the_registry_finds(
    branch: Branch, add: Add, client_of: ClientOf, now: datetime
) -> None:
    holder = Holder(surname="Соколова", first_name="Вера", birth_on=now.date(), snils="11223344595")
    number = check_policy_number(POLICY)
    create_policies([PolicyRecord(number=number, holder=holder, branch_id=branch.pk)])
    case = add(policy_id=Policy.objects.get().pk)
    assert found(client_of("operator"), "112-233-445 95") == [case.number]


def test_fields_have_to_fit_all_together(add: Add, client_of: ClientOf, now: datetime) -> None:
    case = add()
    today = now.astimezone(case.branch.zone).date()
    operator = client_of("operator")
    assert found(operator, words="узи", surname="соколова", state="open") == [case.number]
    assert found(operator, words="узи", clinic="поликлиникой", since=f"{today}", until=f"{today}") == [
        case.number
    ]
    assert found(operator, phone="89201234567", words="узи") == [case.number]
    assert found(operator, phone="89201234567", words="прививка") == []
    assert found(operator, words="узи", state="ended") == []
    assert found(operator, words="узи", until=f"{today - timedelta(days=1)}") == []


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"birth_on": "1950-12-31"}, "surname"), ({"phone": "12"}, "phone"), ({"policy": "7658"}, "policy"),
    ({"words": "узи", "since": "2026-02-02", "until": "2026-01-01"}, "until"), ({"words": ""}, "__all__"),
    ({"query": ""}, "query"),
]  # fmt: skip


def test_what_cannot_be_looked_for_is_explained_and_kept(client_of: ClientOf) -> None:
    operator = client_of("operator")
    for fields, field in REFUSED:
        answer = operator.post(FIND, fields)
        form = answer.context["box" if "query" in fields else "fields"]
        assert (answer.status_code, list(form.errors)) == (422, [field]), fields
        assert all(value in answer.content.decode() for value in fields.values())


def test_it_tells_back_what_it_understood(client_of: ClientOf) -> None:
    page = ask(client_of("operator"), "8 920 123-45-67 соколова").content.decode()
    assert "+7 920 123-45-67" in page
    assert "соколова" not in re.sub(r'value="[^"]*"', "", page)


# --- who finds ---


def test_a_caller_of_another_tier_is_found_by_what_identifies_and_not_by_words(
    add: Add, client_of: ClientOf
) -> None:
    case = add(tier=2)
    operator = client_of("operator")
    page = ask(operator, "89201234567")
    assert [row.number for row in page.context["results"].rows] == [case.number]
    assert "УЗИ" not in page.content.decode()
    assert "Соколов" not in page.content.decode()
    assert found(operator, f"Соколова {BORN}") == [case.number]
    assert found(operator, "узи") == found(operator, "соколова") == []
    assert found(operator, phone="89201234567", words="узи") == []
    assert found(client_of("specialist"), "узи") == [case.number]
    assert found(client_of("head"), "узи") == [case.number]


def test_who_may_not_open_a_case_finds_it_by_no_word(add: Add, client_of: ClientOf) -> None:
    case = add()
    for role in ("rival", "fund", "fund_operator", "admin", "insurer_admin"):
        client = client_of(role)
        assert found(client, "узи") == [], role
        assert found(client, "89201234567") == ([case.number] if role == "insurer_admin" else []), role


def test_a_barred_person_finds_nothing(add: Add, people: dict[str, User], client_of: ClientOf) -> None:
    add().barred_users.add(people["operator"], through_defaults={"why": "complained_of"})
    assert found(client_of("operator"), "узи") == found(client_of("operator"), "89201234567") == []


def test_a_case_of_another_branch_is_found_by_who_holds_it(
    add: Add, people: dict[str, User], client_of: ClientOf, now: datetime
) -> None:
    late = add(held_by=people["operator"])
    Complaint.objects.filter(pk=late.pk).update(breached_at=now, escalate_at=None, warn_at=None)
    fund = client_of("fund_operator")
    assert (found(fund, "узи"), found(fund, "89201234567")) == ([], [late.number])
    Complaint.objects.filter(pk=late.pk).update(assignee=people["fund_operator"])
    assert found(fund, "узи") == [late.number]


# --- what is shown ---


def test_words_are_marked_in_their_place(add: Add, client_of: ClientOf) -> None:
    add(story="Жалоба. " + "Очень долго. " * 30 + "Записалась на приёмы через месяц.")
    page = ask(client_of("operator"), "записаться на приём").content.decode()
    assert "<mark>приёмы</mark>" in page
    assert "Жалоба" not in page


def test_the_address_and_the_title_hold_nothing_of_it(add: Add, client_of: ClientOf) -> None:
    add()
    answer = ask(client_of("operator"), "соколова узи")
    assert re.fullmatch(r"/staff/find/[0-9a-f-]{36}/", answer.request["PATH_INFO"])
    title = re.search(r"<title>(.*?)</title>", answer.content.decode(), re.S)
    assert title is not None
    assert "соколова" not in title[1].lower()


def test_results_belong_to_whoever_asked_and_end_after_an_hour(add: Add, client_of: ClientOf) -> None:
    add()
    address = ask(client_of("operator"), "узи").request["PATH_INFO"]
    other = client_of("head").get(address)
    assert other.status_code == 404
    assert "УЗИ" not in other.content.decode()
    made = Search.objects.get()
    Search.objects.update(
        made_at=made.made_at - timedelta(hours=2), expires_at=made.expires_at - timedelta(hours=2)
    )
    assert client_of("operator").get(address).status_code == 404


def test_pages_go_on_by_cursor_and_miss_nothing(
    add: Add, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(search, "PAGE_SIZE", 2)
    ages = (0, 1, 8, 9, 20, 40, 41, 90, 200)
    cases = [add(now=now - timedelta(days=days), branch=make_branch(now=now)) for days in reversed(ages)]
    operator, seen = client_of("operator"), []
    answer = ask(operator, "узи")
    for _ in range(6):
        seen += [row.number for row in answer.context["results"].rows]
        cursor = answer.context["results"].next_cursor
        if not cursor:
            break
        answer = operator.get(answer.request["PATH_INFO"], {"cursor": cursor})
    assert seen == [case.number for case in reversed(cases)]
    assert operator.get(answer.request["PATH_INFO"], {"cursor": "nonsense"}).status_code == 200


def test_a_word_that_stands_everywhere_is_looked_for_piece_by_piece(
    add: Add, people: dict[str, User], client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "CHUNK", 2)
    monkeypatch.setattr(search, "MOST_LOOKED_AT", 4)
    mine = add()
    for _ in range(6):
        add(tier=2)
    operator = client_of("operator")
    answer = ask(operator, "узи")
    assert answer.context["results"].rows == []
    assert answer.context["results"].looked_since
    cursor = answer.context["results"].next_cursor
    further = operator.get(answer.request["PATH_INFO"], {"cursor": cursor})
    assert [row.number for row in further.context["results"].rows] == [mine.number]


@pytest.mark.parametrize(("newest", "enough"), [(0, 2), (3, 200), (100, 1), (100, 200)])
def test_the_newest_cases_are_found_alike_by_either_way(
    add: Add, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch, newest: int, enough: int
) -> None:
    monkeypatch.setattr(search, "PAGE_SIZE", 2)
    monkeypatch.setattr(search, "NEWEST", newest)
    monkeypatch.setattr(search, "ENOUGH", enough)
    cases = [add(tier=tier) for tier in (1, 2, 1, 1, 2, 1, 1)]
    seen, operator = [], client_of("operator")
    answer = ask(operator, "узи")
    while True:
        results = answer.context["results"]
        seen.append([row.number for row in results.rows])
        if not results.next_cursor:
            break
        answer = operator.get(answer.request["PATH_INFO"], {"cursor": results.next_cursor})
    mine = [case.number for case in reversed(cases) if case.tier == 1]
    assert seen == [mine[:2], mine[2:4], mine[4:]]


def test_a_word_of_all_day_does_not_reach_the_index(
    add: Add, people: dict[str, User], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE_SIZE", 2)
    for _ in range(3):
        add()
    with explained() as plans:
        search.find(understood("узи", today=now.date()), profile(people["operator"], on=now.date()))
    scans = [line for told in plans.lines.values() for line in told if "complaints_casewords" in line]
    assert len(scans) == 1, scans


def test_on_a_monday_the_cases_of_last_week_are_not_read_through(
    add: Add, people: dict[str, User], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE_SIZE", 2)
    for _ in range(3):
        add(now=now - timedelta(days=7))
    operator = profile(people["operator"], on=now.date())
    with CaptureQueriesContext(connection) as queries:
        assert len(search.find(understood("узи", today=now.date()), operator).rows) == 2
    assert len([one for one in queries if "complaint_id + 0" in one["sql"]]) == 1


# --- what is left behind ---


def test_every_search_is_logged_by_kind_and_number_and_not_by_what(
    add: Add, people: dict[str, User], client_of: ClientOf
) -> None:
    case = add()
    ask(client_of("operator"), "89201234567")
    made = Search.objects.get()
    assert (made.user_id, made.kinds, made.found) == (people["operator"].pk, ["phone"], 1)
    lines = ReadLog.objects.order_by("pk").values_list("reader_id", "subject_kind", "subject_id", "what")
    operator = people["operator"].pk
    assert list(lines) == [
        (operator, "search", made.pk, "search"),
        (operator, "complaint", case.pk, "search"),
    ]


def test_a_card_that_is_only_found_leaves_no_line_of_its_content(add: Add, client_of: ClientOf) -> None:
    add(tier=2)
    ask(client_of("operator"), "89201234567")
    assert not ReadLog.objects.filter(subject_kind="complaint").exists()


def test_the_patient_reads_that_the_case_was_among_results(
    add: Add, people: dict[str, User], client_of: ClientOf, now: datetime
) -> None:
    case = add()
    ask(client_of("operator"), "узи")
    told = [str(line.what) for line in readings.openings_for_patient(case, "", now=now).lines]
    assert any("поиск" in line for line in told)


# --- what it costs ---


def test_a_page_of_results_costs_few_queries(
    add: Add, client_of: ClientOf, now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        add()
    operator = client_of("operator")
    address = ask(operator, "узи").request["PATH_INFO"]
    with django_assert_max_num_queries(30):
        operator.get(address)
    for _ in range(5):
        add()
    address = ask(operator, "узи").request["PATH_INFO"]
    with django_assert_max_num_queries(30):
        assert len(operator.get(address).context["results"].rows) == 10


_CROWD = """
INSERT INTO complaints_casewords (complaint_id, lexemes)
SELECT id, concat_ws(' ', 'b' || branch_id || 'k' || (%(week)s - id %% 150), 'w' || md5(id::text),
    CASE WHEN id %% 2 = 0 THEN %(common)s END)::tsvector
FROM complaints_complaint ON CONFLICT DO NOTHING
"""


def test_no_search_reads_a_whole_table(add: Add, people: dict[str, User], now: datetime) -> None:
    copies(add(), 4000)
    with connection.cursor() as cursor:
        cursor.execute(_CROWD, {"week": week_of(now), "common": lexeme(What.STORY, "узи")})
        cursor.execute("ANALYZE")
    assert CaseWords.objects.count() > 4000
    reader = profile(people["operator"], on=now.date())
    with explained() as plans:
        for typed in ("узи", "соколова", "89201234567", f"соколова {BORN}", POLICY):
            assert search.find(understood(typed, today=now.date()), reader).rows, typed
    assert plans.whole_tables() == {}
