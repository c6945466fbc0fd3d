"""The virtual environment and the pinned packages in it. Standard library only: it runs before they exist.

`python -m omsportal.supervisor.install run|dev` does nothing when the lock has not changed since last time.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

from omsportal.supervisor import say
from omsportal.supervisor.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / ".local"
VENV = HOME / "venv"
PYTHON = VENV / "bin" / "python"
# dev.txt holds everything of run.txt at the same versions.
CONTAINS = {"run": ("run",), "dev": ("run", "dev")}


def ensure(name: str) -> Path:
    """Makes .local/venv hold exactly the versions of requirements/<name>.txt; returns its Python."""
    if is_installed(name):
        return PYTHON
    check_prerequisites()
    with _alone():
        if not is_installed(name):
            _make_environment()
            _install(name)
            for covered in CONTAINS[name]:
                _stamp(covered).write_text(fingerprint(covered))
    return PYTHON


def is_installed(name: str) -> bool:
    stamp = _stamp(name)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == fingerprint(name)


def fingerprint(name: str) -> str:
    """Changes with the lock and with the Python that carries the environment."""
    lock = (ROOT / "requirements" / f"{name}.txt").read_bytes()
    return hashlib.sha256(lock + sys.version.encode() + str(VENV).encode()).hexdigest()


def check_prerequisites() -> None:
    """Raises Trouble naming the Debian package when this Python cannot make virtual environments."""
    if find_spec("ensurepip") is None or find_spec("venv") is None:
        raise Trouble(
            "В этом Python нет модуля venv: установите его командой «sudo apt-get install python3-venv» "
            "и повторите."
        )


def _stamp(name: str) -> Path:
    return VENV / f".installed-{name}"


@contextmanager
def _alone() -> Iterator[None]:
    """Two commands at once must not install into one environment: the second waits."""
    try:
        HOME.mkdir(parents=True, exist_ok=True)
        lock = (HOME / "install.lock").open("w")
    except OSError as refused:
        raise Trouble(
            f"Нельзя писать в каталог {HOME}: дайте на него права или склонируйте проект туда, где они есть."
        ) from refused
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_environment() -> None:
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0
    ):
        return
    say.step("Создаю окружение Python в .local/venv")
    try:
        venv.create(VENV, clear=True, with_pip=True, symlinks=True)
    except (OSError, subprocess.CalledProcessError) as failed:
        raise Trouble(
            f"Не удалось создать окружение в {VENV}: {failed}. Проверьте место на диске и пакет "
            "python3-venv, удалите этот каталог и повторите."
        ) from failed


def _install(name: str) -> None:
    """Runs pip, shows one line a package, keeps its whole output in .local/logs/pip.log."""
    lock = ROOT / "requirements" / f"{name}.txt"
    total = sum(
        1 for line in lock.read_text().splitlines() if "==" in line and not line.startswith((" ", "#"))
    )
    say.step(f"Ставлю пакеты ({total}) из requirements/{name}.txt: в первый раз это занимает минуту-другую")
    log = HOME / "logs" / "pip.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--require-hashes",
        "--no-input",
        "--no-color",
    ]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "-r", lock]
    with log.open("w") as output, _pip(command) as pip:
        try:
            _show_progress(pip, output, total)
        except BaseException:
            pip.kill()
            raise
    if pip.returncode != 0:
        last = "\n".join(log.read_text().splitlines()[-5:])
        raise Trouble(
            f"Не удалось поставить пакеты: проверьте сеть и место на диске, затем повторите. "
            f"Подробности в {log}:\n{last}"
        )


def _show_progress(pip: "subprocess.Popen[str]", output: TextIO, total: int) -> None:
    assert pip.stdout is not None
    done = 0
    for line in pip.stdout:
        output.write(line)
        if line.startswith("Collecting "):
            done += 1
            say.detail(f"{done} из {total}: {line.split()[1].split('==')[0]}")
        elif line.startswith("Installing collected packages"):
            say.detail("распаковываю…")


def _pip(command: list[str | Path]) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
    )


def main() -> int:
    say.prepare_output()
    try:
        ensure(sys.argv[1])
    except Trouble as trouble:
        say.trouble(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
