"""Every constraint of receivers of events, broken once."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from representatives.models import Webhook
from tests.broken import broken_by
from tests.factories import NOW, make_branch, make_staff

pytestmark = pytest.mark.django_db

BEFORE = NOW - timedelta(seconds=1)


def webhook(**fields: Any) -> Webhook:
    known = {
        "reference": uuid.uuid4(), "branch": make_branch(), "name": "МИС", "url": "https://example.ru/",
        "hears": ["case.hop"], "sealed": {}, "created_at": NOW, "created_by": make_staff("head"),
    }  # fmt: skip
    return Webhook.objects.create(**(known | fields))


BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("webhook_hears_known", {"hears": []}),
    ("webhook_hears_known", {"hears": ["case.story"]}),
    ("webhook_reach_said_once", {"everywhere": True, "other_branch_ids": [1]}),
    ("webhook_off_paired", {"off_at": NOW}),
    ("webhook_off_why_known", {"off_at": NOW, "off_why": "tired"}),
    ("webhook_off_after_created", {"off_at": BEFORE, "off_why": "person"}),
    ("webhook_failures_since", {"failures": 1}),
    ("webhook_failures_since", {"failing_since": NOW}),
    ("webhook_overlap_after_created", {"overlap_until": NOW}),
]


@pytest.mark.parametrize(("name", "wrong"), BROKEN)
def test_a_receiver_cannot_be_so(name: str, wrong: dict[str, Any]) -> None:
    make_branch(), make_staff("head")
    assert broken_by(lambda: webhook(**wrong)) == name


def test_every_constraint_is_broken_here() -> None:
    assert {name for name, _wrong in BROKEN} == {rule.name for rule in Webhook._meta.constraints}
