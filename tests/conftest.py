"""What every test may ask for: a browser, a mail server, the whole running portal."""

import gc
import os
from collections.abc import Iterator

import pytest
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from omsportal.platform import public_pages
from tests import servers
from tests.chromium import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.emptying import empty_tables
from tests.mail import MailServer
from tests.running import RunningPortal
from tests.seats import Seat, seats
from tests.template import DATABASE as MIGRATED
from tests.template import Template

#: Files whose tests share something dear: by the fixture of a whole run that makes it.
SHARED = {
    "portal": (
        "tests/journeys/",
        "tests/omsportal/test_logs.py",
        "tests/omsportal/supervisor/test_demo.py",
        "tests/faults/test_engine_survives.py",
    ),
    "room": ("tests/faults/",),
}
#: What takes long although it shares nothing.
LONG = (
    "tests/complaints/api/test_schemathesis.py",
    "tests/omsportal/supervisor/",
    "tests/complaints/test_demo.py",
    "browser",
)
#: The portal of this run, once a test has asked for it.
RUNNING = pytest.StashKey[RunningPortal]()
#: How many objects more than before there must be, to look for garbage among them.
GARBAGE = 20_000


def pytest_configure(config: pytest.Config) -> None:
    """Properties are tried with the same examples in every quick run: finding a rare one is for
    `make test-all`, not for whoever changed something else. A busy machine is slow without being wrong."""
    settings.register_profile(
        "ours",
        deadline=None,
        derandomize="not slow" in config.option.markexpr,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    settings.load_profile("ours")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return Files(config, log)


class Files(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """A file stays in one process; all that use the running portal share one process and its portal, all
    that use the engine room another."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return _shared(path) or path


def _shared(path: str) -> str:
    """Which of the dear things this file uses; "" for none."""
    return next((name for name, files in SHARED.items() if path.startswith(files)), "")


def _turn(item: pytest.Item) -> int:
    path = item.nodeid.partition("::")[0]
    if shared := _shared(path):
        return list(SHARED).index(shared)
    return len(SHARED) + (not any(word in path for word in LONG))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that all processes end at about the same time."""
    items.sort(key=_turn)
    for item in items:
        for name in SHARED:
            made = item._fixtureinfo.name2fixturedefs.get(name)  # type: ignore[attr-defined]
            if made and made[-1].scope == "session" and _shared(item.nodeid) != name:
                raise pytest.UsageError(f"{item.nodeid} makes a second {name}: name its file in SHARED")


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The running portal stops beside the tests that come after its own."""
    is_last = nextitem is None or _shared(nextitem.nodeid) != "portal"
    if is_last and (running := item.config.stash.get(RUNNING, None)):
        running.begin_to_stop()


def pytest_collection_finish() -> None:
    """All tests and all modules stay until the end: garbage is only looked for in what comes later."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def _empty_only_what_has_rows() -> Iterator[None]:
    """After a transactional test Django truncates every table and sends `post_migrate` as if all were new.

    Here the tables that have rows lose them, their triggers set aside (those of the history refuse it to
    everybody but a superuser); kinds of content and permissions stay, so nothing has to be made again.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", empty_tables)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_arguments, **_options: None)
        yield


@pytest.fixture(autouse=True)
def _forget_kept_pages() -> None:
    """A test that empties tables with their triggers set aside changes public pages unseen."""
    public_pages.shelf.forget()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test database is a copy of the one that is migrated once for all processes."""
    if servers.template is not None and servers.template.taken:
        connection.settings_dict["TEST"]["TEMPLATE"] = MIGRATED


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """At the end nobody else is connected: threads of servers under test keep their connections."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's real Chromium. Each test opens its own context: `browser.new_context(...)`."""
    if not CHROMIUM.exists():
        raise RuntimeError(
            f"{CHROMIUM} is missing, the browser tests need it: run `apt-get install chromium` as root, "
            "or `make test`, which does it."
        )
    # Playwright's loop runs in this thread; Django would take the test's own queries for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=15_000)  # also beside other work: what is there sooner waits for nothing
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh Russian visitor at 1280 px; a script error on it fails the test."""
    errors: list[str] = []
    context = browser.new_context(locale="ru-RU", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


@pytest.fixture
def seat(browser: Browser, live_server: LiveServer) -> Iterator[Seat]:
    """seat(user): somebody's own browser, signed in, on pages of this test's server; it has no sockets."""
    with seats(browser, live_server.url) as sit:
        yield sit


@pytest.fixture
def smtp_server() -> Iterator[MailServer]:
    """A real SMTP server on loopback; `smtp_server.messages` is what it received."""
    with MailServer() as server:
        yield server


@pytest.fixture(scope="session")
def portal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningPortal]:
    """The whole portal as `make run` starts it on empty tables, with demo data, on a free port and in its own
    directory; its logs are for machines, as those of a deployment.

    Its database is its own: look into it through `portal.query(...)`, not through the ORM.
    """
    running = RunningPortal(
        tmp_path_factory.mktemp("portal"), LOG_FORMAT="json", LOG_LEVEL="INFO", TICK_SECONDS="2"
    )
    running.data_dir.mkdir()
    Template(running.data_dir / "postgres").wait_and_take()
    with running:
        request.config.stash[RUNNING] = running
        yield running
