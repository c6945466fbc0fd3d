"""Engines on real servers: one engine room for the run, one engine for each test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.room import Engine, EngineRoom


@pytest.fixture(scope="session")
def room() -> Iterator[EngineRoom]:
    directory = Path(tempfile.mkdtemp(prefix="omsportal-room-"))
    try:
        with EngineRoom(directory) as running:
            yield running
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def engine(room: EngineRoom) -> Iterator[Engine]:
    """A database with open cases, none of them due; nothing runs on it yet."""
    made = room.engine()
    yield made
    made.close()
