"""The tier clock in SQL against the same arithmetic written minute by minute."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.escalation import clock
from complaints.models import EscalationRule, RuleEdition
from complaints.services import rules
from insurers.models import WorkingSpan
from tests.factories import NOW, make_branch, make_category, make_fund, make_rules

pytestmark = pytest.mark.django_db


def key(**changes: object) -> clock.Key:
    known: dict[str, object] = {
        "branch_id": make_branch().pk,
        "rule_edition_id": make_rules().pk,
        "kind": "complaint",
        "category_id": make_category().pk,
        "urgency": "ordinary",
        "tier": 1,
    }
    return clock.Key(**(known | changes))  # type: ignore[arg-type]


def test_a_tier_begins_with_its_first_reaction() -> None:
    due = clock.on_entry(key=key(), now=NOW)
    assert (due.due_at, due.stage, due.gap) == (NOW + timedelta(hours=4), "reaction", False)


def test_a_tier_without_that_limit_begins_with_the_decision() -> None:
    assert clock.on_entry(key=key(tier=2), now=NOW).stage == "resolution"


def test_the_decision_counts_from_the_entry() -> None:
    due = clock.to_decide(key=key(), entered_at=NOW)
    assert due.due_at == NOW + timedelta(days=1)


def test_a_moment_at_the_very_end_of_the_day_stays_there() -> None:
    eleven = datetime(2026, 3, 18, 11, 0, tzinfo=UTC)  # 14:00 in Moscow, four hours before closing
    assert clock.on_entry(key=key(), now=eleven).due_at == datetime(2026, 3, 18, 15, 0, tzinfo=UTC)


def test_a_night_filing_starts_in_the_morning() -> None:
    night = datetime(2026, 3, 18, 20, 0, tzinfo=UTC)
    assert clock.on_entry(key=key(), now=night).due_at == datetime(2026, 3, 19, 10, 0, tzinfo=UTC)


def test_a_missing_rule_is_told() -> None:
    unknown = RuleEdition.objects.create(title="пусто", filed_from=NOW)
    due = clock.on_entry(key=key(rule_edition_id=unknown.pk), now=NOW)
    assert due.gap
    assert due.due_at == NOW + timedelta(days=1)


def naive_after(spans: list[tuple[datetime, datetime]], start: datetime, minutes: int) -> datetime:
    """Minute by minute: the moment at the end of the last worked minute."""
    moment, left = start, minutes
    while True:
        if any(begin <= moment < end for begin, end in spans):
            left -= 1
            if left == 0:
                return moment + timedelta(minutes=1)
        moment += timedelta(minutes=1)


@settings(max_examples=40)
@given(
    offset=st.integers(min_value=0, max_value=60 * 24 * 9),
    minutes=st.integers(min_value=1, max_value=60 * 20),
)
def test_counting_agrees_with_the_naive_twin_and_inverts(offset: int, minutes: int) -> None:
    wanted = key()
    start = NOW + timedelta(minutes=offset)
    due = clock.after_pause(key=wanted, seconds=minutes * 60, now=start)
    spans = list(
        WorkingSpan.objects.overlapping(start, start + timedelta(days=14)).values_list("starts_at", "ends_at")
    )
    assert due == naive_after(spans, start, minutes)
    assert clock.remaining_seconds(key=wanted, due_at=due, now=start) == minutes * 60


def test_what_is_over_has_nothing_left() -> None:
    assert clock.remaining_seconds(key=key(), due_at=NOW - timedelta(days=3), now=NOW) == 0


class TestRules:
    """The most exact rule wins."""

    def limit(self, **changes: object) -> int:
        wanted = key(**changes)
        due = clock.on_entry(key=wanted, now=NOW)
        return round((due.due_at - NOW).total_seconds())

    def rule(self, seconds: int, **exact: object) -> None:
        any_case = {"tier": 2, "insurer": None, "kind": "", "category": None, "urgency": ""}
        limit = {"resolution_limit": seconds, "resolution_unit": "second"}
        EscalationRule.objects.update_or_create(edition=make_rules(), **(any_case | exact), defaults=limit)
        rules.expand(edition=make_rules())

    def test_more_filled_fields_win(self) -> None:
        self.rule(10, kind="complaint")
        self.rule(20, kind="complaint", category=make_category())
        assert self.limit(tier=2) == 20

    def test_an_insurers_own_rule_beats_a_kinds_rule(self) -> None:
        self.rule(10, kind="complaint")
        self.rule(30, insurer=make_branch().insurer)
        assert self.limit(tier=2) == 30

    def test_a_funds_case_never_falls_under_an_insurers_rule(self) -> None:
        self.rule(10)
        self.rule(30, insurer=make_branch().insurer)
        assert self.limit(tier=2, branch_id=make_fund().pk) == 10

    def test_another_kind_keeps_the_common_rule(self) -> None:
        self.rule(10)
        self.rule(30, kind="consultation")
        assert self.limit(tier=2) == 10
