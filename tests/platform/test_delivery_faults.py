"""What a provider can do to a notice, with real servers: it is sent, tried again, given up, or in doubt."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from pytest_django.fixtures import Settings

from omsportal.platform import delivery, lanes, outbox, sending, sms
from omsportal.platform.delivery import BACK_OFF, LEASE, MOST_COPIES, Delivered, Lane
from omsportal.platform.models import Outbox
from omsportal.platform.sms import Sms
from tests.processes import eventually
from tests.providers import BadMailServer, Gateway

MakeNotice = Callable[..., Outbox]


@pytest.fixture(autouse=True)
def builders(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(delivery, "_builders", {})
    settings.SITE_URL = "https://oms.example.org"
    delivery.register("email", lambda row: EmailMessage("Новости", "Есть", to=["vera@example.org"]))
    delivery.register("sms", lambda row: Sms(phone="+79201234567", text='Код "12" № {id}'))


@pytest.fixture
def mail(settings: Settings) -> Iterator[BadMailServer]:
    with BadMailServer() as server:
        server.use(settings)
        yield server


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Gateway]:
    with Gateway() as server:
        server.use(settings)
        yield server


def again(row: Outbox) -> Outbox:
    row.refresh_from_db()
    return row


def due(row: Outbox) -> datetime:
    return again(row).available_at


@pytest.mark.django_db
class TestMail:
    @pytest.mark.parametrize("behave", ["silent", "dies"])
    def test_what_was_handed_over_and_not_answered_leaves_three_times_and_then_a_person_decides(
        self, now: datetime, make_notice: MakeNotice, mail: BadMailServer, behave: str
    ) -> None:
        mail.becomes(behave)
        row = make_notice()
        moment = now
        for copy in range(1, MOST_COPIES):
            assert delivery.deliver(moment) == Delivered(failed=1)
            assert (again(row).copies, row.sent_at) == (copy, None)
            moment = due(row)
        assert delivery.deliver(moment) == Delivered(in_doubt=1)
        assert delivery.deliver(moment + timedelta(days=9)) == Delivered()
        assert (again(row).doubtful_at, row.dead_at, row.copies) == (moment, None, MOST_COPIES)
        assert row.error == "PerhapsSent: SMTP"
        assert [m["Message-ID"] for m in mail.taken] == [delivery.message_id(row.pk)] * MOST_COPIES

    @pytest.mark.parametrize("behave", ["dumb", "451", "refuses 450"])
    def test_what_was_not_handed_over_is_no_copy_and_is_tried_again(
        self, now: datetime, make_notice: MakeNotice, mail: BadMailServer, behave: str
    ) -> None:
        mail.becomes(behave)
        row = make_notice()
        assert delivery.deliver(now) == Delivered(failed=1)
        assert (again(row).copies, row.available_at) == (0, now + BACK_OFF[0])
        assert "vera" not in row.error
        mail.becomes("well")
        assert delivery.deliver(due(row)) == Delivered(sent=1)

    def test_a_server_that_dies_in_the_middle_of_a_message_has_none(
        self, now: datetime, make_notice: MakeNotice, mail: BadMailServer
    ) -> None:
        # Longer than what the two sides hold between them: the final dot cannot have left.
        long = EmailMessage("Новости", f"{'x' * 78}\n" * 100_000, to=["vera@example.org"])
        delivery.register("email", lambda row: long)
        mail.becomes("dies_early")
        row = make_notice()
        assert delivery.deliver(now) == Delivered(failed=1)
        assert (again(row).copies, row.error) == (0, "SMTPServerDisconnected")

    @pytest.mark.parametrize("behave", ["550", "refuses 550"])
    def test_what_is_refused_for_good_is_given_up_at_once(
        self, now: datetime, make_notice: MakeNotice, mail: BadMailServer, behave: str
    ) -> None:
        mail.becomes(behave)
        row = make_notice()
        assert delivery.deliver(now) == Delivered(given_up=1)
        assert (again(row).error.split()[-1], row.dead_at) == ("550", now)

    def test_what_may_have_left_once_is_never_called_lost(
        self, now: datetime, make_notice: MakeNotice, mail: BadMailServer
    ) -> None:
        mail.becomes("silent")
        row = make_notice()
        delivery.deliver(now)
        mail.becomes("550")
        assert delivery.deliver(due(row)) == Delivered(in_doubt=1)
        assert (again(row).dead_at, row.copies) == (None, 1)

    def test_a_server_whose_answer_drips_is_cut_off(
        self, now: datetime, make_notice: MakeNotice, mail: BadMailServer, settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(sending, "EXCHANGE_SECONDS", 0.2)
        mail.becomes("silent")
        settings.EMAIL_TIMEOUT = 30
        make_notice()
        assert delivery.deliver(now) == Delivered(failed=1)

    def test_a_copy_sent_by_hand_begins_anew_and_keeps_its_id(
        self, now: datetime, make_notice: MakeNotice, mail: BadMailServer
    ) -> None:
        row = make_notice(doubtful_at=now, copies=3, attempts=5)
        assert outbox.revive([row.pk], now) == 1
        assert delivery.deliver(now) == Delivered(sent=1)
        assert (again(row).copies, row.doubtful_at) == (0, None)
        assert mail.taken[0]["Message-ID"] == delivery.message_id(row.pk)

    def test_what_a_person_left_stays_as_it_is(
        self, now: datetime, make_notice: MakeNotice, mail: BadMailServer
    ) -> None:
        row = make_notice(dead_at=now)
        assert outbox.leave([row.pk], by_id=7, now=now) == 1
        assert outbox.revive([row.pk], now) == outbox.leave([row.pk], by_id=8, now=now) == 0
        assert delivery.deliver(now + timedelta(days=1)) == Delivered()
        assert (again(row).left_by_id, list(Outbox.objects.for_a_person())) == (7, [])


@pytest.mark.django_db
class TestDeadWorkers:
    def test_a_worker_that_died_while_sending_leaves_a_copy_in_doubt(
        self, now: datetime, make_notice: MakeNotice, mail: BadMailServer
    ) -> None:
        row = make_notice()
        moment = now
        for _death in range(MOST_COPIES):
            delivery.lease(Lane("email", urgent=False), moment)
            moment += LEASE
        assert delivery.deliver(moment) == Delivered(in_doubt=1)
        assert (again(row).copies, mail.taken) == (MOST_COPIES, [])

    def test_what_failed_for_certain_before_is_no_copy(
        self, now: datetime, make_notice: MakeNotice, mail: BadMailServer
    ) -> None:
        mail.becomes("451")
        row = make_notice()
        delivery.deliver(now)
        delivery.deliver(due(row))
        assert again(row).copies == 0


@pytest.mark.django_db
class TestGateway:
    def test_it_gets_phone_text_and_an_id_that_stays_the_same(
        self, now: datetime, make_notice: MakeNotice, gateway: Gateway
    ) -> None:
        row = make_notice(channel="sms")
        gateway.behave = "dies"
        delivery.deliver(now)
        gateway.behave = "well"
        assert delivery.deliver(due(row)) == Delivered(sent=1)
        key = f"outbox-{row.pk}.oms.example.org"
        assert gateway.bodies == [{"to": "+79201234567", "text": 'Код "12" № {id}', "id": key}] * 2
        for line, headers, _body in gateway.requests:
            assert line == "POST /send?v=1 HTTP/1.1"
            assert (headers["idempotency-key"], headers["authorization"]) == (key, "Bearer secret")

    def test_a_form_is_escaped_as_one(
        self, now: datetime, make_notice: MakeNotice, gateway: Gateway, settings: Settings
    ) -> None:
        settings.SMS_GATEWAY_CONTENT_TYPE = "application/x-www-form-urlencoded"
        settings.SMS_GATEWAY_BODY = "phones={digits}&mes={text}"
        make_notice(channel="sms")
        assert delivery.deliver(now).sent == 1
        body = gateway.requests[0][2]
        assert body == "phones=79201234567&mes=%D0%9A%D0%BE%D0%B4+%2212%22+%E2%84%96+%7Bid%7D"

    @pytest.mark.parametrize("behave", ["silent", "dies"])
    def test_no_answer_after_the_request_is_in_doubt_after_three_copies(
        self, now: datetime, make_notice: MakeNotice, gateway: Gateway, behave: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(sms, "PATIENCE", 0.6 if behave == "silent" else sms.PATIENCE)
        gateway.behave = behave
        row = make_notice(channel="sms", urgent=True)
        outcomes, moment = [], now
        for _copy in range(MOST_COPIES):
            outcomes.append(delivery.deliver(moment))
            moment = due(row)
        assert outcomes == [Delivered(failed=1)] * 2 + [Delivered(in_doubt=1)]
        assert len(gateway.requests) == MOST_COPIES

    @pytest.mark.parametrize(
        ("status", "outcome", "copies"),
        [
            (500, Delivered(failed=1), 0), (503, Delivered(failed=1), 0), (401, Delivered(failed=1), 0),
            (429, Delivered(failed=1), 0), (302, Delivered(failed=1), 0), (504, Delivered(failed=1), 1),
            (422, Delivered(given_up=1), 0), (204, Delivered(sent=1), 0),
        ],
    )  # fmt: skip
    def test_its_status_tells_later_from_never_and_from_perhaps(
        self, now: datetime, make_notice: MakeNotice, gateway: Gateway, status: int, outcome: Delivered,
        copies: int,
    ) -> None:  # fmt: skip
        gateway.answer = (status, "")
        row = make_notice(channel="sms")
        assert delivery.deliver(now) == outcome
        assert again(row).copies == copies

    def test_a_gateway_that_says_error_with_200_is_not_believed(
        self, now: datetime, make_notice: MakeNotice, gateway: Gateway, settings: Settings
    ) -> None:
        settings.SMS_GATEWAY_ACCEPTED = '"status": "OK"'
        gateway.answer = (200, '{"status": "ERROR"}')
        row = make_notice(channel="sms")
        assert delivery.deliver(now) == Delivered(failed=1)
        gateway.answer = (200, '{"status": "OK"}')
        assert delivery.deliver(due(row)) == Delivered(sent=1)

    def test_one_that_is_not_there_has_nothing(
        self, now: datetime, make_notice: MakeNotice, settings: Settings
    ) -> None:
        settings.SMS_MODE, settings.SMS_GATEWAY_URL = "http", "http://127.0.0.1:1/"
        row = make_notice(channel="sms")
        assert delivery.deliver(now) == Delivered(failed=1)
        assert (again(row).copies, row.error) == (0, "ConnectionRefusedError 111")

    @pytest.mark.parametrize("url", ["http://sms.example.org/", "ftp://127.0.0.1/", ""])
    def test_phones_travel_encrypted_or_not_at_all(
        self, now: datetime, make_notice: MakeNotice, settings: Settings, url: str
    ) -> None:
        settings.SMS_MODE, settings.SMS_GATEWAY_URL = "http", url
        row = make_notice(channel="sms")
        assert delivery.deliver(now) == Delivered(failed=1)
        assert again(row).error.startswith("GatewayUnusable: SMS_GATEWAY_URL")

    def test_the_file_backend_writes_one_file_for_all_copies(
        self, now: datetime, make_notice: MakeNotice, settings: Settings, tmp_path: Any
    ) -> None:
        settings.SMS_MODE, settings.DATA_DIR = "file", tmp_path
        row = make_notice(channel="sms")
        delivery.deliver(now)
        Outbox.objects.filter(pk=row.pk).update(sent_at=None, available_at=now)
        delivery.deliver(now)
        (written,) = (tmp_path / "sms").iterdir()
        assert written.read_text() == '+79201234567\nКод "12" № {id}\n'


@pytest.mark.django_db
class TestLanes:
    def test_urgent_notices_pass_a_crowd(
        self, now: datetime, make_notice: MakeNotice, mail: BadMailServer
    ) -> None:
        for _one in range(30):
            make_notice(available_at=now - timedelta(hours=1))
        call = make_notice(urgent=True)
        assert delivery.deliver(now, limit=1) == Delivered(sent=1)
        assert again(call).sent_at == now

    def test_an_urgent_notice_is_tried_again_within_a_minute(
        self, now: datetime, make_notice: MakeNotice, mail: BadMailServer
    ) -> None:
        mail.becomes("451")
        row = make_notice(urgent=True)
        delivery.deliver(now)
        assert due(row) - now < timedelta(minutes=1)

    def test_a_channel_that_has_nothing_due_is_not_a_lane(
        self, now: datetime, make_notice: MakeNotice
    ) -> None:
        make_notice(), make_notice(channel="sms", urgent=True), make_notice(channel="portal")
        make_notice(channel="webhook", available_at=now + timedelta(hours=1))
        make_notice(channel="sms", dead_at=now)
        assert lanes.due_lanes(now) == [Lane("email", urgent=False), Lane("sms", urgent=True)]

    def test_leasing_and_looking_read_one_index_in_a_crowd(self, now: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO platform_outbox (channel, kind, subject_kind, subject_id, created_at,"
                " available_at, sent_at, payload) SELECT CASE WHEN n %% 7 = 0 THEN 'sms' ELSE 'email' END,"
                " 'hop', 'case', n, %(now)s, %(now)s, CASE WHEN n %% 20 > 0 THEN %(now)s::timestamptz END,"
                " '{}' FROM generate_series(1, 20000) AS n",
                {"now": now},
            )
            cursor.execute("ANALYZE platform_outbox")
        plans = explained(lambda: delivery.lease(Lane("sms", urgent=False), now))
        plans += explained(lambda: lanes.due_lanes(now))
        assert plans
        assert not [line for line in plans if "Seq Scan on platform_outbox" in line]


def explained(call: Callable[[], object]) -> list[str]:
    """The plans of what it asks."""
    lines: list[str] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "platform_outbox" in sql:
            execute(f"EXPLAIN {sql}", params, many, context)
            lines.extend(row[0] for row in context["cursor"].fetchall())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        call()
    return lines


@pytest.mark.django_db(transaction=True)
def test_a_gateway_that_hangs_delays_neither_mail_nor_calls(
    make_notice: MakeNotice, mail: BadMailServer, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms, "PATIENCE", 30.0)
    monkeypatch.setattr(lanes, "PATIENCE", 0.0)
    gateway.behave = "silent"
    hanging = make_notice(channel="sms")
    letter, call = make_notice(), make_notice(urgent=True)
    now = hanging.available_at
    lanes.run(now, seconds=1.5)
    assert eventually(lambda: again(letter).sent_at and again(call).sent_at)
    assert eventually(lambda: again(hanging).leased_until)
    # Its lane is still worked: the next bell leaves it alone.
    assert lanes.due_lanes(now) == []
    make_notice(channel="sms")
    lanes.run(now, seconds=1.5)
    assert len(gateway.requests) == 1


@pytest.mark.django_db(transaction=True)
def test_a_lane_is_free_again_when_its_worker_is_gone(make_notice: MakeNotice, mail: BadMailServer) -> None:
    with lanes._alone(Lane("email", urgent=False)):
        lanes.run(make_notice().available_at, seconds=1)
        assert mail.taken == []
    connection.close()
    now = make_notice().available_at

    def both_left() -> bool:
        lanes.run(now, seconds=5)
        return len(mail.taken) == 2

    # PostgreSQL ends the session of a connection that has gone a moment later.
    assert eventually(both_left)
