"""The official registers of insurers and clinics."""

import io
from datetime import date
from typing import Any

import pytest
from django.apps import apps

from insurers.models import Branch, Hotline, Insurer, MedicalOrganisation, Region, RegistryImport, Revision
from insurers.register_lines import Phones, phones_in
from insurers.services import register_reading, registers, revisions
from insurers.services.register_plan import Plan
from omsportal.platform.tables import TableBroken
from tests.insurers.conftest import NOW

pytestmark = pytest.mark.django_db
SOGAZ = {
    "tf_okato": "78000", "smocod": "76001", "nam_smop": "АО «Страховая компания «СОГАЗ-Мед»",
    "nam_smok": "СОГАЗ-Мед", "inn": "7728170427", "Ogrn": "1027739008440",
    "phone": "(4852) 31-38-28; 8-800-100-07-02",
    "e_mail": "yar@sogaz-med.example", "www": "sogaz-med.example", "org": "2", "d_begin": "01.01.2012",
}  # fmt: skip
NEW = SOGAZ | {
    "smocod": "76009", "nam_smop": "ООО «Новая»", "nam_smok": "НОВАЯ", "inn": "1234567890",
    "Ogrn": "1234567890123", "phone": "8(4852) 31-38-29, 31-38-30",
}  # fmt: skip


@pytest.fixture(autouse=True)
def okato(yaroslavl: Region) -> None:
    Region.objects.filter(pk=yaroslavl.pk).update(okato="78000")


def xml(*records: dict[str, str], tag: str = "insCompany", head: str = "") -> bytes:
    """As the fund publishes it: windows-1251, some texts one level deeper."""
    lines = []
    for record in records:
        flat = "".join(f"<{name}>{text}</{name}>" for name, text in record.items() if name != "d_end")
        end = f"<insInclude><d_end>{record['d_end']}</d_end></insInclude>" if "d_end" in record else ""
        lines.append(f"<{tag}>{flat}{end}</{tag}>")
    body = f'<?xml version="1.0" encoding="windows-1251"?>{head}\n<packet><zglv><type>F002</type></zglv>\n'
    return (body + "\n".join(lines) + "</packet>").encode("windows-1251")


def csv(*records: dict[str, str]) -> bytes:
    lines = [
        ";".join(SOGAZ),
        *(";".join(f'"{record.get(name, "")}"' for name in SOGAZ) for record in records),
    ]
    return "\n".join(lines).encode()


def run(content: bytes, *, kind: str = "insurers", replace: bool = False, write: bool = True) -> Plan:
    found = RegistryImport(
        kind=kind,
        branch_ids=[],
        region_codes=["76"],
        replace=replace,
        requested_by_id=7,
        requested_at=NOW,
        size=1,
    )
    return (registers.carry_out if write else registers.try_out)(found, io.BytesIO(content))


@pytest.mark.parametrize("file", [xml, csv])
def test_it_knows_the_company_again_and_adds_the_new_one(branch: Branch, file: Any) -> None:
    plan = run(file(SOGAZ, NEW))
    assert (plan.lines, plan.bad, plan.added) == (2, 0, 2)
    sogaz = Insurer.objects.get(code="sogaz-med")
    assert (sogaz.ogrn, sogaz.inn, sogaz.short_name) == ("1027739008440", "7728170427", "СОГАЗ-Мед")
    new = Branch.objects.get(insurer__ogrn="1234567890123")
    assert (new.region.code, new.email, new.valid_from) == ("76", "yar@sogaz-med.example", date(2012, 1, 1))
    again = run(file(SOGAZ, NEW))
    assert (again.added, again.changed, again.ended) == (0, 0, 0)


def test_trying_it_out_writes_nothing(branch: Branch) -> None:
    plan = run(xml(SOGAZ, NEW), write=False)
    assert plan.added == 2
    assert plan.listed["added"][0] == "НОВАЯ"
    assert Insurer.objects.count() == 1
    assert Insurer.objects.get().ogrn == ""


def test_every_change_is_kept_with_who_made_it(branch: Branch) -> None:
    run(xml(SOGAZ))
    event = apps.get_model("insurers", "InsurerEvent").objects.filter(pgh_label="update").latest("pgh_id")
    assert event.ogrn == "1027739008440"
    assert event.pgh_context["user"] == 7


def test_who_is_over_ends_and_nothing_is_deleted(branch: Branch) -> None:
    plan = run(xml(SOGAZ | {"d_end": "01.02.2026"}))
    branch.refresh_from_db()
    assert (plan.ended, branch.valid_to) == (1, date(2026, 2, 1))


def test_what_the_whole_register_lacks_ends_only_when_said_so(branch: Branch, rival_branch: Branch) -> None:
    assert run(xml(SOGAZ)).ended == 0
    plan = run(xml(SOGAZ), replace=True)
    rival_branch.refresh_from_db()
    assert (plan.ended, plan.is_unusual, rival_branch.valid_to) == (1, True, date(2026, 3, 17))
    assert run(xml(SOGAZ), replace=True).ended == 0


@pytest.mark.parametrize("wrong", [{"inn": "12"}, {"inn": "12", "tf_okato": ""}])
def test_what_a_bad_line_may_be_about_does_not_end(
    branch: Branch, rival_branch: Branch, wrong: dict[str, str]
) -> None:
    plan = run(xml(NEW, SOGAZ | wrong), replace=True)
    assert (plan.bad, plan.ended) == (1, 0)
    assert set(plan.spared) == {branch.title, rival_branch.title}
    assert run(xml(NEW, SOGAZ | {"tf_okato": "99999"}), replace=True).ended == 2


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_records_of_a_company_in_a_region_the_last_one_counts(branch: Branch, order: int) -> None:
    over = SOGAZ | {"smocod": "76002", "nam_smop": "СОГАЗ", "d_end": "01.02.2026"}
    run(xml(SOGAZ))
    plan = run(xml(*[over, SOGAZ][::order]))
    branch.refresh_from_db()
    assert (plan.changed, plan.ended, branch.valid_to) == (0, 0, None)


@pytest.mark.parametrize("code", ["sogaz-med", "СОГАЗ", "76009"])
def test_a_new_company_gets_a_code_of_its_own(branch: Branch, code: str) -> None:
    Insurer.objects.update(ogrn="1027739008440")
    assert run(xml(NEW | {"smocod": code})).added == 2
    assert Insurer.objects.get(ogrn=NEW["Ogrn"]).code == f"smo-{NEW['Ogrn']}"


def test_nothing_new_comes_of_a_record_that_is_over(branch: Branch) -> None:
    plan = run(xml(NEW | {"d_end": "01.02.2026"}, SOGAZ | {"d_end": "2030-01-01"}))
    assert (plan.added, plan.bad, Insurer.objects.count(), Branch.objects.count()) == (0, 0, 1, 1)


def test_a_line_that_ends_a_branch_before_it_began_is_a_bad_one(branch: Branch) -> None:
    Branch.objects.filter(pk=branch.pk).update(valid_from=date(2026, 3, 1))
    plan = run(xml(NEW, SOGAZ | {"d_end": "01.02.2026"}))
    assert [(fault.line, fault.column, fault.code) for fault in plan.faults] == [
        (4, "valid_to", "days_in_order")
    ]
    assert Insurer.objects.filter(ogrn=NEW["Ogrn"]).exists()


@pytest.mark.parametrize(
    ("wrong", "column", "code"),
    [
        ({"inn": "12"}, "inn", "length"),
        ({"Ogrn": "10277390084x0"}, "ogrn", "not_digits"),
        ({"nam_smop": "", "nam_smok": ""}, "full_name", "empty"),
        ({"tf_okato": "99999"}, "okato", "foreign_branch"),
        ({"d_begin": "later"}, "valid_from", "not_a_day"),
    ],
)
def test_bad_lines_are_told_and_the_good_ones_go_in(
    branch: Branch, wrong: dict[str, str], column: str, code: str
) -> None:
    plan = run(xml(NEW | wrong, SOGAZ))
    assert [(fault.column, fault.code) for fault in plan.faults] == [(column, code)]
    assert plan.faults[0].line == 3
    assert Insurer.objects.get(code="sogaz-med").inn == "7728170427"


def test_phones_in_a_cell_are_told_apart_and_the_unclear_ones_listed() -> None:
    assert phones_in("(495) 225-31-11; 8-800-100-07-02") == Phones(("+74952253111", "+78001000702"))
    assert phones_in("8(4852) 31-38-28, 31-38-29") == Phones(("+74852313828",), "8(4852) 31-38-28, 31-38-29")
    assert phones_in("нет", "") == Phones()
    assert phones_in("8 (800) 555-35-35 доб. 12").unclear


def test_a_branch_without_a_phone_gets_the_registers_and_others_are_for_a_person(branch: Branch) -> None:
    plan = run(xml(SOGAZ, NEW))
    phones = Hotline.objects.filter(branch=branch)
    assert {phone.phone.as_e164 for phone in phones} == {"+74852313828", "+78001000702"}
    assert {phone.confirmed_on for phone in phones} == {None}
    assert plan.phones == ["НОВАЯ, Ярославская область: 8(4852) 31-38-29, 31-38-30"]
    later = run(xml(SOGAZ | {"phone": "(4852) 31-38-27"}))
    assert later.phones == ["СОГАЗ-Мед, Ярославль: +74852313827"]
    assert phones.count() == 2


def test_what_the_register_has_besides_is_a_draft_that_a_person_publishes(branch: Branch) -> None:
    run(xml(SOGAZ))
    run(xml(SOGAZ | {"phone": "(4852) 31-38-27"}))
    draft = Revision.objects.get()
    assert (draft.branch, draft.values["phone"], draft.values["source"]) == (branch, "+74852313827", "F002")
    assert not Hotline.objects.filter(phone="+74852313827").exists()
    run(xml(SOGAZ | {"phone": "(4852) 31-38-27"}))
    assert Revision.objects.get() == draft
    made = revisions.publish(revision=draft, version=draft.version, by_id=7, now=NOW)
    assert (made.branch, str(made.phone.as_e164)) == (branch, "+74852313827")
    assert run(xml(SOGAZ | {"phone": "(4852) 31-38-27"})).phones == []


def test_what_somebody_has_discarded_is_not_offered_again(branch: Branch) -> None:
    run(xml(SOGAZ))
    for _turn in range(2):
        run(xml(SOGAZ | {"phone": "(4852) 31-38-27"}))
        for draft in Revision.objects.drafts():
            revisions.discard(revision=draft, by_id=7, now=NOW)
    assert Revision.objects.get().state == "discarded"


DOCTYPE = '<!DOCTYPE packet [<!ENTITY a "b"><!ENTITY file SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("record", [SOGAZ, SOGAZ | {"nam_smok": "&file;"}, SOGAZ | {"nam_smok": "&a;"}])
def test_an_xml_that_declares_entities_is_refused(branch: Branch, record: dict[str, str]) -> None:
    with pytest.raises(TableBroken) as refused:
        run(xml(record, head=DOCTYPE))
    assert refused.value.code == "not_xml"


@pytest.mark.parametrize(("one", "times"), [(b"<a/>", 1000), (b'<a b="" c="" d="" e=""/>', 240)])
def test_an_xml_of_nothing_but_elements_is_refused_before_it_fills_the_memory(
    branch: Branch, monkeypatch: pytest.MonkeyPatch, one: bytes, times: int
) -> None:
    monkeypatch.setattr(register_reading, "MOST_TAGS", 1000)
    with pytest.raises(TableBroken) as refused:
        run(b"<packet>" + one * times + b"</packet>")
    assert refused.value.code == "too_large"


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x9b"])
def test_signs_that_no_text_has_make_a_bad_line_and_the_others_go_in(branch: Branch, sign: str) -> None:
    plan = run(csv(SOGAZ | {"nam_smop": f"СОГАЗ{sign}Мед"}, NEW))
    assert (plan.bad, plan.added) == (1, 2)
    assert [(fault.column, fault.code) for fault in plan.faults] == [("full_name", "not_text")]


def test_a_damaged_xml_is_refused_with_its_line(branch: Branch) -> None:
    with pytest.raises(TableBroken) as refused:
        run(xml(SOGAZ)[:-20])
    assert (refused.value.code, refused.value.line) == ("not_xml", 3)


CLINIC = {
    "tf_okato": "78000",
    "mcod": "760001",
    "nam_mop": "Больница",
    "nam_mok": "ГБ",
    "phone": "4852313828",
}


def test_clinics_are_added_changed_and_ended(yaroslavl: Region) -> None:
    more = [CLINIC | {"mcod": f"7600{number:02}"} for number in range(2, 30)]
    assert run(xml(CLINIC, *more, tag="medCompany"), kind="clinics").added == 29
    changed = CLINIC | {"nam_mok": "Горбольница"}
    plan = run(xml(changed, *more[1:], tag="medCompany"), kind="clinics", replace=True)
    assert (plan.added, plan.changed, plan.unchanged, plan.ended, plan.in_force) == (0, 1, 27, 1, 29)
    assert not plan.is_unusual
    assert MedicalOrganisation.objects.get(code="760001").short_name == "Горбольница"
    assert MedicalOrganisation.objects.get(code="760002").valid_to == date(2026, 3, 17)
    over = run(xml(changed | {"d_end": "01.03.2026"}, tag="medCompany"), kind="clinics")
    assert over.ended == 1


def test_a_clinic_that_a_bad_line_names_does_not_end(yaroslavl: Region) -> None:
    run(xml(CLINIC, CLINIC | {"mcod": "760002"}, CLINIC | {"mcod": "760003"}, tag="m"), kind="clinics")
    bad = CLINIC | {"mcod": "760002", "d_begin": "soon"}
    plan = run(xml(CLINIC, bad, tag="m"), kind="clinics", replace=True)
    assert (plan.bad, plan.ended, plan.spared) == (1, 1, ["ГБ"])
    assert MedicalOrganisation.objects.get(code="760002").valid_to is None


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_records_of_a_clinic_the_last_one_counts(yaroslavl: Region, order: int) -> None:
    both = [CLINIC | {"d_end": "01.03.2026"}, CLINIC | {"nam_mok": "Новая"}][::order]
    for added in (1, 0):
        assert run(xml(*both, tag="m"), kind="clinics").added == added
        row = MedicalOrganisation.objects.get()
        assert (row.short_name, row.valid_to) == ("Новая", None)


def test_a_clinic_that_would_end_before_it_began_is_a_bad_line(yaroslavl: Region) -> None:
    run(xml(CLINIC | {"d_begin": "01.03.2026"}, tag="m"), kind="clinics")
    plan = run(xml(CLINIC | {"d_end": "01.02.2026"}, CLINIC | {"mcod": "760002"}, tag="m"), kind="clinics")
    assert (plan.bad, plan.added) == (1, 1)
