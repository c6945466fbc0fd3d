"""The virtual environment and what is said when it cannot be made."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from omsportal.supervisor import install
from omsportal.supervisor.processes import ROOT


def test_it_changes_its_fingerprint_with_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements").mkdir()
    lock = tmp_path / "requirements" / "run.txt"
    monkeypatch.setattr(install, "ROOT", tmp_path)
    lock.write_text("django==5.2")
    before = install.fingerprint("run")
    lock.write_text("django==5.2.1")
    assert install.fingerprint("run") != before


def test_it_names_the_debian_package_when_venv_is_missing(tmp_path: Path) -> None:
    """Debian's python3 without python3-venv has no ensurepip: a Python that cannot import it stands in."""
    program = (
        "import sys, pathlib\n"
        "from importlib.machinery import PathFinder\n"
        "class Without:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'ensurepip': sys.meta_path.remove(PathFinder)\n"
        "        return None\n"
        "sys.meta_path.insert(0, Without())\n"
        "from omsportal.supervisor import command, install\n"
        f"install.VENV = pathlib.Path({str(tmp_path)!r}) / 'venv'\n"
        "install.PYTHON = install.VENV / 'bin' / 'python'\n"
        "sys.exit(command.main([]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "sudo apt-get install python3-venv" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "venv").exists()


def test_it_uses_only_the_standard_library_before_the_environment_exists() -> None:
    program = (
        "import sys; import omsportal.supervisor.command, omsportal.supervisor.install\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(names - set(sys.stdlib_module_names) - {'omsportal', '__main__'}))"
    )
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {program}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_names_the_python_it_needs() -> None:
    program = (
        "import runpy, sys; sys.version_info = (3, 9, 2)\n"
        "runpy.run_module('omsportal.supervisor', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("Порталу нужен Python 3.11 или новее")


def test_it_has_a_first_stage_that_an_old_python_can_read() -> None:
    text = (ROOT / "omsportal" / "supervisor" / "__main__.py").read_text()
    ast.parse(text, feature_version=(3, 7))
    before_the_check = text.partition("sys.version_info")[0]
    assert "from omsportal" not in before_the_check
