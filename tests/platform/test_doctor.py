"""The doctor: each thing it looks at is broken once for real, and it says so in words, with what to do."""

import base64
import json
import secrets
import socket
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.fixtures import Settings

from complaints.escalation import hold, roster
from complaints.models import Complaint, EngineHold
from omsportal.platform import alarms, examinations, heartbeats, outages, outbox
from omsportal.platform.clock import database_now
from omsportal.platform.models import Outbox
from tests.factories import make_branch, make_complaint
from tests.mail import MailServer
from tests.platform.clamd_server import Clamd

Told = dict[str, list[tuple[str, str, str]]]


def doctor(*arguments: str) -> tuple[bool, Told]:
    """Whether it left with 0, and what it found: examination → (grade, text, advice)."""
    said = StringIO()
    try:
        call_command("doctor", *arguments, "--json", "--en", stdout=said)
        code = 0
    except SystemExit as left:
        code = int(left.code or 0)
    answer = json.loads(said.getvalue())
    assert answer["ok"] is (code == 0)
    found: Told = {}
    for row in answer["findings"]:
        found.setdefault(row["about"], []).append((row["grade"], row["text"], row["advice"]))
    return code == 0, found


def only(name: str, *arguments: str) -> list[tuple[str, str, str]]:
    """The findings of one examination; it says what to do about everything that is not well."""
    well, found = doctor(name, *arguments)
    findings = found[name]
    assert all(advice for grade, _text, advice in findings if grade != "ok")
    assert well is not any(grade == "bad" for grade, _text, _advice in findings)
    return findings


def grades(name: str) -> set[str]:
    return {grade for grade, _text, _advice in only(name)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def alive(db: None) -> None:
    for name in examinations.PROCESSES:
        heartbeats.beat(name, database_now())


@pytest.mark.django_db
def test_it_examines_everything_and_speaks_russian() -> None:
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=said)
    text = said.getvalue()
    assert "✗ Процессы: «sweep» ещё ни разу не подал признаков жизни." in text
    assert "    → Запущено ли: escalator?" in text
    _well, found = doctor()
    assert set(found) == {
        "configuration", "keys", "migrations", "versions", "clock", "processes", "broker", "mail", "sms",
        "storage", "notices", "scanner", "alarms", "banner", "timer", "calendars", "duty",
    }  # fmt: skip


@pytest.mark.django_db
def test_it_tells_no_secret(settings: Settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "omsportal.platform.mail.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT, settings.EMAIL_HOST_PASSWORD = free_port(), "password-of-mail"
    settings.SEALING_KEYS = ["forgotten-name-of-the-key-and-so-the-key-itself"]
    settings.REDIS_URL = "redis://:password-of-valkey@127.0.0.1:1/0"
    text = json.dumps(doctor()[1])
    secrets_of_ours = ["password-of", "forgotten-name", configured.SECRET_KEY, configured.DIGEST_KEY]
    assert [secret for secret in secrets_of_ours if secret in text] == []


@pytest.mark.django_db(transaction=True)
def test_without_a_database_it_says_only_that(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.close()
    monkeypatch.setitem(connections["default"].settings_dict, "HOST", "/nowhere")
    well, found = doctor()
    assert not well
    assert list(found) == ["database"]
    assert "DATABASE_URL" in found["database"][0][2]


@pytest.mark.django_db
def test_bad_settings(settings: Settings) -> None:
    settings.DIGEST_KEY = ""
    found = only("configuration")
    assert any(grade == "bad" and "DIGEST_KEY" in text for grade, text, _advice in found)


@pytest.mark.django_db
def test_a_deployment_with_demo_users(settings: Settings) -> None:
    settings.HTTPS, settings.DEMO = True, True
    assert any("platform.E003" in text for _grade, text, _advice in only("configuration"))


@pytest.mark.django_db
def test_a_lost_key(settings: Settings) -> None:
    make_complaint()
    assert grades("keys") == {"ok"}
    settings.SEALING_KEYS = ["new:" + base64.b64encode(secrets.token_bytes(32)).decode()]
    ((grade, text, advice),) = only("keys")
    assert (grade, "SEALING_KEYS" in advice) == ("bad", True)
    assert "complaints_card." in text


@pytest.mark.django_db
def test_pending_migrations() -> None:
    assert grades("migrations") == {"ok"}
    application, name = max(MigrationLoader(None).disk_migrations)
    MigrationRecorder(connection).record_unapplied(application, name)
    assert any(f"{application}.{name}" in text for _grade, text, _advice in only("migrations"))
    assert grades("migrations") == {"bad"}


@pytest.mark.django_db
def test_an_old_server(monkeypatch: pytest.MonkeyPatch) -> None:
    assert grades("versions") == {"ok"}
    monkeypatch.setattr(examinations, "OLDEST_POSTGRES", 990000)
    assert grades("versions") == {"bad"}


def test_a_silent_process(alive: None) -> None:
    assert grades("processes") == {"ok"}
    heartbeats.beat("deliver", database_now() - timedelta(minutes=20))
    ((grade, text, advice),) = only("processes")
    assert (grade, "1200 seconds" in text, "worker" in advice) == ("bad", True, True)


def test_a_clock_that_jumped(alive: None) -> None:
    assert grades("clock") == {"ok"}
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    offset = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
    heartbeats.beat("escalator", database_now(), {"boot_id": boot_id, "offset": offset})
    assert grades("clock") == {"ok"}
    heartbeats.beat("escalator", database_now(), {"boot_id": boot_id, "offset": offset - 3600})
    assert any(grade == "bad" and "3600" in text for grade, text, _advice in only("clock"))


@pytest.mark.django_db
def test_clocks_that_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examinations, "DRIFT", timedelta(seconds=-1))
    assert "warning" in grades("clock")


@pytest.mark.django_db
def test_no_broker(settings: Settings) -> None:
    assert grades("broker") == {"ok"}
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    assert grades("broker") == {"warning"}


@pytest.mark.django_db
def test_mail(settings: Settings, smtp_server: MailServer) -> None:
    assert grades("mail") == {"warning"}  # into files
    smtp_server.use(settings)
    settings.EMAIL_BACKEND = "omsportal.platform.mail.EmailBackend"
    assert grades("mail") == {"ok"}
    assert smtp_server.messages == []
    assert only("mail", "--send-to", "admin@example.org")[0][0] == "ok"
    assert len(smtp_server.messages) == 1
    settings.EMAIL_PORT = free_port()
    assert grades("mail") == {"bad"}


@pytest.mark.django_db
def test_short_messages(settings: Settings) -> None:
    settings.SMS_MODE = "off"
    assert grades("sms") == {"warning"}
    settings.SMS_MODE, settings.SMS_GATEWAY_URL = "http", "http://gateway.example.org/"
    assert grades("sms") == {"bad"}
    with socket.create_server(("127.0.0.1", 0)) as gateway:
        settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{gateway.getsockname()[1]}/send"
        assert grades("sms") == {"ok"}
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{free_port()}/send"
    assert grades("sms") == {"bad"}


@pytest.mark.django_db
def test_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    assert grades("storage") <= {"ok", "warning"}
    monkeypatch.setattr(examinations, "LITTLE_BYTES", 1 << 60)
    assert grades("storage") == {"warning"}
    monkeypatch.setattr(examinations, "TOO_LITTLE_BYTES", 1 << 60)
    assert grades("storage") == {"bad"}


@pytest.mark.django_db
def test_a_directory_that_cannot_be_written(settings: Settings) -> None:
    settings.FILES_DIR = Path("/proc/self")
    assert any(grade == "bad" and "FILES_DIR" in text for grade, text, _advice in only("storage"))


@pytest.mark.django_db
def test_notices_that_wait_or_are_lost() -> None:
    assert grades("notices") == {"ok"}
    long_ago = database_now() - timedelta(hours=1)
    for number in range(2):
        outbox.enqueue(channel="email", kind="hop", subject_kind="case", subject_id=number, now=long_ago)
    Outbox.objects.filter(subject_id=1).update(dead_at=database_now())
    texts = [text for _grade, text, _advice in only("notices")]
    assert [("1" in text, "email 1" in text) for text in texts] == [(True, False), (True, True)]


@pytest.mark.django_db
def test_a_virus_scanner_that_is_away(settings: Settings) -> None:
    assert grades("scanner") == {"ok"}
    settings.CLAMD_ADDRESS = f"127.0.0.1:{free_port()}"
    assert grades("scanner") == {"bad"}
    with Clamd() as daemon:
        settings.CLAMD_ADDRESS = daemon.address
        assert grades("scanner") == {"ok"}


@pytest.mark.django_db
def test_alarms_and_the_banner(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    now = database_now()
    assert grades("alarms") == grades("banner") == {"ok"}
    alarms.raise_once(kind="blocked", subject_kind="complaint", subject_id=1, severity="critical", now=now)
    outages.announce(outages.Outage("warning", now + timedelta(hours=1), {"ru": "Работы"}))
    assert ("blocked 1" in only("alarms")[0][1], "Работы" in only("banner")[0][1]) == (True, True)


@pytest.mark.django_db
def test_a_timer_that_does_not_move_cases() -> None:
    assert grades("timer") == {"ok"}
    now = database_now()
    due_at = now - timedelta(minutes=30)
    late, held = make_complaint(now=now), make_complaint(now=now)
    Complaint.objects.filter(pk=late.pk).update(due_at=due_at, escalate_at=due_at)
    Complaint.objects.filter(pk=held.pk).update(blocked_at=now)
    EngineHold.objects.create(held_at=now, jumped_seconds=3600)
    assert hold.in_force(now=now)
    assert [grade for grade, _text, _advice in only("timer")] == ["bad", "bad", "warning"]


@pytest.mark.django_db
def test_an_empty_calendar_and_a_roster_with_gaps() -> None:
    assert grades("calendars") == {"bad", "warning"} or grades("calendars") == {"bad"}
    assert grades("duty") == {"ok"}
    branch = make_branch()
    kind, subject = roster.ALARM, roster.SUBJECT
    alarms.raise_once(kind=kind, subject_kind=subject, subject_id=branch.pk, now=database_now())
    assert grades("duty") == {"warning"}


@pytest.mark.django_db
def test_an_examination_that_breaks_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configured, "REDIS_URL", None)
    ((grade, text, _advice),) = only("broker")
    assert (grade, "could not be examined" in text) == ("bad", True)


def test_it_knows_its_examinations() -> None:
    with pytest.raises(CommandError, match="configuration, keys"):
        call_command("doctor", "weather")
