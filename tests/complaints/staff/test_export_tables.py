"""Lists that are no lists of cases, taken along: alarms, letters, calls, people, figures and the others."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client

from complaints.models import BulkAct, BulkLine, Complaint, Export, ExportShare, ReceivedMail
from complaints.reports.staff import export_formats, export_sheets
from complaints.reports.staff.export_figures import TABLES
from complaints.reports.staff.export_sheets import Asker, Column, Holds
from complaints.services import exports
from insurers.models import Branch
from omsportal.platform import alarms, jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Alarm, Job, ReadLog
from representatives.models import Appointment, User
from representatives.profiles import profile_of
from tests.complaints.public.conftest import files_dir  # noqa: F401  a fixture
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.staff.test_bulk import prove
from tests.complaints.staff.test_export_lists import rows, take
from tests.complaints.voice_rows import mailbox
from tests.factories import make_branch, make_complaint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_dir")]


def ask(by: User, tab: str, *, format: str = "csv", **chosen: str) -> Export:
    now = database_now()
    who = profile_of(User.objects.get(pk=by.pk), now=now)
    return exports.ask(tab=tab, chosen=chosen, format=format, by=by, profile=who, now=now)


def raised(branch: Branch, many: int, now: datetime) -> list[Alarm]:
    for place in range(many):
        alarms.raise_once(
            kind="tier_breach", subject_kind="complaint", subject_id=make_complaint(branch, now=now).pk,
            receiver_branch_id=branch.pk, payload={"number": f"76-26-000000{place}-1"},
            now=now - timedelta(minutes=place),
        )  # fmt: skip
    return list(Alarm.objects.filter(kind="tier_breach").order_by("-raised_at"))


def test_alarms_with_what_to_do(branch: Branch, client_of: ClientOf, now: datetime) -> None:
    raised(branch, 2, now)
    raised(make_branch("reso-med", now=now), 1, now)
    titles, *lines = rows(take(client_of("head"), "alarms"))
    assert (titles[0], titles[-1]) == ("Тревога", "Что делать")
    assert [line[2] for line in lines] == ["76-26-0000000-1", "76-26-0000001-1"]
    assert all(line[-1] for line in lines)
    assert ReadLog.objects.filter(subject_kind="complaint", what="export").count() == 2


def test_calls_to_make_tell_until_when_and_how_often_it_was_tried(
    branch: Branch, client_of: ClientOf, now: datetime
) -> None:
    late, soon = (make_complaint(branch, now=now) for _case in range(2))
    for case, hours in ((late, -1), (soon, 2)):
        Complaint.objects.filter(pk=case.pk).update(call_back_until=now + timedelta(hours=hours))
    make_complaint(branch, now=now)
    page = client_of("operator").get("/staff/call-backs/").content.decode()
    assert "/staff/export/?tab=calls" in page
    titles, *lines = rows(take(client_of("operator"), "calls"))
    assert titles[2:5] == ["Перезвонить до", "Обещание нарушено", "Звонки без ответа"]
    assert [(line[0], line[3], line[4]) for line in lines] == [
        (late.number, "да", "0"), (soon.number, "", "0")
    ]  # fmt: skip
    until = (now + timedelta(hours=2)).astimezone(branch.zone)
    assert lines[1][2] == f"{until:%d.%m.%Y %H:%M}"


def test_letters_without_who_wrote_and_about_what(branch: Branch, client_of: ClientOf, now: datetime) -> None:
    box = mailbox(branch=branch)
    ReceivedMail.objects.create(
        mailbox=box, digest=b"1" * 32, uid_validity=1, uid=1, came_at=now, fate="left", reason="too_large",
        sealed={"sender": "vera@example.org", "subject": "Пневмония"},
    )  # fmt: skip
    client = client_of("operator")
    assert "tab=letters" in client.get("/staff/letters/").content.decode()
    made = take(client, "letters")
    ((_came, address, where, why),) = rows(made)[1:]
    assert (address, where) == (box.address, str(branch))
    assert why
    assert "vera@" not in str(rows(made)) + str(made.chosen)
    assert ReadLog.objects.filter(subject_kind="letter", what="export").count() == 1
    assert ExportShare.objects.get(export=made).branch_id == branch.pk


def test_results_of_an_act_with_the_reason_of_each(
    branch: Branch, people: dict[str, User], client_of: ClientOf, now: datetime
) -> None:
    act = BulkAct.objects.create(
        kind="escalate", made_by=people["head"], made_at=now, gathered_at=now, finished_at=now
    )
    case = make_complaint(branch, now=now)
    BulkLine.objects.create(bulk=act, complaint=case, version=0, result="refused", why="unseen", at=now)
    address = f"/staff/bulk/{act.reference}/"
    assert "tab=results" in client_of("head").get(address).content.decode()
    ((number, result, why, _at),) = rows(take(client_of("head"), "results", reference=str(act.reference)))[1:]
    assert (number, bool(result), bool(why)) == (case.number, True, True)
    other = client_of("insurer_admin")
    prove(other)
    page = other.get("/staff/export/", {"tab": "results", "reference": str(act.reference)})
    assert page.status_code == 404


@pytest.mark.parametrize("table", list(TABLES))
def test_each_table_of_the_dashboard(
    table: str, branch: Branch, people: dict[str, User], now: datetime
) -> None:
    make_complaint(branch, now=now, held_by=people["operator"])
    titles, *lines = rows(ask(people["head"], "dashboard", table=table, branch=str(branch.pk)))
    assert all(titles)
    assert all(len(line) == len(titles) for line in lines)
    if table == "load":
        assert ["Operator", "1"] in [[line[0], line[3]] for line in lines]
    if table == "flow":
        assert len(lines) == 14


def test_figures_are_numbers_and_days_are_days_in_excel(
    branch: Branch, people: dict[str, User], now: datetime
) -> None:
    made = ask(people["head"], "dashboard", format="xlsx", table="flow")
    body = b"".join(exports.open_file(export=made, by=people["head"], now=now))
    sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
    assert [type(sheet[cell].value) for cell in ("A2", "B2")] == [datetime, int]
    assert sheet["A1"].value == "День"


def test_numbers_are_written_as_people_write_them(settings: Any) -> None:
    columns = [Column("x", Holds.NUMBER), Column("y", Holds.NUMBER)]
    written = export_formats.csv_text(export_formats.csv_rows([["2.5", None]], columns))
    assert next(csv.reader(io.StringIO(written), delimiter=";")) == ["2,5", ""]


def test_rows_read_before_an_upgrade_that_added_a_column_become_a_file(tmp_path: Path) -> None:
    path, columns = tmp_path / "list.xlsx", [Column("x"), Column("y")]
    assert export_formats.write_xlsx(path, columns, [["old"], ["a", "b"]], folder=None, name="x") == 2
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [sheet[cell].value for cell in ("A2", "B2", "B3")] == ["old", None, "b"]


def test_an_address_is_taken_as_addresses_write_it_only(people: dict[str, User]) -> None:
    user, reference = people["head"], uuid4()
    for typed, found in ((str(reference), reference), (reference.hex, None), ("", None)):
        asker = Asker(user, profile_of(user, now=database_now()), {"reference": typed}, database_now())
        assert asker.reference("reference") == found


def test_a_table_that_is_none_is_not_made(branch: Branch, client_of: ClientOf) -> None:
    head = client_of("head")
    prove(head)
    other = make_branch("reso-med")
    for query in ({"table": "x"}, {}, {"table": "load", "branch": str(other.pk)}):
        assert head.get("/staff/export/", {"tab": "dashboard", **query}).status_code == 404


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_long_table_is_a_workers_and_tells_each_row_once(
    format: str, branch: Branch, people: dict[str, User], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 3)
    monkeypatch.setattr(export_sheets, "WINDOW", 2)
    raised(branch, 5, now)
    made = ask(people["head"], "alarms", format=format)
    assert made.finished_at is None
    exports._read_window(made, set())  # a worker that dies now
    while job := jobs.take_next(database_now()):
        exports.work(job, jobs.Progress(job.pk))
        Job.objects.filter(pk=job.pk).update(state="done", finished_at=database_now())
    made.refresh_from_db()
    assert (made.rows_count, made.is_cut, made.finished_at is not None) == (5, False, True)
    assert ReadLog.objects.filter(subject_kind="complaint", what="export").count() == 5


class TestRights:
    def file_of(self, client: Client, made: Export) -> int:
        return int(client.get(f"/staff/export/{made.reference}/file/").status_code)

    def test_a_branch_that_changed_hands_meanwhile(
        self, branch: Branch, people: dict[str, User], client_of: ClientOf, now: datetime
    ) -> None:
        """The administrator of the insurer is still what they were; the branch is another insurer's."""
        make_complaint(branch, now=now)
        client = client_of("insurer_admin")
        taken = [take(client, "all"), take(client, "people", branch=str(branch.pk))]
        assert [self.file_of(client, made) for made in taken] == [200, 200]
        other = make_branch("alfa", "77", now=now).insurer
        Branch.objects.filter(pk=branch.pk).update(insurer=other)
        assert [self.file_of(client, made) for made in taken] == [404, 404]
        page = client.get(f"/staff/export/{taken[0].reference}/").content.decode()
        assert "/file/" not in page

    def test_a_head_who_is_none_any_more(
        self, branch: Branch, people: dict[str, User], client_of: ClientOf
    ) -> None:
        client = client_of("head")
        made = take(client, "people")
        Appointment.objects.filter(user=people["head"]).delete()
        assert self.file_of(client, made) == 404

    def test_who_runs_the_portal_no_more(
        self, branch: Branch, people: dict[str, User], client_of: ClientOf, now: datetime
    ) -> None:
        raised(branch, 1, now)
        client = client_of("admin")
        made = take(client, "raised")
        assert self.file_of(client, made) == 200
        User.objects.filter(pk=people["admin"].pk).update(is_superuser=False)
        assert self.file_of(client, made) == 404

    def test_what_was_lost_while_it_was_read_is_not_read_further(
        self, branch: Branch, people: dict[str, User], now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exports, "AT_ONCE", 1)
        monkeypatch.setattr(export_sheets, "WINDOW", 1)
        people["admin"].is_superuser = True
        raised(branch, 3, now)
        made = ask(people["admin"], "raised")
        exports._read_window(made, set())
        User.objects.filter(pk=people["admin"].pk).update(is_superuser=False)
        exports._read_window(made, {"0"})
        assert (made.rows_count, made.is_cut, made.read_at is not None) == (1, True, True)

    def test_a_file_of_a_list_that_there_is_no_more_since_an_upgrade(
        self, people: dict[str, User], client_of: ClientOf
    ) -> None:
        client = client_of("head")
        made = take(client, "people")
        Export.objects.filter(pk=made.pk).update(tab="call_backs")
        assert self.file_of(client, made) == 404
        assert client.get("/staff/bulk/mine/").status_code == 200
        assert client.get("/staff/exports/").status_code == 200


def test_heads_see_who_took_their_people_along(
    branch: Branch, people: dict[str, User], client_of: ClientOf
) -> None:
    take(client_of("insurer_admin"), "people", branch=str(branch.pk))
    page = client_of("head").get("/staff/exports/").content.decode()
    assert "Insurer_admin" in page
    titles, line = rows(take(client_of("head"), "exports"))[:2]
    assert titles[0] == "Кто"
    assert line[0] == "Insurer_admin"
    assert "Сотрудники" in line[2]
