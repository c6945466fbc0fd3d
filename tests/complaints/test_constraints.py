"""Every constraint of the tables of cases, broken once."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from complaints.models import (
    Card,
    Category,
    Complaint,
    EffectiveRule,
    History,
    RuleEdition,
)
from tests.broken import broken_by, constraint_names
from tests.complaints import amendment_rows, bond_rows, list_rows, rule_rows, setting_rows, voice_rows
from tests.complaints.rows import (
    BEFORE,
    DAY,
    HOUR,
    Maker,
    answer,
    answer_proposal,
    attachment,
    barring,
    call_window,
    category_code,
    code,
    consent,
    consent_text,
    contact_change,
    contact_link,
    daily_count,
    deadline,
    draft,
    duty_call,
    engine_hold,
    erasure_request,
    guide,
    history,
    incident,
    incoming_call,
    legal_hold,
    link,
    message,
    one_time_code,
    rating,
    reclassification,
    rule,
    search,
    session,
    template,
    user,
)
from tests.factories import (
    LONG_AGO,
    NOW,
    make_branch,
    make_category,
    make_complaint,
    make_rules,
)

pytestmark = pytest.mark.django_db


# A case in the queue, then with these columns changed at once.
CASE: list[tuple[str, dict[str, Any]]] = [
    ("complaint_kind_known", {"kind": "riot"}),
    ("complaint_channel_known", {"channel": "pigeon"}),
    ("complaint_form_known", {"form": "sung", "answer_due_on": None}),
    ("complaint_urgency_known", {"urgency": "very"}),
    ("complaint_tier_known", {"tier": 5}),
    ("complaint_stage_known", {"stage": "dream"}),
    ("complaint_ended_paired", {"status": "lost", "escalate_at": None, "closed_at": NOW}),
    ("complaint_number_form", {"number": "76-26-123456-7"}),
    ("complaint_queue_has_no_holder", {"assignee": user}),
    ("complaint_work_has_holder", {"status": "in_work"}),
    ("complaint_pause_paired", {"paused_at": NOW}),
    ("complaint_pause_paired", {"status": "waiting", "escalate_at": None, "assignee": user}),
    ("complaint_pause_paired", {
        "status": "waiting", "escalate_at": None, "assignee": user, "paused_at": NOW, "wait_until": NOW,
        "remaining_seconds": 5,
    }),
    ("complaint_pause_paired", {
        "status": "waiting", "escalate_at": None, "assignee": user, "paused_at": NOW, "remaining_seconds": 5,
    }),
    ("complaint_timer_only_while_clock_runs", {"status": "closed", "closed_at": NOW}),
    ("complaint_open_has_timer_or_breach", {"escalate_at": None}),
    (
        "complaint_warning_only_while_timer_armed",
        {"escalate_at": None, "breached_at": NOW, "warn_at": NOW},
    ),
    ("complaint_warned_known", {"warned": 60}),
    ("complaint_timer_is_due_moment", {"escalate_at": F("due_at") + HOUR}),
    ("complaint_received_before_registered", {"received_at": F("registered_at") + HOUR}),
    ("complaint_entered_after_registered", {"entered_at": F("registered_at") - HOUR}),
    ("complaint_written_has_answer_date", {"answer_due_on": None}),
    ("complaint_written_has_answer_date", {"answer_due_on": F("registered_on") - DAY}),
    ("complaint_counts_from_earlier", {"counts_from_on": F("registered_on")}),
    ("complaint_extension_at_most_30_days", {"extended_by_days": 31}),
    ("complaint_at_most_two_pauses", {"pauses_used": 3}),
    ("complaint_returned_once", {"returns_used": 2}),
    ("complaint_counted_when_decided", {"official_code": code}),
    ("complaint_outcome_paired", {"outcome": "justified"}),
    ("complaint_outcome_paired", {"resolved_at": NOW}),
    ("complaint_decided_has_outcome", {"status": "resolved", "escalate_at": None}),
    ("complaint_answered_was_dispatched", {
        "status": "answered", "escalate_at": None, "outcome": "justified", "resolved_at": NOW,
    }),
    ("complaint_dispatched_after_decided", {
        "status": "answered", "escalate_at": None, "outcome": "justified", "resolved_at": NOW,
        "answered_at": NOW - HOUR,
    }),
    ("complaint_dispatched_after_decided", {"answered_at": NOW}),
    ("complaint_ended_paired", {"closed_at": NOW}),
    ("complaint_ended_paired", {"status": "closed", "escalate_at": None}),
]  # fmt: skip

CARD: list[tuple[str, dict[str, Any]]] = [
    ("card_identity_level_known", {"identity_level": 9}),
    ("card_naming_consent_known", {"naming_consent": "eh"}),
    ("card_answer_channel_known", {"answer_channel": "owl"}),
    ("card_for_whom_known", {"for_whom": "cat"}),
    ("card_quiet_hours_paired", {"quiet_from": "22:00"}),
    ("card_incoming_date_has_number", {"incoming_on": LONG_AGO}),
]

ROWS: list[tuple[str, Maker, dict[str, Any]]] = [
    ("daily_count_measure_known", daily_count, {"measure": "luck"}),
    ("daily_count_not_negative", daily_count, {"n": -1}),
    ("duty_call_round_from_one", duty_call, {"round": 0}),
    ("duty_call_acknowledged_after_called", duty_call, {"acknowledged_at": NOW - HOUR}),
    ("engine_hold_released_when", engine_hold, {"released_by": lambda: user("other")}),
    ("reclassification_decision_paired", reclassification, {"decided_at": NOW}),
    ("reclassification_decided_at_a_moment", reclassification, {"decided_by": lambda: user("other")}),
    (
        "reclassification_downgrade_has_second",
        reclassification,
        {"from_urgency": "urgent", "decided_at": NOW, "approved": True},
    ),
    (
        "reclassification_lowered_kind_has_second",
        reclassification,
        {"to_kind": "thanks", "decided_at": NOW, "approved": True},
    ),
    (
        "reclassification_by_two_people",
        reclassification,
        {
            "decided_at": NOW,
            "approved": True,
            "proposed_by": lambda: user("one"),
            "decided_by": lambda: user("one"),
        },
    ),
    ("category_default_kind_known", make_category, {"slug": "odd", "default_kind": "riot"}),
    ("category_tier_known", make_category, {"slug": "odd", "arrival_tier": 7}),
    ("category_validity", make_category, {"slug": "odd", "valid_to": BEFORE}),
    ("call_window_has_days", call_window, {"days": 0}),
    ("call_window_has_days", call_window, {"days": 128}),
    ("call_window_in_order", call_window, {"ends": time(9)}),
    ("guide_validity", guide, {"valid_to": BEFORE}),
    ("guide_page_known", guide, {"page": "moon"}),
    ("guide_link_has_title", guide, {"link": "https://example.org/"}),
    ("guide_link_has_title", guide, {"link_title": "x"}),
    ("official_code_validity", code, {"valid_to": BEFORE}),
    ("category_code_validity", category_code, {"valid_to": BEFORE}),
    ("category_code_kind_known", category_code, {"kind": "riot"}),
    ("deadline_unit_known", deadline, {"unit": "moon"}),
    ("deadline_validity", deadline, {"valid_to": BEFORE}),
    ("template_validity", template, {"valid_to": BEFORE}),
    ("template_withdrawal_paired", template, {"withdrawn_at": NOW}),
    ("template_purpose_known", template, {"purpose": "poem"}),
    ("answer_proposal_outcome_known", answer_proposal, {"outcome": "great"}),
    ("answer_proposal_decision_paired", answer_proposal, {"decided_at": NOW}),
    ("answer_proposal_decided_at_a_moment", answer_proposal, {"decided_by": lambda: user("other")}),
    ("answer_proposal_approved_by_somebody", answer_proposal, {"decided_at": NOW, "approved": True}),
    (
        "answer_proposal_by_two_people",
        answer_proposal,
        {
            "decided_at": NOW,
            "approved": False,
            "decided_by": lambda: user("proposer"),
        },
    ),
    ("escalation_rule_reaction_paired", rule, {"reaction_limit": 5}),
    ("escalation_rule_reaction_paired", rule, {"reaction_unit": "minute"}),
    ("escalation_rule_reaction_paired", rule, {"reaction_limit": 0, "reaction_unit": "minute"}),
    ("escalation_rule_resolution_set", rule, {"resolution_limit": 0}),
    ("escalation_rule_resolution_set", rule, {"resolution_unit": "moon"}),
    ("escalation_rule_tier_known", rule, {"tier": 9}),
    ("history_event_known", history, {"event": "danced"}),
    ("history_cause_known", history, {"cause": "fate"}),
    ("history_staff_named", history, {"cause": "staff"}),
    ("message_staff_named", message, {"author_kind": "staff"}),
    ("message_staff_named", message, {"author": user}),
    ("message_patient_is_public", message, {"is_internal": True}),
    ("message_read_after_posted", message, {"read_at": NOW - HOUR}),
    ("attachment_of_draft_or_case", attachment, {"complaint": None}),
    ("attachment_of_draft_or_case", attachment, {"draft": draft}),
    ("attachment_of_message_has_case", attachment, {"complaint": None, "draft": draft, "message": message}),
    ("attachment_not_empty", attachment, {"size": 0}),
    ("answer_outcome_known", answer, {"outcome": "hm"}),
    ("answer_dispatch_paired", answer, {"dispatched_at": NOW}),
    ("answer_dispatch_paired", answer, {"dispatched_by": "site"}),
    ("answer_dispatch_paired", answer, {"dispatched_by": "site", "dispatched_at": NOW - HOUR}),
    ("answer_second_person_is_another", answer, {"decided_by": user, "second_person": user}),
    ("draft_expires_after_begun", draft, {"expires_at": NOW}),
    ("draft_receipt_has_case", draft, {"sealed_receipt": b"x"}),
    ("incoming_call_expires_after_announced", incoming_call, {"expires_at": NOW}),
    ("search_expires_after_made", search, {"expires_at": NOW}),
    ("incoming_call_opened_paired", incoming_call, {"opened_at": NOW}),
    ("incoming_call_opened_paired", incoming_call, {"opened_by": user}),
    ("consent_purpose_known", consent, {"purpose": "spam"}),
    ("consent_text_purpose_known", consent_text, {"purpose": "spam"}),
    ("consent_text_validity", consent_text, {"valid_to": BEFORE}),
    ("legal_hold_ground_known", legal_hold, {"ground": "mood"}),
    ("legal_hold_lifted_paired", legal_hold, {"lifted_at": NOW}),
    ("erasure_decision_whole", erasure_request, {"decision": "granted"}),
    ("erasure_decision_whole", erasure_request, {"decision": "refused", "ground": ""}),
    ("consent_revoked_after_given", consent, {"revoked_at": NOW - HOUR}),
    ("patient_session_seen_after_begun", session, {"last_seen_at": NOW - HOUR}),
    ("patient_session_expires_after_begun", session, {"expires_at": NOW}),
    ("one_time_code_purpose_known", one_time_code, {"purpose": "guess"}),
    ("one_time_code_of_case_or_browser", one_time_code, {"complaint": None}),
    ("one_time_code_of_case_or_browser", one_time_code, {"purpose": "recovery"}),
    ("one_time_code_of_case_or_browser", one_time_code, {"token_digest": b"x"}),
    ("one_time_code_expires_after_asked", one_time_code, {"expires_at": NOW}),
    ("one_time_code_few_attempts", one_time_code, {"attempts": 6}),
    ("one_time_code_used_after_asked", one_time_code, {"used_at": NOW - HOUR}),
    ("contact_link_way_known", contact_link, {"way": "pigeon"}),
    ("contact_change_way_known", contact_change, {"way": "pigeon"}),
    ("contact_change_made_after_asked", contact_change, {"made_at": NOW - HOUR}),
    ("rating_from_one_to_five", rating, {"stars": 6}),
    ("incident_period", incident, {"ends_on": BEFORE}),
    ("incident_closed_after_opened", incident, {"closed_at": NOW - HOUR}),
    *amendment_rows.ROWS,
    *bond_rows.ROWS,
    *list_rows.ROWS,
    *rule_rows.ROWS,
    *setting_rows.ROWS,
    *voice_rows.ROWS,
]


def _effective(**fields: Any) -> EffectiveRule:
    row = EffectiveRule.objects.filter(edition=make_rules(), category=make_category()).first()
    assert row is not None
    row.pk = None
    row.save(force_insert=True)
    return row


# Made twice with these fields.
TWICE: list[tuple[str, Maker, Callable[[], dict[str, Any]]]] = [
    ("official_code_once", code, dict),
    ("guide_once", guide, dict),
    ("category_code_one_at_a_time", category_code, lambda: {"category": make_category()}),
    ("category_code_one_at_a_time", category_code, lambda: {"category": None}),
    ("deadline_once", deadline, dict),
    ("template_version_once", template, lambda: {"superseded_at": NOW}),
    ("answer_proposal_one_open", answer_proposal, lambda: {"complaint": make_complaint()}),
    ("escalation_rule_once", rule, dict),
    (
        "history_one_row_per_hop",
        history,
        lambda: {"complaint": make_complaint(), "event": "escalated", "hop": 1},
    ),
    ("history_one_breach_per_hop", history, lambda: {"complaint": make_complaint(), "event": "breached"}),
    ("message_posted_once", message, lambda: {"complaint": make_complaint(), "token_digest": b"same"}),
    ("consent_once", consent, lambda: {"complaint": make_complaint()}),
    ("consent_text_once", consent_text, lambda: {}),
    ("legal_hold_one_at_a_time", legal_hold, lambda: {"complaint": make_complaint()}),
    ("erasure_asked_once_at_a_time", erasure_request, lambda: {"complaint": make_complaint()}),
    ("duty_call_once", duty_call, lambda: {"complaint": make_complaint(), "user": user("duty")}),
    (
        "reclassification_one_open",
        reclassification,
        lambda: {"complaint": make_complaint(), "proposed_by": user("one")},
    ),
    ("daily_count_once", daily_count, lambda: {"branch": make_branch()}),
    ("contact_link_once", contact_link, lambda: {"complaint": make_complaint()}),
    ("link_once", link, lambda: {"earlier": make_complaint(), "later": make_complaint()}),
    ("link_reopened_once", link, lambda: {"earlier": make_complaint(), "kind": "reopening"}),
    *amendment_rows.TWICE,
    *bond_rows.TWICE,
    *list_rows.TWICE,
    *rule_rows.TWICE,
    *setting_rows.TWICE,
    *voice_rows.TWICE,
    ("barring_once", barring, lambda: {"complaint": make_complaint()}),
]
ONE_BY_ONE = {"template_one_newest", "link_between_two", "effective_rule_key"}


def made(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value() if callable(value) else value for name, value in fields.items()}


@pytest.mark.parametrize(("name", "wrong"), CASE)
def test_a_case_cannot_be_so(name: str, wrong: dict[str, Any]) -> None:
    case = make_complaint()
    changes = made(wrong)
    assert broken_by(lambda: Complaint.objects.filter(pk=case.pk).update(**changes)) == name


@pytest.mark.parametrize(("name", "wrong"), CARD)
def test_a_card_cannot_be_so(name: str, wrong: dict[str, Any]) -> None:
    case = make_complaint()
    assert broken_by(lambda: Card.objects.filter(pk=case.pk).update(**wrong)) == name


@pytest.mark.parametrize(("name", "maker", "wrong"), ROWS)
def test_a_row_cannot_be_so(name: str, maker: Maker, wrong: dict[str, Any]) -> None:
    fields = made(wrong)
    assert broken_by(lambda: maker(**fields)) == name


@pytest.mark.parametrize(
    "maker", dict.fromkeys(maker for _name, maker, _wrong in ROWS), ids=lambda maker: maker.__name__
)
def test_an_ordinary_row_is_accepted(maker: Maker) -> None:
    assert maker().pk


@pytest.mark.parametrize(("name", "maker", "fields"), TWICE)
def test_a_row_cannot_be_there_twice(name: str, maker: Maker, fields: Callable[[], dict[str, Any]]) -> None:
    same = fields()
    maker(**same)
    assert broken_by(lambda: maker(**same)) == name


def test_a_case_is_not_linked_to_itself() -> None:
    case = make_complaint()
    assert broken_by(lambda: link(earlier=case, later=case)) == "link_between_two"


def test_an_approved_text_has_one_newest_version() -> None:
    template()
    assert broken_by(lambda: template(version=2)) == "template_one_newest"


def test_an_effective_rule_has_one_key() -> None:
    make_complaint()
    assert broken_by(_effective) == "effective_rule_key"


def test_every_constraint_has_a_test_that_breaks_it() -> None:
    tried = {row[0] for row in [*CASE, *CARD, *ROWS, *TWICE]} | ONE_BY_ONE
    assert constraint_names("complaints") == tried


def test_history_is_append_only() -> None:
    make_complaint()
    for change in (lambda: History.objects.update(reason="other"), lambda: History.objects.all().delete()):
        with pytest.raises(DatabaseError, match="annot"), transaction.atomic():
            change()


def test_rules_are_editions_by_moment() -> None:
    first = RuleEdition.objects.create(title="a", filed_from=NOW)
    later = RuleEdition.objects.create(title="b", filed_from=NOW + HOUR)
    assert RuleEdition.objects.in_force_at(NOW) == first
    assert RuleEdition.objects.in_force_at(NOW + HOUR) == later


def test_categories_are_valid_by_date() -> None:
    make_category("ended", valid_to=LONG_AGO)
    assert list(Category.objects.valid_on(date(2026, 1, 1))) == []
