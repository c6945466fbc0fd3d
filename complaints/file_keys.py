"""Stored files as a place of sealed values, for a change of keys."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

from complaints import file_store
from omsportal.platform import rotation, sealed
from omsportal.platform.rotation import Outcome, Report


class Files:
    """Everything in the store that has the name of a file."""

    name = "files"

    def used_keys(self) -> Counter[str]:
        return Counter(key_id for name in _names() if (key_id := file_store.key_id_of(name)) is not None)

    def reseal(self, report: Report) -> Outcome:
        outcome = Outcome()
        newest = sealed.newest_key_id()
        for done, name in enumerate(_names(), start=1):
            if file_store.key_id_of(name) not in {newest, None}:
                self._one(name, outcome)
            if done % rotation.ROWS == 0:
                report(outcome)
        return outcome

    def _one(self, name: UUID, outcome: Outcome) -> None:
        try:
            outcome.resealed += file_store.reseal(name)
        except sealed.Unsealable:
            outcome.unopened += 1


def _names() -> Iterator[UUID]:
    for path in Path(settings.FILES_DIR).glob("[0-9a-f][0-9a-f]/*"):
        try:
            yield UUID(hex=path.name)
        except ValueError:
            continue


def register() -> None:
    """Called once, when the app is ready."""
    rotation.register(Files)
