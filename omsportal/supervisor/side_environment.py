"""Environments beside ours, for tools whose packages must not mix with the product's."""

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

from omsportal.supervisor.processes import ROOT


def install(name: str) -> Path:
    """The directory of `.local/<name>` with what requirements/<name>.txt pins, hashes checked; made once, and
    again when the pins change. Raises CalledProcessError when pip fails."""
    home, pins = ROOT / ".local" / name, ROOT / "requirements" / f"{name}.txt"
    stamp, wanted = home / ".installed", hashlib.sha256(pins.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return home
    print(f"installing {name} into an environment of its own …", file=sys.stderr)
    venv.create(home, clear=True, with_pip=True)
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(pins)], check=True)
    stamp.write_text(wanted)
    return home
