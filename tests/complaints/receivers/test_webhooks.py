"""Other systems that hear of cases: what leaves, and what a receiver can do."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from pytest_django.fixtures import Settings

from complaints.escalation import case_events
from omsportal.platform import delivery, lanes, outward
from omsportal.platform.models import Alarm, Outbox
from representatives import webhooks
from representatives.integrating import Span
from representatives.models import User, Webhook, WhyOff
from representatives.webhook_log import log_of
from representatives.webhook_secrets import OVERLAP
from representatives.webhooks import GIVE_UP_AFTER, PAUSES, WebhookRefused
from tests.complaints.receivers.conftest import ALL, Receive
from tests.factories import NOW, make_branch, make_complaint, make_fund, make_staff, profile
from tests.processes import eventually
from tests.providers import Gateway

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def deliver_to(webhook: Webhook, now: datetime) -> delivery.Delivered:
    return delivery.deliver(now, lanes=[delivery.Lane("webhook", False, webhook.pk)])


def fresh(webhook: Webhook) -> Webhook:
    return Webhook.objects.get(pk=webhook.pk)


class TestWhatLeaves:
    def test_it_is_signed_over_moment_and_body(self, receive: Receive, gateway: Gateway) -> None:
        made = receive()
        case = make_complaint(make_branch())
        case_events.look(NOW)
        assert deliver_to(made.webhook, NOW + SECOND).sent == 1
        [(line, headers, body)] = gateway.requests
        said = json.loads(body)
        assert line == "POST /oms HTTP/1.1"
        assert (said["event"], said["number"], said["id"]) == (
            "case.created", case.number, headers["oms-event-id"],
        )  # fmt: skip
        stamp = headers["oms-timestamp"]
        assert int(stamp) == int((NOW + SECOND).timestamp())
        key_id, _sign, signature = headers["oms-signature"].partition("=")
        wanted = hmac.digest(made.secret.encode(), f"{stamp}.{body}".encode(), hashlib.sha256).hex()
        assert signature == wanted
        assert key_id == made.webhook.sealed["current"]["id"]
        state = fresh(made.webhook)
        assert (state.answered_at, state.last_answer, state.failures) == (NOW + SECOND, "HTTP 200", 0)

    def test_an_event_keeps_its_id_at_every_receiver_and_copy(
        self, receive: Receive, gateway: Gateway, head: User
    ) -> None:
        first, second = receive("Один").webhook, receive("Два").webhook
        make_complaint(make_branch())
        case_events.look(NOW)
        for webhook in (first, second):
            deliver_to(webhook, NOW)
        assert webhooks.replay_since(webhook=first, since=NOW, profile=profile(head), now=NOW + SECOND) == 1
        deliver_to(first, NOW + SECOND)
        assert len({said["id"] for said in gateway.bodies}) == 1
        assert len(gateway.requests) == 3

    def test_two_secrets_sign_while_they_overlap(
        self, receive: Receive, gateway: Gateway, head: User
    ) -> None:
        made = receive()
        rotated = webhooks.rotate(webhook=made.webhook, profile=profile(head), now=NOW)
        assert rotated.secret != made.secret
        for moment in (NOW + SECOND, NOW + OVERLAP + SECOND):
            webhooks.send_test(webhook=made.webhook, profile=profile(head), now=moment)
            deliver_to(made.webhook, moment)
        during, after = (headers["oms-signature"] for _line, headers, _body in gateway.requests)
        assert len(during.split(", ")) == 2
        assert [during.split("=")[0]] == [after.split("=")[0]]
        assert len(after.split(", ")) == 1
        assert gateway.bodies[0]["event"] == "webhook.test"

    def test_no_secret_is_stored_in_clear(self, receive: Receive) -> None:
        made = receive()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT w::text || e::text FROM representatives_webhook w, representatives_webhookevent e"
            )
            text = str(cursor.fetchall())
        assert made.webhook.url in text
        assert made.secret not in text
        assert made.secret.encode().hex() not in text


class TestWhatAReceiverCanDo:
    def test_one_that_fails_is_left_alone_longer_and_longer_and_loses_nothing(
        self, receive: Receive, gateway: Gateway
    ) -> None:
        webhook = receive().webhook
        for _each in range(3):
            make_complaint(make_branch())
        case_events.look(NOW)
        gateway.answer = (500, "")
        moment = NOW
        for tries, pause in enumerate(PAUSES, start=1):
            assert deliver_to(webhook, moment).away == 1
            state = fresh(webhook)
            assert (state.failures, state.paused_until, state.failing_since) == (tries, moment + pause, NOW)
            assert webhooks.due_lanes(moment + pause - SECOND) == []
            moment += pause
        assert len(gateway.requests) == len(PAUSES)
        gateway.answer = (204, "")
        assert webhooks.due_lanes(moment) == [delivery.Lane("webhook", False, webhook.pk)]
        assert deliver_to(webhook, moment).sent == 3
        assert (fresh(webhook).failures, fresh(webhook).failing_since) == (0, None)
        assert not Outbox.objects.for_a_person().exists()

    @pytest.mark.parametrize("answer", [301, 302, 401, 403, 404, 429, 503])
    def test_answers_about_the_receiver_stop_its_lane(
        self, receive: Receive, gateway: Gateway, answer: int
    ) -> None:
        webhook = receive().webhook
        make_complaint(make_branch())
        case_events.look(NOW)
        gateway.answer = (answer, "")
        assert deliver_to(webhook, NOW).away == 1
        assert (fresh(webhook).last_answer, fresh(webhook).failures) == (f"HTTP {answer}", 1)

    def test_one_event_that_is_refused_does_not_stop_the_others(
        self, receive: Receive, gateway: Gateway
    ) -> None:
        webhook = receive().webhook
        for _each in range(2):
            make_complaint(make_branch())
        case_events.look(NOW)
        gateway.answer = (422, "")
        assert deliver_to(webhook, NOW) == delivery.Delivered(failed=2)
        assert (fresh(webhook).failures, fresh(webhook).last_answer) == (0, "HTTP 422")
        moment = NOW
        for wait in delivery.BACK_OFF:
            moment += wait
            deliver_to(webhook, moment)
        assert Outbox.objects.dead().count() == 2

    def test_days_of_failure_switch_it_off_and_people_are_told(
        self, receive: Receive, gateway: Gateway, head: User, mailoutbox: list[Any]
    ) -> None:
        webhook = receive().webhook
        make_complaint(make_branch())
        case_events.look(NOW)
        gateway.answer = (503, "")
        moment = NOW
        while moment < NOW + GIVE_UP_AFTER:
            deliver_to(webhook, moment)
            moment += timedelta(hours=2)
            assert fresh(webhook).is_on
        deliver_to(webhook, moment)
        state = fresh(webhook)
        assert (state.off_at, state.off_why) == (moment, WhyOff.FAILING)
        [alarm] = Alarm.objects.open().filter(kind="webhook_off")
        assert (alarm.receiver_branch_id, alarm.payload) == (webhook.branch_id, {})
        delivery.deliver(moment)
        [letter] = [mail for mail in mailoutbox if mail.to == ["head@example.org"]]
        assert str(webhook.reference) in letter.body
        assert "/oms" not in letter.body
        gateway.answer, before = (200, ""), len(gateway.requests)
        assert webhooks.due_lanes(moment + DAY) == []
        webhooks.switch_on(webhook=state, with_missed=True, profile=profile(head), now=moment + DAY)
        assert deliver_to(webhook, moment + DAY).sent == 1
        assert len(gateway.requests) == before + 1
        assert not Alarm.objects.open().filter(kind="webhook_off").exists()

    def test_one_that_says_it_is_gone_is_believed(self, receive: Receive, gateway: Gateway) -> None:
        webhook = receive().webhook
        for _each in range(2):
            make_complaint(make_branch())
        case_events.look(NOW)
        gateway.answer = (410, "")
        deliver_to(webhook, NOW)
        assert (fresh(webhook).off_why, len(gateway.requests)) == (WhyOff.GONE, 1)

    def test_of_several_branches_those_are_told_who_can_switch_it_on(
        self, receive: Receive, gateway: Gateway, head: User
    ) -> None:
        admin = make_staff("insurer_admin", administers=make_branch().insurer)
        User.objects.filter(pk=admin.pk).update(email="admin@example.org")
        span = Span(make_branch(), everywhere=True)
        webhook = receive(span=span, by=admin, profile=profile(admin)).webhook
        make_complaint(make_branch())
        case_events.look(NOW)
        gateway.answer = (410, "")
        deliver_to(webhook, NOW)
        told = Outbox.objects.filter(kind="webhook_off").values_list("receiver_id", flat=True)
        assert list(told) == [admin.pk]

    def test_what_was_missed_may_be_left_out(self, receive: Receive, gateway: Gateway, head: User) -> None:
        webhook = receive().webhook
        make_complaint(make_branch())
        case_events.look(NOW)
        webhooks.switch_off(webhook=webhook, profile=profile(head), now=NOW)
        webhooks.switch_on(webhook=webhook, with_missed=False, profile=profile(head), now=NOW + SECOND)
        assert deliver_to(webhook, NOW + SECOND).sent == 0
        [row] = Outbox.objects.for_receiver(webhook.pk)
        assert webhooks.replay_one(webhook=webhook, notice_id=row.pk, profile=profile(head), now=NOW + SECOND)
        assert deliver_to(webhook, NOW + 2 * SECOND).sent == 1

    def test_it_is_off_no_earlier_than_it_was_made(self, receive: Receive, head: User) -> None:
        webhook = receive().webhook
        before = webhook.created_at - SECOND
        assert (
            webhooks.switch_off(webhook=webhook, profile=profile(head), now=before).off_at
            == webhook.created_at
        )

    def test_an_address_that_has_moved_inside_hears_nothing(
        self, receive: Receive, gateway: Gateway, settings: Settings
    ) -> None:
        webhook = receive().webhook
        make_complaint(make_branch())
        case_events.look(NOW)
        settings.WEBHOOK_LOOPBACK = False
        assert deliver_to(webhook, NOW).away == 1
        assert (gateway.requests, fresh(webhook).last_answer) == ([], "scheme")


@pytest.mark.django_db(transaction=True)
def test_a_slow_receiver_delays_nobody_else(
    gateway: Gateway, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real lanes, real threads: one says nothing at all, one refuses, the third has its event at once."""
    monkeypatch.setattr(outward, "PATIENCE", 30.0)
    monkeypatch.setattr(lanes, "PATIENCE", 0.0)
    branch = make_branch()
    head = make_staff("head", heads=branch)
    with Gateway() as silent, Gateway() as failing:
        silent.behave, failing.answer = "silent", (500, "")
        made = [
            webhooks.create(
                span=Span(branch), name=str(server.port), url=f"http://127.0.0.1:{server.port}/", hears=ALL,
                by=head, profile=profile(head), now=NOW - timedelta(hours=1),
            ).webhook
            for server in (silent, failing, gateway)
        ]  # fmt: skip
        make_complaint(branch)
        case_events.look(NOW)
        lanes.run(NOW, seconds=2.0)
        assert eventually(lambda: [len(one.requests) for one in (silent, failing, gateway)] == [1, 1, 1])
        assert eventually(lambda: fresh(made[2]).answered_at)
        # The silent one is still being waited for: nobody else begins with it.
        lanes.run(NOW, seconds=1.0)
        assert len(silent.requests) == 1


class TestWhoMay:
    def test_only_who_answers_for_the_branch(self, receive: Receive, head: User) -> None:
        webhook = receive().webhook
        rival = make_staff("rival_head", heads=make_branch("reso-med"))
        admin = make_staff("insurer_admin", administers=make_branch().insurer)
        operator = make_staff("operator", 1, make_branch())
        for person in (rival, operator):
            with pytest.raises(PermissionDenied):
                webhooks.switch_off(webhook=webhook, profile=profile(person), now=NOW)
            with pytest.raises(PermissionDenied):
                receive(by=person, profile=profile(person))
        webhooks.switch_off(webhook=webhook, profile=profile(admin), now=NOW)
        assert not fresh(webhook).is_on

    def test_several_branches_are_set_by_whoever_answers_for_all_of_them(
        self, receive: Receive, head: User
    ) -> None:
        near, far = make_branch(), make_branch("sogaz-med", "73")
        admin = make_staff("insurer_admin", administers=near.insurer)
        rival = make_branch("reso-med")
        wide = receive(span=Span(near, everywhere=True), by=admin, profile=profile(admin)).webhook
        refused: list[tuple[User, Span]] = [
            (head, Span(near, everywhere=True)), (head, Span(near, [far.pk])),
            (admin, Span(near, [rival.pk])), (admin, Span(near, [make_fund().pk])),
            (admin, Span(near, [10**9])),
            (make_staff("fund", heads=make_fund()), Span(make_fund(), everywhere=True)),
        ]  # fmt: skip
        for person, span in refused:
            with pytest.raises(PermissionDenied):
                receive(span=span, by=person, profile=profile(person))
        for act in (webhooks.switch_off, webhooks.send_test, webhooks.rotate):
            with pytest.raises(PermissionDenied):
                act(webhook=wide, profile=profile(head), now=NOW)
        webhooks.switch_off(webhook=wide, profile=profile(admin), now=NOW)

    def test_one_that_was_widened_meanwhile_is_left_alone(self, receive: Receive, head: User) -> None:
        webhook = receive().webhook
        Webhook.objects.filter(pk=webhook.pk).update(everywhere=True)
        with pytest.raises(PermissionDenied):
            webhooks.switch_off(webhook=webhook, profile=profile(head), now=NOW)

    def test_narrowed_it_tells_nothing_of_the_branches_that_it_left(
        self, receive: Receive, gateway: Gateway, head: User
    ) -> None:
        near, far = make_branch(), make_branch("sogaz-med", "73")
        admin = make_staff("insurer_admin", administers=near.insurer)
        hand: dict[str, Any] = {"profile": profile(admin), "by": admin}
        wide = receive(span=Span(near, everywhere=True), hears=["case.created"], **hand).webhook
        make_complaint(far)
        case_events.look(NOW + SECOND)
        deliver_to(wide, NOW + SECOND)
        gateway.requests.clear()
        make_complaint(far)
        case = make_complaint(near)
        case_events.look(NOW + 2 * SECOND)
        narrowed = webhooks.change(
            webhook=wide, span=Span(near), name="МИС", url=wide.url, hears=["case.created"],
            profile=profile(admin), now=NOW + SECOND,
        )  # fmt: skip
        assert not log_of(narrowed).exists()
        mine: dict[str, Any] = {"webhook": narrowed, "profile": profile(head), "now": NOW + 3 * SECOND}
        assert webhooks.replay_since(since=NOW - DAY, **mine) == 0
        rows = Outbox.objects.for_receiver(wide.pk).over().values_list("pk", flat=True)
        assert [webhooks.replay_one(notice_id=row, **mine) for row in rows] == [0, 0]
        deliver_to(narrowed, NOW + 3 * SECOND)
        assert [said["number"] for said in gateway.bodies] == [case.number]
        later = make_complaint(near)
        case_events.look(NOW + SECOND)  # a round that had begun before it was narrowed
        assert [row.payload["number"] for row in log_of(fresh(wide))] == [later.number]

    def test_narrowed_while_a_worker_has_an_event_it_is_not_sent_by_the_next_one(
        self, receive: Receive, gateway: Gateway
    ) -> None:
        near, far = make_branch(), make_branch("sogaz-med", "73")
        admin = make_staff("insurer_admin", administers=near.insurer)
        hand: dict[str, Any] = {"profile": profile(admin), "by": admin}
        wide = receive(span=Span(near, everywhere=True), hears=["case.created"], **hand).webhook
        make_complaint(far)
        case_events.look(NOW + SECOND)
        assert delivery.lease(delivery.Lane("webhook", False, wide.pk), NOW + SECOND)
        webhooks.change(
            webhook=wide, span=Span(near), name="МИС", url=wide.url, hears=["case.created"],
            profile=profile(admin), now=NOW + 2 * SECOND,
        )  # fmt: skip
        deliver_to(wide, NOW + SECOND + 2 * delivery.LEASE)
        assert gateway.requests == []
        assert Outbox.objects.for_receiver(wide.pk).over().count() == 1

    def test_widened_it_keeps_its_log(self, receive: Receive, head: User) -> None:
        near = make_branch()
        admin = make_staff("insurer_admin", administers=near.insurer)
        webhook = receive().webhook
        make_complaint(near)
        case_events.look(NOW + SECOND)
        wider = webhooks.change(
            webhook=webhook, span=Span(near, everywhere=True), name="МИС", url=webhook.url, hears=ALL,
            profile=profile(admin), now=NOW + SECOND,
        )  # fmt: skip
        assert log_of(wider).count() == 1

    def test_not_more_than_a_branch_needs(self, receive: Receive) -> None:
        for number in range(webhooks.MOST_RECEIVERS):
            receive(str(number))
        with pytest.raises(WebhookRefused, match="too_many"):
            receive("Ещё один")

    def test_an_address_inside_is_refused_in_words(self, receive: Receive) -> None:
        with pytest.raises(WebhookRefused) as caught:
            receive(url="https://169.254.169.254/latest/")
        assert (caught.value.code, caught.value.field) == ("private", "url")

    def test_changes_are_recorded_without_secrets_and_without_the_noise_of_sending(
        self, receive: Receive, gateway: Gateway, head: User
    ) -> None:
        made = receive()
        webhooks.change(
            webhook=made.webhook, span=Span(make_branch()), name="Другая", url=made.webhook.url,
            hears=["case.hop"], profile=profile(head), now=NOW,
        )  # fmt: skip
        webhooks.send_test(webhook=made.webhook, profile=profile(head), now=NOW)
        deliver_to(made.webhook, NOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pgh_label, hears FROM representatives_webhookevent ORDER BY pgh_id")
            lines = cursor.fetchall()
        assert lines[0] == ("insert", sorted(ALL))
        assert sorted(label for label, _hears in lines[1:]) == ["name", "update"]
        assert lines[-1][1] == ["case.hop"]
