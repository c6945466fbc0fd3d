"""Guides in plain words, each with the theme of an appeal should it not have helped."""

from datetime import date

from complaints.models import Category, Guide
from complaints.reference.rows import objects

VALID_FROM = date(2020, 1, 1)


def load_guides() -> int:
    """Add guides whose code is not there at any date; returns how many. Load the categories first."""
    known = set(Guide.objects.values_list("slug", flat=True))
    missing = [row for row in objects("guides.json") if row["slug"] not in known]
    themes = {theme.slug: theme for theme in Category.objects.all()} if missing else {}
    for row in missing:
        row["theme"] = themes.get(row["theme"])
    return len(Guide.objects.bulk_create([Guide(valid_from=VALID_FROM, **row) for row in missing]))
