"""Categories in plain words, official rows of form ЗПЗ, and which category counts into which row."""

from datetime import date

from complaints.models import Category, CategoryCode, OfficialCode
from complaints.reference.rows import lines, objects

#: The edition of the form by order ФФОМС 157н of 2022; its rows are renumbered over the years.
EDITION = "157n-2022"
EDITION_FROM = date(2022, 1, 1)
#: Appeals of insured people are counted in table 1.
APPEALS = "1"
VALID_FROM = date(2020, 1, 1)


def load_official_codes() -> int:
    """Add the rows of the edition that are missing; returns how many."""
    known = set(OfficialCode.objects.filter(edition=EDITION).values_list("table", "code"))
    missing = [
        OfficialCode(
            edition=EDITION,
            table=line["table"],
            code=line["code"],
            parent_code=line["parent"],
            is_leaf=line["is_leaf"] == "1",
            kind=line["kind"],
            text=line["text"],
            valid_from=EDITION_FROM,
        )
        for line in lines("zpz_157n_rows.csv")
        if (line["table"], line["code"]) not in known
    ]
    return len(OfficialCode.objects.bulk_create(missing))


def load_categories() -> int:
    """Add the categories that are missing, each with its official row; returns how many."""
    known = set(Category.objects.values_list("slug", flat=True))
    missing = [row for row in objects("categories.json") if row["slug"] not in known]
    codes = {row["slug"]: row.pop("official_code") for row in missing}
    created = Category.objects.bulk_create([Category(valid_from=VALID_FROM, **row) for row in missing])
    _connect({category: codes[category.slug] for category in created})
    return len(created)


def _connect(codes: dict[Category, str]) -> None:
    rows = OfficialCode.objects.filter(edition=EDITION, table=APPEALS, code__in=codes.values())
    by_code = {row.code: row for row in rows}
    CategoryCode.objects.bulk_create(
        CategoryCode(category=category, official_code=by_code[code], valid_from=EDITION_FROM)
        for category, code in codes.items()
    )
