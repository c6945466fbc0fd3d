"""Grounds on which an appeal is left without an answer: 59-ФЗ, article 11."""

from datetime import date

from complaints.models import NoAnswerGround
from complaints.reference.rows import Line, lines


def load_grounds() -> int:
    """Add the grounds that are missing; returns how many."""
    known = set(NoAnswerGround.objects.values_list("code", flat=True))
    missing = [_ground(line) for line in lines("no_answer_grounds.csv") if line["code"] not in known]
    return len(NoAnswerGround.objects.bulk_create(missing))


def _ground(line: Line) -> NoAnswerGround:
    days = line["notice_days"]
    return NoAnswerGround(
        code=line["code"],
        title=line["title"],
        basis=line["basis"],
        notice=line["notice"],
        notice_days=int(days) if days else None,
        from_registration=line["from_registration"] == "true",
        valid_from=date.fromisoformat(line["valid_from"]),
    )
