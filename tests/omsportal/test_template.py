"""The kept cluster that a test run begins with."""

from pathlib import Path

import pytest

from omsportal.supervisor.postgres import CARELESS, EmbeddedPostgres
from tests import template
from tests.template import Template


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with one migration, and nothing kept for it."""
    migration = tmp_path / "insurers" / "migrations" / "0001_regions.py"
    migration.parent.mkdir(parents=True)
    migration.write_text("operations = []\n")
    monkeypatch.setattr(template, "ROOT", tmp_path)
    monkeypatch.setattr(template, "KEPT", tmp_path / "kept")
    return migration


def server(directory: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(directory / "postgres", log=directory / "postgres.log", settings=CARELESS)


def test_it_is_another_one_after_a_changed_migration(sources: Path) -> None:
    before = template.digest()
    assert template.digest() == before
    sources.write_text("operations = [1]\n")
    assert template.digest() != before


def test_a_server_makes_its_own_while_none_is_kept(sources: Path, tmp_path: Path) -> None:
    made = Template(server(tmp_path))
    made.take()
    assert not made.taken
    assert not made.postgres.directory.exists()


def test_it_forgets_all_but_the_newest(sources: Path) -> None:
    for name in ("first", "second", "third", "fourth"):
        (template.KEPT / name).mkdir(parents=True)
    template._forget_old()
    assert len(list(template.KEPT.iterdir())) == 2
