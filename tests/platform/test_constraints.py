"""Every constraint of the plumbing tables, broken once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Model

from omsportal.platform.models import (
    Alarm,
    Counter,
    Follower,
    IdempotencyKey,
    Job,
    Limit,
    Outbox,
    ReadLog,
    Seal,
)
from tests.platform.conftest import NOW

EARLIER, LATER = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)
TOKEN = "0b0f7d2e-2f0f-4f43-9d0b-4a3f5a3f5a3f"

GOOD: dict[type[Model], dict[str, Any]] = {
    Outbox: {
        "channel": "email", "kind": "hop", "subject_kind": "case", "subject_id": 1,
        "created_at": NOW, "available_at": NOW,
    },
    IdempotencyKey: {
        "key_hash": "a", "scope": "file", "body_digest": b"x", "created_at": NOW, "expires_at": LATER,
    },
    Job: {"kind": "export", "created_at": NOW},
    Alarm: {"kind": "breach", "subject_kind": "case", "subject_id": 1, "raised_at": NOW},
    ReadLog: {
        "reader_kind": "user", "reader_id": 1, "subject_kind": "case", "subject_id": 1, "what": "card",
        "at": NOW,
    },
    Seal: {
        "source": "history", "from_id": 1, "to_id": 2, "row_count": 2, "columns": ["id"], "digest": b"d",
        "marks": b"m", "previous": b"p", "link": b"l", "sealed_at": NOW,
    },
    Counter: {"name": "requests", "labels": "page", "count": 1, "total": 0.5, "classes": [1]},
    Follower: {"name": "events", "done_id": 0},
    Limit: {"key": "a", "window_started_at": NOW, "expires_at": LATER, "hits": 1},
}  # fmt: skip
RUNNING = {"state": "running", "started_at": NOW, "beat_at": NOW}

BROKEN: list[tuple[str, type[Model], dict[str, Any]]] = [
    ("outbox_channel_known", Outbox, {"channel": "pigeon"}),
    ("outbox_lease_paired", Outbox, {"lease_token": TOKEN}),
    ("outbox_lease_paired", Outbox, {"leased_until": NOW}),
    ("outbox_one_end", Outbox, {"sent_at": NOW, "dead_at": NOW}),
    ("outbox_one_end", Outbox, {"skipped_at": NOW, "dead_at": NOW}),
    ("outbox_one_end", Outbox, {"sent_at": NOW, "skipped_at": NOW}),
    ("outbox_one_end", Outbox, {"doubtful_at": NOW, "sent_at": NOW}),
    ("outbox_left_paired", Outbox, {"dead_at": NOW, "left_at": NOW}),
    ("outbox_left_paired", Outbox, {"dead_at": NOW, "left_by_id": 5}),
    ("outbox_left_after_it_failed", Outbox, {"left_at": NOW, "left_by_id": 5}),
    ("outbox_attempts_not_negative", Outbox, {"attempts": -1}),
    ("outbox_copies_not_negative", Outbox, {"copies": -1}),
    ("follower_number_not_negative", Follower, {"done_id": -1}),
    ("idempotencykey_answer_paired", IdempotencyKey, {"status": 201}),
    ("idempotencykey_answer_paired", IdempotencyKey, {"sealed_response": b"x"}),
    ("idempotencykey_dates_in_order", IdempotencyKey, {"expires_at": EARLIER}),
    ("job_moments_match_state", Job, RUNNING | {"state": "resting"}),
    ("job_start_paired", Job, RUNNING | {"beat_at": None}),
    ("job_moments_match_state", Job, {"state": "running"}),
    ("job_moments_match_state", Job, RUNNING | {"state": "queued"}),
    ("job_moments_match_state", Job, RUNNING | {"state": "done"}),
    ("job_moments_match_state", Job, RUNNING | {"finished_at": NOW}),
    ("job_starts_after_request", Job, RUNNING | {"started_at": EARLIER}),
    ("job_finishes_after_start", Job, RUNNING | {"state": "done", "started_at": LATER, "finished_at": NOW}),
    ("job_count_within_total", Job, {"done_count": 2, "total_count": 1}),
    ("job_count_within_total", Job, {"done_count": -1}),
    ("alarm_severity_known", Alarm, {"severity": "mild"}),
    ("alarm_acknowledgement_paired", Alarm, {"acknowledged_at": NOW}),
    ("alarm_acknowledgement_paired", Alarm, {"acknowledged_by_id": 5}),
    ("alarm_acknowledged_after_raised", Alarm, {"acknowledged_at": EARLIER, "acknowledged_by_id": 5}),
    ("alarm_closed_after_raised", Alarm, {"closed_at": EARLIER}),
    ("readlog_reader_known", ReadLog, {"reader_kind": "cat"}),
    ("readlog_what_known", ReadLog, {"what": "mind"}),
    ("seal_range_in_order", Seal, {"to_id": 0}),
    ("seal_holds_rows", Seal, {"row_count": 0}),
    ("counter_count_not_negative", Counter, {"count": -1}),
    ("limit_hits_positive", Limit, {"hits": 0}),
    ("limit_window_in_order", Limit, {"expires_at": EARLIER}),
]
TWICE = [
    ("outbox_once", Outbox),
    ("job_queued_once", Job),
    ("alarm_once", Alarm),
    ("seal_once", Seal),
    ("counter_once", Counter),
]


def names_of(error: IntegrityError) -> str:
    return str(error.__cause__.diag.constraint_name)


@pytest.mark.django_db
@pytest.mark.parametrize("model", GOOD)
def test_a_good_row_is_accepted(model: type[Model]):
    model.objects.create(**GOOD[model])


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "model", "wrong"), BROKEN)
def test_a_broken_row_is_refused(name: str, model: type[Model], wrong: dict[str, Any]):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        model.objects.create(**(GOOD[model] | wrong))
    assert names_of(caught.value) == name


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "model"), TWICE)
def test_the_same_row_twice_is_refused(name: str, model: type[Model]):
    model.objects.create(**GOOD[model])
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        model.objects.create(**GOOD[model])
    assert names_of(caught.value) == name


@pytest.mark.django_db
def test_a_chain_has_no_fork():
    Seal.objects.create(**GOOD[Seal])
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Seal.objects.create(**(GOOD[Seal] | {"to_id": 9}))
    assert names_of(caught.value) == "seal_one_chain"


@pytest.mark.django_db
def test_the_same_job_may_wait_again_after_the_first_has_started(now: datetime):
    Job.objects.create(**(GOOD[Job] | RUNNING))
    Job.objects.create(**GOOD[Job])


def test_every_constraint_is_broken_here():
    broken = {name for name, *_rest in BROKEN} | {name for name, _model in TWICE} | {"seal_one_chain"}
    declared = {
        constraint.name
        for model in apps.get_app_config("platform").get_models()
        for constraint in model._meta.constraints
    }
    assert declared == broken
