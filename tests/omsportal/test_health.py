import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django.fixtures import Settings

from omsportal.platform import alarms, clock, heartbeats, jobs, metrics, outbox, probes
from omsportal.platform.metrics import Sample
from omsportal.platform.models import Outbox

STRANGER = {"REMOTE_ADDR": "203.0.113.5"}


@pytest.fixture
def swept(db: None) -> None:
    for name in probes.SILENT_AFTER:
        heartbeats.beat(name, clock.database_now())


def test_healthz_asks_nobody_else(client: Client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


def test_readyz_is_ready(client: Client, swept: None):
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready", "degraded": {}})


@pytest.mark.django_db
def test_readyz_is_not_ready_before_the_first_sweep(client: Client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "sweep" in response.json()["reason"]


def test_readyz_is_not_ready_with_pending_migrations(client: Client, swept: None):
    MigrationRecorder(connection).record_unapplied(*max(MigrationLoader(None).disk_migrations))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "migrate" in response.json()["reason"]


@pytest.mark.django_db(transaction=True)
def test_readyz_is_not_ready_without_database(client: Client, monkeypatch: pytest.MonkeyPatch):
    connection.close()
    monkeypatch.setitem(connections["default"].settings_dict, "HOST", "/nowhere")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "database" in response.json()["reason"]


def test_readyz_is_degraded_when_a_process_is_silent(client: Client, swept: None):
    heartbeats.beat("sweep", clock.database_now() - timedelta(minutes=5))
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "degraded", "degraded": {"sweep": "silent for 300 s"}}


def test_readyz_is_degraded_when_notices_wait_or_are_given_up(client: Client, swept: None):
    long_ago = clock.database_now() - timedelta(hours=1)
    for number in range(2):
        outbox.enqueue(channel="email", kind="hop", subject_kind="case", subject_id=number, now=long_ago)
    Outbox.objects.filter(subject_id=1).update(dead_at=clock.database_now())
    degraded = client.get("/readyz").json()["degraded"]
    assert degraded == {"outbox": "1 notices wait", "outbox_dead": "1 notices wait for a decision"}


def test_readyz_asks_registered_probes(client: Client, swept: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(probes, "_probes", {})
    probes.register("duty", lambda now: "nobody on duty")
    assert client.get("/readyz").json()["degraded"] == {"duty": "nobody on duty"}


def test_readyz_notices_a_full_disk(
    client: Client, swept: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
):
    settings.FILES_DIR = tmp_path / "not" / "yet" / "there"
    monkeypatch.setattr(probes, "DISK_BYTES", 1 << 60)
    assert client.get("/readyz").json()["degraded"] == {"disk": "little room for files"}


@pytest.mark.django_db
def test_metrics_shows_the_figures(client: Client):
    now = clock.database_now()
    outbox.enqueue(
        channel="email", kind="hop", subject_kind="case", subject_id=1, now=now - timedelta(seconds=90)
    )
    heartbeats.beat("sweep", now - timedelta(seconds=3))
    jobs.request(kind="export", now=now)
    alarms.raise_once(kind="breach", subject_kind="case", subject_id=1, now=now)
    text = client.get("/metrics").content.decode()
    assert "\nomsportal_outbox_pending 1\n" in text
    assert "\nomsportal_jobs_queued 1\n" in text
    assert '\nomsportal_alarms_open{severity="warning"} 1\n' in text
    assert re.search(r'\nomsportal_heartbeat_age_seconds\{name="sweep"\} 3\.?', text)
    assert re.search(r"\nomsportal_outbox_oldest_seconds 9\d", text)


@pytest.mark.django_db
def test_metrics_is_written_in_the_exposition_format(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(metrics, "_collectors", [])
    quoted = {"name": 'a "b" \\ c\nd'}
    metrics.register(lambda now: [Sample("open", 2, quoted, help="Open ones."), Sample("open", 0.5)])
    response = client.get("/metrics")
    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    assert response.content.decode() == (
        "# HELP omsportal_open Open ones.\n# TYPE omsportal_open gauge\n"
        'omsportal_open{name="a \\"b\\" \\\\ c\\nd"} 2\nomsportal_open 0.5\n'
    )


def test_metrics_refuses_a_name_that_monitoring_cannot_read():
    with pytest.raises(ValueError, match="small letters"):
        Sample("Open cases", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("authorization", ["", "Bearer wrong", "Basic secret", "Bearer ", "Bearer секрет"])
def test_metrics_is_not_found_for_strangers(client: Client, settings: Settings, authorization: str):
    settings.METRICS_TOKEN = "secret"
    response = client.get("/metrics", headers={"Authorization": authorization}, **STRANGER)
    assert response.status_code == 404


@pytest.mark.django_db
def test_metrics_is_not_found_without_a_token_behind_a_proxy_on_this_machine(client: Client):
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.5"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}, **STRANGER).status_code == 404


@pytest.mark.django_db
def test_metrics_opens_for_the_token(client: Client, settings: Settings):
    settings.METRICS_TOKEN = "secret"
    response = client.get("/metrics", headers={"Authorization": "Bearer secret"}, **STRANGER)
    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_they_are_only_read(client: Client, path: str):
    assert client.post(path).status_code == 405
