"""What no tracked file may hold."""

import re
import subprocess
from pathlib import Path

import pytest

from omsportal.supervisor.processes import ROOT

# Written so that this file does not match itself.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/(?!\$)")
PACKAGE_INDEXES = re.compile(
    r"--(?:extra-)?index-url|--find-links|https?://[^\s\"']*/(?:simple|packages)/|\bpypi\.[a-z]"
)
LEFT_FOR_LATER = re.compile(
    r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b|pragma: no " r"cover"
)
SWITCHED_OFF = re.compile(r"pytest\.mark\.(?:skip|xfail)|pytest\.skip\(|unittest\.skip")
LOCKS = ("base", "run", "dev", "helpdesk", "security")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            found.append((path.relative_to(ROOT), content.decode()))
    return found


def matches(pattern: re.Pattern[str], *, apart_from: tuple[str, ...] = ()) -> list[str]:
    return [
        f"{path}: {hit.group()}"
        for path, text in texts()
        if str(path) not in apart_from
        for hit in pattern.finditer(text)
    ]


def test_it_names_no_path_of_one_machine() -> None:
    assert matches(MACHINE_PATHS) == []


def test_it_names_no_package_index() -> None:
    assert matches(PACKAGE_INDEXES, apart_from=("tests/design/test_repository.py",)) == []


def test_it_leaves_nothing_for_later() -> None:
    assert matches(LEFT_FOR_LATER) == []


def test_it_switches_no_test_off() -> None:
    assert matches(SWITCHED_OFF, apart_from=("tests/design/test_repository.py",)) == []


def test_it_keeps_no_secret_and_no_data() -> None:
    names = {path.relative_to(ROOT).as_posix() for path in tracked()}
    assert [
        name for name in names if re.search(r"(^|/)\.env$|keys\.env$|\.pem$|\.sqlite3?$|\.mo$", name)
    ] == []


def test_it_keeps_files_short_enough_to_read() -> None:
    long = {
        str(path): len(text.splitlines())
        for path, text in texts()
        if path.suffix == ".py" and "migrations" not in path.parts and len(text.splitlines()) > 400
    }
    assert long == {}


def requirements(name: str) -> dict[str, str]:
    """Package and version of every line of a lock."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([A-Za-z0-9_.\-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_it_pins_every_package_with_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(requirements(name))
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text


@pytest.mark.parametrize(("smaller", "larger"), [("base", "run"), ("run", "dev")])
def test_it_pins_one_version_in_all_locks(smaller: str, larger: str) -> None:
    assert requirements(smaller).items() <= requirements(larger).items()


@pytest.mark.parametrize("name", LOCKS)
def test_it_pins_everything_it_names(name: str) -> None:
    named = re.findall(
        r"^([a-z][a-z0-9\-]*)", (ROOT / "requirements" / f"{name}.in").read_text(), flags=re.MULTILINE
    )
    assert set(named) - set(requirements(name)) == set()
