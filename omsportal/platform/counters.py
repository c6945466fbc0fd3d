"""What has happened since the installation, for monitoring: counted in memory, added up in PostgreSQL.

Every process of every container keeps its own sums and adds them to the common rows now and then, between
two pieces of work: a page waits for no counter. Without a database the sums wait; a process that dies loses
its last seconds, an idle one keeps them until its next request.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import accumulate
from typing import Any

from django.db import Error, connection

from omsportal.platform import metrics, tally
from omsportal.platform.metrics import Sample
from omsportal.platform.models import Counter
from omsportal.platform.tally import CLASSES, HELP, Key, Sum

logger = logging.getLogger(__name__)

# One statement, so that all of it is added or nothing. Sorted by the caller: two processes that add at once
# lock the rows in the same order.
_ADD = """
INSERT INTO platform_counter AS kept (name, labels, count, total, classes)
SELECT name, labels, count, total, classes
FROM jsonb_to_recordset(%s) AS added (name text, labels text, count bigint, total float8, classes bigint[])
ON CONFLICT (name, labels) DO UPDATE SET
    count = kept.count + excluded.count,
    total = kept.total + excluded.total,
    classes = ARRAY(SELECT coalesce(old, 0) + coalesce(new, 0)
                    FROM unnest(kept.classes, excluded.classes) WITH ORDINALITY AS both_of (old, new, place)
                    ORDER BY place)
"""


def add_up_when_due() -> None:
    """Call it between two pieces of work, outside a transaction: one statement in ten seconds at most."""
    if tally.waiting():
        add_up()


def add_up() -> bool:
    """Move the sums of this process to the database; False when it is away: then they wait."""
    taken = tally.take()
    if not taken:
        return True
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [json.dumps([_values(key, taken[key]) for key in sorted(taken)])])
    except Error as error:
        logger.info("counters wait for the database: %s", type(error).__name__)
        tally.keep(taken)
        return False
    return True


def _values(key: Key, one: Sum) -> dict[str, Any]:
    return {"name": key[0], "labels": key[1], "count": one.count, "total": one.total, "classes": one.classes}


class Counted:
    """A WSGI application that adds up after an answer has left, when that is due."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return _Answer(self.application(environ, start_response))


class _Answer:
    """The answer's body; the server closes it when everything is sent."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self.body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.body)

    def close(self) -> None:
        close = getattr(self.body, "close", None)
        if close is not None:
            close()
        add_up_when_due()


@metrics.register
def _figures(now: datetime) -> Iterator[Sample]:  # noqa: ARG001  collectors all have one form
    """The common rows, after this process has added its own."""
    add_up()
    for row in Counter.objects.order_by("name", "labels"):
        labels = json.loads(row.labels)
        if row.classes:
            yield from _histogram(row, labels)
        else:
            yield Sample(row.name, row.count, labels, help=HELP.get(row.name, ""), type="counter")


def _histogram(row: Counter, labels: dict[str, str]) -> Iterator[Sample]:
    ends = [*(f"{end:g}" for end in CLASSES), "+Inf"]
    common: dict[str, Any] = {"help": HELP.get(row.name, ""), "type": "histogram"}
    for end, reached in zip(ends, accumulate(row.classes), strict=False):
        yield Sample(row.name, reached, {**labels, "le": end}, suffix="_bucket", **common)
    yield Sample(row.name, row.total, labels, suffix="_sum", **common)
    yield Sample(row.name, row.count, labels, suffix="_count", **common)
