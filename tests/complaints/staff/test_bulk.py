"""Marking cases in a list, acting on them, taking a list along: the pages."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from complaints.models import BulkAct, Complaint, Export
from complaints.reports.staff.bulk_pace import Pace, pace_of
from complaints.services import bulk, exports
from insurers.models import Branch
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job
from representatives import sessions
from representatives.models import Representative, User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import NOW, make_complaint


def mark(*cases: Complaint) -> list[str]:
    """As a box in the list sends it."""
    versions = dict(Complaint.objects.values_list("pk", "version"))
    return [f"{one.number}.{versions[one.pk]}" for one in cases]


def work() -> None:
    while job := jobs.take_next(database_now()):
        handler = {bulk.KIND: bulk.work, exports.KIND: exports.work}[job.kind]
        handler(job, jobs.Progress(job.pk))
        Job.objects.filter(pk=job.pk).update(state="done", finished_at=database_now())


def prove(client: Client, ago: timedelta = timedelta()) -> Client:
    """So long ago this person said who they are."""
    session = client.session
    session[sessions.PROVEN] = (database_now() - ago).timestamp()
    session.save()
    return client


CHOICE = {"act": "assign", "which": "marked", "tab": "queue", "query": ""}


def test_a_list_offers_boxes_and_acts_and_answered_ones_only_the_file(
    waiting_case: Complaint, client_of: ClientOf
) -> None:
    page = client_of("operator").get("/staff/").content.decode()
    assert f'form="bulk" name="case" id="mark-{waiting_case.number}"' in page
    assert 'value="with' not in page
    assert all(f'value="{kind}"' in page for kind in BulkAct.Kind.values)
    answered = client_of("operator").get("/staff/answered/").content.decode()
    assert 'id="bulk"' not in answered
    assert "/staff/export/?tab=answered" in answered


def test_what_is_marked_travels_through_the_question_to_the_work(
    branch: Branch, waiting_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    head, case = client_of("head"), mark(waiting_case)
    asked = head.post("/staff/bulk/", {**CHOICE, "case": case})
    assert (asked.status_code, case[0] in asked.content.decode()) == (200, True)
    to = Representative.objects.get(user=people["operator"])
    again = head.post("/staff/bulk/", {**CHOICE, "case": case, "said": "1", "reason": "leave"})
    assert again.status_code == 422
    assert case[0] in again.content.decode()
    begun = head.post("/staff/bulk/", {**CHOICE, "case": case, "said": "1", "reason": "leave", "to": to.pk})
    made = BulkAct.objects.get()
    assert begun.url == f"/staff/bulk/{made.reference}/"
    under_way = head.get(begun.url).content.decode()
    assert 'hx-trigger="every 2s"' in under_way
    work()
    ready = head.get(begun.url, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in ready
    assert waiting_case.number in ready
    assert Complaint.objects.get(pk=waiting_case.pk).assignee_id == people["operator"].pk


def test_a_whole_list_is_taken_with_its_filter(
    branch: Branch, people: dict[str, User], client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    now = database_now()
    by_phone = make_complaint(branch, now=now, channel="phone")
    by_site = make_complaint(branch, now=now)
    head = client_of("head")
    choice = {"act": "escalate", "which": "all", "tab": "queue", "query": "channel=phone"}
    with django_assert_max_num_queries(22):
        assert ">1<" in head.post("/staff/bulk/", choice).content.decode()
    head.post("/staff/bulk/", {**choice, "said": "1", "reason": "competence"})
    work()
    tiers = dict(Complaint.objects.values_list("pk", "tier"))
    assert tiers == {by_phone.pk: 2, by_site.pk: 1}


def test_nothing_marked_leads_back_to_the_list_with_its_filter(client_of: ClientOf) -> None:
    answer = client_of("head").post("/staff/bulk/", {**CHOICE, "tab": "all", "query": "channel=phone"})
    assert answer.url == "/staff/all/?channel=phone"
    for wrong in ({"act": "destroy"}, {"tab": "alarms"}, {"which": "x"}):
        assert client_of("head").post("/staff/bulk/", {**CHOICE, **wrong}).url == "/staff/"


def test_why_a_case_was_left_stands_beside_its_number(
    held_case: Complaint, waiting_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    operator = client_of("operator")
    choice = {**CHOICE, "act": "escalate", "case": mark(held_case, waiting_case)}
    page = operator.post("/staff/bulk/", {**choice, "said": "1", "reason": "competence"}).url
    work()
    assert "сначала возьмите обращение" in operator.get(page).content.decode()
    assert waiting_case.number in operator.get(f"{page}?result=refused").content.decode()
    assert held_case.number in operator.get(f"{page}?result=done").content.decode()
    assert operator.get("/staff/bulk/mine/").content.decode().count("2 / 2") == 1


def test_only_who_asked_sees_and_stops_it(
    waiting_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    head = client_of("head")
    choice = {**CHOICE, "act": "escalate", "case": mark(waiting_case), "said": "1", "reason": "competence"}
    page = head.post("/staff/bulk/", choice).url
    for name in ("operator", "rival", "insurer_admin"):
        assert client_of(name).get(page).status_code == 404
        assert client_of(name).post(f"{page}stop/").status_code == 404
    assert head.post(f"{page}stop/").url == page
    work()
    assert Complaint.objects.get(pk=waiting_case.pk).tier == 1
    assert "Остановлено" in head.get(page).content.decode()


def test_a_long_work_says_how_long_it_takes_and_keeps_the_results_open(
    waiting_case: Complaint, client_of: ClientOf
) -> None:
    head = client_of("head")
    choice = {**CHOICE, "act": "escalate", "case": mark(waiting_case), "said": "1", "reason": "competence"}
    page = head.post("/staff/bulk/", choice).url
    assert "Ждёт своей очереди" in head.get(page).content.decode()
    begun = database_now() - timedelta(minutes=1)
    BulkAct.objects.update(made_at=begun, gathered_at=begun, done_count=60, total_count=100)
    shown = head.get(f"{page}?result=waiting", headers={"HX-Request": "true"}).content.decode()
    assert re.search(r"Примерно \d+ в минуту, осталось около \d+ мин\.", shown)
    assert f'hx-get="{page}?result=waiting"' in shown
    head.post(f"{page}stop/")
    assert "в минуту" not in head.get(page).content.decode()


def test_its_pace_is_the_average_since_the_list_was_read() -> None:
    act = BulkAct(gathered_at=NOW - timedelta(minutes=2), done_count=100, total_count=1_000)
    assert pace_of(act, NOW) == Pace(a_minute=50, minutes_left=18)
    assert pace_of(act, NOW - timedelta(seconds=118)) is None
    for other in ({"gathered_at": None}, {"done_count": 0}, {"finished_at": NOW}, {"cancelled_at": NOW}):
        assert pace_of(BulkAct(**{"gathered_at": act.gathered_at, "done_count": 1, **other}), NOW) is None


def test_a_theme_is_chosen_among_those_in_force_and_something_must_change(
    waiting_case: Complaint, client_of: ClientOf
) -> None:
    choice = {**CHOICE, "act": "reclassify", "case": mark(waiting_case), "said": "1"}
    answer = client_of("head").post("/staff/bulk/", {**choice, "reason": "other", "text": "так"})
    assert answer.status_code == 422
    assert "Выберите, что изменить" in answer.content.decode()


# --- exports ---


def test_it_asks_who_it_is_before_a_list_leaves(waiting_case: Complaint, client_of: ClientOf) -> None:
    head = prove(client_of("head"), timedelta(hours=1))
    asked = head.get("/staff/export/?tab=queue")
    assert asked.url.startswith("/accounts/reauthenticate/")
    assert head.post("/staff/export/", {"tab": "queue", "format": "csv"}).status_code == 302
    assert not Export.objects.exists()


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_list_becomes_a_file_for_its_maker(
    format: str, waiting_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    head = prove(client_of("head"))
    assert "обращений сейчас: <b>1</b>" in head.get("/staff/export/?tab=queue").content.decode()
    made = head.post("/staff/export/", {"tab": "queue", "format": format, "query": ""})
    page = head.get(made.url).content.decode()
    assert f"{made.url}file/" in page
    file = head.get(f"{made.url}file/")
    body = b"".join(file.streaming_content)
    assert file["Content-Disposition"].startswith('attachment; filename="queue-')
    assert (waiting_case.number.encode() in body) == (format == "csv")
    rival = prove(client_of("rival"))
    for address in (made.url, f"{made.url}file/"):
        assert rival.get(address).status_code == 404
    Export.objects.update(made_at=database_now() - timedelta(days=2), expires_at=database_now())
    assert head.get(f"{made.url}file/").status_code == 404
    assert f"{made.url}file/" not in head.get(made.url).content.decode()


def test_the_head_sees_who_took_what_along(
    branch: Branch, held_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    operator = prove(client_of("operator"))
    operator.post("/staff/export/", {"tab": "mine", "format": "csv", "query": "channel=site"})
    page = client_of("head").get("/staff/exports/").content.decode()
    assert str(people["operator"]) in page
    assert re.search(r"Мои обращения: [^<]*сайт", page)
    assert client_of("operator").get("/staff/exports/").status_code == 403
    rivals = client_of("rival").get("/staff/exports/")
    assert rivals.status_code == 403


def test_an_unknown_list_is_no_list(client_of: ClientOf) -> None:
    head = prove(client_of("head"))
    assert head.get("/staff/export/?tab=x").status_code == 404
    assert head.post("/staff/export/", {"tab": "x", "format": "csv"}).status_code == 404
