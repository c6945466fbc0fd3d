"""A receiver of a branch's events, with a real server behind it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from omsportal.platform.models import Outbox
from representatives import webhooks
from representatives.integrating import Span
from representatives.models import CaseEvent, User
from representatives.webhooks import Made
from tests.factories import NOW, make_branch, make_staff, profile
from tests.providers import Gateway

ALL = list(CaseEvent.values)
Receive = Callable[..., Made]


@pytest.fixture
def head(db: None) -> User:
    return make_staff("head", heads=make_branch(), email="head@example.org")


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Gateway]:
    settings.WEBHOOK_LOOPBACK = True
    with Gateway() as server:
        yield server


@pytest.fixture
def receive(head: User, gateway: Gateway) -> Receive:
    """receive(hears=["case.hop"], port=…): a receiver of the branch, there since an hour."""

    def make(name: str = "МИС", hears: list[str] = ALL, server: Gateway = gateway, **fields: Any) -> Made:
        url = f"http://127.0.0.1:{server.port}/oms"
        return webhooks.create(
            **{"span": Span(make_branch()), "name": name, "url": url, "hears": hears, "by": head}
            | {"profile": profile(head), "now": NOW - timedelta(hours=1)}
            | fields
        )  # fmt: skip

    return make


def written() -> list[tuple[str, int]]:
    rows = Outbox.objects.filter(channel="webhook").order_by("pk")
    return list(rows.values_list("kind", "receiver_id"))
