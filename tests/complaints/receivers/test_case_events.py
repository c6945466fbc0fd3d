"""What is written down for other systems: every event of a branch's cases, once, and nothing more."""

import json
import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from benchmarks.plans import explained
from complaints.escalation import case_events
from complaints.escalation.sweep import sweep
from complaints.models import Complaint, History
from complaints.services import thread
from omsportal.platform import finality
from omsportal.platform.models import Follower, Outbox
from representatives import webhooks
from representatives.integrating import Span
from representatives.models import User
from tests.complaints.receivers.conftest import ALL, Receive, written
from tests.factories import NOW, make_branch, make_complaint, make_staff, profile
from tests.providers import Gateway

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


class TestWhatIsWrittenDown:
    def test_each_event_of_a_case_once_in_its_order(self, receive: Receive) -> None:
        webhook = receive().webhook
        operator = make_staff("operator", 1, make_branch())
        case = make_complaint(make_branch(), held_by=operator)
        thread.post_by_staff(
            complaint=case, text="Здравствуйте!", by=operator, profile=profile(operator), now=NOW + SECOND
        )
        due_at = Complaint.objects.get(pk=case.pk).due_at  # the reaction has moved it
        sweep(now=due_at + SECOND)
        later = due_at + 2 * SECOND
        case_events.look(later)
        assert sorted(written()) == [
            ("case.created", webhook.pk), ("case.hop", webhook.pk), ("case.message", webhook.pk),
        ]  # fmt: skip
        assert case_events.look(later + SECOND) == 0

    def test_a_breach_is_told(self, receive: Receive) -> None:
        receive(hears=["case.breached"])
        case = make_complaint(make_branch(), tier=3)
        sweep(now=case.due_at + SECOND)
        case_events.look(case.due_at + 2 * SECOND)
        [row] = Outbox.objects.filter(channel="webhook")
        assert (row.kind, row.payload["tier"], row.payload["status"]) == ("case.breached", 3, "new")

    def test_only_numbers_status_tier_and_moments(self, receive: Receive) -> None:
        receive()
        case = make_complaint(make_branch())
        case_events.look(NOW + SECOND)
        [row] = Outbox.objects.filter(channel="webhook")
        assert row.payload.keys() == {"number", "status", "tier", "at", "due_at", "branch"}
        push = webhooks.build(row)
        assert push is not None
        assert json.loads(push.body).keys() == {"id", "event", "number", "status", "tier", "at", "due_at"}
        assert (row.payload["number"], row.payload["tier"]) == (case.number, 1)
        assert datetime.fromisoformat(row.payload["at"]) == NOW

    def test_internal_notes_and_other_events_are_not_told(self, receive: Receive) -> None:
        receive(hears=["case.message", "case.resolved"])
        operator = make_staff("operator", 1, make_branch())
        case = make_complaint(make_branch(), held_by=operator)
        thread.post_by_staff(
            complaint=case, text="Только для своих", by=operator, is_internal=True,
            profile=profile(operator), now=NOW + SECOND,
        )  # fmt: skip
        case_events.look(NOW + 2 * SECOND)
        assert written() == []

    def test_neither_other_branches_nor_what_was_before(self, receive: Receive) -> None:
        make_complaint(make_branch("reso-med"))
        make_complaint(make_branch(), now=NOW - DAY)
        receive()
        case_events.look(NOW + SECOND)
        assert written() == []

    def test_one_receiver_hears_of_some_branches_or_of_all_also_of_later_ones(
        self, receive: Receive, gateway: Gateway
    ) -> None:
        near, far, rival = make_branch(), make_branch("sogaz-med", "73"), make_branch("reso-med")
        admin = make_staff("insurer_admin", administers=near.insurer)
        by = {"by": admin, "profile": profile(admin)}
        alone = receive("Один", **by).webhook
        some = receive("Два", span=Span(near, [far.pk]), **by).webhook
        everywhere = receive("Все", span=Span(near, everywhere=True), **by).webhook
        later = make_branch("sogaz-med", "29")
        for branch in (near, far, later, rival):
            make_complaint(branch)
        case_events.look(NOW + SECOND)
        assert written() == [
            ("case.created", one.pk) for one in (alone, some, everywhere, some, everywhere, everywhere)
        ]
        assert case_events.look(NOW + 2 * SECOND) == 0

    def test_what_is_chosen(self, receive: Receive) -> None:
        receive(hears=["case.hop"])
        make_complaint(make_branch())
        case_events.look(NOW + SECOND)
        assert written() == []

    def test_nobody_listens_and_nothing_is_followed(self, db: None) -> None:
        make_complaint(make_branch())
        Follower.objects.create(name="events.complaints_history", done_id=1)
        assert case_events.look(NOW) == 0
        assert not Follower.objects.exists()

    def test_a_receiver_that_is_off_misses_nothing_for_a_month(self, receive: Receive, head: User) -> None:
        webhook = receive().webhook
        webhooks.switch_off(webhook=webhook, profile=profile(head), now=NOW - SECOND)
        make_complaint(make_branch())
        case_events.look(NOW + SECOND)
        assert written() == [("case.created", webhook.pk)]
        make_complaint(make_branch(), now=NOW + 31 * DAY)
        case_events.look(NOW + 31 * DAY)
        assert len(written()) == 1

    def test_a_crowd_is_read_by_ranges_of_numbers(self, receive: Receive) -> None:
        receive()
        branch = make_branch()
        for _each in range(3):
            make_complaint(branch)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO complaints_history (complaint_id, at, event, hop, cause, reason, from_status,"
                " to_status, to_branch_id) SELECT %s, %s, 'claimed', 0, 'timer', '', '', '', %s"
                " FROM generate_series(1, 30000)",
                [Complaint.objects.first().pk, NOW - DAY, branch.pk],
            )
            cursor.execute("ANALYZE complaints_history, complaints_complaint, representatives_webhook")
        last = finality.last_given("complaints_history", "id")
        make_complaint(branch)
        Follower.objects.create(name="events.complaints_history", done_id=last - 50)
        with explained() as plans:
            assert case_events.look(NOW + SECOND) > 0
        scans = {scan for found in plans.scans.values() for scan in found}
        assert any("complaints_history" in scan for scan in scans)
        assert not any(scan.startswith("Seq Scan on complaints_history") for scan in scans)


@pytest.mark.django_db(transaction=True)
def test_a_line_that_is_committed_late_is_not_missed(gateway: Gateway) -> None:
    """Its number is lower than one that was there already: the look waits for its writer."""
    branch = make_branch()
    head = make_staff("head", heads=branch)
    webhooks.create(
        span=Span(branch), name="МИС", url=f"http://127.0.0.1:{gateway.port}/", hears=ALL, by=head,
        profile=profile(head), now=NOW - timedelta(hours=1),
    )  # fmt: skip
    case = make_complaint(branch)
    case_events.look(NOW)
    assert len(written()) == 1
    holds, ends = threading.Event(), threading.Event()

    def slow_writer() -> None:
        try:
            with transaction.atomic():
                _line(case, hop=1)
                holds.set()
                ends.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    holds.wait(20)
    _line(case, hop=2)  # committed at once, with a higher number
    case_events.look(NOW + SECOND)
    assert len(written()) == 1
    ends.set()
    writer.join()
    case_events.look(NOW + 2 * SECOND)
    case_events.look(NOW + 3 * SECOND)
    assert [kind for kind, _receiver in written()] == ["case.created", "case.hop", "case.hop"]


def _line(case: Complaint, hop: int) -> None:
    History.objects.create(
        complaint=case, at=NOW, event="escalated", hop=hop, cause="timer", from_status="new", to_status="new",
        from_tier=1, to_tier=2, from_branch=case.branch, to_branch=case.branch,
    )  # fmt: skip
