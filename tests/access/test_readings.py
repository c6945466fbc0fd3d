"""Who opened a case: every opening leaves a line, heads read names, the patient plain words."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint
from omsportal.platform import read_log
from omsportal.platform.models import ReadLog
from representatives.models import ApiKey, Appointment
from tests.access.world import DIGITS, World, undone
from tests.factories import LONG_AGO

pytestmark = pytest.mark.django_db
HEAD_QUERIES, PATIENT_QUERIES = 22, 14


@pytest.fixture(autouse=True)
def _taken_back(here: World) -> Iterator[None]:
    with undone():
        yield


def staff_page(here: World, role: str = "head", **query: str) -> Any:
    return here.clients[role].get(f"/staff/cases/{here.case.number}/readings/", query)


def patient_page(here: World, **query: str) -> str:
    """In the words of the page."""
    answer = here.clients["patient"].get("/status/case/readings/", query, headers={"accept-language": "ru"})
    return re.sub(r"\s+", " ", answer.content.decode())


def read(here: World, role: str, *, what: str = "content", minutes: int = 0) -> None:
    read_log.record(
        reader_kind="user", reader_id=here.people[role].pk, subject_kind="complaint",
        subject_id=here.case.pk, what=what, now=here.now + timedelta(minutes=minutes),
    )  # fmt: skip


def openings(here: World) -> list[tuple[str, int, str]]:
    rows = ReadLog.objects.filter(subject_kind="complaint", subject_id=here.case.pk).order_by("id")
    return list(rows.values_list("reader_kind", "reader_id", "what"))


def test_a_system_is_named_by_its_key_in_the_log(here: World) -> None:
    assert here.clients["key"].get(f"/api/v1/cases/{here.case.number}/").status_code == 200
    key = ApiKey.objects.get(branch=here.branch, name="МИС")
    assert openings(here) == [("api", key.pk, "content"), ("api", key.pk, "unmask")]
    assert "МИС" in staff_page(here).content.decode()


def test_what_a_key_sees_of_a_card_is_no_content(here: World) -> None:
    Complaint.objects.filter(pk=here.case.pk).update(tier=3)
    here.clients["key"].get(f"/api/v1/cases/{here.case.number}/")
    assert [(kind, what) for kind, _reader, what in openings(here)] == [("api", "card")]


def test_the_head_reads_names_roles_and_what_was_opened(here: World) -> None:
    read(here, "operator", what="card")
    read(here, "specialist", what="unmask", minutes=1)
    here.clients["patient"].get("/status/case/", headers={"accept-language": "ru"})
    text = staff_page(here).content.decode()
    for word in ("Operator", "Specialist", "Карточка", "Скрытые данные", "СОГАЗ-Мед"):
        assert word in text
    assert text.index("Specialist,") < text.index("Operator,")


def test_the_patient_reads_who_it_was_without_names_and_tiers(here: World) -> None:
    read(here, "operator", what="card")
    read(here, "specialist", minutes=1)
    read(here, "head", what="file", minutes=2)
    text = patient_page(here)
    assert "Специалист по защите прав, СОГАЗ-Мед" in text
    assert "Специалист контакт-центра" in text
    assert "Руководитель" in text
    names = [person.full_name for person in here.people.values()]
    assert [name for name in [*names, "уров"] if name in text] == []


def test_an_appointment_as_editor_has_no_place_in_the_log(here: World) -> None:
    for role in ("admin", "head"):
        Appointment.objects.create(user=here.people[role], role="editor", valid_from=LONG_AGO)
        read(here, role, what="file", minutes=len(role))
    for text in (staff_page(here).content.decode(), patient_page(here)):
        assert "None" not in text
    assert "Руководитель" in patient_page(here)


def test_openings_of_one_minute_are_told_once_and_the_own_ones_never(here: World) -> None:
    for _ in range(3):
        read(here, "specialist")
        here.clients["patient"].get("/status/case/")
    assert patient_page(here).count("timeline__title") == 1


def test_another_patient_reads_only_of_their_own_case(here: World) -> None:
    read(here, "specialist")
    text = here.clients["other_patient"].get("/status/case/readings/").content.decode()
    assert "timeline__title" not in text


def test_the_head_of_the_fund_reads_it_once_the_last_tier_is_late(here: World) -> None:
    assert staff_page(here, "fund").status_code == 404
    Complaint.objects.filter(pk=here.case.pk).update(breached_at=here.now, escalate_at=None, warn_at=None)
    assert [staff_page(here, role).status_code for role in ("fund", "fund_operator")] == [200, 403]


def test_long_lists_go_by_pages_and_cost_the_same(here: World) -> None:
    for minutes in range(70):
        read(here, ("operator", "specialist", "expert", "head")[minutes % 4], minutes=minutes)
    seen, cursor = 0, ""
    for _page in range(3):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text = staff_page(here, cursor=cursor).content.decode()
        assert len(queries) <= HEAD_QUERIES
        seen += text.count("timeline__title")
        following = re.search(r'rel="next" href="\?cursor=([^"]+)"', text)
        cursor = following.group(1).replace("%3A", ":") if following else ""
    assert (seen, cursor) == (70, "")
    with CaptureQueriesContext(connection) as queries:
        patient_page(here)
    assert len(queries) <= PATIENT_QUERIES


def test_nothing_hidden_is_shown_without_a_line_in_the_log(here: World) -> None:
    address = f"/staff/cases/{here.case.number}/"
    client = here.clients["specialist"]
    hidden = [*DIGITS.values(), "31 декабря 1950"]
    plain = re.sub(r"\D", "", client.get(address).content.decode())
    assert [one for one in DIGITS.values() if one in plain] == []
    assert "декабря 1950" not in client.get(address).content.decode()
    assert {what for _kind, _reader, what in openings(here)} == {"content"}
    answer = client.post(f"{address}unmask/", headers={"accept-language": "ru"})
    shown = re.sub(r"\s+|&nbsp;", " ", answer.content.decode())
    assert [one for one in hidden if one not in shown] == []
    assert ("user", here.people["specialist"].pk, "unmask") in openings(here)
