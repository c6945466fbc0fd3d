"""Dated terms of law and of the programme of guarantees."""

from datetime import date

from complaints.models import Deadline
from complaints.reference.rows import Line, lines

#: Words in the note on certainty that forbid a verdict.
_DOUBT = ("check", "differ")


def load_deadlines() -> int:
    """Add the country-wide terms that are missing; returns how many."""
    known = set(Deadline.objects.filter(region=None).values_list("code", flat=True))
    missing = [_deadline(line) for line in lines("deadlines.csv") if line["code"] not in known]
    return len(Deadline.objects.bulk_create(missing))


def _deadline(line: Line) -> Deadline:
    certainty = line.pop("certainty")
    return Deadline(
        code=line["code"],
        group=line["group"],
        what=line["what"],
        value=int(line["value"]),
        unit=line["unit"],
        start_event=line["start_event"],
        basis=line["basis"],
        source_note=certainty,
        needs_check=any(word in certainty for word in _DOUBT),
        valid_from=date.fromisoformat(line["valid_from"]),
    )
