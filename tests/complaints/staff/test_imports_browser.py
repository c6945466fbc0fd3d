"""A registry with a few bad lines in a real browser: brought, looked at, loaded."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect

from insurers.models import Branch, Policy, RegistryImport
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from tests.factories import make_branch, make_everybody, make_rules
from tests.insurers.services.registry_rows import policy_file, policy_row
from tests.journeys.looking import violations
from tests.seats import Seat

pytestmark = pytest.mark.django_db(transaction=True)
LINES = 10_000
BAD = {17: {"birth_on": "31.02.1985"}, 5000: {"number": "7656410834000121"}, 9999: {"surname": ""}}


@pytest.fixture
def branch(db: None) -> Branch:
    made = make_branch(now=database_now())
    make_rules()
    return made


@pytest.fixture
def administrator(seat: Seat, branch: Branch) -> Page:
    """The insurer's administrator, signed in a moment ago."""
    return seat(make_everybody(branch)["insurer_admin"])


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """Ten thousand lines, three of them bad, as an insurer's program writes them."""
    path = tmp_path / "registry.csv.gz"
    rows = [policy_row(serial, **BAD.get(serial, {})) for serial in range(LINES)]
    path.write_bytes(policy_file(rows, encoding="windows-1251", packed=True))
    return path


def test_three_bad_lines_of_ten_thousand(administrator: Page, registry: Path, branch: Branch) -> None:
    page = administrator
    page.goto("/staff/imports/")
    page.select_option("#id_branch", str(branch.pk))
    page.set_input_files("#id_file", registry)
    page.get_by_role("button", name="Проверить файл").click()
    page.get_by_text("Файл проверяется.").wait_for()
    assert jobs.run_next(database_now()) is not None
    # The page asks again by itself.
    page.get_by_text("Пока ничего не записано.").wait_for()
    expect(page.locator("tbody th")).to_have_text([str(serial + 2) for serial in BAD])
    assert page.locator("tbody tr").nth(0).inner_text().split("\t")[1] == "дата рождения"
    assert violations(page, runOnly=["wcag2a", "wcag2aa", "wcag22aa"]) == []
    assert not Policy.objects.exists()
    page.get_by_role("button", name="Записать в реестр").click()
    page.get_by_text("Файл записывается.").wait_for()
    assert jobs.run_next(database_now()) is not None
    page.get_by_text("Файл удалён.").wait_for()
    assert Policy.objects.filter(branch=branch).count() == LINES - len(BAD)


def test_sending_tells_rate_and_time_left_and_what_a_silence_means(
    administrator: Page, tmp_path: Path, branch: Branch
) -> None:
    """Over a slow line; what is a silence is made short, so that there is one between two pieces."""
    page, large = administrator, tmp_path / "registry.csv"
    large.write_bytes(b"x" * 8 * 1024 * 1024)
    page.goto("/staff/imports/")
    page.select_option("#id_branch", str(branch.pk))
    page.set_input_files("#id_file", large)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    _narrow(line, 200_000)
    page.get_by_role("button", name="Проверить файл").click()
    told = page.locator("[data-pace]")
    expect(told).to_contain_text(re.compile(r"Отправляется 0,\d+\sМБ/[cс], осталось примерно \d+\sс\."))
    page.locator("[data-still]").evaluate("note => { note.dataset.still = '0.01'; }")
    expect(page.get_by_role("alert").get_by_text("Уже десять секунд ничего не отправляется")).to_be_visible()
    page.get_by_role("button", name="Проверить файл").click()  # it waits: no second sending beside the first
    _narrow(line, 100_000_000)
    expect(told.get_by_role("status")).to_contain_text("Файл отправлен полностью")
    page.wait_for_url("**/staff/imports/*/")
    assert RegistryImport.objects.count() == 1


def _narrow(line: CDPSession, bytes_a_second: int) -> None:
    line.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second,
    })  # fmt: skip
