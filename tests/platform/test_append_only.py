"""Append-only tables: nothing in them can be changed or removed, and nothing in them names a person."""

import pytest
from django.db import DatabaseError, connection, transaction

from omsportal.platform.models import ReadLog, Seal
from omsportal.platform.triggers import append_only_models, refuse_truncate

pytestmark = pytest.mark.django_db

TABLES = [model._meta.db_table for model in append_only_models()]

_NUMBERS = {"id", "pgh_id", "pgh_obj_id", "pgh_context_id", "pgh_context"}
_HISTORY = {"pgh_created_at", "pgh_label", "valid_from", "valid_to", *_NUMBERS}
_RIGHTS = _HISTORY - {"valid_from", "valid_to"}
#: Every column of every append-only table, looked at by a person: ids, codes, moments, and what is public
#: about companies and offices. A name, phone or word of a patient or of staff could never be erased again.
ALLOWED: dict[str, set[str]] = {
    "complaints_categoryevent": _HISTORY | {
        "slug", "position", "title", "plain_title", "plain_hint", "icon", "now_steps", "free_of_charge",
        "basis", "plain_title_en", "plain_hint_en", "now_steps_en", "free_of_charge_en", "basis_en",
        "default_kind", "arrival_tier", "about_insurer", "asks_waiting_time", "asks_money",
        "needs_second_person",
    },
    "complaints_categorycodeevent": _HISTORY | {"category_id", "kind", "official_code_id"},
    "complaints_deadlineevent": _HISTORY | {
        "code", "group", "region_id", "what", "value", "unit", "start_event", "basis", "what_en",
        "start_event_en", "basis_en", "source_note", "needs_check",
    },
    "complaints_escalationruleevent": _RIGHTS | {
        "edition_id", "insurer_id", "kind", "category_id", "urgency", "tier", "reaction_limit",
        "reaction_unit", "resolution_limit", "resolution_unit",
    },
    "complaints_guideevent": _HISTORY | {
        "slug", "position", "title", "hint", "icon", "steps", "free_of_charge", "basis", "title_en",
        "hint_en", "steps_en", "free_of_charge_en", "basis_en", "theme_id", "by_fund", "page", "link",
        "link_title", "link_title_en",
    },
    "complaints_officialcodeevent": _HISTORY | {
        "edition", "table", "code", "parent_code", "is_leaf", "kind", "text",
    },
    "complaints_ruleeditionevent": _RIGHTS | {"title", "filed_from", "approved_by_fund"},
    "complaints_history": {
        "id", "complaint_id", "at", "event", "hop", "cause", "by_id", "reason", "from_status", "to_status",
        "from_tier", "to_tier", "from_branch_id", "to_branch_id", "from_assignee_id", "to_assignee_id",
        "due_before", "due_after", "answer_before", "answer_after", "until_before", "until_after",
        "wait_days",
    },
    "insurers_branchevent": _HISTORY | {
        "kind", "insurer_id", "region_id", "title", "schedule_id", "postal_address", "email", "feedback_link",
    },
    "insurers_calendardayevent": _HISTORY | {"date", "region_id", "kind", "works_as", "title"},
    "insurers_clinicpostevent": _HISTORY | {
        "branch_id", "medical_organisation_id", "place", "hours_text", "phone", "extension",
    },
    "insurers_hotlineevent": _HISTORY | {
        "insurer_id", "branch_id", "purpose", "phone", "extension", "hours_text", "schedule_id",
        "after_hours", "after_hours_note", "calls_recorded", "confirmed_on", "source",
    },
    "insurers_insurerevent": _HISTORY | {
        "code", "short_name", "full_name", "ogrn", "inn", "website",
    },
    "insurers_officeevent": _HISTORY | {"branch_id", "address", "hours_text", "phone", "extension"},
    "insurers_workinghoursevent": _HISTORY | {"schedule_id", "weekday", "starts", "ends"},
    "insurers_workingscheduleevent": _HISTORY | {
        "code", "title", "time_zone", "round_the_clock", "follows_calendar", "region_id",
    },
    "platform_readlog": {
        "id", "reader_kind", "reader_id", "subject_kind", "subject_id", "what", "at",
    },
    "representatives_accountact": {"id", "user_id", "deed", "reason", "by_id", "at"},
    "representatives_apikeyevent": _RIGHTS | {
        "branch_id", "other_branch_ids", "everywhere", "user_id", "prefix", "scopes", "created_at",
        "expires_at", "revoked_at",
    },
    "representatives_appointmentevent": _HISTORY | {"user_id", "role", "branch_id", "insurer_id"},
    "representatives_helpaccessevent": _RIGHTS | {
        "case_id", "branch_id", "reason", "starts_at", "ends_at", "granted_by_id", "granted_at",
        "ended_by_id", "ended_at",
    },
    "representatives_representativeevent": _RIGHTS | {"user_id", "tier", "competences", "ceiling"},
    "representatives_secondfactorevent": _RIGHTS | {"user_id", "type"},
    "representatives_servedbranchevent": _RIGHTS | {"representative_id", "branch_id"},
    "representatives_tierrightevent": _HISTORY | {"tier", "action", "extent"},
    "representatives_userevent": _RIGHTS | {
        "is_active", "is_staff", "is_superuser", "is_demo", "sessions_ended_at",
    },
    "representatives_webhookevent": _RIGHTS | {
        "reference", "branch_id", "other_branch_ids", "everywhere", "hears", "overlap_until", "created_at",
        "created_by_id", "off_at", "off_why",
    },
    "platform_seal": {
        "id", "source", "from_id", "to_id", "row_count", "columns", "digest", "marks", "previous", "link",
        "sealed_at",
    },
}  # fmt: skip


def columns_of(table: str) -> set[str]:
    """As the database has them, not as the models say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
            [table],
        )
        return {name for (name,) in cursor.fetchall()}


def test_the_history_of_cases_reads_and_reference_data_is_among_them() -> None:
    assert {"complaints_history", "platform_readlog", "platform_seal", "insurers_branchevent"} <= set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_no_column_holds_a_word_of_a_person(table: str) -> None:
    unknown = columns_of(table) - ALLOWED.get(table, set())
    assert not unknown, (
        f"{table}: may {sorted(unknown)} stay for ever, also after an erasure? Then add to ALLOWED."
    )


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("act", ["UPDATE", "DELETE", "TRUNCATE"])
def test_it_is_guarded_against(act: str, table: str) -> None:
    """By triggers that are there and switched on, whoever acts."""
    bit = {"DELETE": 8, "UPDATE": 16, "TRUNCATE": 32}[act]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgtype & %s > 0"
            " AND tgenabled = 'O' AND tgname LIKE '%%append\\_only%%'",
            [table, bit],
        )
        assert cursor.fetchone() == (1,)


def test_it_cannot_be_emptied() -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE platform_readlog, platform_outbox")


def test_a_guard_that_was_removed_comes_back_with_the_next_migrate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER append_only_truncate ON platform_readlog")
    refuse_truncate()
    refuse_truncate()
    test_it_cannot_be_emptied()


def test_models_refuse_as_well(now: object) -> None:
    assert {ReadLog, Seal} <= set(append_only_models())
