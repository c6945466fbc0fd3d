"""schemathesis looks for what the API says of itself and does not keep: all its checks, all its phases.

It runs from an environment of its own (requirements/schemathesis.txt): its packages do not mix with ours. The
limits of the portal are emptied all the time, so that it reaches what is behind them.
"""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from omsportal.supervisor import side_environment
from omsportal.supervisor.processes import ROOT
from tests.running import RunningPortal, clean_environment

pytestmark = pytest.mark.slow

PHASES = ("Examples", "Coverage", "Fuzzing", "Stateful")
METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """A portal of its own: afterwards its demo data are worth nothing."""
    with RunningPortal(tmp_path_factory.mktemp("attacked"), DEMO="1") as portal:
        over = threading.Event()
        emptying = threading.Thread(target=_empty_limits, args=(portal, over), daemon=True)
        emptying.start()
        yield portal
        over.set()
        emptying.join()


def _empty_limits(portal: RunningPortal, over: threading.Event) -> None:
    while not over.wait(0.5):
        portal.query("DELETE FROM platform_limit")


def key_of(portal: RunningPortal, tier: int) -> str:
    """A key of the demo's branch with every right."""
    words = ["create_api_key", "76", f"schemathesis {tier}", "--insurer", "sogaz-med", "--tier", str(tier)]
    done = subprocess.run(
        [sys.executable, "-m", "omsportal.supervisor.manage", *words], cwd=ROOT, check=True, text=True,
        env=clean_environment(DATA_DIR=str(portal.data_dir)), capture_output=True,
    )  # fmt: skip
    return done.stdout.split()[-1]


def operations(portal: RunningPortal) -> int:
    with urlopen(f"{portal.url}/api/schema/", timeout=60) as answer:
        paths = json.load(answer)["paths"]
    return sum(1 for path in paths.values() for method in path if method in METHODS)


def look(portal: RunningPortal, directory: Path, examples: int, *words: str) -> str:
    """What it says; fails with all of it when it found something."""
    tool = side_environment.install("schemathesis") / "bin" / "schemathesis"
    done = subprocess.run(
        [
            str(tool), "--config-file", str(ROOT / "schemathesis.toml"), "run", f"{portal.url}/api/schema/",
            "--checks", "all", "--max-examples", str(examples), "--workers", "2",
            "--request-timeout", "30", *words,
        ],
        cwd=directory, capture_output=True, text=True, check=False,
        env=clean_environment(NO_COLOR="1", COLUMNS="200"),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-12_000:] + done.stderr[-2_000:]
    return done.stdout


@pytest.mark.parametrize("who", ["nobody", "contact_centre", "expert"])
def test_it_finds_nothing(attacked: RunningPortal, tmp_path: Path, who: str) -> None:
    tiers = {"contact_centre": 1, "expert": 3}
    words = ["-H", f"Authorization: Api-Key {key_of(attacked, tiers[who])}"] if who in tiers else []
    said = look(attacked, tmp_path, 20 if who == "contact_centre" else 8, *words)
    [(selected, total)] = re.findall(r"Selected: (\d+)/(\d+)", said)
    assert int(selected) == int(total) == operations(attacked)
    assert [phase for phase in PHASES if f"✅ {phase}" not in said] == [], said
    [(generated, passed)] = re.findall(r"(\d+) generated, (\d+) passed", said)
    assert int(generated) == int(passed) > 500
