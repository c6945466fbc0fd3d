"""A list taken along: its rows, nothing that commands a spreadsheet, sealed and logged, for a day."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client

from complaints.models import Barring, Complaint, Export, ExportPart, ExportShare
from complaints.reports.staff import export_formats, whole_list
from complaints.reports.staff.export_sheets import Column
from complaints.reports.staff.tabs import Tab
from complaints.services import exports, list_work
from insurers.models import Branch, MedicalOrganisation
from omsportal.platform import jobs, limits
from omsportal.platform.clock import database_now
from omsportal.platform.limiter import LimitReached
from omsportal.platform.limits import Rule
from omsportal.platform.models import Job, ReadLog
from representatives.models import Appointment, User
from representatives.profiles import Profile, profile_of
from tests.complaints.public.conftest import files_dir  # noqa: F401  a fixture
from tests.factories import make_branch, make_complaint, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files_dir")]
COMMANDS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    "\n=1",
    '=cmd|" /C calc"!A0',
    "%0A=1",
]


@pytest.fixture
def branch() -> Branch:
    return make_branch(now=database_now())


@pytest.fixture
def head(branch: Branch) -> User:
    return make_staff("head", heads=branch)


@pytest.fixture
def seven(branch: Branch) -> list[Complaint]:
    return [make_complaint(branch, now=database_now(), channel="phone") for _ in range(7)]


def mine(user: User, now: datetime) -> Profile:
    """With the rights of now."""
    return profile_of(User.objects.get(pk=user.pk), now=now)


def ask(by: User, *, tab: str = "queue", format: str = "csv", **chosen: str) -> Export:
    now = database_now()
    return exports.ask(tab=tab, chosen=chosen, format=format, by=by, profile=mine(by, now), now=now)


def run(made: Export) -> Export:
    while job := jobs.take_next(database_now()):
        exports.work(job, jobs.Progress(job.pk))
        Job.objects.filter(pk=job.pk).update(state="done", finished_at=database_now())
    made.refresh_from_db()
    return made


def content(made: Export) -> bytes:
    return b"".join(exports.open_file(export=made, by=made.made_by, now=database_now()))


def rows(made: Export) -> list[list[str]]:
    text = content(made).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


@pytest.fixture
def long_lists(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is more than three rows is a worker's, two rows a window."""
    monkeypatch.setattr(exports, "AT_ONCE", 3)
    monkeypatch.setattr(whole_list, "WINDOW", 2)
    return iter(())


def test_it_has_the_rows_of_the_list_and_no_words_of_people(
    branch: Branch, head: User, seven: list[Complaint]
) -> None:
    make_complaint(branch, now=database_now(), channel="site")
    make_complaint(make_branch("reso-med", now=database_now()), channel="phone")
    hidden = seven.pop()
    Barring.objects.create(complaint=hidden, user=head, why="complained_of")
    titles, *found = rows(ask(head, channel="phone"))
    assert titles[:3] == ["Номер", "Зарегистрировано", "Вид"]
    assert [row[0] for row in found] == [one.number for one in seven]
    text = str(found)
    for word in ("Соколова", "Вера", "УЗИ", "79201234567", "7658480820000012"):
        assert word not in text


def test_of_a_card_alone_it_tells_neither_theme_nor_clinic(branch: Branch) -> None:
    clinic = MedicalOrganisation.objects.create(
        region=branch.region, code="1", name="Поликлиника 3", short_name="Поликлиника 3"
    )
    make_complaint(branch, now=database_now(), tier=2, medical_organisation=clinic)
    assert "Поликлиника 3" not in str(rows(ask(make_staff("operator", 1, branch), tab="all")))
    assert "Поликлиника 3" in str(rows(ask(make_staff("specialist", 2, branch), tab="all")))


@pytest.mark.parametrize("text", COMMANDS)
def test_no_cell_commands_a_spreadsheet(text: str, tmp_path: Path) -> None:
    row: list[Any] = [text, *[None] * 18]
    written = next(csv.reader(io.StringIO(export_formats.csv_text([row]), newline=""), delimiter=";"))
    assert written[0] == f"'{text}"
    path = tmp_path / "list.xlsx"
    columns = [Column("x")] * 19
    export_formats.write_xlsx(path, columns, [row], folder=tmp_path, name="x")
    cell = openpyxl.load_workbook(path).worksheets[0]["A2"]
    assert (cell.data_type, str(cell.value).strip()[-1]) == ("s", text[-1])


@pytest.mark.parametrize("between", [",", ", ", "\t", ";", "\n"])
@pytest.mark.parametrize("sign", ["=", "+", "@", "＝"])
def test_a_command_inside_of_a_cell_is_none_where_other_signs_divide_cells(between: str, sign: str) -> None:
    written = export_formats.csv_text([[f"Больница № 1{between}{sign}HYPERLINK(A1)"]])
    assert f"{between}'{sign}HYPERLINK" in written


def test_ordinary_words_stay_as_they_are() -> None:
    assert export_formats.csv_text([["76-26-1234567-8", 'ГБУЗ "Больница; № 1"', None]]) == (
        '76-26-1234567-8;"ГБУЗ ""Больница; № 1""";\r\n'
    )


def test_excel_gets_real_dates(branch: Branch, head: User, seven: list[Complaint]) -> None:
    made = ask(head, format="xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(content(made))).worksheets[0]
    first = Complaint.objects.get(number=sheet["A2"].value)
    expected = first.registered_at.astimezone(branch.zone).replace(tzinfo=None, second=0, microsecond=0)
    assert sheet["B2"].value == expected
    assert (sheet.max_row, sheet.freeze_panes) == (8, "B2")


@pytest.mark.usefixtures("long_lists")
@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_long_list_is_a_workers_and_goes_on_where_one_died(
    format: str, head: User, seven: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ask(head, format=format)
    assert made.finished_at is None
    seen: set[str] = set()
    later = database_now() + timedelta(days=30)
    exports._read_window(made, seen)  # a worker that dies now
    Complaint.objects.filter(pk=seven[0].pk).update(due_at=later, escalate_at=later)
    run(made)
    assert (made.rows_count, made.is_cut) == (7, False)
    body = content(made)
    if format == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]
        numbers = [cell.value for cell in sheet["A"][1:]]
    else:
        numbers = [row[0] for row in rows(made)[1:]]
    assert sorted(numbers) == sorted(one.number for one in seven)
    assert ReadLog.objects.filter(subject_kind="complaint", what="export").count() == 7


@pytest.mark.usefixtures("long_lists")
def test_a_turn_that_is_over_leaves_the_rest_to_the_next(
    head: User, seven: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ask(head)
    monkeypatch.setattr(exports, "SLICE_SECONDS", -1.0)
    job = jobs.take_next(database_now())
    assert job is not None
    exports.work(job, jobs.Progress(job.pk))
    assert Job.objects.filter(kind=exports.KIND, state="queued").count() == 1
    monkeypatch.setattr(exports, "SLICE_SECONDS", 20.0)
    assert run(made).rows_count == 7


@pytest.mark.usefixtures("long_lists")
@pytest.mark.parametrize("read_before", [False, True])
def test_a_list_that_a_worker_does_not_know_is_left_to_one_that_does(
    read_before: bool, head: User, seven: list[Complaint], client: Client
) -> None:
    """The page is answered by a process of the edition before, too."""
    made = ask(head)
    if read_before:
        exports._read_window(made, set())
    Export.objects.filter(pk=made.pk).update(tab="newer")
    job = jobs.run_next(database_now())
    assert job is not None
    assert (job.state, Job.objects.filter(state="queued").exists()) == ("done", False)
    client.force_login(head)
    page = client.get(f"/staff/export/{made.reference}/").content.decode()
    assert ("Портал обновляют" in page, "hx-get" in page) == (True, False)
    assert "идёт" in client.get("/staff/bulk/mine/").content.decode().split("<h1>")[1]
    earlier = made.made_at - timedelta(hours=1)
    Export.objects.filter(pk=made.pk).update(tab="queue", made_at=earlier)  # this worker knows it
    list_work.look(database_now())
    assert run(made).finished_at is not None
    assert sorted(row[0] for row in rows(made)[1:]) == sorted(one.number for one in seven)


@pytest.mark.usefixtures("long_lists")
def test_a_list_that_nobody_knew_for_a_day_is_given_up_and_says_where_to_go(
    head: User, seven: list[Complaint], client: Client
) -> None:
    made = ask(head)
    exports._read_window(made, set())
    Export.objects.filter(pk=made.pk).update(tab="removed")
    assert jobs.run_next(database_now()) is not None
    list_work.look(database_now() + timedelta(hours=25))
    client.force_login(head)
    page = client.get(f"/staff/export/{made.reference}/").content.decode()
    assert "Этого списка больше нет" in page
    assert "К спискам рабочего места" in page
    assert not ExportPart.objects.exists()
    assert not Job.objects.filter(state="queued").exists()
    assert "идёт" not in client.get("/staff/bulk/mine/").content.decode().split("<h1>")[1]


@pytest.mark.usefixtures("long_lists")
def test_two_workers_at_once_write_each_row_once(head: User, seven: list[Complaint]) -> None:
    made = ask(head)
    slow = Export.objects.get(pk=made.pk)
    exports._read_window(made, set())
    exports._read_window(slow, set())
    assert (slow.cursor, slow.rows_count) == (made.cursor, made.rows_count)
    numbers = [row[0] for row in rows(run(made))[1:]]
    assert sorted(numbers) == sorted(one.number for one in seven)
    assert ReadLog.objects.filter(subject_kind="complaint", what="export").count() == 7


@pytest.mark.usefixtures("long_lists")
def test_a_list_longer_than_its_file_says_so(
    head: User, seven: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(exports.MOST_ROWS, "csv", 5)
    made = run(ask(head))
    assert (made.rows_count, made.is_cut, made.finished_at is not None) == (5, True, True)


def test_nobody_takes_everything_along_again_and_again(
    head: User, seven: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.TABLE, "export.staff", Rule(2, 3600, "member of staff"))
    ask(head)
    ask(head)
    with pytest.raises(LimitReached):
        ask(head)
    assert Export.objects.count() == 2


def test_it_lies_sealed(head: User, seven: list[Complaint], files_dir: Path) -> None:  # noqa: F811
    for format in ("csv", "xlsx"):
        made = ask(head, format=format)
        assert made.finished_at is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM complaints_exportpart")
        kept = b"".join(bytes(blob) for (blob,) in cursor.fetchall())
    assert kept
    assert not any(one.number.encode() in kept for one in seven)
    assert not list((files_dir / "making").glob("*"))


def test_every_row_and_every_opening_is_a_reading(head: User, seven: list[Complaint]) -> None:
    made = ask(head)
    of_cases = ReadLog.objects.filter(subject_kind="complaint", what="export", reader_id=head.pk)
    assert set(of_cases.values_list("subject_id", flat=True)) == {one.pk for one in seven}
    content(made)
    assert ReadLog.objects.filter(subject_kind="export", subject_id=made.pk).count() == 1
    share = ExportShare.objects.get(export=made)
    assert (share.branch_id, share.rows_count) == (seven[0].branch_id, 7)


def test_it_opens_for_its_maker_for_a_day_and_while_they_may(
    branch: Branch, head: User, seven: list[Complaint]
) -> None:
    made, now = ask(head), database_now()
    other = make_staff("other", heads=branch)
    assert exports.may_open(made, head, mine(head, now), now)
    assert not exports.may_open(made, other, mine(other, now), now)
    assert exports.of(made.reference, other) is None
    assert not exports.may_open(made, head, mine(head, now), now + timedelta(hours=25))
    Appointment.objects.filter(user=head).delete()
    assert not exports.may_open(made, head, mine(head, now), now)


def test_the_file_goes_and_who_took_it_stays(head: User, seven: list[Complaint]) -> None:
    made = ask(head)
    list_work.look(database_now())
    assert ExportPart.objects.filter(export=made).exists()
    assert exports.tidy(database_now() + timedelta(hours=25)) == 1
    assert not ExportPart.objects.exists()
    made.refresh_from_db()
    assert (made.rows_count, made.emptied_at is not None) == (7, True)


def test_it_counts_no_further_than_asked(head: User, seven: list[Complaint]) -> None:
    reader = mine(head, database_now())
    assert whole_list.how_many(Tab.QUEUE, reader, {}, 5) == 5
    assert whole_list.how_many(Tab.QUEUE, reader, {}, 50) == 7
