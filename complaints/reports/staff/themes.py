"""The themes of appeals that heads choose from."""

from datetime import date

from complaints.models import Category
from complaints.querysets import CategoryQuerySet


def themes_on(day: date) -> CategoryQuerySet:
    """Those in force, in the order of the form."""
    themes: CategoryQuerySet = Category.objects.valid_on(day).order_by("position", "pk")
    return themes
