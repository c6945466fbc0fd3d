"""How the code is cut: short functions, and reads that live in querysets and reports."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LONGEST_FUNCTION = 40
LONGEST_VIEW = 25
APPS = ("omsportal", "insurers", "representatives", "complaints")


def modules(*folders: str) -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--", *(f"{folder}/**.py" for folder in folders), *folders],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    for name in sorted({line for line in listed if line.endswith(".py") and "/migrations/" not in line}):
        yield ROOT / name


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def length(function: ast.FunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {length(function)}"
        for path in modules(*APPS)
        for function in functions(path)
        if length(function) > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_view_is_longer_than_twenty_five_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {length(function)}"
        for path in modules("complaints/views")
        for function in functions(path)
        if length(function) > LONGEST_VIEW
    ]
    assert long == []


@pytest.mark.parametrize(
    "folder", ["complaints/views", "complaints/api", "complaints/tasks.py", "complaints/templatetags"]
)
def test_pages_and_tasks_build_no_queries_of_their_own(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in modules(folder)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ".filter(" in line or ".exclude(" in line or ".objects.create(" in line
    ]
    assert found == []
