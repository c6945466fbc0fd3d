"""People of the engine room act in processes that are forked from one which has everything imported.

Starting Python and the portal takes seconds, what they do a moment. Nothing here may import Django: the tests
name `perform`, the processes import what it needs.
"""

import multiprocessing
import os
from collections.abc import Mapping
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from unittest import mock


class Stage:
    """One for a room; its variables are those of all that happens there, but for the database."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([f"{__package__}.acts"])

    def begin(self, database_url: str, what: str, *about: str) -> "Deed":
        said, to_say = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=perform, args=(to_say, database_url, what, *about), daemon=True
        )
        with mock.patch.dict(os.environ, self.environment, clear=True):
            process.start()
        to_say.close()
        return Deed(said)


class Deed:
    """Something that somebody has begun to do."""

    def __init__(self, said: Connection) -> None:
        self._said = said

    def ends(self, within: float = 120) -> str:
        """Done, or the name of the refusal. Raises RuntimeError with the trouble if it was another one."""
        if not self._said.poll(within):
            raise TimeoutError(f"It did not end within {within:.0f} s.")
        word, trouble = self._said.recv()
        if trouble:
            raise RuntimeError(trouble)
        return str(word)


def perform(to_say: Connection, database_url: str, what: str, *about: str) -> None:
    from tests.faults import acts

    to_say.send(acts.perform(database_url, what, *about))
