"""Themes for what comes without one."""

from datetime import date

from complaints.kinds import Kind
from complaints.models import Category

#: The theme of whoever just wants to ask.
QUESTION = "question"
#: A written appeal that nobody has read yet.
OTHER = "other"
#: Without these there is no theme for what comes without one.
NEEDED = frozenset({QUESTION, OTHER})


def of_question(today: date, slug: str = "") -> Category | None:
    """The named theme, when it is one of questions; else that of questions in general."""
    valid = Category.objects.valid_on(today).filter(default_kind=Kind.CONSULTATION, about_insurer=False)
    found: Category | None = valid.by_slug(slug) or valid.by_slug(QUESTION) or valid.first()
    return found


def of_unread(today: date) -> Category | None:
    """The theme of a letter until a person has read it."""
    valid = Category.objects.valid_on(today).filter(about_insurer=False)
    found: Category | None = valid.by_slug(OTHER) or valid.first()
    return found
