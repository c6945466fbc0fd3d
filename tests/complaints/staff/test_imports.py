"""Registries brought in the browser: looked at, agreed to, loaded."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from complaints.services import registry_rounds
from insurers.models import (
    Branch,
    ImportState,
    MedicalOrganisation,
    Policy,
    Region,
    RegistryFilePart,
    RegistryImport,
)
from insurers.services import registry_imports
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.insurers.services.registry_rows import HEADER, policy_file, policy_row, policy_rows

pytestmark = pytest.mark.django_db
PAGE = "/staff/imports/"


def bring(
    client: Client, content: bytes, *, kind: str = "policies", branch: Branch | None = None, **typed: str
):
    file = SimpleUploadedFile("registry.csv", content)
    place = {"branch": str(branch.pk)} if branch else {}
    return client.post(PAGE, {"kind": kind, "file": file} | place | typed)


def work() -> None:
    """What the worker does."""
    while jobs.run_next(database_now()) is not None:
        pass


def brought(client: Client, content: bytes, **typed: Any) -> tuple[str, RegistryImport]:
    """Brought and looked at."""
    answer = bring(client, content, **typed)
    assert answer.status_code == 302, answer.content.decode()
    work()
    return answer["Location"], RegistryImport.objects.latest("pk")


def test_it_shows_what_a_file_would_do_and_writes_nothing(client_of: ClientOf, branch: Branch) -> None:
    client = client_of("insurer_admin")
    rows = [*policy_rows(4), policy_row(9, birth_on="31.02.1985")]
    address, found = brought(client, policy_file(rows), branch=branch)
    page = client.get(address)
    assert (found.state, found.findings["created"], found.findings["bad"]) == ("ready", 4, 1)
    assert "Пока ничего не записано." in page.content.decode()
    assert found.findings["faults"] == [[6, "birth_on", "not_a_day"]]
    assert "31.02.1985" not in str(found.findings)
    assert not Policy.objects.exists()


def test_it_loads_once_agreed_and_the_file_is_gone(client_of: ClientOf, branch: Branch) -> None:
    client = client_of("insurer_admin")
    address, found = brought(client, policy_file(policy_rows(4)), branch=branch)
    assert RegistryFilePart.objects.exists()
    client.post(f"{address}load/")
    work()
    found.refresh_from_db()
    assert (found.state, found.findings["created"], found.approved_by_id) == (
        "loaded",
        4,
        found.requested_by_id,
    )
    assert Policy.objects.filter(branch=branch).count() == 4
    assert not RegistryFilePart.objects.exists()
    assert client.post(f"{address}load/").status_code == 302
    work()
    assert RegistryImport.objects.get().state == "loaded"


def test_the_file_lies_sealed_meanwhile(client_of: ClientOf, branch: Branch) -> None:
    bring(client_of("insurer_admin"), policy_file(policy_rows(4)), branch=branch)
    stored = RegistryFilePart.objects.values_list("content", flat=True).get()
    assert "Соколова".encode() not in bytes(stored)


def test_a_file_that_cannot_be_read_is_refused_with_its_line(client_of: ClientOf, branch: Branch) -> None:
    client = client_of("insurer_admin")
    whole = policy_file(policy_rows(3000), packed=True)
    address, found = brought(client, whole[: len(whole) // 2], branch=branch)
    assert (found.state, found.findings["broken"]) == ("refused", "cut_off")
    assert str(found.findings["line"]) in client.get(address).content.decode()
    assert not RegistryFilePart.objects.exists()
    address, found = brought(client, policy_file([], header="ЕНП;Фамилия"), branch=branch)
    assert found.findings["columns"] == ["first_name", "birth_on"]


def test_unusually_many_end_only_with_a_mark(client_of: ClientOf, branch: Branch) -> None:
    client = client_of("insurer_admin")
    address, _found = brought(client, policy_file(policy_rows(20)), branch=branch)
    client.post(f"{address}load/")
    work()
    address, found = brought(client, policy_file(policy_rows(10)), branch=branch, replace="on")
    assert (found.findings["ending"], found.findings["is_unusual"]) == (10, True)
    client.post(f"{address}load/")
    work()
    assert not Policy.objects.filter(valid_to__isnull=False).exists()
    client.post(f"{address}load/", {"sure": "1"})
    work()
    assert Policy.objects.filter(valid_to__isnull=False).count() == 10


def test_it_asks_again_when_more_would_end_than_was_agreed_to(client_of: ClientOf, branch: Branch) -> None:
    client = client_of("insurer_admin")
    address, _found = brought(client, policy_file(policy_rows(10)), branch=branch)
    client.post(f"{address}load/")
    work()
    short, _found = brought(client, policy_file(policy_rows(10)), branch=branch, replace="on")
    more, _found = brought(client, policy_file(policy_rows(20, first=50)), branch=branch)
    client.post(f"{more}load/")
    work()
    client.post(f"{short}load/")
    work()
    found = RegistryImport.objects.get(pk=short.strip("/").split("/")[-1])
    assert (found.state, found.findings["ending"], found.findings["grew"]) == ("ready", 20, True)
    assert not Policy.objects.filter(valid_to__isnull=False).exists()


def test_withdrawn_it_leaves_nothing(client_of: ClientOf, branch: Branch) -> None:
    client = client_of("insurer_admin")
    address, found = brought(client, policy_file(policy_rows(2)), branch=branch)
    client.post(f"{address}withdraw/")
    found.refresh_from_db()
    assert found.state == "withdrawn"
    assert not RegistryFilePart.objects.exists()
    client.post(f"{address}load/")
    work()
    assert not Policy.objects.exists()


def test_what_nobody_decides_about_is_gone_after_a_day(
    client_of: ClientOf, branch: Branch, now: datetime
) -> None:
    brought(client_of("insurer_admin"), policy_file(policy_rows(2)), branch=branch)
    round_ = next(r for r in registry_rounds.rounds.ROUNDS if r.name == "imports")
    assert round_.look(now + timedelta(hours=23)) == 0
    assert round_.look(now + timedelta(hours=25)) == 1
    assert RegistryImport.objects.get().state == "withdrawn"
    assert not RegistryFilePart.objects.exists()


def test_the_report_names_lines_and_reasons_and_no_values(client_of: ClientOf, branch: Branch) -> None:
    client = client_of("insurer_admin")
    rows = [policy_row(1, surname=""), policy_row(2, sex="?!")]
    address, _found = brought(client, policy_file(rows), branch=branch)
    report = client.get(f"{address}report/")
    lines = report.content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines[1:]] == ["2", "3"]
    assert "?!" not in report.content.decode()
    assert report["Content-Disposition"].startswith("attachment")


def test_nobody_fills_another_insurers_branch(
    client_of: ClientOf, branch: Branch, people: dict[str, Any]
) -> None:
    rival = Branch.objects.filter(insurer__code="reso-med").get()
    client = client_of("insurer_admin")
    answer = bring(client, policy_file(policy_rows(1)), branch=rival)
    assert answer.status_code == 422
    row = policy_row(1) + ";reso-med;76"
    _address, found = brought(client, policy_file([row], header=f"{HEADER};СМО;Регион"), branch=branch)
    assert [fault[2] for fault in found.findings["faults"]] == ["foreign_branch"]


def test_another_insurer_does_not_see_it(client_of: ClientOf, branch: Branch) -> None:
    address, _found = brought(client_of("insurer_admin"), policy_file(policy_rows(1)), branch=branch)
    assert client_of("rival").get(address).status_code == 403
    assert client_of("fund").get(address).status_code == 200
    assert client_of("admin").get(address).status_code == 200
    RegistryImport.objects.update(branch_ids=[branch.pk, 987654])
    assert client_of("insurer_admin").get(address).status_code == 404


def test_the_fund_loads_clinics_of_its_region_only(client_of: ClientOf, branch: Branch) -> None:
    Region.objects.filter(pk=branch.region_id).update(okato="78000")
    content = (
        "tf_okato;mcod;nam_mop;nam_mok;phone\n"
        "78000;760001;Больница скорой помощи;БСМП;8 (4852) 31-38-28\n"
        "45000;770001;Московская;МГКБ;\n"
    ).encode("windows-1251")
    client = client_of("fund")
    address, found = brought(client, content, kind="clinics")
    assert (found.findings["added"], found.findings["bad"]) == (1, 1)
    assert not MedicalOrganisation.objects.filter(code="760001").exists()
    client.post(f"{address}load/")
    work()
    clinic = MedicalOrganisation.objects.get(code="760001")
    assert (clinic.short_name, clinic.phone.as_e164) == ("БСМП", "+74852313828")
    answer = bring(client_of("insurer_admin"), content, kind="clinics", branch=branch)
    assert answer.status_code == 422


def test_it_asks_again_when_more_of_a_register_would_end(client_of: ClientOf, branch: Branch) -> None:
    Region.objects.filter(pk=branch.region_id).update(okato="78000")
    client = client_of("fund")
    content = b"tf_okato;mcod;nam_mop;nam_mok;d_begin\n78000;760001;Hospital;H;\n78000;760003;Clinic;C;soon\n"
    address, _found = brought(client, content, kind="clinics", replace="on")
    for code in ("760002", "760003"):
        MedicalOrganisation.objects.create(region=branch.region, code=code, name=code, short_name=f"N {code}")
    client.post(f"{address}load/")
    work()
    found = RegistryImport.objects.get()
    assert (found.state, found.findings["ended"], found.findings["grew"]) == ("ready", 1, True)
    assert not MedicalOrganisation.objects.filter(code="760001").exists()
    assert "N 760003" in client.get(address).content.decode()
    client.post(f"{address}load/", {"sure": "1"})
    work()
    assert MedicalOrganisation.objects.filter(valid_to=None).count() == 2


def test_it_asks_who_you_are_first(client_of: ClientOf, branch: Branch, settings: Any) -> None:
    from tests.representatives.test_reauthentication import ASKED, proven

    client = client_of("insurer_admin")
    proven(client, timedelta(minutes=40))
    assert bring(client, policy_file(policy_rows(1)), branch=branch)["Location"].startswith(ASKED)
    assert not RegistryImport.objects.exists()


def test_too_large_a_file_is_refused_kindly(client_of: ClientOf, branch: Branch, settings: Any) -> None:
    settings.REGISTRY_MAX_BYTES = 10
    answer = bring(client_of("insurer_admin"), policy_file(policy_rows(1)), branch=branch)
    assert answer.status_code == 422
    assert not RegistryImport.objects.exists()


def test_a_worker_that_dies_leaves_the_load_to_the_next(
    client_of: ClientOf, branch: Branch, now: datetime
) -> None:
    """As after kill -9: the job was taken, nothing was written, nobody gives a sign of life."""
    client = client_of("insurer_admin")
    address, found = brought(client, policy_file(policy_rows(3)), branch=branch)
    client.post(f"{address}load/")
    assert jobs.take_next(database_now()) is not None
    jobs.run_next(database_now() + jobs.SILENCE + timedelta(minutes=1))
    found.refresh_from_db()
    assert (found.state, Policy.objects.count()) == (ImportState.LOADED, 3)


def test_a_second_file_says_that_it_waits_for_the_first(client_of: ClientOf, branch: Branch) -> None:
    client = client_of("insurer_admin")
    first = bring(client, policy_file(policy_rows(1)), branch=branch)["Location"]
    assert jobs.take_next(database_now()) is not None
    second = bring(client, policy_file(policy_rows(2)), branch=branch)["Location"]
    assert "ждёт своей очереди" in client.get(second).content.decode()
    assert "ждёт своей очереди" not in client.get(first).content.decode()


def test_it_is_approved_no_earlier_than_it_was_brought(
    client_of: ClientOf, branch: Branch, people: dict[str, User]
) -> None:
    _address, found = brought(client_of("insurer_admin"), policy_file([policy_row(1)]), branch=branch)
    gone_back, by_id = found.requested_at - timedelta(minutes=1), people["insurer_admin"].pk
    row = registry_imports.approve(found=found, is_sure=False, by_id=by_id, now=gone_back)
    assert row.approved_at == found.requested_at


def test_it_says_what_is_done_when_nothing_is_counted(client_of: ClientOf, branch: Branch) -> None:
    client = client_of("insurer_admin")
    address = bring(client, policy_file(policy_rows(3)), branch=branch)["Location"]
    job = jobs.take_next(database_now())
    assert job is not None
    long_ago = database_now() - timedelta(minutes=2)
    Job.objects.filter(pk=job.pk).update(
        created_at=long_ago, started_at=long_ago, beat_at=long_ago, done_count=2, total_count=3
    )
    page = client.get(address).content.decode()
    assert "Уже минуту" in page
    assert "Все строки прочитаны" not in page
    Job.objects.filter(pk=job.pk).update(done_count=3)
    page = client.get(address).content.decode()
    assert "Все строки прочитаны: 3" in page
    assert "Уже минуту" not in page


def test_a_page_that_sends_the_file_itself_is_told_where_to_go(client_of: ClientOf, branch: Branch) -> None:
    client = client_of("insurer_admin")
    file = SimpleUploadedFile("registry.csv", policy_file(policy_rows(1)))
    typed = {"kind": "policies", "branch": branch.pk, "file": file}
    answer = client.post(PAGE, typed, headers={"X-By-Script": "1"})
    assert (answer.status_code, answer["X-Next"]) == (204, f"{PAGE}{RegistryImport.objects.get().pk}/")


def test_a_job_asked_for_twice_loads_once(client_of: ClientOf, branch: Branch) -> None:
    client = client_of("insurer_admin")
    address, found = brought(client, policy_file(policy_rows(3)), branch=branch)
    client.post(f"{address}load/")
    work()
    jobs.request(kind=registry_imports.LOAD, arguments={"import": found.pk}, now=database_now())
    work()
    found.refresh_from_db()
    assert found.findings["created"] == 3
