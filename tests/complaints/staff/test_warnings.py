"""What staff see of warnings: a level in words on lists and on the case, and in its history who was told."""

from datetime import datetime, timedelta

import pytest
from django.db.models import F

from complaints.escalation import warnings
from complaints.models import Complaint
from insurers.models import WorkingSchedule
from insurers.services import working_time
from omsportal.platform.clock import database_now
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_complaint

pytestmark = pytest.mark.django_db

HALF = "Прошло 50&nbsp;% срока"
ALMOST = "Прошло 90&nbsp;% срока"


def page(client_of: ClientOf, username: str, path: str) -> str:
    return client_of(username).get(path).content.decode().replace("\N{NO-BREAK SPACE}", "&nbsp;")


@pytest.fixture
def round_the_clock(branch, now: datetime) -> None:
    """Tests run at any hour; these limits run at every hour too."""
    WorkingSchedule.objects.filter(pk=branch.schedule_id).update(round_the_clock=True)
    working_time.rebuild(WorkingSchedule.objects.get(pk=branch.schedule_id), now)


@pytest.fixture
def warned_case(branch, round_the_clock: None, people: dict[str, User]) -> Complaint:
    """Filed two and a half of its four hours ago, in work with the operator."""
    case = make_complaint(branch, now=database_now(), held_by=people["operator"])
    spent = F("due_at") - timedelta(hours=2, minutes=30)
    Complaint.objects.filter(pk=case.pk).update(due_at=spent, escalate_at=spent, warn_at=case.registered_at)
    warnings.look(now=database_now(), batch=10)
    return Complaint.objects.get(pk=case.pk)


def test_a_list_shows_the_level_in_words(client_of: ClientOf, warned_case: Complaint) -> None:
    assert warned_case.warned == 50
    assert HALF in page(client_of, "operator", "/staff/mine/")


def test_the_case_shows_the_level_and_who_was_warned(client_of: ClientOf, warned_case: Complaint) -> None:
    text = page(client_of, "operator", f"/staff/cases/{warned_case.number}/")
    assert HALF in text
    assert "Предупреждение: прошло 50&nbsp;% срока" in text
    assert "Operator" in text.split("Предупреждение: прошло 50")[1]


def test_a_list_changes_when_a_level_is_reached(client_of: ClientOf, warned_case: Complaint) -> None:
    client = client_of("operator")
    etag = client.get("/staff/mine/")["ETag"]
    assert client.get("/staff/mine/", headers={"If-None-Match": etag}).status_code == 304
    nearer = database_now() + timedelta(minutes=10)
    Complaint.objects.filter(pk=warned_case.pk).update(due_at=nearer, escalate_at=nearer, warn_at=nearer)
    etag = client.get("/staff/mine/")["ETag"]
    warnings.look(now=nearer - timedelta(minutes=9), batch=10)
    Complaint.objects.filter(pk=warned_case.pk).update(warn_at=database_now())
    warnings.look(now=database_now(), batch=10)
    assert client.get("/staff/mine/", headers={"If-None-Match": etag}).status_code == 200
    assert ALMOST in page(client_of, "operator", "/staff/mine/")


def test_the_last_level_names_the_head_too(client_of: ClientOf, warned_case: Complaint) -> None:
    nearer = database_now() + timedelta(minutes=10)
    moved = Complaint.objects.filter(pk=warned_case.pk)
    moved.update(due_at=nearer, escalate_at=nearer, warn_at=database_now())
    warnings.look(now=database_now(), batch=10)
    text = page(client_of, "head", f"/staff/cases/{warned_case.number}/")
    assert "руководитель филиала" in text.split("Предупреждение: прошло 90")[1]


def test_a_withdrawn_warning_says_so(client_of: ClientOf, warned_case: Complaint) -> None:
    later = database_now() + timedelta(hours=20)
    moved = Complaint.objects.filter(pk=warned_case.pk)
    moved.update(due_at=later, escalate_at=later, warn_at=database_now())
    warnings.look(now=database_now(), batch=10)
    text = page(client_of, "operator", f"/staff/cases/{warned_case.number}/")
    assert "предупреждение снято, срок перенесён" in text
    assert "countdown" in text
    assert HALF not in text.split('class="timeline"')[0]


def test_a_late_case_shows_that_it_is_late_and_no_level(client_of: ClientOf, warned_case: Complaint) -> None:
    late = database_now() - timedelta(minutes=1)
    Complaint.objects.filter(pk=warned_case.pk).update(due_at=late, escalate_at=late, warn_at=None)
    assert HALF not in page(client_of, "operator", "/staff/mine/")
