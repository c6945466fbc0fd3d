"""The thread of an open page: asked for without being read, told of by a socket, ended with its session."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.plans import explained
from complaints.kinds import IdentityLevel
from complaints.live import consumers, relay
from complaints.models import Card, Complaint, PatientSession
from complaints.reports.public import chat as promises
from complaints.services import patient_sessions, thread
from complaints.services.filing import Filed
from insurers.models import Branch
from omsportal.platform.clock import database_now
from omsportal.platform.kinds import Reading
from omsportal.platform.models import ReadLog
from representatives.models import User
from tests import factories
from tests.complaints import crowd
from tests.complaints.public.conftest import Patient, photo
from tests.sockets import PATIENCE_SECONDS, Socket, apart, run

THREAD = "/status/case/thread/"
BY_ITSELF = {"X-By-Itself": "1"}


@pytest.fixture
def operator(branch: Branch) -> User:
    return factories.make_staff("operator", 1, branch)


@pytest.fixture
def case(branch: Branch, operator: User, now: datetime) -> Complaint:
    return factories.make_complaint(branch, held_by=operator, now=now)


@pytest.fixture
def opened(patient: Patient, case: Complaint, now: datetime) -> Patient:
    patient.client.cookies["patient"] = patient_sessions.begin(complaint=case, now=now)
    return patient


def look(patient: Patient, etag: str = "") -> Any:
    """As the page itself asks."""
    return patient.client.get(THREAD, headers=BY_ITSELF | ({"If-None-Match": etag} if etag else {}))


def answer(case: Complaint, by: User, text: str, now: datetime, **more: Any) -> None:
    profile = factories.profile(by, on=now.date())
    thread.post_by_staff(complaint=case, text=text, by=by, profile=profile, now=now, **more)


def test_it_is_the_same_until_something_is_said(
    opened: Patient, case: Complaint, operator: User, now: datetime
) -> None:
    page = opened.get("/status/case/").content.decode()
    first = look(opened)
    etag = first.headers["ETag"]
    assert etag.replace('"', "&quot;") in page  # what the page holds is what is asked for
    assert look(opened, etag).status_code == 304
    answer(case, operator, "Уже звоню в поликлинику", now, no_health_facts=True)
    changed = look(opened, etag)
    assert "Уже звоню в поликлинику" in changed.content.decode()
    assert look(opened, changed.headers["ETag"]).status_code == 304


def test_a_note_for_staff_changes_nothing(
    opened: Patient, case: Complaint, operator: User, now: datetime
) -> None:
    etag = look(opened).headers["ETag"]
    answer(case, operator, "Заметка для своих", now, is_internal=True)
    assert look(opened, etag).status_code == 304


def test_words_about_health_come_once_it_is_known_who_asks(
    opened: Patient, case: Complaint, operator: User, now: datetime
) -> None:
    answer(case, operator, "Диагноз уточним", now)
    withheld = look(opened)
    assert "Диагноз уточним" not in withheld.content.decode()
    Card.objects.filter(pk=case.pk).update(identity_level=IdentityLevel.REGISTRY)
    assert "Диагноз уточним" in look(opened, withheld.headers["ETag"]).content.decode()


def test_a_file_that_the_scanner_has_judged_is_shown_anew(opened: Patient, case: Complaint) -> None:
    opened.post("/status/case/message/", {"documents": [photo()]})
    etag = look(opened).headers["ETag"]
    case.attachments.update(state="infected")
    assert "вирус" in look(opened, etag).content.decode()


def test_unchanged_costs_three_queries_and_no_line_of_the_log(opened: Patient, case: Complaint) -> None:
    """The clock, the session with its case, and the marks of what is shown."""
    etag = look(opened).headers["ETag"]
    before = ReadLog.objects.count()
    with CaptureQueriesContext(connection) as queries:
        assert look(opened, etag).status_code == 304
    assert len(queries) == 3, [query["sql"][:120] for query in queries]
    assert ReadLog.objects.count() == before


def test_neither_looking_nor_telling_nor_promising_reads_a_whole_table(
    opened: Patient, case: Complaint, operator: User, now: datetime
) -> None:
    answer(case, operator, "Уже звоню", now)
    crowd.copies(case, 3000, channel="'chat'", status="'closed'", assignee_id="NULL", escalate_at="NULL",
                 warn_at="NULL", closed_at="row.registered_at")  # fmt: skip
    crowd.of_copies(case.messages.get(), 3000)
    crowd.long_history(case.history.first(), 3000, until=now, step=timedelta(seconds=30))
    with explained() as plans:
        assert look(opened).status_code == 200
        promises.promise(branch=case.branch, case=case, now=now)
        relay._changed()
    whole = {scan for scans in plans.whole_tables().values() for scan in scans}
    assert whole <= {"Seq Scan on complaints_attachment"}  # empty in this crowd


def test_what_is_shown_anew_is_a_reading(opened: Patient, case: Complaint) -> None:
    look(opened)
    assert ReadLog.objects.filter(subject_id=case.pk, what=Reading.CONTENT, reader_kind="patient").exists()


def test_a_page_that_nobody_looks_at_reads_nothing(
    opened: Patient, case: Complaint, operator: User, now: datetime
) -> None:
    etag = look(opened).headers["ETag"]
    before = ReadLog.objects.count()
    answer(case, operator, "Приходите завтра", now, no_health_facts=True)
    asked = opened.client.head(THREAD, headers=BY_ITSELF | {"If-None-Match": etag})
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["ETag"] != etag
    assert (ReadLog.objects.count(), case.messages.get().read_at) == (before, None)
    look(opened, etag)
    assert case.messages.get().read_at is not None


def test_looking_keeps_no_session_alive(opened: Patient, now: datetime) -> None:
    PatientSession.objects.update(
        begun_at=now - timedelta(minutes=29), last_seen_at=now - timedelta(minutes=29)
    )
    assert look(opened).status_code == 200
    assert PatientSession.objects.get().last_seen_at == now - timedelta(minutes=29)
    opened.get("/status/case/")
    assert PatientSession.objects.get().last_seen_at > now - timedelta(minutes=1)


def test_it_is_shown_to_nobody_else_and_leads_nowhere(patient: Patient, case: Complaint) -> None:
    answer = look(patient)
    assert (answer.status_code, answer.content) == (403, b"")


def browser_with(filed: Filed) -> tuple[Patient, str]:
    """A browser in which the case is open, and its token."""
    patient = Patient()
    token = patient_sessions.begin(complaint=filed.complaint, now=database_now())
    patient.client.cookies["patient"] = token
    return patient, token


@pytest.fixture
def committed(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Branch:
    relay._told.clear()
    monkeypatch.setattr(relay, "PATIENCE_SECONDS", PATIENCE_SECONDS)  # of a machine that others use
    monkeypatch.setattr(consumers, "ALIVE_SECONDS", 3600)
    branch = factories.make_branch(now=database_now())
    factories.make_rules()
    return branch


def socket_of(patient: Patient) -> Socket:
    return Socket(patient.client, path="/ws/case/")


def test_a_socket_tells_of_its_own_case_only(committed: Branch) -> None:
    one, other = (factories.file_case(committed, now=database_now()) for _ in range(2))
    reader, stranger = browser_with(one)[0], browser_with(other)[0]
    relay.announce()  # both were registered just now

    def write() -> None:
        thread.post_by_patient(complaint=one.complaint, text="Ещё", now=database_now())

    async def steps() -> None:
        own, others = socket_of(reader), socket_of(stranger)
        assert await own.is_let_in()
        assert await others.is_let_in()
        assert await own.word() == await others.word() == "alive"
        await apart(write)
        await apart(relay.announce)
        assert await own.word() == "changed"
        assert await others.is_silent()
        await asyncio.gather(own.leaves(), others.leaves())

    run(steps)


def test_without_an_opened_case_there_is_no_socket(committed: Branch) -> None:
    async def steps() -> None:
        assert not await socket_of(Patient()).is_let_in()

    run(steps)


@pytest.mark.parametrize("way", ["leave", "idle", "too long"])
def test_a_socket_ends_with_its_session(committed: Branch, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "LOOK_EVERY_SECONDS", 0.05)
    filed = factories.file_case(committed, now=database_now())
    reader, token = browser_with(filed)
    long_ago = database_now() - timedelta(hours=1)
    ways = {
        "leave": lambda: patient_sessions.end(token=token, now=database_now()),
        "idle": lambda: PatientSession.objects.update(begun_at=long_ago, last_seen_at=long_ago),
        "too long": lambda: PatientSession.objects.update(
            begun_at=long_ago, expires_at=database_now() - timedelta(seconds=1)
        ),
    }

    async def steps() -> None:
        socket = socket_of(reader)
        assert await socket.is_let_in()
        await apart(ways[way])
        assert await socket.closed_with() == consumers.NOT_SIGNED_IN
        await socket.leaves()

    run(steps)


def test_thousands_of_moves_tell_only_those_who_look(committed: Branch) -> None:
    looked_at = factories.file_case(committed, now=database_now())
    factories.file_case(committed, now=database_now())
    browser_with(looked_at)
    groups = {group for group, _table, _newest in relay._changed()}
    assert {group for group in groups if group.startswith("patient.")} == {
        f"patient.case.{looked_at.complaint.pk}"
    }
