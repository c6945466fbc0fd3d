"""What is kept no longer than it must be: by kind and term, held cases excepted, piece by piece."""

from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Model

from complaints import file_store
from complaints.kinds import Kind
from complaints.models import (
    Attachment,
    Card,
    Complaint,
    Consent,
    Deadline,
    History,
    Incident,
    LegalHold,
    Message,
    PatientSession,
)
from complaints.reference import terms
from complaints.services import anonymising, closing, patient_sessions, retention, thread
from complaints.services.retention import Kept
from omsportal.platform.fields import SealedField
from omsportal.platform.models import Outbox
from tests import factories
from tests.complaints.public.conftest import files_dir  # noqa: F401  a fixture
from tests.complaints.services.test_store_keeping import kept
from tests.factories import NOW

YEAR = timedelta(days=366)
SOON = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def known_terms(db: None, files_dir: Path) -> None:  # noqa: F811  the fixture
    terms.load_deadlines()


def ended(*, at: datetime = NOW, **fields: object) -> Complaint:
    """A case with a message, a session and a consent, taken back by the patient."""
    filed = factories.file_case(factories.make_branch(), now=at, consents=["email"], **fields)
    case, code = filed.complaint, filed.access_code
    thread.post_by_patient(complaint=case, text="Мне всё ещё больно", token="a", now=at + SOON)
    patient_sessions.begin(
        complaint=patient_sessions.prove(number=case.number, code=code, address="::1", now=at), now=at
    )
    return closing.withdraw(complaint=case, now=at + 2 * SOON)


def look_often(now: datetime, times: int = 3) -> None:
    for _ in range(times):
        retention.look(now)


def is_empty(case: Complaint) -> bool:
    return Card.objects.get(pk=case.pk).anonymised_at is not None


def everything_readable() -> str:
    """Every row of every table, opened where it is sealed."""
    rows: list[str] = []
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy:
            rows += [_opened(row) for row in model._default_manager.all()]
    return "\n".join(rows)


def _opened(row: Model) -> str:
    fields = row._meta.concrete_fields
    return " ".join(str(getattr(row, field.attname)) for field in fields) + " ".join(
        str(getattr(row, field.name)) for field in fields if isinstance(field, SealedField)
    )


def test_it_leaves_nothing_of_the_person_after_the_term_and_keeps_what_is_counted(
    django_capture_on_commit_callbacks: object,
) -> None:
    case = ended()
    file = kept(case, sealed={"name": "эпикриз.pdf"})
    before = everything_readable()
    said = [
        "Соколов",
        "7658480820000012",
        "1950-12-31",
        "79201234567",
        "vera@",
        "УЗИ два",
        "больно",
        "эпикриз",
    ]
    assert [word for word in said if word not in before] == []
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's fixture
        retention.look(NOW + 6 * YEAR)
    after = everything_readable().lower()
    assert [word for word in said if word.lower() in after] == []
    with pytest.raises(file_store.Missing):
        file_store.read(file.storage_name)
    row = Complaint.objects.get(pk=case.pk)
    assert (row.number, row.kind, row.status, row.registered_at) == (
        case.number, Kind.COMPLAINT, "withdrawn", NOW,
    )  # fmt: skip
    assert [line.event for line in History.objects.filter(complaint=case).order_by("pk")] == [
        "filed",
        "withdrawn",
    ]
    assert Message.objects.filter(complaint=case).count() == 1
    assert Consent.objects.get(complaint=case).version


def test_it_waits_for_the_term_and_for_the_end_of_the_work() -> None:
    case, still_open = ended(), factories.make_complaint()
    retention.look(NOW + 4 * YEAR)
    assert not is_empty(case)
    look_often(NOW + 9 * YEAR)
    assert is_empty(case)
    assert not is_empty(still_open)
    assert not anonymising.anonymise(complaint_id=still_open.pk, now=NOW + 9 * YEAR)


def test_it_keeps_appeals_without_a_name_for_their_own_shorter_time() -> None:
    named, unnamed = ended(), ended(is_anonymous=True)
    look_often(NOW + 2 * YEAR)
    assert (is_empty(named), is_empty(unnamed)) == (False, True)


def test_it_erases_files_before_the_case(django_capture_on_commit_callbacks: object) -> None:
    case = ended()
    file = kept(case)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's fixture
        look_often(NOW + 4 * YEAR)
    assert not is_empty(case)
    assert Attachment.objects.get(pk=file.pk).removed_at is not None
    with pytest.raises(file_store.Missing):
        file_store.read(file.storage_name)


def test_it_follows_the_row_that_an_administrator_changed_and_erases_nothing_without_one() -> None:
    case = ended()
    Deadline.objects.filter(code=Kept.APPEALS.value).update(valid_to=NOW.date())
    look_often(NOW + 9 * YEAR)
    assert not is_empty(case)
    Deadline.objects.filter(code=Kept.APPEALS.value).update(valid_to=None, value=30, unit="calendar_day")
    look_often(NOW + timedelta(days=31))
    assert is_empty(case)


def test_a_hold_and_an_open_incident_keep_a_case_until_they_end() -> None:
    held, gathered, by = ended(), ended(), factories.make_staff("head", heads=factories.make_branch())
    hold = LegalHold.objects.create(complaint=held, ground="court", placed_at=NOW, placed_by=by)
    incident = Incident.objects.create(
        title="x", branch=held.branch, region=held.branch.region, category=held.category,
        starts_on=NOW.date(), opened_by=by, opened_at=NOW,
    )  # fmt: skip
    Complaint.objects.filter(pk=gathered.pk).update(incident=incident)
    kept(held)
    late = NOW + 9 * YEAR
    look_often(late)
    assert (is_empty(held), is_empty(gathered)) == (False, False)
    assert Attachment.objects.get(complaint=held).removed_at is None
    assert not anonymising.anonymise(complaint_id=held.pk, now=late)
    LegalHold.objects.filter(pk=hold.pk).update(lifted_at=late, lifted_by=by)
    Incident.objects.filter(pk=incident.pk).update(closed_at=late)
    look_often(late)
    assert (is_empty(held), is_empty(gathered)) == (True, True)


def test_it_goes_on_where_it_stopped_and_begins_again_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "WINDOW", 2)
    cases = [ended() for _ in range(5)]
    late = NOW + 6 * YEAR
    sizes = []
    for _ in range(4):
        retention.look(late)
        sizes.append(sum(is_empty(case) for case in cases))
    assert sizes == [2, 4, 5, 5]
    one_more = ended(at=NOW + timedelta(days=1))
    look_often(late)
    assert is_empty(one_more)


def test_it_throws_away_old_sessions_and_notices_but_none_that_waits_for_a_person() -> None:
    ended()
    assert PatientSession.objects.exists()
    sent = {"channel": "email", "subject_kind": "complaint", "created_at": NOW, "available_at": NOW}
    Outbox.objects.all().delete()
    Outbox.objects.create(kind="sent", subject_id=1, sent_at=NOW, **sent)
    Outbox.objects.create(kind="dead", subject_id=1, dead_at=NOW, **sent)
    retention.look(NOW + timedelta(days=31))
    assert not PatientSession.objects.exists()
    assert Outbox.objects.count() == 2
    retention.look(NOW + 2 * YEAR)
    assert [notice.kind for notice in Outbox.objects.all()] == ["dead"]


def test_the_command_counts_first_and_erases_when_asked() -> None:
    ended(at=NOW - 6 * YEAR)
    ended(at=NOW - 6 * YEAR)
    held = ended(at=NOW - 6 * YEAR)
    head = factories.make_staff("head", heads=factories.make_branch())
    LegalHold.objects.create(complaint=held, ground="claim", placed_at=NOW, placed_by=head)
    told = StringIO()
    call_command("anonymise", "--dry-run", stdout=told)
    assert "обращения с именами и перепиской" in told.getvalue().splitlines()[0]
    assert "подлежит 2, удерживается 1" in told.getvalue().splitlines()[0]
    assert Card.objects.filter(anonymised_at=None).count() == 3
    call_command("anonymise", stdout=told)
    assert Card.objects.filter(anonymised_at=None).count() == 1
    again = StringIO()
    call_command("anonymise", "--dry-run", stdout=again)
    assert "подлежит 0, удерживается 1" in again.getvalue().splitlines()[0]
