"""The drill of a lost machine: backup and keys go two ways to an empty server; the portal lives on there."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from playwright.sync_api import Browser, Page, expect

from omsportal.supervisor.data_directory import read_variables
from omsportal.supervisor.postgres import CARELESS, EmbeddedPostgres
from omsportal.supervisor.processes import ROOT
from tests.complaints.documents import heavy, pdf
from tests.faults.test_full_disk import ask, file_an_appeal, send_file
from tests.journeys import test_complaint_travels as journey
from tests.journeys.people import DESK, PASSWORD, PHONE, visitor
from tests.processes import eventually
from tests.representatives.signing_in import code_of
from tests.running import RunningPortal, clean_environment

pytestmark = pytest.mark.slow

KEYS = ("SEALING_KEYS", "DIGEST_KEY")
_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relpersistence = 'p'
"""


def manage(environment: Mapping[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    """A command of the portal with these variables and no others of ours."""
    command = [sys.executable, "manage.py", *map(str, words)]
    return subprocess.run(
        command, cwd=ROOT, env=clean_environment(**environment), capture_output=True, text=True, check=False
    )


def rows_of(url: str) -> dict[str, int]:
    """Counted by ourselves, not by the command that is tried."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(_TABLES)
        names = [name for (name,) in cursor.fetchall()]
        counted = {}
        for name in names:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            counted[name] = cursor.fetchone()[0]
        return counted


def head_of(url: str) -> dict[str, Any]:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, encode(link, 'hex') FROM platform_seal ORDER BY id DESC LIMIT 1")
        newest = cursor.fetchone()
        assert newest is not None
        return {"seal": newest[0], "link": newest[1]}


@pytest.fixture
def machines() -> Iterator[Path]:
    """A directory for both; other test runs on this machine tidy up theirs, not this one."""
    directory = Path(tempfile.mkdtemp(prefix="restore-drill-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def empty_server(machines: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL of its own, on the machine that takes over; nothing but an empty database in it."""
    postgres = EmbeddedPostgres(
        machines / "postgres-of-second", log=machines / "second.log", settings=CARELESS
    )
    postgres.start()
    try:
        postgres.create_database()
        yield postgres
    finally:
        postgres.stop()


def lived(directory: Path, backup: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """A portal takes an appeal with a file, is backed up and gone: the receipt, and the keys kept apart."""
    directory.mkdir()
    with RunningPortal(directory, DEMO="0") as portal:
        status, _headers, said = file_an_appeal(portal)
        assert status == 201, said
        receipt: dict[str, Any] = json.loads(said)
        assert send_file(portal, receipt, pdf(heavy))[0] == 201
        keys = backed_up(portal, backup)
    shutil.rmtree(directory)
    return receipt, keys


def backed_up(portal: RunningPortal, backup: Path) -> dict[str, str]:
    """Once its history is sealed; the keys, which go another way."""
    sealed = "SELECT count(*) FROM platform_seal WHERE source = 'complaints_history'"
    assert eventually(lambda: portal.query(sealed) != [(0,)], within=150)
    environment = read_variables(portal.data_dir / "environment")
    done = manage(environment, "backup", backup)
    assert done.returncode == 0, done.stderr
    return {name: environment[name] for name in KEYS}


def empty_machine(directory: Path, url: str) -> dict[str, str]:
    """What a command on it knows: its database, its disk, and no key of the portal."""
    directory.mkdir()
    return {"DATABASE_URL": url, "DATA_DIR": str(directory / "data"), "SECRET_KEY": "x" * 50}


@pytest.fixture
def people(browser: Browser) -> Iterator[dict[str, Page]]:
    """A patient on a phone, staff at desks; their browsers know nothing of machines."""
    pages = {"patient": visitor(browser, PHONE)}
    for name in ("operator", "specialist", "expert", "rival", "head"):
        pages[name] = visitor(browser, DESK)
    yield pages
    for page in pages.values():
        page.context.close()


def test_a_portal_lives_on_from_backup_and_keys_on_an_empty_server(
    machines: Path, empty_server: EmbeddedPostgres
) -> None:
    backup, second, url = machines / "backup", machines / "second", empty_server.url()
    receipt, keys = lived(machines / "first", backup)
    told = json.loads((backup / "manifest.json").read_text())
    place = empty_machine(second, url)
    without = manage({**place, "SEALING_KEYS": "", "DIGEST_KEY": "y" * 50}, "restore", backup)
    assert without.returncode == 1
    assert rows_of(url) == {}
    done = manage({**place, **keys}, "restore", backup)
    assert done.returncode == 0, done.stderr
    assert (rows_of(url), head_of(url)) == (told["rows"], told["head"])
    verified = manage({**place, **keys}, "verify_history", "--heads", backup / "seals")
    assert verified.returncode == 0, verified.stdout
    with RunningPortal(second, DATABASE_URL=url, DEMO="0", **keys) as portal:
        the_old_case_goes_on(portal, receipt)
        assert file_an_appeal(portal)[0] == 201
        checked = manage(read_variables(portal.data_dir / "environment"), "check_files")
        assert checked.returncode == 0, checked.stdout


def the_old_case_goes_on(portal: RunningPortal, receipt: dict[str, Any]) -> None:
    """By the number and code that its patient holds: it is read, written to, and takes another file."""
    code = {"X-Access-Code": receipt["access_code"]}
    address = f"{portal.url}/api/v1/complaints/{receipt['number']}/"
    status, _headers, said = ask(address, None, **code)
    assert status == 200, said
    assert json.loads(said)["number"] == receipt["number"]
    kind = {"Content-Type": "application/json", "Idempotency-Key": "after the move"}
    posted = ask(f"{address}messages/", json.dumps({"text": "Вы ещё здесь?"}).encode(), **code, **kind)
    assert posted[0] == 201, posted[2]
    assert send_file(portal, receipt, pdf(heavy))[0] == 201
    assert ask(address, None, **{"X-Access-Code": "0000 0000 0000 0000"})[0] == 404


def test_patient_and_staff_go_on_in_their_browsers_where_the_lost_machine_stopped(
    machines: Path, empty_server: EmbeddedPostgres, people: dict[str, Page]
) -> None:
    """Filed, taken and written to on the first machine; answered, moved by the timer, decided and read on the
    second. The operator's code app was set up on the first."""
    backup, first, second = machines / "backup", machines / "first", machines / "second"
    patient, operator, appeal = people["patient"], people["operator"], journey.Appeal()
    first.mkdir()
    with RunningPortal(first) as portal:
        journey.hurry(portal)
        journey.the_patient_files(patient, portal, journey.photo_of_a_referral(machines), appeal)
        journey.the_operator_takes_it_and_writes(operator, portal, appeal)
        app = connects_an_app(operator, portal)
        keys = backed_up(portal, backup)
    shutil.rmtree(first)
    place = empty_machine(second, empty_server.url())
    done = manage({**place, **keys}, "restore", backup)
    assert done.returncode == 0, done.stderr
    with RunningPortal(second, DATABASE_URL=place["DATABASE_URL"], DEMO="1", **keys) as portal:
        journey.the_patient_answers(patient, portal, appeal)
        comes_back_with_the_app(operator, portal, app)
        finds_everything_of_the_case(operator, portal, appeal)
        journey.the_timer_moves_it(people, portal, appeal)
        journey.the_expert_resolves_it(people["expert"], portal, appeal)
        journey.the_answer_waits_for_who_is_asking(patient, portal)
        journey.the_expert_confirms_who_is_asking(people["expert"], portal, appeal)
        journey.the_patient_reads_the_answer_and_confirms(patient, portal, appeal)


def connects_an_app(page: Page, portal: RunningPortal) -> str:
    """The secret that is in the operator's phone from now on."""
    page.goto(f"{portal.url}/accounts/2fa/totp/activate/")
    page.get_by_text("Камера не работает").click()
    secret = page.locator("details code").inner_text()
    page.fill("[name=code]", code_of(secret))
    page.get_by_role("button", name="Подключить").click()
    page.wait_for_url("**/recovery-codes/")
    return secret


def comes_back_with_the_app(page: Page, portal: RunningPortal, secret: str) -> None:
    """The session of the lost machine is over; password and app are what they were."""
    page.goto(f"{portal.url}/staff/")
    page.wait_for_url("**/accounts/login/**")
    page.fill("[name=login]", "operator")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/2fa/authenticate/**")
    page.fill("[name=code]", code_of(secret))
    page.get_by_role("button", name="Войти", exact=True).click()
    page.wait_for_url("**/staff/")


def finds_everything_of_the_case(page: Page, portal: RunningPortal, appeal: journey.Appeal) -> None:
    """Among the own cases: the story, what was written on both machines, and the photo, which opens."""
    page.goto(f"{portal.url}/staff/mine/")
    expect(page.locator("li, tr, article").filter(has_text=appeal.number).first).to_be_visible()
    page.goto(f"{portal.url}/staff/cases/{appeal.number}/")
    expect(page.get_by_text(journey.STORY)).to_be_visible()
    expect(page.locator(".thread").get_by_text("Уже звоню в поликлинику")).to_be_visible()
    expect(page.locator(".thread").get_by_text("Любой день после обеда")).to_be_visible()
    link = page.locator(f"a[href*='/staff/cases/{appeal.number}/files/']").first.get_attribute("href")
    photo = page.request.get(f"{portal.url}{link}")
    assert (photo.status, photo.body()[:2]) == (200, b"\xff\xd8")
