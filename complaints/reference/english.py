"""English words for what people read: themes, guides, waiting times."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from complaints.models import Category, Deadline, Guide
from complaints.reference.rows import lines, objects, tree

Words = dict[str, dict[str, Any]]


def load_english() -> int:
    """Give rows their English where they have none and their Russian is still ours; returns how many rows."""
    english = tree("english.json")
    return (
        _fill(Category, "slug", objects("categories.json"), english["categories"])
        + _fill(Guide, "slug", objects("guides.json"), english["guides"])
        + _fill(Deadline, "code", lines("deadlines.csv"), english["deadlines"])
    )


def _fill(model: Any, key: str, russian: Iterable[dict[str, Any]], english: Words) -> int:
    ours = {line[key]: line for line in russian}
    rows = [row for row in model.objects.all() if getattr(row, key) in english]
    added = {row: _translate(row, ours[getattr(row, key)], english[getattr(row, key)]) for row in rows}
    changed = [row for row, names in added.items() if names]
    if changed:
        model.objects.bulk_update(changed, sorted(set().union(*added.values())))
    return len(changed)


def _translate(row: models.Model, ours: dict[str, Any], english: dict[str, Any]) -> set[str]:
    """The fields that were filled. Words that somebody has changed in Russian wait for their own English."""
    added = {
        f"{name}_en": words
        for name, words in english.items()
        if words and not getattr(row, f"{name}_en") and getattr(row, name) == ours[name]
    }
    for name, words in added.items():
        setattr(row, name, words)
    return set(added)
