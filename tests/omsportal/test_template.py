"""The kept cluster that test runs begin with."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import template
from tests.processes import eventually
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


@pytest.fixture
def migrated(sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The clusters that were migrated; one is a directory with a file."""
    made: list[Path] = []

    @contextmanager
    def migrate() -> Iterator[Path]:
        made.append(tmp_path / f"cluster{len(made)}")
        made[-1].mkdir()
        (made[-1] / "password").write_text("secret")
        yield made[-1]

    monkeypatch.setattr(template, "_migrated", migrate)
    return made


def kept() -> list[str]:
    return sorted(path.name for path in template.KEPT.iterdir() if path.is_dir())


def test_it_is_another_one_after_a_changed_migration(sources: Path) -> None:
    before = template.digest()
    assert template.digest() == before
    sources.write_text("operations = [1]\n")
    assert template.digest() != before


def test_a_server_makes_its_own_while_none_is_kept(sources: Path, tmp_path: Path) -> None:
    made = Template(tmp_path / "postgres")
    made.take()
    assert not made.taken
    assert not made.directory.exists()


def test_servers_take_what_was_made_once(migrated: list[Path], tmp_path: Path) -> None:
    template.main()
    template.main()
    for name in ("one", "two"):
        server = Template(tmp_path / name)
        server.wait_and_take()
        assert server.taken
        assert (server.directory / "password").read_text() == "secret"
    assert len(migrated) == 1


def test_who_comes_while_it_is_made_waits_for_it(
    migrated: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    make, second = template._migrated, threading.Thread(target=template.main)

    @contextmanager
    def migrate() -> Iterator[Path]:
        with make() as cluster:
            if len(migrated) == 1:
                second.start()
                assert not eventually(lambda: len(migrated) > 1, within=0.3)
            yield cluster

    monkeypatch.setattr(template, "_migrated", migrate)
    template.main()
    second.join()
    assert len(migrated) == 1
    assert kept() == [template.digest()]


def test_what_was_made_from_code_that_has_changed_meanwhile_is_not_kept(
    migrated: list[Path], sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = template._migrated

    @contextmanager
    def migrate() -> Iterator[Path]:
        with make() as cluster:
            sources.write_text("operations = [1]\n")
            yield cluster

    monkeypatch.setattr(template, "_migrated", migrate)
    template.main()
    assert kept() == []


def test_it_forgets_all_but_the_newest(sources: Path) -> None:
    for name in ("first", "second", "third", "fourth"):
        (template.KEPT / name).mkdir(parents=True)
    template._forget_old()
    assert len(list(template.KEPT.iterdir())) == 2
