"""Ringing Celery without ever waiting for it: Redis may be away, the sweep must not stand still."""

import logging
import queue
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class Ringer:
    """A thread with a queue of one: rings that come while it is busy melt into the one that waits."""

    def __init__(self, ring: Callable[[str], None]) -> None:
        self._ring = ring
        self._waiting: dict[str, queue.Queue[None]] = {}
        self._quiet: set[str] = set()

    def ring(self, topic: str) -> None:
        """Ask for a ring and return at once."""
        if topic not in self._waiting:
            self._waiting[topic] = queue.Queue(maxsize=1)
            threading.Thread(target=self._work, args=(topic,), daemon=True, name=f"ring-{topic}").start()
        try:
            self._waiting[topic].put_nowait(None)
        except queue.Full:
            return  # the ring that waits already says the same

    def fails(self, topic: str) -> bool:
        """Whether the last ring did not get through."""
        return topic in self._quiet

    def _work(self, topic: str) -> None:
        while True:
            self._waiting[topic].get()
            try:
                self._ring(topic)
            except Exception as error:
                self._say_once(topic, error)
            else:
                self._quiet.discard(topic)

    def _say_once(self, topic: str, error: Exception) -> None:
        if topic not in self._quiet:
            self._quiet.add(topic)
            log.warning("cannot ring %s, the sweep goes on without it: %s", topic, error)
