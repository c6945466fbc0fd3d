"""An import that dies: the registry stays as it was, and the next run does all of it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from insurers.models import Branch, Policy
from omsportal.platform.clock import database_now
from tests.factories import make_branch
from tests.insurers.services.registry_rows import policy_file, policy_rows

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LINES = 12_000


def command(registry: Path) -> list[str]:
    name = "sogaz-med-76"
    return [sys.executable, "manage.py", "import_policies", str(registry), "--branch", name, "--yes"]


def environment() -> Mapping[str, str]:
    """The same server, this test's database."""
    known = connection.settings_dict
    url = f"postgresql://{known['USER']}@/{known['NAME']}?host={known['HOST']}&port={known['PORT']}"
    return {**os.environ, "DATABASE_URL": url, "PGPASSWORD": str(known["PASSWORD"])}


def test_killed_half_way_it_leaves_what_there_was_and_the_next_run_does_all(tmp_path: Path) -> None:
    branch: Branch = make_branch(now=database_now())
    registry = tmp_path / "registry.csv"
    registry.write_bytes(policy_file(policy_rows(LINES)))
    options = {"cwd": settings.BASE_DIR, "env": environment(), "text": True}
    with subprocess.Popen(command(registry), stderr=subprocess.PIPE, **options) as running:
        assert running.stderr is not None
        first = running.stderr.readline()
        assert "registry.csv" in first, first + running.stderr.read()
        running.kill()
    assert not Policy.objects.exists()
    done = subprocess.run(command(registry), capture_output=True, check=True, **options)
    assert done.returncode == 0
    assert Policy.objects.filter(branch=branch).count() == LINES
