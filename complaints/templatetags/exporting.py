"""The button by which a list is taken along as a file."""

from typing import Any
from urllib.parse import urlencode

from django import template

from complaints.reports.staff.export_figures import TABLES
from complaints.reports.staff.export_places import NOUNS

register = template.Library()


@register.inclusion_tag("staff/parts/export_link.html")
def export_link(tab: str, small: bool = False, **of: Any) -> dict[str, Any]:
    """`of`: what the address of the list says, empty values left out."""
    said = {name: str(value) for name, value in of.items() if value not in (None, "", False)}
    return {"query": urlencode({"tab": tab, **said}), "small": small}


@register.inclusion_tag("staff/parts/export_choice.html")
def export_figures(**of: Any) -> dict[str, Any]:
    """One table of the dashboard is chosen, for the branch and period that are looked at."""
    choices = [(name, title) for name, (title, _columns, _rows) in TABLES.items()]
    return _choice("dashboard", "table", choices, of)


@register.inclusion_tag("staff/parts/export_choice.html")
def export_directory() -> dict[str, Any]:
    """All phones, offices or posts of everybody that one looks after."""
    return _choice("directory", "noun", NOUNS.items(), {})


def _choice(tab: str, name: str, choices: Any, of: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in of.items() if value}
    return {"tab": tab, "name": name, "choices": choices, "kept": kept}
