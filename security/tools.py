"""bandit, wapiti and sqlmap in an environment of their own: how they are called, and what they say they found."""

import json
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from omsportal.supervisor import side_environment
from omsportal.supervisor.processes import ROOT

LOCK = ROOT / "requirements" / "security.txt"
HOME = ROOT / ".local" / "security"
BIN = HOME / "bin"
#: Those that need no server outside this machine.
#: Without csrf: it compares a forged request with one that it sends with two Content-Type headers, and both are
#: refused alike. visits.forged asks instead.
MODULES = "cookieflags,crlf,csp,exec,file,http_headers,ldap,methods,permanentxss,redirect,sql,timesql,xss"
#: What it says about every site on plain HTTP, as this loopback is: with HTTPS cookies are Secure (test_headers.py).
PLAIN_HTTP = {"Secure Flag cookie"}


class DidNotLook(Exception):
    """The tool ended without having looked."""


@dataclass(frozen=True, slots=True)
class Target:
    """One request for sqlmap; `tested` names the parameters it may change."""

    name: str
    url: str
    data: str = ""
    headers: Sequence[str] = ()
    cookie: str = ""
    tested: str = ""


@dataclass(slots=True)
class Found:
    """What one run of one tool found."""

    tool: str
    where: str
    findings: list[str] = field(default_factory=list)


def install() -> None:
    """Once, with hashes; again when the lock changes."""
    side_environment.install(HOME.name)


def versions() -> dict[str, str]:
    """Of the three tools, from the lock."""
    text = LOCK.read_text()
    return {name: re.findall(rf"^{name}==(\S+)", text, re.M)[0] for name in ("bandit", "wapiti3", "sqlmap")}


def bandit(paths: Iterable[Path]) -> list[tuple[str, str, str]]:
    """Mistakes that stand in the source: (file, rule, words)."""
    words = [str(BIN / "bandit"), "-q", "-c", str(ROOT / "pyproject.toml"), "-f", "json", "-r"]
    done = subprocess.run([*words, *map(str, paths)], capture_output=True, text=True, check=False, cwd=ROOT)
    told = json.loads(done.stdout)
    if not told["metrics"]["_totals"]["loc"] or told["errors"]:
        raise DidNotLook(f"bandit: {told['errors']}")
    found = []
    for one in told["results"]:
        path = Path(one["filename"])
        path = path.relative_to(ROOT) if path.is_absolute() else path
        line = f"{path}:{one['line_number']} {one['test_id']} {one['issue_text']}"
        found.append((str(path), one["test_id"], line))
    return found


def wapiti(
    url: str, directory: Path, *, where: str, cookie: str = "", start: Iterable[str] = (),
    without: Iterable[str] = (), seconds: int = 60,
) -> Found:  # fmt: skip
    """Crawl and attack. `without`: addresses that would end the visit."""
    report = directory / f"wapiti-{where}.json"
    words = [
        str(BIN / "wapiti"), "-u", f"{url}/", "--scope", "folder", "-m", MODULES, "--flush-session",
        "--store-session", str(directory / where), "--store-config", str(directory / "config"),
        "--max-scan-time", str(seconds), "--max-attack-time", str(seconds // 6), "--max-links-per-page", "60",
        "--max-files-per-dir", "12", "--tasks", "8", "-d", "4", "-t", "20", "-S", "normal", "-f", "json",
        "-o", str(report), "--no-bugreport", "-v", "0",
    ]  # fmt: skip
    words += [word for address in start for word in ("-s", address)]
    words += [word for address in without for word in ("-x", address)]
    words += ["-C", cookie] if cookie else []
    log = directory / f"wapiti-{where}.log"
    with log.open("w") as output:
        subprocess.run(words, stdout=output, stderr=subprocess.STDOUT, check=False, cwd=directory)
    if not report.exists():
        raise DidNotLook(f"wapiti wrote no report: {log.read_text()[-600:]}")
    told = json.loads(report.read_text())
    if not told["infos"]["crawled_pages_nbr"]:
        raise DidNotLook("wapiti reached no page")
    return Found("wapiti", f"{where}, {told['infos']['crawled_pages_nbr']} pages", _lines_of(told))


def _lines_of(told: dict[str, dict[str, list[dict[str, str]]]]) -> list[str]:
    return [
        f"{category}: {one['method']} {one['path']} {one['parameter']} {one['info']}"
        for part in ("vulnerabilities", "anomalies")
        for category, ones in told[part].items()
        if category not in PLAIN_HTTP
        for one in ones
    ]


def sqlmap(target: Target, directory: Path) -> Found:
    """Boolean, error, union, stacked and timed injections into each parameter of one request."""
    words = [
        str(BIN / "sqlmap"), "-u", target.url, "--batch", "--flush-session", "--disable-coloring",
        "--output-dir", str(directory / "sqlmap"), "--dbms", "PostgreSQL", "--level", "2", "--risk", "1",
        "--technique", "BEUST", "--time-sec", "2", "--timeout", "20", "--retries", "1", "--threads", "2",
        "--ignore-code", "*", "--skip-waf", "--drop-set-cookie",
    ]  # fmt: skip
    words += ["--data", target.data] if target.data else []
    words += [word for header in target.headers for word in ("-H", header)]
    words += ["--cookie", target.cookie] if target.cookie else []
    words += ["-p", target.tested] if target.tested else []
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=directory)
    (directory / f"sqlmap-{re.sub(r'[^a-z]+', '-', target.name.lower())}.log").write_text(done.stdout)
    _was_answered(target, done.stdout)
    found = re.findall(r"^Parameter: .*$|^    Type: .*$", done.stdout, re.M)
    if not found and "do not appear to be injectable" not in done.stdout:
        raise DidNotLook(f"sqlmap, {target.name}: {done.stdout[-600:]}{done.stderr[-300:]}")
    return Found("sqlmap", target.name, found)


def _was_answered(target: Target, said: str) -> None:
    """Whoever is turned away at the door has not looked behind it. Raises DidNotLook."""
    refused = {code: int(times) for code, times in re.findall(r"(\d{3}) \([^)]*\) - (\d+) times", said)}
    if refused.get("403", 0) > 3 or refused.get("429", 0) > 100:
        raise DidNotLook(f"sqlmap, {target.name}: turned away {refused}")
