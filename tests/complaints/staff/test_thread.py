"""The messages of a case on the page of staff: asked for anew by the page itself."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.models import Complaint
from complaints.services import thread
from omsportal.platform.models import ReadLog
from tests.complaints.staff.conftest import ClientOf

BY_ITSELF = {"X-By-Itself": "1"}


def look(client: Client, case: Complaint, etag: str = "") -> Any:
    headers = BY_ITSELF | ({"If-None-Match": etag} if etag else {})
    return client.get(f"/staff/cases/{case.number}/thread/", headers=headers)


def test_what_the_patient_writes_comes_by_itself(
    held_case: Complaint, client_of: ClientOf, now: datetime
) -> None:
    operator = client_of("operator")
    etag = look(operator, held_case).headers["ETag"]
    assert look(operator, held_case, etag).status_code == 304
    thread.post_by_patient(complaint=held_case, text="Уже позвонили", now=now)
    assert "Уже позвонили" in look(operator, held_case, etag).content.decode()
    assert held_case.messages.get().read_at is not None  # who holds the case has it on screen


def test_a_page_that_nobody_looks_at_reads_nothing(
    held_case: Complaint, client_of: ClientOf, now: datetime
) -> None:
    operator = client_of("operator")
    etag = look(operator, held_case).headers["ETag"]
    before = ReadLog.objects.count()
    thread.post_by_patient(complaint=held_case, text="Уже позвонили", now=now)
    address = f"/staff/cases/{held_case.number}/thread/"
    asked = operator.head(address, headers=BY_ITSELF | {"If-None-Match": etag})
    assert (asked.status_code, asked.content) == (200, b"")
    assert (ReadLog.objects.count(), held_case.messages.get().read_at) == (before, None)


def test_unchanged_opens_nothing(held_case: Complaint, client_of: ClientOf) -> None:
    operator = client_of("operator")
    etag = look(operator, held_case).headers["ETag"]
    before = ReadLog.objects.count()
    with CaptureQueriesContext(connection) as queries:
        assert look(operator, held_case, etag).status_code == 304
    assert [query for query in queries if '"complaints_message"."sealed"' in query["sql"]] == []
    assert ReadLog.objects.count() == before


def test_it_opens_for_those_only_who_open_the_case(held_case: Complaint, client_of: ClientOf) -> None:
    closed = look(client_of("expert"), held_case)
    assert (closed.status_code, closed.content) == (403, b"")
    assert look(client_of("rival"), held_case).status_code == 404
