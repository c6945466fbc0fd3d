"""What a file of policies needs to be read: its columns, and the branches it may fill."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from insurers.models import Branch, Policy
from insurers.policy_lines import COLUMNS, NEEDED
from insurers.services.policy_rows import Recipe, place_key
from omsportal.platform.tables import Table, places

MOSCOW = ZoneInfo("Europe/Moscow")


class ColumnsMissing(Exception):
    """The file lacks columns that it needs: `names`, ours."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)
        super().__init__(", ".join(self.names))


def recipe_for(table: Table, branches: Iterable[Branch], *, day: date) -> Recipe:
    """How to read this table into one of these branches, or into several that its lines name.

    One insurer's name may be left out. Load branches `with_names()`. Raises ColumnsMissing.
    """
    at = places(table.columns, COLUMNS)
    allowed = list(branches)
    needed = [*NEEDED] if len(allowed) == 1 else [*NEEDED, "region"]
    if missing := [name for name in needed if name not in at]:
        raise ColumnsMissing(missing)
    holder = Policy._meta.get_field("holder")
    return Recipe(
        at=at,
        width=len(table.columns),
        today=day,
        bound_to=holder.context_of(b"\x00").removesuffix(b"00"),
        branch_id=allowed[0].pk if len(allowed) == 1 else None,
        branches=dict(_named(allowed)),
    )


def day_of(now: datetime) -> date:
    """The day of which a file speaks, in Moscow: registries are the country's."""
    return now.astimezone(MOSCOW).date()


def _named(branches: list[Branch]) -> Iterator[tuple[tuple[str, str], int]]:
    """Every way in which a line may name each branch."""
    one_insurer = len({branch.insurer_id for branch in branches}) == 1
    for branch in branches:
        insurer: Any = branch.insurer
        names = [insurer.code, insurer.short_name, insurer.full_name] if insurer else ["fund"]
        for region in (branch.region.code, branch.region.name):
            for name in [*names, ""] if one_insurer else names:
                yield place_key(name, region), branch.pk
        if len(branches) == 1:
            for name in names:
                yield place_key(name, ""), branch.pk
