"""Reads about keeping and erasing. Cards are looked at by windows in the order in which appeals came: what
is due lies at the beginning, so nothing is searched in a table that grows."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from complaints.states import OPEN

if TYPE_CHECKING:
    from django.db.models import Model


class HoldQuerySet(QuerySet[Any]):
    def standing(self) -> Self:
        return self.filter(lifted_at=None)


class ErasureRequestQuerySet(QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(decision="")


def not_held(holds: "type[Model]", *, case: str = "") -> Q:
    """No hold stands, no open incident gathers the case. `case`: the path to it, "" for the case itself."""
    prefix = f"{case}__" if case else ""
    hold = holds._default_manager.filter(lifted_at=None, complaint=OuterRef(f"{prefix}pk"))
    in_open_incident = Q(**{f"{prefix}incident__isnull": False, f"{prefix}incident__closed_at": None})
    return ~Exists(hold) & ~in_open_incident


def ended_before(moment: datetime, *, case: str = "") -> Q:
    """The work is over since then: closed, or answered and never taken up again."""
    prefix = f"{case}__" if case else ""
    closed = Q(**{f"{prefix}closed_at__lt": moment})
    answered = Q(**{f"{prefix}closed_at": None, f"{prefix}answered_at__lt": moment})
    return (closed | answered) & ~Q(**{f"{prefix}status__in": sorted(status.value for status in OPEN)})


class CardQuerySet(QuerySet[Any]):
    """`anonymised_at` says that nothing personal is left."""

    def with_personal_data(self) -> Self:
        return self.filter(anonymised_at=None)

    def anonymous(self) -> Self:
        return self.filter(is_anonymous=True)

    def of_incident(self, incident_id: int) -> Self:
        return self.filter(complaint__incident=incident_id)

    def namable(self) -> Self:
        """Who allowed that the clinic hears the name, and has one."""
        return self.filter(naming_consent="yes", is_anonymous=False, anonymised_at=None)

    def after(self, pk: int) -> Self:
        return self.filter(pk__gt=pk).order_by("pk")
