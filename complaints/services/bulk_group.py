"""Some cases of an act on many in one transaction, each judged by itself.

The commit, and reading anew what the person may do, cost as much as the act itself: cases share them.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from complaints.models import BulkAct, BulkLine, Complaint
from complaints.services import bulk_one, transitions
from omsportal.platform.jobs import Ends

#: PostgreSQL tells 64 subtransactions of a transaction from others at a glance; a noted case makes three.
MOST = 16
#: About so long somebody else who wants one of these cases waits at most.
SECONDS = 0.5


@transaction.atomic
def do_some(
    *, bulk_id: int, line_ids: Sequence[int], now: datetime, ends: Ends = ()
) -> Collection[int] | None:
    """Do the act to these cases, each with its line: all of it is written, or nothing.

    Returns the lines that wait no more, also those that another worker had done before. The others wait on:
    somebody has the case in hand this moment, or the time of a transaction is over; one that is asked for
    alone waits for its case. None: the act was stopped. Locks the lines, then the cases. `ends` break it off.
    """
    until = time.monotonic() + SECONDS
    bulk = BulkAct.objects.get(pk=bulk_id)
    if bulk.cancelled_at is not None:
        return None
    lines = _locked_lines(line_ids)
    cases = _locked_cases(lines)
    hands = bulk_one.hands_of(bulk, now)
    seen = bulk_one.seen_by(hands, lines)
    done: list[BulkLine] = []
    for case in cases:
        line = lines[case.pk]
        line.at = transitions.not_before(case, now)
        line.result, line.why = bulk_one.done_to(
            case, line.version, replace(hands, now=line.at), is_seen=case.pk in seen, ends=ends
        )
        done.append(line)
        if time.monotonic() >= until:
            break
    _write(done)
    return set(line_ids) - {line.pk for line in lines.values()} | {line.pk for line in done}


def _locked_lines(line_ids: Iterable[int]) -> dict[int, BulkLine]:
    """Those that still wait, by their case."""
    rows = BulkLine.objects.select_for_update(of=("self",)).filter(pk__in=line_ids).order_by("pk")
    return {line.complaint_id: line for line in rows if line.result == bulk_one.Result.WAITING}


def _locked_cases(lines: Collection[int]) -> list[Complaint]:
    """Whoever waits for a case holds none: so nobody waits in a circle."""
    if len(lines) == 1:
        return [transitions.locked(case_id) for case_id in lines]
    return transitions.locked_if_free(lines)


def _write(done: Iterable[BulkLine]) -> None:
    """One statement for those that ended in the same way."""
    alike: dict[tuple[str, str, datetime | None], list[int]] = defaultdict(list)
    for line in done:
        alike[line.result, line.why, line.at].append(line.pk)
    for (result, why, at), ids in alike.items():
        BulkLine.objects.filter(pk__in=ids).update(result=result, why=why, at=at)


__all__ = ["MOST", "SECONDS", "do_some"]
