"""Categories in plain words, official rows of form ЗПЗ, and which kind and category count into which row."""

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
    """Add the categories that are missing; returns how many."""
    known = set(Category.objects.values_list("slug", flat=True))
    missing = [row for row in objects("categories.json") if row["slug"] not in known]
    return len(Category.objects.bulk_create([Category(valid_from=VALID_FROM, **row) for row in missing]))


def load_category_codes() -> int:
    """Say into which row of the edition each kind and category count, where nobody has; returns how many.

    What people chose or ended stays.
    """
    rows = {row.code: row for row in OfficialCode.objects.filter(edition=EDITION, table=APPEALS)}
    categories: dict[str, Category | None] = {row.slug: row for row in Category.objects.all()} | {"": None}
    known = CategoryCode.objects.filter(official_code__edition=EDITION).values_list("category__slug", "kind")
    chosen = {(slug or "", kind) for slug, kind in known}
    return len(
        CategoryCode.objects.bulk_create(
            CategoryCode(
                category=categories[line["category"]],
                kind=line["kind"],
                official_code=rows[line["code"]],
                valid_from=EDITION_FROM,
                valid_to=rows[line["code"]].valid_to,
            )
            for line in lines("category_codes.csv")
            if line["category"] in categories and (line["category"], line["kind"]) not in chosen
        )
    )
