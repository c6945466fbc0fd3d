"""The doorbell's settings: each of them was measured (docs/adr)."""

import pytest
from django.conf import settings

from omsportal.celery import app


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("task_acks_late", True),
        ("task_reject_on_worker_lost", True),
        ("task_publish_retry", False),
        ("task_ignore_result", True),
        ("worker_prefetch_multiplier", 1),
        ("broker_connection_max_retries", None),
        ("result_backend", None),
    ],
)
def test_it_loses_and_doubles_nothing(name: str, value: object) -> None:
    assert getattr(app.conf, name) == value


def test_it_gives_up_on_a_silent_broker_soon() -> None:
    assert app.conf.broker_transport_options["socket_timeout"] <= 5
    assert app.conf.broker_transport_options["socket_connect_timeout"] <= 5


def test_it_ends_a_task_before_another_worker_may_take_it_for_lost() -> None:
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit
    assert app.conf.task_time_limit < app.conf.broker_transport_options["visibility_timeout"]


def test_it_rings_only_tasks_that_exist_and_without_an_expiry() -> None:
    app.loader.import_default_modules()
    for name, entry in app.conf.beat_schedule.items():
        assert entry["task"] in app.tasks, name
        assert "expires" not in entry.get("options", {}), name
    assert app.conf.beat_schedule["sweep"]["schedule"] == settings.TICK_SECONDS
