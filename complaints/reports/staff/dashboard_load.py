"""What each person of some branches holds, and whether they are there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from complaints.models import Complaint
from representatives.models import Leave, Representative

#: With more people than these it is no page: a branch is chosen first, or the list is taken along.
MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class LoadRow:
    """What one person holds, wherever."""

    person: Representative
    in_work: int
    waiting: int
    overdue: int
    is_on_leave: bool = False

    @property
    def is_over_ceiling(self) -> bool:
        return self.in_work + self.waiting >= self.person.ceiling


@dataclass(frozen=True, slots=True)
class Load:
    rows: list[LoadRow]
    too_many: bool = False

    def __iter__(self) -> Iterator[LoadRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def load(branch_ids: Sequence[int], now: datetime, *, everybody: bool = False) -> Load:
    """Staff of the branches, idle ones too; their cases by index complaint_holder."""
    most = None if everybody else MOST_PEOPLE + 1
    people = list(Representative.objects.of_branches(branch_ids)[:most])
    if not everybody and len(people) > MOST_PEOPLE:
        return Load([], too_many=True)
    return Load(rows_of(people, now))


def rows_of(people: Sequence[Representative], now: datetime) -> list[LoadRow]:
    """Two queries for however many people."""
    held = Complaint.objects.open().narrowed(assignee_id__in=[person.user_id for person in people])
    rows = held.order_by().values("assignee").annotate(
        in_work=Count("pk", filter=Q(status="in_work")),
        waiting=Count("pk", filter=Q(status="waiting")),
        overdue=Count("pk", filter=Q(status="in_work", due_at__lte=now)),
    )  # fmt: skip
    counts = {row.pop("assignee"): row for row in rows}
    away = set(Leave.objects.of_people(people).covering(now.date()).values_list("representative", flat=True))
    nothing = {"in_work": 0, "waiting": 0, "overdue": 0}
    return [
        LoadRow(person, **counts.get(person.user_id, nothing), is_on_leave=person.pk in away)
        for person in people
    ]
