"""Warnings at 50, 75 and 90 % of the tier's time: at the exact moment, in working hours, once per hop."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.escalation import warnings
from complaints.escalation.sweep import sweep
from complaints.models import Complaint, EffectiveRule
from complaints.services import closing, hops, thread, waiting, work
from insurers.models import WorkingAxis, WorkingSpan
from insurers.services.working_time import add_working_seconds, is_working, next_opening
from omsportal.platform.models import Outbox
from tests.factories import NOW, make_branch, make_complaint, make_staff, profile

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
WORKING_DAY = 9 * 3600


def msk(day: int, clock: str) -> datetime:
    """A moment of March 2026 in Moscow; the 18th is a Wednesday."""
    return datetime.fromisoformat(f"2026-03-{day:02}T{clock}+03:00")


def look(moment: datetime, batch: int = 100) -> warnings.Looked:
    return warnings.look(now=moment, batch=batch)


def fresh(case: Complaint) -> Complaint:
    return Complaint.objects.get(pk=case.pk)


def told(case: Complaint, hop: int = 0) -> list[tuple[str, str, int]]:
    """Kind, receiver and its id of the warnings that still hold, in order."""
    rows = Outbox.objects.about("complaint", case.pk).filter(hop=hop, kind__startswith="warning_")
    live = rows.filter(skipped_at=None, sent_at__isnull=False).order_by("kind", "receiver_kind")
    return list(live.values_list("kind", "receiver_kind", "receiver_id"))


def withdrawn(case: Complaint) -> list[str]:
    rows = Outbox.objects.about("complaint", case.pk).filter(skipped_at__isnull=False, sent_at=None)
    return list(rows.order_by("kind").values_list("kind", flat=True))


def moments(case: Complaint) -> list[tuple[int, datetime]]:
    """Each level and the exact moment it was told at, found by looking whenever the row asks for it."""
    found, before = [], 0
    while (row := fresh(case)).warn_at is not None:
        look(row.warn_at - timedelta(microseconds=1))
        assert fresh(case).warned == before
        look(row.warn_at)
        if (now := fresh(case)).warned != before:
            before = now.warned
            found.append((before, row.warn_at.astimezone(UTC)))
    return found


class TestMoments:
    """Four working hours to react, counted back from the due moment."""

    def test_within_one_day(self) -> None:
        case = make_complaint(now=msk(18, "12:00"))
        assert moments(case) == [(50, msk(18, "14:00")), (75, msk(18, "15:00")), (90, msk(18, "15:36"))]

    def test_over_a_night_the_half_is_the_opening(self) -> None:
        case = make_complaint(now=msk(18, "16:00"))
        assert moments(case) == [(50, msk(19, "09:00")), (75, msk(19, "10:00")), (90, msk(19, "10:36"))]

    def test_over_a_weekend(self) -> None:
        case = make_complaint(now=msk(20, "17:00"))
        assert moments(case) == [(50, msk(23, "10:00")), (75, msk(23, "11:00")), (90, msk(23, "11:36"))]

    def test_filed_at_night(self) -> None:
        case = make_complaint(now=msk(21, "23:00"))
        assert moments(case) == [(50, msk(23, "11:00")), (75, msk(23, "12:00")), (90, msk(23, "12:36"))]

    def test_the_urgent_lane_is_warned_round_the_clock(self) -> None:
        night = msk(21, "03:30")
        case = make_complaint(now=night, urgency="urgent")
        assert moments(case) == [
            (50, night + timedelta(minutes=7, seconds=30)),
            (75, night + timedelta(minutes=11, seconds=15)),
            (90, night + timedelta(minutes=13, seconds=30)),
        ]

    @settings(max_examples=40)
    @given(minutes=st.integers(min_value=0, max_value=14 * 24 * 60))
    def test_counting_back_agrees_with_counting_on(self, minutes: int) -> None:
        filed_at = NOW + timedelta(minutes=minutes)
        case = make_complaint(now=filed_at)
        schedule = case.branch.schedule
        expected = []
        for level in warnings.LEVELS:
            moment = add_working_seconds(schedule, filed_at, 4 * 3600 * level // 100)
            opening = moment if is_working(schedule, moment) else next_opening(schedule, moment)
            expected.append((level, opening))
        assert moments(case) == expected


class TestReceivers:
    def test_the_queue_is_told_while_nobody_holds_the_case(self) -> None:
        case = make_complaint()
        look(NOW + 2 * HOUR)
        assert told(case) == [("warning_50", "pool", case.branch_id)]

    def test_the_holder_is_told_instead_of_the_queue(self) -> None:
        operator = make_staff("operator", 1, make_branch())
        case = make_complaint(make_branch(), held_by=operator)
        look(NOW + 2 * HOUR)
        assert told(case) == [("warning_50", "user", operator.pk)]

    def test_at_90_percent_the_head_is_told_too(self) -> None:
        case = make_complaint()
        look(NOW + timedelta(hours=3, minutes=36))
        assert told(case) == [
            ("warning_90", "head", case.branch_id), ("warning_90", "pool", case.branch_id),
        ]  # fmt: skip

    def test_a_notice_holds_the_number_and_nothing_personal(self) -> None:
        case = make_complaint()
        look(NOW + 2 * HOUR)
        assert Outbox.objects.get(kind="warning_50").payload == {"number": case.number, "tier": 1}


class TestOnce:
    def test_a_second_look_tells_nobody(self) -> None:
        case = make_complaint()
        assert look(NOW + 2 * HOUR).warned == 1
        assert look(NOW + 2 * HOUR).warned == 0
        assert look(NOW + 2 * HOUR + SECOND).warned == 0
        assert len(told(case)) == 1

    def test_a_level_that_was_slept_through_is_left_out(self) -> None:
        case = make_complaint()
        look(NOW + 3 * HOUR)
        assert [kind for kind, *_ in told(case)] == ["warning_75"]

    def test_a_new_holder_is_not_told_again_of_the_same_level(self) -> None:
        operator = make_staff("operator", 1, make_branch())
        case = make_complaint(make_branch())
        look(NOW + 2 * HOUR)
        work.claim(complaint=case, by=operator, profile=profile(operator), now=NOW + 2 * HOUR)
        look(NOW + 2 * HOUR + SECOND)
        assert [receiver for _, receiver, _ in told(case)] == ["pool"]

    def test_the_next_tier_has_warnings_of_its_own(self) -> None:
        case = make_complaint()
        look(NOW + 2 * HOUR)
        sweep(now=case.due_at)
        assert fresh(case).warned == 0
        half = add_working_seconds(case.branch.schedule, case.due_at, 5 * WORKING_DAY // 2)
        look(half - SECOND)
        assert told(case, hop=1) == []
        look(half)
        assert told(case, hop=1) == [("warning_50", "pool", case.branch_id)]
        assert len(told(case, hop=0)) == 1

    def test_each_sweep_looks(self) -> None:
        case = make_complaint()
        sweep(now=NOW + 2 * HOUR)
        assert [kind for kind, *_ in told(case)] == ["warning_50"]


class TestWorkingHours:
    """Tier 2 has five working days; nobody looked for days, as in an outage."""

    def case(self) -> Complaint:
        return make_complaint(tier=2)  # since Wednesday 16:00, half is Monday 11:30

    def test_nobody_is_told_at_night_but_at_the_opening(self) -> None:
        case = self.case()
        assert look(msk(23, "21:00")).warned == 0
        assert fresh(case).warn_at == msk(24, "09:00")
        assert look(msk(24, "08:59")).warned == 0
        assert look(msk(24, "09:00")).warned == 1
        assert told(case, hop=1) == [("warning_50", "pool", case.branch_id)]

    def test_closing_time_is_no_working_time(self) -> None:
        self.case()
        assert look(msk(23, "18:00")).warned == 0

    def test_after_the_night_the_exact_next_level_follows(self) -> None:
        case = self.case()
        look(msk(23, "21:00"))
        look(msk(24, "09:00"))
        three_quarters = add_working_seconds(case.branch.schedule, case.entered_at, 5 * WORKING_DAY * 3 // 4)
        assert fresh(case).warn_at == three_quarters


class TestPauses:
    def test_a_pause_takes_no_share_of_the_time(self) -> None:
        branch = make_branch()
        specialist = make_staff("specialist", 2, branch)
        case = make_complaint(branch, tier=2, held_by=specialist)
        who = {"by": specialist, "profile": profile(specialist)}
        begins = case.entered_at + HOUR
        waiting.wait(complaint=case, question="Когда вы были у врача?", working_days=3, now=begins, **who)
        assert (fresh(case).warn_at, fresh(case).warned) == (None, 0)
        assert look(begins + timedelta(days=2)).warned == 0
        ends = begins + timedelta(days=1)
        waiting.resume(complaint=case, now=ends, **who)
        assert fresh(case).warn_at == ends
        left_of_half = 5 * WORKING_DAY // 2 - 3600
        look(ends)
        half = add_working_seconds(branch.schedule, ends, left_of_half)
        assert (fresh(case).warn_at, fresh(case).warned) == (half, 0)
        look(half)
        assert told(case, hop=1) == [("warning_50", "user", specialist.pk)]

    def test_a_level_told_before_a_pause_is_not_told_after_it(self) -> None:
        branch = make_branch()
        specialist = make_staff("specialist", 2, branch)
        case = make_complaint(branch, tier=2, held_by=specialist)
        who = {"by": specialist, "profile": profile(specialist)}
        half = add_working_seconds(branch.schedule, case.entered_at, 5 * WORKING_DAY // 2)
        look(half)
        waiting.wait(complaint=case, question="Когда?", working_days=5, now=half + HOUR, **who)
        sweep(now=half + timedelta(days=8))  # the pause ends by itself
        assert fresh(case).status == "in_work"
        look(half + timedelta(days=8))
        assert (fresh(case).warned, len(told(case, hop=1)), withdrawn(case)) == (50, 1, [])

    def test_a_decided_case_is_not_warned_about(self) -> None:
        operator = make_staff("operator", 1, make_branch())
        case = make_complaint(make_branch(), held_by=operator, kind="consultation")
        closing.resolve(
            complaint=case, outcome="clarified", text="Так и так.", by=operator, profile=profile(operator),
            now=NOW + HOUR,
        )  # fmt: skip
        assert fresh(case).warn_at is None
        assert look(NOW + 3 * HOUR) == warnings.Looked(statements=1)


class TestMovedMoments:
    """The first reaction replaces four hours by one working day."""

    def reacted(self) -> Complaint:
        operator = make_staff("operator", 1, make_branch())
        case = make_complaint(make_branch(), held_by=operator)
        look(NOW + 3 * HOUR)
        thread.post_by_staff(
            complaint=case, text="Звоню в поликлинику.", by=operator, profile=profile(operator),
            now=NOW + 3 * HOUR + SECOND,
        )  # fmt: skip
        return case

    def test_what_no_longer_holds_is_withdrawn(self) -> None:
        case = self.reacted()
        assert told(case)
        looked = look(NOW + 3 * HOUR + 2 * SECOND)
        assert (looked.warned, looked.withdrawn) == (0, 1)
        assert (told(case), withdrawn(case), fresh(case).warned) == ([], ["warning_75"], 0)

    def test_the_levels_of_the_new_moment_follow_and_none_is_told_twice(self) -> None:
        case = self.reacted()
        look(NOW + 3 * HOUR + 2 * SECOND)
        assert moments(case) == [
            (50, NOW + timedelta(hours=4, minutes=30)),
            (75, msk(19, "09:45")),
            (90, msk(19, "11:06")),
        ]
        assert [kind for kind, *_ in told(case)] == ["warning_50", "warning_90", "warning_90"]
        assert withdrawn(case) == ["warning_75"]

    def test_a_small_move_keeps_the_levels_that_still_hold(self) -> None:
        case = make_complaint()
        look(NOW + 2 * HOUR)
        look(NOW + timedelta(hours=3, minutes=36))
        later = F("due_at") + HOUR
        moved = Complaint.objects.filter(pk=case.pk)
        moved.update(due_at=later, escalate_at=later, warn_at=NOW)
        look(NOW + timedelta(hours=3, minutes=36))  # 1:24 of 4:00 is left
        assert ([kind for kind, *_ in told(case)], fresh(case).warned) == (["warning_50"], 50)
        assert withdrawn(case) == ["warning_90", "warning_90"]
        assert fresh(case).warn_at == NOW + 4 * HOUR

    def test_a_nearer_moment_warns_at_once(self) -> None:
        case = make_complaint()
        nearer = NOW + HOUR
        Complaint.objects.filter(pk=case.pk).update(due_at=nearer, escalate_at=nearer, warn_at=NOW)
        look(NOW + SECOND)
        assert [kind for kind, *_ in told(case)] == ["warning_75"]

    def test_a_return_is_measured_by_the_time_that_is_left(self) -> None:
        branch = make_branch()
        specialist = make_staff("specialist", 2, branch)
        case = make_complaint(branch, tier=2, held_by=specialist)
        due_at = case.due_at
        back = due_at - 2 * HOUR
        hops.return_to_lower_tier(
            complaint=case, reason="wrong_tier", note="Нужна справка.", by=specialist,
            profile=profile(specialist), now=back,
        )  # fmt: skip
        look(back)
        assert fresh(case).due_at == due_at
        assert [kind for kind, *_ in told(case, hop=2)] == ["warning_75"]  # 2 of 9 hours are left


class TestGaps:
    def test_a_case_without_a_rule_has_the_fall_back_of_a_day(self) -> None:
        case = make_complaint()
        EffectiveRule.objects.all().delete()
        look(NOW + 2 * HOUR)
        assert (fresh(case).warned, fresh(case).warn_at) == (90, None)  # 2 of 24 hours are left

    def test_a_branch_without_computed_time_counts_plain_time(self) -> None:
        case = make_complaint()
        WorkingAxis.objects.all().delete()
        WorkingSpan.objects.all().delete()
        assert moments(case)[0] == (50, NOW + 2 * HOUR)

    def test_outside_the_window_of_arrays_the_spans_answer(self) -> None:
        case = make_complaint()
        WorkingAxis.objects.all().delete()
        assert moments(case)[0] == (50, NOW + 2 * HOUR)

    def test_a_case_overdue_and_held_for_a_person_is_left_alone(self) -> None:
        case = make_complaint()
        Complaint.objects.filter(pk=case.pk).update(blocked_at=NOW)
        assert look(NOW + 5 * HOUR).warned == 0
        assert (told(case), fresh(case).warn_at) == ([], None)

    def test_a_bad_row_does_not_keep_the_others_from_being_warned_about(self) -> None:
        cases = [make_complaint(now=NOW + timedelta(minutes=minute)) for minute in range(5)]
        with poisoned(cases[2]):
            assert look(NOW + 2.5 * HOUR, batch=10).warned == 4
        assert fresh(cases[2]).warn_at is None
        assert look(NOW + 2.5 * HOUR).statements == 1


class TestCost:
    def test_with_nothing_to_tell_it_is_one_probe(self) -> None:
        make_complaint()
        assert look(NOW + HOUR) == warnings.Looked(statements=1)

    def test_statements_are_batches_and_the_probe(self) -> None:
        for _case in range(6):
            make_complaint()
        looked = look(NOW + 2 * HOUR, batch=4)
        assert (looked.warned, looked.statements) == (6, 1 + 2)

    def test_the_claim_reads_the_partial_index(self) -> None:
        make_complaint()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {warnings._CLAIM}", {"now": NOW, "since": "-infinity", "batch": 1000})
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "complaint_warning" in plan
        assert "Sort" not in plan

    def test_the_probe_reads_the_index_whatever_the_statistics_say(self) -> None:
        values = {"now": NOW + 3 * HOUR, "since": "-infinity"}
        for _case in range(20):
            make_complaint()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE complaints_complaint")  # all of them are due, says the planner
            cursor.execute(f"EXPLAIN {warnings._PROBE}", values)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "complaint_warning" in plan

    def test_what_lies_before_the_floor_is_left_to_another_look(self) -> None:
        case = make_complaint()
        later = NOW + 3 * HOUR
        assert warnings.look(now=later, batch=10, since=later - timedelta(minutes=1)).warned == 0
        assert warnings.look(now=later, batch=10).warned == 1
        assert fresh(case).warned == 75


@contextmanager
def poisoned(case: Complaint) -> Iterator[None]:
    """Any warning about this row fails, as a damaged row would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"ALTER TABLE complaints_complaint ADD CONSTRAINT poison CHECK (id <> {case.pk} OR warned = 0)"
        )
        yield
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE complaints_complaint DROP CONSTRAINT poison")
