"""`make security`: the portal is started, attacked, and must hold; the planted control must fall.

Ends with a failing code when a tool found something, when it did not look, or when it missed the control.
What the tools said in full is under .local/security/last.
"""

import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from omsportal.supervisor.processes import ROOT
from security import tools
from security.planted import Planted
from security.reviewed import not_reviewed
from security.tools import DidNotLook, Found
from security.visits import WITHOUT, Visit, control, forged, targets
from tests.running import RunningPortal

OUR_CODE = ("complaints", "insurers", "representatives", "omsportal")
LAST = tools.HOME / "last"


class NoLimits(threading.Thread):
    """Empties the counters of limits all the time: the tools shall reach what is behind them."""

    def __init__(self, portal: RunningPortal) -> None:
        super().__init__(daemon=True)
        self.portal, self.is_over = portal, threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(0.3):
            self.portal.query("DELETE FROM platform_limit")


def main() -> int:
    began = time.monotonic()
    print("tools:", ", ".join(f"{name} {version}" for name, version in tools.versions().items()))
    tools.install()
    LAST.mkdir(parents=True, exist_ok=True)
    failures = [_source()]
    with tempfile.TemporaryDirectory(prefix="omsportal-security-") as name:
        Path(name).chmod(0o755)
        portal = RunningPortal(Path(name), DEMO="1")
        portal.start()
        try:
            portal.wait_until_ready(within=900)  # demo data take their time on a busy machine
            failures += [*_control(portal), *_portal(portal), *_broken_pages(portal)]
        finally:
            portal.stop()
    print(f"{time.monotonic() - began:.0f} s; {sum(failures)} to mend")
    return 1 if any(failures) else 0


def _source() -> int:
    found = not_reviewed(tools.bandit([ROOT / part for part in OUR_CODE]))
    planted = tools.bandit([ROOT / "security" / "planted.py"])
    return _judge(lambda: Found("bandit", "our code", found)) + _must_find(
        lambda: Found("bandit", "planted", [words for _path, _rule, words in planted]), "B608"
    )


def _control(portal: RunningPortal) -> list[int]:
    with Planted(portal.database_url) as planted:
        return [
            _must_find(
                lambda: tools.wapiti(planted.url, LAST, where="planted", seconds=60),
                "Cross Site Scripting", "SQL Injection",
            ),
            _must_find(lambda: tools.sqlmap(control(planted.url), LAST), "Parameter: id"),
        ]  # fmt: skip


def _portal(portal: RunningPortal) -> list[int]:
    limits = NoLimits(portal)
    limits.start()
    staff, admin = (Visit(portal.url).sign_in(login) for login in ("operator", "admin"))
    number = str(portal.query("SELECT number FROM complaints_complaint ORDER BY id LIMIT 1")[0][0])
    without = [f"{portal.url}{path}*" for path in WITHOUT]
    failures = [
        _judge(lambda: Found("forged", "forms of nobody and of staff", forged(portal.url, staff))),
        _judge(lambda: tools.wapiti(portal.url, LAST, where="nobody", without=without)),
        _judge(
            lambda: tools.wapiti(
                portal.url,
                LAST,
                where="operator",
                cookie=staff.cookie,
                without=without,
                start=[f"{portal.url}/staff/", f"{portal.url}/staff/cases/{number}/"],
            )
        ),
    ]
    for target in targets(portal.url, staff, admin, number, "1234567812345678"):
        failures.append(_judge(lambda one=target: tools.sqlmap(one, LAST)))  # type: ignore[misc]
    limits.is_over.set()
    return failures


def _broken_pages(portal: RunningPortal) -> list[int]:
    """What the tools sent must not have met a mistake of ours either: the programs' own logs say so."""
    said = "\n".join(path.read_text(errors="replace") for path in (portal.data_dir / "logs").iterdir())
    (LAST / "portal.log").write_text(said)
    lines = set(re.findall(r"request (method=\w+ route=\S+ status=500)", said))

    def look() -> Found:
        if "status=4" not in said:
            raise DidNotLook("the log tells of no refused request")
        return Found("portal", "its own log", sorted(lines))

    return [_judge(look)]


def _judge(look: Callable[[], Found]) -> int:
    """Prints what was found; 1 when there is something, or nobody looked."""
    try:
        found = look()
    except DidNotLook as error:
        print(f"DID NOT LOOK  {error}")
        return 1
    print(f"{'FOUND' if found.findings else 'nothing':8} {found.tool:8} {found.where}", flush=True)
    for line in found.findings:
        print(f"         {line}")
    return 1 if found.findings else 0


def _must_find(look: Callable[[], Found], *wanted: str) -> int:
    """The control: 1 when the tool missed it."""
    try:
        found = look()
    except DidNotLook as error:
        print(f"DID NOT LOOK  {error}")
        return 1
    missed = [words for words in wanted if not any(words in line for line in found.findings)]
    print(f"{'MISSED' if missed else 'control':8} {found.tool:8} {', '.join(missed or wanted)}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
