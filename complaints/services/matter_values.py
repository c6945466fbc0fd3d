"""Themes, advice and waiting times as their editor has them: a plain set of values for each.

Every value is a text, a number, a yes/no or a list of lines; days are ISO dates and an empty text is "none":
values are kept as JSON and compared field by field.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from complaints.models import Category, Deadline, Guide, Matter

Row = Category | Guide | Deadline
Values = dict[str, Any]

MODELS: dict[str, type[Category] | type[Guide] | type[Deadline]] = {
    Matter.THEME: Category, Matter.GUIDE: Guide, Matter.TERM: Deadline,
}  # fmt: skip
#: What a row is called in addresses and by other rows; it never changes.
CODE: dict[str, str] = {Matter.THEME: "slug", Matter.GUIDE: "slug", Matter.TERM: "code"}
#: Waiting times of the programme of guarantees: the only terms that patients look up.
CARE = "care"
DAYS = ("starts_on", "ends_on")
#: What is compared, shown and kept, in the order of the form.
FIELDS: dict[str, tuple[str, ...]] = {
    Matter.THEME: (
        "code", "plain_title", "plain_hint", "now_steps", "free_of_charge", "basis", "plain_title_en",
        "plain_hint_en", "now_steps_en", "free_of_charge_en", "basis_en", "title", "icon", "position",
        "default_kind", "arrival_tier", "about_insurer", "needs_second_person", "asks_waiting_time",
        "asks_money", *DAYS,
    ),
    Matter.GUIDE: (
        "code", "title", "hint", "steps", "free_of_charge", "basis", "title_en", "hint_en", "steps_en",
        "free_of_charge_en", "basis_en", "icon", "position", "theme", "by_fund", "page", "link",
        "link_title", "link_title_en", *DAYS,
    ),
    Matter.TERM: (
        "code", "what", "value", "unit", "start_event", "basis", "what_en", "start_event_en", "basis_en",
        "needs_check", "source_note", *DAYS,
    ),
}  # fmt: skip
#: Which field a rule about several of them is told beside.
MAIN_FIELD: dict[str, str] = {Matter.THEME: "plain_title", Matter.GUIDE: "title", Matter.TERM: "what"}


def noun_of(row: Row) -> Matter:
    return next(Matter(noun) for noun, model in MODELS.items() if isinstance(row, model))


def values_of(row: Any, noun: str) -> Values:
    """Of a row, or of a line of its history. `starts_on` is the day of a change, so a row has none."""
    kept = {name: getattr(row, _column(name, noun)) for name in FIELDS[noun] if name not in DAYS}
    return kept | {"starts_on": "", "ends_on": row.valid_to.isoformat() if row.valid_to else ""}


def differing(noun: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Names of the fields that are not the same."""
    return [name for name in FIELDS[noun] if one.get(name) != other.get(name)]


def fill(row: Row, values: Mapping[str, Any]) -> None:
    """Write the values into the row, which is not saved."""
    noun = noun_of(row)
    for name in FIELDS[noun]:
        if name not in DAYS:
            setattr(row, _column(name, noun), values[name])
    row.valid_to = day_of(values["ends_on"])


def is_outrun(own: Deadline, common: Deadline | None) -> bool:
    """A region's own waiting time is longer than the country's. In the same unit only."""
    return common is not None and own.unit == common.unit and own.value > common.value


def counts_instead(own: Deadline, common: Deadline | None) -> bool:
    """The country's waiting time counts in place of a region's own: one that is uncertain counts nowhere."""
    return common is not None and not common.needs_check and is_outrun(own, common)


def day_of(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _column(name: str, noun: str) -> str:
    return {"code": CODE[noun], "theme": "theme_id"}.get(name, name)
