"""A registry of policies on its way in."""

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection

from insurers.models import Branch, Policy
from insurers.services.policies import Reason, recognise
from insurers.services.policy_import import ColumnsMissing, recipe_for
from insurers.services.policy_stage import Agreed, Found, TooMany, stage
from omsportal.platform.tables import Table, TableBroken
from tests.insurers.conftest import NOW
from tests.insurers.services.registry_rows import BORN, HEADER, policy_file, policy_row, policy_rows

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 18)


def load(
    *files: bytes, into: list[Branch], replace: bool = False, agreed: Agreed | None = None, processes: int = 1
) -> Found:
    branches = Branch.objects.filter(pk__in=[branch.pk for branch in into]).with_names()
    with stage() as staged:
        for place, content in enumerate(files):
            table = Table(io.BytesIO(content))
            recipe = recipe_for(table, branches, day=DAY)
            staged.fill(
                table, recipe, tell=lambda lines, read: None, processes=processes, after=place * 10**10
            )
        return staged.write(replace=replace, day=DAY, agreed=agreed)


def snapshot() -> list[tuple[Any, ...]]:
    """Every row of the registry with the version that it has in the table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin, ctid, digest, valid_to FROM insurers_policy ORDER BY id")
        return cursor.fetchall()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1251"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("packed", [False, True])
def test_it_reads_every_usual_spelling(branch: Branch, encoding: str, delimiter: str, packed: bool):
    rows = [policy_row(serial, address="") for serial in range(3)]
    content = policy_file(rows, encoding=encoding, delimiter=delimiter, packed=packed)
    found = load(content, into=[branch])
    assert (found.lines, found.good, found.bad, found.created) == (3, 3, 0, 3)
    assert Policy.objects.filter(surname_key="елкина").get().holder["surname"] == "Ёлкина"


def test_it_keeps_what_recognises_the_person(branch: Branch):
    load(policy_file([policy_row(1, snils="112-233-445 95")]), into=[branch])
    policy = Policy.objects.get()
    found = recognise(
        number=policy.holder["number"], surname="ЕЛКИНА", birth_on=BORN, address_key="::1", now=NOW
    )
    assert (found.reason, found.branch, found.policy_id) == (Reason.RECOGNISED, branch, policy.pk)
    assert policy.holder == {
        "number": policy.holder["number"], "surname": "Ёлкина", "first_name": "Анна",
        "patronymic": "Петровна", "birth_on": "1985-03-15", "sex": "female", "snils": "11223344595",
        "phone": "+7 485 231-38-28",
        "address": "Ярославль, ул. Свободы, 1",
    }  # fmt: skip
    assert (policy.valid_from, policy.valid_to) == (date(2020, 1, 1), None)


def test_a_second_run_of_the_same_file_writes_nothing(branch: Branch):
    content = policy_file(policy_rows(50))
    load(content, into=[branch], replace=True)
    before = snapshot()
    found = load(content, into=[branch], replace=True)
    assert (found.created, found.changed, found.unchanged, found.ending) == (0, 0, 50, 0)
    assert snapshot() == before


def test_it_changes_what_changed(branch: Branch):
    load(policy_file(policy_rows(5)), into=[branch])
    rows = [policy_row(1, surname="Иванова"), *policy_rows(4, first=2), policy_row(6)]
    found = load(policy_file(rows), into=[branch])
    assert (found.created, found.changed, found.unchanged) == (1, 1, 4)
    assert Policy.objects.filter(surname_key="иванова").count() == 1


WRONG = {
    "check_digit": {"number": "7656410834000121"},
    "blank_number_11": {"number": "12345678901"},
    "not_a_day": {"birth_on": "31.02.1985"},
    "day_out_of_range": {"birth_on": "15.03.2085"},
    "empty": {"surname": ""},
    "unknown_sex": {"sex": "?"},
    "days_in_order": {"valid_to": "01.01.2019"},
    "too_long": {"first_name": "А" * 101},
    "length": {"snils": "123"},
    "not_text": {"address": "a\x07"},
}


@pytest.mark.parametrize("code", WRONG)
def test_a_bad_line_is_told_by_line_and_reason_and_the_good_ones_go_in(branch: Branch, code: str):
    found = load(policy_file([policy_row(1), policy_row(2, **WRONG[code]), policy_row(3)]), into=[branch])
    assert (found.good, found.bad, found.created) == (2, 1, 2)
    assert [(fault.line, fault.code) for fault in found.faults] == [(3, code)]


def test_a_line_with_too_few_cells_is_bad(branch: Branch):
    found = load(policy_file([policy_row(1), "1;2;3"]), into=[branch])
    assert [(fault.line, fault.code) for fault in found.faults] == [(3, "cells")]


def test_of_lines_with_one_number_the_last_counts_and_the_others_are_told(branch: Branch):
    found = load(policy_file([policy_row(1), policy_row(1, surname="Иванова")]), into=[branch])
    assert (found.good, found.repeated, found.created) == (1, 1, 1)
    assert [(fault.line, fault.code) for fault in found.faults] == [(2, "repeated")]
    assert Policy.objects.get().surname_key == "иванова"


@pytest.mark.parametrize("cut", [0.5, 0.97])
def test_a_file_that_is_cut_off_leaves_what_there_was_and_says_where(branch: Branch, cut: float):
    load(policy_file(policy_rows(20)), into=[branch])
    before = snapshot()
    whole = policy_file([policy_row(n, surname="Иванова") for n in range(9000)], packed=True)
    with pytest.raises(TableBroken) as broken:
        load(whole[: int(len(whole) * cut)], into=[branch])
    assert broken.value.code == "cut_off"
    assert broken.value.line > 1
    assert snapshot() == before


def test_what_is_no_table_is_refused(branch: Branch):
    for content, code in {b"": "empty", b"PK\x03\x04 nothing": "columns"}.items():
        with pytest.raises((TableBroken, ColumnsMissing)) as refused:
            load(content, into=[branch])
        assert code in {getattr(refused.value, "code", "columns")}
    with pytest.raises(ColumnsMissing) as missing:
        load(policy_file([], header="ЕНП;Фамилия;Имя"), into=[branch])
    assert missing.value.names == ["birth_on"]


def test_a_full_file_ends_what_it_does_not_have(branch: Branch):
    load(policy_file(policy_rows(40)), into=[branch])
    found = load(policy_file(policy_rows(38)), into=[branch], replace=True)
    assert (found.in_force, found.ending, found.unchanged) == (40, 2, 38)
    ended = Policy.objects.filter(valid_to__isnull=False)
    assert {row.valid_to for row in ended} == {date(2026, 3, 17)}
    back = load(policy_file(policy_rows(40)), into=[branch], replace=True)
    assert (back.changed, back.ending) == (2, 0)
    assert not Policy.objects.filter(valid_to__isnull=False).exists()


def test_it_ends_no_policy_whose_line_is_only_bad(branch: Branch):
    load(policy_file(policy_rows(40)), into=[branch])
    rows = [*policy_rows(39), policy_row(40, birth_on="?")]
    found = load(policy_file(rows), into=[branch], replace=True)
    assert (found.bad, found.ending) == (1, 0)


def test_it_ends_nothing_while_a_line_names_no_policy(branch: Branch):
    load(policy_file(policy_rows(40)), into=[branch])
    rows = [*policy_rows(38), policy_row(39, number="1")]
    found = load(policy_file(rows), into=[branch], replace=True)
    assert (found.unreadable, found.ending) == (1, 0)


def test_more_ends_than_usual_only_when_a_person_says_so(branch: Branch):
    load(policy_file(policy_rows(40)), into=[branch])
    before = snapshot()
    short = policy_file(policy_rows(20))
    with pytest.raises(TooMany) as refused:
        load(short, into=[branch], replace=True)
    assert refused.value.found.ending == 20
    assert snapshot() == before
    with pytest.raises(TooMany):
        load(short, into=[branch], replace=True, agreed=Agreed(19, 0))
    assert load(short, into=[branch], replace=True, agreed=Agreed(20, 0)).ending == 20


def test_who_comes_from_another_insurer_is_counted_and_many_are_asked_about(
    branch: Branch, rival_branch: Branch
):
    load(policy_file(policy_rows(40)), into=[rival_branch])
    with pytest.raises(TooMany) as refused:
        load(policy_file(policy_rows(40)), into=[branch])
    assert refused.value.found.moved == 40
    assert load(policy_file(policy_rows(40)), into=[branch], agreed=Agreed(0, 40)).moved == 40
    assert set(Policy.objects.values_list("branch_id", flat=True)) == {branch.pk}


def test_a_full_file_of_one_branch_ends_nothing_elsewhere(branch: Branch, rival_branch: Branch):
    load(policy_file(policy_rows(10, first=100)), into=[rival_branch])
    load(policy_file(policy_rows(10)), into=[branch])
    assert load(policy_file(policy_rows(10)), into=[branch], replace=True).ending == 0


def test_lines_name_their_branch(branch: Branch, rival_branch: Branch):
    header = f"{HEADER};СМО;Регион"
    rows = [
        policy_row(1) + ";СОГАЗ-Мед;76", policy_row(2) + ";reso-med;Ярославская область",
        policy_row(3) + ";reso-med;77", policy_row(4) + ";;",
    ]  # fmt: skip
    found = load(policy_file(rows, header=header), into=[branch, rival_branch])
    assert found.created == 2
    assert [(fault.line, fault.column, fault.code) for fault in found.faults] == [
        (4, "region", "foreign_branch"), (5, "region", "empty"),
    ]  # fmt: skip
    one = load(policy_file([policy_row(9) + ";reso-med;76"], header=header), into=[branch])
    assert [fault.code for fault in one.faults] == ["foreign_branch"]


@pytest.mark.slow
def test_two_processes_do_the_same_as_one(branch: Branch):
    content = policy_file(policy_rows(5000))
    found = load(content, into=[branch], processes=2)
    assert (found.created, found.lines) == (5000, 5000)
    assert load(content, into=[branch]).unchanged == 5000


def test_several_files_are_one_registry(branch: Branch):
    files = [policy_file(policy_rows(20)), policy_file([*policy_rows(20, first=21), policy_row(1, sex="?")])]
    found = load(*files, into=[branch], replace=True)
    assert (found.created, found.bad) == (40, 1)
    assert divmod(found.faults[0].line, 10**10) == (1, 22)
