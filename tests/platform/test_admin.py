from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from omsportal.platform import read_log
from omsportal.platform.models import Alarm, Heartbeat, Job, Outbox, ReadLog


@pytest.fixture
def superuser(db: None, client: Client) -> Client:
    user = get_user_model().objects.create_superuser(
        username="root", email="root@example.org", password="x" * 20, is_demo=True
    )
    client.force_login(user)
    return client


def address(model: type[Any]) -> str:
    return reverse(f"admin:platform_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("model", [Outbox, Job, Alarm, Heartbeat, ReadLog])
def test_it_is_looked_at_and_not_edited(superuser: Client, rf: Any, model: type[Any]):
    assert superuser.get(address(model)).status_code == 200
    assert superuser.get(address(model) + "add/").status_code == 403
    look_only = admin.site._registry[model]
    assert not look_only.has_change_permission(rf.get("/"))
    assert not look_only.has_delete_permission(rf.get("/"))


def test_it_shows_who_read_what(superuser: Client, now: datetime):
    read_log.record(
        reader_kind="user", reader_id=5, subject_kind="case", subject_id=777123, what="card", now=now
    )
    assert "777123" in superuser.get(address(ReadLog)).content.decode()


def test_it_sends_again_what_was_given_up(
    superuser: Client, now: datetime, make_notice: Callable[..., Outbox]
):
    dead = make_notice(dead_at=now, attempts=8)
    superuser.post(address(Outbox), {"action": "send_again", "_selected_action": [dead.pk]})
    dead.refresh_from_db()
    assert (dead.dead_at, dead.attempts) == (None, 0)


@pytest.mark.parametrize("wrong", ["starts_at__year=99999999999999999999", "starts_at__year=10000"])
def test_a_filter_that_nothing_can_be_leads_to_the_plain_list(superuser: Client, wrong: str):
    shifts = reverse("admin:representatives_dutyshift_changelist")
    answer = superuser.get(f"{shifts}?{wrong}")
    assert (answer.status_code, answer.get("Location")) == (302, f"{shifts}?e=1")
    assert superuser.get(f"{shifts}?e=1").status_code == 200
