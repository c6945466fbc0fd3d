"""Notices that did not arrive: who sees them, what a person may decide, and the alarm that asks for it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from benchmarks.plans import explained
from complaints.escalation import undelivered
from complaints.models import Barring, Complaint
from complaints.reports.staff import sending
from insurers.models import Branch
from omsportal.platform.models import Alarm, Outbox
from representatives.models import User
from tests.complaints.crowd import copies
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.engine_room import MINUTE, watch
from tests.factories import make_branch, make_complaint

PAGE = "/staff/sending/"
Lose = Callable[..., Outbox]


@pytest.fixture
def lose(now: datetime) -> Lose:
    """lose(case, error="…"): a notice about it that was given up, or (doubtful=True) perhaps arrived."""
    occasion = iter(range(100))

    def make(case: Complaint | None, *, doubtful: bool = False, error: str = "Refused: HTTP 500") -> Outbox:
        about = {"subject_kind": "complaint", "subject_id": case.pk} if case else {"subject_kind": "password"}
        return Outbox.objects.create(
            channel="email", kind="filed", receiver_kind="contact", created_at=now, available_at=now,
            payload={"number": case.number} if case else {}, error=error, copies=3 * doubtful,
            dedup=next(occasion),
            **{"subject_id": 1, **about, "doubtful_at" if doubtful else "dead_at": now},
        )  # fmt: skip

    return make


def shown(client: Client) -> list[Any]:
    return [row.notice for row in client.get(PAGE).context["rows"]]


def alarmed() -> set[int | None]:
    """Whom open alarms tell."""
    return set(Alarm.objects.open().filter(kind="undelivered").values_list("receiver_branch_id", flat=True))


class TestPage:
    def test_it_says_what_to_whom_about_which_appeal_and_why(
        self, waiting_case: Complaint, lose: Lose, client_of: ClientOf
    ) -> None:
        (
            lose(waiting_case, error="SMTPRecipientsRefused 550"),
            lose(None, doubtful=True, error="PerhapsSent: SMTP"),
        )
        body = client_of("admin").get(PAGE).content.decode()
        for words in (
            waiting_case.number, "не дошло", "возможно, дошло", "заявителю",
            "подтверждение, что обращение зарегистрировано", "почтовый сервер отверг адрес (550)",
            "3 копии могли уйти",
        ):  # fmt: skip
            assert words in body
        assert "vera@" not in body

    @pytest.mark.parametrize("name", ["head", "insurer_admin", "fund", "admin"])
    def test_who_answers_for_the_branch_sees_its_notices(
        self, waiting_case: Complaint, lose: Lose, client_of: ClientOf, name: str
    ) -> None:
        notice = lose(waiting_case)
        assert shown(client_of(name)) == [notice]

    @pytest.mark.parametrize("name", ["operator", "specialist", "expert", "fund_operator", "rival"])
    def test_who_works_a_queue_does_not(self, client_of: ClientOf, name: str) -> None:
        assert client_of(name).get(PAGE).status_code == 403

    def test_another_branch_and_a_person_barred_from_the_case_see_nothing(
        self, waiting_case: Complaint, lose: Lose, client_of: ClientOf, people: dict[str, User], now: datetime
    ) -> None:
        theirs = lose(make_complaint(make_branch("reso-med", now=now), now=now))
        own = lose(waiting_case)
        Barring.objects.create(complaint=waiting_case, user=people["head"])
        client = client_of("head")
        assert shown(client) == []
        for notice in (theirs, own):
            for act in ("again", "leave"):
                assert client.post(f"{PAGE}{notice.pk}/{act}/").status_code == 404
        assert Outbox.objects.for_a_person().count() == 2

    def test_what_is_about_no_appeal_is_for_administrators_of_the_portal(
        self, lose: Lose, client_of: ClientOf
    ) -> None:
        notice = lose(None)
        assert (shown(client_of("admin")), shown(client_of("head"))) == ([notice], [])
        assert client_of("head").post(f"{PAGE}{notice.pk}/again/").status_code == 404

    def test_a_crowd_is_read_page_by_page_with_few_queries(
        self, branch: Branch, waiting_case: Complaint, people: dict[str, User], now: datetime,
        django_assert_max_num_queries: Any,
    ) -> None:  # fmt: skip
        crowd(waiting_case, now)
        seen = watch(people["head"], now)
        with explained() as plans, django_assert_max_num_queries(3):
            page = sending.page_of_failed(seen, "")
            sending.described(page.rows, seen)
        assert (len(page.rows), bool(page.next_cursor)) == (sending.PAGE_SIZE, True)
        assert plans.whole_tables() == {}


def crowd(case: Complaint, now: datetime) -> None:
    """20,000 notices of as many cases; 500 of them have not arrived."""
    copies(case, 20_000)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO platform_outbox (channel, kind, subject_kind, subject_id, created_at, available_at,"
            " dead_at, sent_at, payload) SELECT 'email', 'hop', 'complaint', id, %(now)s, %(now)s,"
            " CASE WHEN id %% 40 = 0 THEN %(now)s::timestamptz END,"
            " CASE WHEN id %% 40 > 0 THEN %(now)s::timestamptz END, '{}' FROM complaints_complaint",
            {"now": now},
        )
        cursor.execute("ANALYZE platform_outbox")


class TestDecisions:
    def test_send_again_tries_anew_at_once(
        self, waiting_case: Complaint, lose: Lose, client_of: ClientOf
    ) -> None:
        notice = lose(waiting_case, doubtful=True)
        answer = client_of("head").post(f"{PAGE}{notice.pk}/again/", follow=True)
        assert "снова отправляется" in answer.content.decode()
        notice.refresh_from_db()
        assert (notice.doubtful_at, notice.copies, notice.attempts) == (None, 0, 0)
        assert Outbox.objects.pending().filter(pk=notice.pk).exists()

    def test_all_of_the_own_branch_are_sent_again_and_no_others(
        self, waiting_case: Complaint, lose: Lose, client_of: ClientOf, now: datetime
    ) -> None:
        theirs = lose(make_complaint(make_branch("reso-med", now=now), now=now))
        lose(waiting_case)
        client_of("head").post(f"{PAGE}again/")
        assert list(Outbox.objects.for_a_person()) == [theirs]

    def test_leave_it_keeps_who_and_when(
        self, waiting_case: Complaint, lose: Lose, client_of: ClientOf, people: dict[str, User]
    ) -> None:
        notice = lose(waiting_case)
        client_of("head").post(f"{PAGE}{notice.pk}/leave/")
        notice.refresh_from_db()
        assert (notice.left_by_id, notice.dead_at is None) == (people["head"].pk, False)
        assert shown(client_of("head")) == []

    def test_who_comes_second_is_told_so(
        self, waiting_case: Complaint, lose: Lose, client_of: ClientOf
    ) -> None:
        notice = lose(waiting_case)
        client_of("head").post(f"{PAGE}{notice.pk}/leave/")
        for act in ("again", "leave"):
            answer = client_of("admin").post(f"{PAGE}{notice.pk}/{act}/", follow=True)
            assert "уже решено" in answer.content.decode()

    def test_a_page_opened_by_a_link_changes_nothing(
        self, waiting_case: Complaint, lose: Lose, client_of: ClientOf
    ) -> None:
        notice = lose(waiting_case)
        assert client_of("head").get(f"{PAGE}{notice.pk}/again/").status_code == 405


class TestAlarm:
    def test_it_tells_branch_and_administrators_once_and_closes_with_the_last_decision(
        self, waiting_case: Complaint, lose: Lose, client_of: ClientOf, now: datetime
    ) -> None:
        assert undelivered.look(now) == 0
        first, _second = lose(waiting_case), lose(waiting_case, doubtful=True)
        assert undelivered.look(now) == 2
        assert undelivered.look(now + MINUTE) == 0
        assert alarmed() == {waiting_case.branch_id, None}
        client_of("head").post(f"{PAGE}{first.pk}/leave/")
        assert alarmed() == {waiting_case.branch_id, None}
        client_of("head").post(f"{PAGE}again/")
        assert alarmed() == set()

    def test_a_later_failure_is_a_new_alarm(self, waiting_case: Complaint, lose: Lose, now: datetime) -> None:
        notice = lose(waiting_case)
        undelivered.look(now)
        Outbox.objects.filter(pk=notice.pk).delete()
        undelivered.look(now + MINUTE)
        lose(waiting_case)
        assert undelivered.look(now + 2 * MINUTE) == 2

    def test_what_is_about_no_appeal_alarms_the_administrators_only(self, lose: Lose, now: datetime) -> None:
        lose(None)
        assert (undelivered.look(now), alarmed()) == (1, {None})

    def test_it_reads_no_whole_table_in_a_crowd(
        self, waiting_case: Complaint, people: dict[str, User], now: datetime
    ) -> None:
        crowd(waiting_case, now)
        with explained() as plans:
            undelivered.look(now + timedelta(minutes=1))
        assert plans.scans
        assert plans.whole_tables() == {}
