"""Files and the virus scanner: a small daemon of the tests on a real socket, real rows, real stored files."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from benchmarks.plans import explained
from complaints import file_store
from complaints.models import Attachment, Complaint
from complaints.services import attachments, scanning, store_keeping
from omsportal.platform import alarms, heartbeats
from omsportal.platform.models import Alarm
from tests import factories
from tests.complaints.documents import pdf
from tests.complaints.public.conftest import files_dir  # noqa: F401  a fixture
from tests.factories import NOW
from tests.platform.clamd_server import VIRUS, Clamd, nobody

State = Attachment.State
MINUTE = timedelta(minutes=1)


@pytest.fixture
def case(db: None, files_dir: Path) -> Complaint:  # noqa: F811  the fixture
    return factories.make_complaint(factories.make_branch())


@pytest.fixture
def daemon(settings: Any) -> Iterator[Clamd]:
    with Clamd() as running:
        settings.CLAMD_ADDRESS = running.address
        yield running


def planted(document: Any) -> None:
    document.Root.Note = VIRUS.decode()


def dated(at: datetime) -> Callable[[Any], None]:
    """So that no two of them are the same."""

    def change(document: Any) -> None:
        document.Root.Note = at.isoformat()

    return change


def sent(case: Complaint, *, bad: bool = False, at: datetime = NOW) -> Attachment:
    """A document that the patient sent, planted virus or not."""
    upload = SimpleUploadedFile("выписка.pdf", pdf(planted) if bad else pdf(dated(at)))
    message = attachments.post_by_patient(
        complaint=case, text="Вот", uploads=[upload], token=f"t{case.attachments.count()}", now=at
    )
    return message.attachments.get()


def state_of(file: Attachment) -> str:
    file.refresh_from_db()
    return file.state


def test_it_scans_what_came(case: Complaint, daemon: Clamd) -> None:
    good, bad = sent(case), sent(case, bad=True, at=NOW + MINUTE)
    assert {good.state, bad.state} == {State.PENDING}
    done = scanning.scan_due(now=NOW + 2 * MINUTE)
    assert (done.clean, done.infected) == (1, 1)
    assert (state_of(good), state_of(bad)) == (State.CLEAN, State.INFECTED)
    assert scanning.scan_due(now=NOW + timedelta(days=3)) == scanning.Scanned()


def test_it_scans_nothing_where_no_scanner_is(case: Complaint) -> None:
    file = sent(case)
    assert scanning.scan_due(now=NOW) == scanning.Scanned()
    assert state_of(file) == State.UNSCANNED


def test_it_scans_later_what_came_before_there_was_a_scanner(case: Complaint, settings: Any) -> None:
    file = sent(case)
    with Clamd() as daemon:
        settings.CLAMD_ADDRESS = daemon.address
        scanning.scan_due(now=NOW + timedelta(days=30))
    assert state_of(file) == State.CLEAN


def test_it_waits_for_a_scanner_that_is_away_but_not_for_ever(case: Complaint, settings: Any) -> None:
    settings.CLAMD_ADDRESS = nobody()
    file = sent(case)
    assert scanning.scan_due(now=NOW).is_away
    scanning.look(NOW + 9 * MINUTE)
    assert state_of(file) == State.PENDING
    assert not case.attachments.given_out().exists()
    scanning.look(NOW + 10 * MINUTE)
    assert state_of(file) == State.UNSCANNED
    assert case.attachments.given_out().exists()
    with Clamd() as daemon:
        settings.CLAMD_ADDRESS = daemon.address
        scanning.scan_due(now=NOW + 11 * MINUTE)
    assert state_of(file) == State.CLEAN


@pytest.mark.parametrize("behaviour", ["dying", "sick"])
def test_it_goes_on_with_the_others_when_one_file_breaks_the_scanner(
    case: Complaint, daemon: Clamd, behaviour: str
) -> None:
    daemon.behave = behaviour
    files = [sent(case, at=NOW + n * MINUTE) for n in range(3)]
    done = scanning.scan_due(now=NOW + 5 * MINUTE)
    assert (done.put_off, daemon.streams) == (3, 3)
    assert {state_of(file) for file in files} == {State.PENDING}
    daemon.behave = "good"
    assert scanning.scan_due(now=NOW + 6 * MINUTE).clean == 0
    assert scanning.scan_due(now=NOW + 20 * MINUTE).clean == 3


def test_it_gives_a_file_out_unscanned_that_the_scanner_does_not_take(case: Complaint, settings: Any) -> None:
    file = sent(case)
    with Clamd(most=10) as daemon:
        settings.CLAMD_ADDRESS = daemon.address
        assert scanning.scan_due(now=NOW).put_off == 1
        assert scanning.scan_due(now=NOW + timedelta(hours=23)).put_off == 0
    assert state_of(file) == State.UNSCANNED


def test_the_oldest_that_waits_comes_first_and_what_was_given_out_already_last(
    case: Complaint, settings: Any
) -> None:
    given_out = sent(case, at=NOW)  # before there was a scanner
    with Clamd() as daemon:
        settings.CLAMD_ADDRESS = daemon.address
        minutes = {3: sent(case, at=NOW + 3 * MINUTE), 1: sent(case, at=NOW + MINUTE)}
        minutes[2] = sent(case, at=NOW + 2 * MINUTE)
        later = sent(case, at=NOW + 9 * MINUTE)
        scanning.scan_due(now=NOW + 4 * MINUTE)
        expected = [minutes[1], minutes[2], minutes[3], given_out]
        assert daemon.contents == [attachments.content(file) for file in expected]
        assert state_of(later) == State.PENDING


def test_a_file_that_was_put_off_lets_the_others_go_first(case: Complaint, daemon: Clamd) -> None:
    old = sent(case)
    daemon.behave = "sick"
    scanning.scan_due(now=NOW + MINUTE)
    daemon.behave = "good"
    new = sent(case, at=NOW + 2 * MINUTE)
    scanning.scan_due(now=NOW + 4 * MINUTE)
    assert daemon.contents[1:] == [attachments.content(new), attachments.content(old)]


def test_it_stops_in_time_for_the_worker(case: Complaint, daemon: Clamd) -> None:
    for n in range(3):
        sent(case, at=NOW + n * MINUTE)
    assert scanning.scan_due(now=NOW + 5 * MINUTE, budget=0).clean == 0
    assert daemon.streams == 0


def test_it_does_not_stumble_over_a_lost_file(case: Complaint, daemon: Clamd) -> None:
    lost, good = sent(case), sent(case, at=NOW + MINUTE)
    file_store.delete(lost.storage_name)
    done = scanning.scan_due(now=NOW + 2 * MINUTE)
    assert (done.clean, done.put_off) == (1, 1)
    assert state_of(good) == State.CLEAN


# --- alarms ---


def test_it_tells_the_head_of_an_infected_file_once(case: Complaint, daemon: Clamd) -> None:
    file = sent(case, bad=True)
    scanning.scan_due(now=NOW)
    scanning.look(NOW)
    scanning.look(NOW + MINUTE)
    alarm = Alarm.objects.get(kind=scanning.INFECTED)
    assert (alarm.subject_id, alarm.receiver_branch_id) == (file.pk, case.branch_id)
    assert alarm.payload == {"number": case.number}
    alarms.acknowledge(alarm=alarm, by_id=factories.make_staff("head", heads=case.branch).pk, now=NOW)
    scanning.look(NOW + 2 * MINUTE)
    assert not Alarm.objects.open().filter(kind=scanning.INFECTED).exists()
    scanning.look(NOW + 3 * MINUTE)
    assert Alarm.objects.filter(kind=scanning.INFECTED).count() == 1


def test_it_tells_of_a_silent_scanner_until_it_answers(case: Complaint, settings: Any) -> None:
    settings.CLAMD_ADDRESS = nobody()
    sent(case)
    scanning.look(NOW + 4 * MINUTE)
    assert not Alarm.objects.filter(kind=scanning.AWAY).exists()
    for minute in (6, 7):
        scanning.look(NOW + minute * MINUTE)
    assert Alarm.objects.open().filter(kind=scanning.AWAY).count() == 1
    heartbeats.beat(scanning.HEARTBEAT, NOW + 8 * MINUTE)
    scanning.look(NOW + 8 * MINUTE)
    assert not Alarm.objects.open().filter(kind=scanning.AWAY).exists()
    sent(case, at=NOW + 20 * MINUTE)
    scanning.look(NOW + 26 * MINUTE)
    assert Alarm.objects.open().filter(kind=scanning.AWAY).count() == 1


# --- who may open it ---


def staff_opens(case: Complaint, file: Attachment) -> int:
    staff = factories.make_staff("operator", tier=1, branch=case.branch)
    client = Client()
    client.force_login(staff)
    return client.get(f"/staff/cases/{case.number}/files/{file.storage_name}/").status_code


@pytest.mark.parametrize(
    ("state", "status"),
    [(State.CLEAN, 200), (State.UNSCANNED, 200), (State.PENDING, 404), (State.INFECTED, 404)],
)
def test_it_gives_staff_what_the_scanner_has_not_refused(
    case: Complaint, settings: Any, state: str, status: int
) -> None:
    settings.CLAMD_ADDRESS = nobody()
    file = sent(case)
    Attachment.objects.filter(pk=file.pk).update(state=state)
    assert staff_opens(case, file) == status


def test_it_finds_its_work_by_indexes_among_many_files(case: Complaint, daemon: Clamd) -> None:
    sent(case), sent(case, bad=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO complaints_attachment (complaint_id, storage_name, sealed, media_type, size,"
            " content_digest, state, scan_after, uploaded_at)"
            " SELECT complaint_id, gen_random_uuid(), sealed, media_type, size, content_digest, 'clean',"
            " scan_after, uploaded_at FROM complaints_attachment, generate_series(1, 10000)"
        )
        cursor.execute("ANALYZE complaints_attachment, platform_alarm")
    with explained() as plans:
        scanning.scan_due(now=NOW + MINUTE)
        scanning.look(NOW + 20 * MINUTE)
        store_keeping.look_into("ab", now=NOW)
    # Of cases there is one here; what grows are files.
    assert not [scan for scans in plans.whole_tables().values() for scan in scans if "attachment" in scan]
