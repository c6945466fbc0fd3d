"""Words of reference rows in the page's language: `title_en` beside `title`, which is always there."""

from typing import Any

from django.utils.translation import get_language

RUSSIAN = "ru"


def said(row: Any, name: str) -> tuple[Any, bool]:
    """The words, and whether they are Russian on a page that is not."""
    own = getattr(row, name)
    if str(get_language() or RUSSIAN).startswith(RUSSIAN):
        return own, False
    english = getattr(row, f"{name}_en", None)
    return (english, False) if english else (own, bool(own))


def plainly(row: Any, name: str) -> Any:
    """For a title, an option of a list, JSON: where no mark of the language can stand."""
    return said(row, name)[0]
