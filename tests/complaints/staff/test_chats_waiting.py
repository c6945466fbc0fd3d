"""Chats stand above every page of the workplace, however long the queue is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from benchmarks.plans import explained
from complaints.models import Complaint
from complaints.reports.staff import chats as report
from complaints.services import thread, work
from insurers.models import Branch
from omsportal.platform.clock import database_now
from representatives import sessions
from representatives.models import User
from tests.complaints.crowd import copies
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_complaint, profile

CHATS = "/staff/chats/"
BY_ITSELF = {"X-By-Itself": "1"}


def chat(branch: Branch, now: datetime, **fields: Any) -> Complaint:
    return make_complaint(branch, channel="chat", kind="consultation", now=now, **fields)


def asked(client: Client, **known: str) -> Any:
    return client.post(CHATS, known, headers=BY_ITSELF)


def test_a_chat_is_named_to_its_tier_however_many_appeals_are_due_before(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    for _ in range(3):
        make_complaint(branch, now=now - timedelta(hours=1))
    waits = chat(branch, now)
    chat(make_branch("reso-med"), now)
    operator = client_of("operator")
    answer = asked(operator)
    assert [case.pk for case in answer.context["chats"].free] == [waits.pk]
    page = answer.content.decode()
    assert f'action="/staff/cases/{waits.number}/claim/" target="_blank"' in page
    assert asked(operator, known=answer.context["chats"].stamp).status_code == 204
    for role in ("specialist", "head", "insurer_admin", "fund"):
        assert not asked(client_of(role)).context["chats"], role


def test_a_word_in_the_own_chat_is_told_while_another_page_is_open(
    branch: Branch, people: dict[str, User], client_of: ClientOf
) -> None:
    now = database_now()
    mine = chat(branch, now, held_by=people["operator"], message="Здравствуйте")
    operator = client_of("operator")
    assert not asked(operator).context["chats"]
    thread.post_by_patient(complaint=mine, text="Спасибо, а куда идти?", now=now + timedelta(minutes=2))
    answer = asked(operator, known="")
    assert [case.pk for case in answer.context["chats"].own] == [mine.pk]
    assert "куда идти" not in answer.content.decode()


def test_a_chat_that_became_the_own_one_is_not_shown_as_free_any_more(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    waits, hand = chat(branch, now), people["operator"]
    operator = client_of("operator")
    known = asked(operator).context["chats"].stamp
    work.claim(complaint=waits, by=hand, profile=profile(hand), now=now)
    thread.post_by_patient(complaint=waits, text="Вы тут?", now=now + timedelta(minutes=1))
    answer = asked(operator, known=known)
    assert answer.status_code == 200
    assert [case.pk for case in answer.context["chats"].own] == [waits.pk]


def test_of_very_many_the_oldest_are_named(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    waiting = [chat(branch, now - timedelta(minutes=12 - place)) for place in range(11)]
    answer = asked(client_of("operator"))
    chats, page = answer.context["chats"], answer.content.decode()
    assert chats.count == "10+"
    assert f'data-free="{" ".join(str(case.pk) for case in waiting[:10])} " data-more' in page
    assert [case.pk for case in chats.named] == [case.pk for case in waiting[: report.MOST]]


def test_every_page_of_those_who_serve_a_queue_asks_for_them(
    people: dict[str, User], client_of: ClientOf
) -> None:
    for address in ("/staff/", "/staff/intake/", "/staff/call-backs/"):
        assert f'hx-post="{CHATS}"' in client_of("operator").get(address).content.decode(), address
    assert f'hx-post="{CHATS}"' not in client_of("head").get("/staff/dashboard/").content.decode()


def test_the_end_of_the_session_leaves_the_page_alone(
    people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    session = operator.session
    session[sessions.SEEN] = (now - 2 * sessions.IDLE).timestamp()
    session.save()
    answer = operator.post(CHATS, {"known": ""}, headers={**BY_ITSELF, "HX-Request": "true"})
    assert (answer.status_code, "HX-Redirect" in answer) == (401, False)


def test_asking_has_its_price(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for _ in range(3):
        chat(branch, now)
    operator = client_of("operator")
    with django_assert_max_num_queries(10):
        asked(operator)


@pytest.mark.slow
def test_asking_reads_no_whole_table(
    branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    case = chat(branch, now)
    copies(case, 20_000, status="'closed'", assignee_id="NULL", escalate_at="NULL", warn_at="NULL",
           closed_at="now()")  # fmt: skip
    operator = client_of("operator")
    with explained() as plans:
        asked(operator)
    assert plans.whole_tables() == {}
