"""The one door."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from omsportal.supervisor import check
from omsportal.supervisor.processes import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, flags=re.MULTILINE))


def test_it_offers_what_the_contract_names() -> None:
    assert {"run", "test", "test-all", "check", "bench", "clean", "help", "lock"} <= TARGETS


def test_it_explains_every_target_for_people() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    explained = set(re.findall(r"make ([a-z-]+)", shown))
    assert explained == TARGETS - {"dev", "chromium", "clamav", "nginx"}


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_it_reads_every_recipe(target: str) -> None:
    subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, check=True)


def test_it_is_what_ci_calls() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    called = re.findall(r"^make (\S+)$", (ROOT / ".ci" / "run").read_text(), flags=re.MULTILINE)
    assert called == ["check", "test"]


def test_it_is_what_pre_commit_calls() -> None:
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    entries = [hook["entry"] for repo in settings["repos"] for hook in repo["hooks"]]
    assert entries == ["make check", "make test"]


def test_it_checks_with_commands_that_exist() -> None:
    for step in check.steps():
        assert Path(step.command[0]).exists(), step.title
        if step.command[:2] == (sys.executable, "manage.py"):
            assert step.command[2] in get_commands(), step.title


def test_it_checks_all_at_once_and_tells_in_order_which_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wait = "import sys, time; time.sleep(0.3); sys.exit('the reason')"
    asked = [check.Step("slow", (sys.executable, "-c", wait)), check.Step("quick", (sys.executable, "-V"))]
    monkeypatch.setattr(check, "steps", lambda: asked)
    assert check.run(dict(os.environ)) == ["slow"]
    said = capsys.readouterr().out.splitlines()
    assert [line.split("(")[0].strip() for line in said] == ["FAILED  slow", "the reason", "ok      quick"]
