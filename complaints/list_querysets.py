"""What lists of cases ask beside their rows: how many, whether they changed, what a line shows."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    When,
)

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: Counts stop here: "999+" costs the same on any table.
MOST_COUNTED = 1000


class CountUpTo(Subquery):
    """How many rows a list has, as a column of another query; reads MOST_COUNTED of them at most."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, queryset: QuerySet[Any], most: int = MOST_COUNTED) -> None:
        super().__init__(queryset.order_by().values("pk")[:most])


class Stamp(Subquery):
    """A digest of the rows a list would show: equal stamps, equal lists. One column of another query."""

    template = "(SELECT md5(coalesce(string_agg(shown::text, ','), '')) FROM (%(subquery)s) AS shown)"
    output_field = TextField()
    empty_result_set_value = ""


def _is_one_of(ids: Any) -> Func:
    return Func(F("pk"), ids, template="%(expressions)s", arg_joiner=" = ANY ", output_field=BooleanField())


class ListQuerySet(QuerySet[Any]):
    def narrowed(self, **wanted: Any) -> Self:
        """By plain attributes of the row, those of them that are given."""
        return self.filter(**{name: value for name, value in wanted.items() if value not in (None, "")})

    def among(self, ids: Any) -> Self:
        return self.filter(pk__in=ids)

    def first_of(self, ids: Any) -> Self:
        """Those whose ids an expression of ours gives as an array (queue_ranges.First)."""
        return self.filter(_is_one_of(ids))

    def of_channel(self, channel: str) -> Self:
        return self.filter(channel=channel)

    def without_barred(self, profile: "Profile") -> Self:
        """As ComplaintQuerySet.not_barred_to, for a range of an index: the few cases that somebody is barred
        from are read once, and the range keeps its order."""
        barred = self.model.barred_users.through.objects.filter(user_id=profile.user_id)
        return self.exclude(pk__in=barred.values("complaint_id"))

    def stamp(self, *, now: datetime, order: tuple[str, ...]) -> Stamp:
        """Of these rows: changes with them, their versions, news and lateness."""
        late = Case(When(due_at__lte=now, then=True), default=False)
        shown = self.with_news().annotate(is_late=late).order_by(*order)
        return Stamp(shown.values("pk", "version", "has_news", "is_late", "warned"))

    def with_last_event(self) -> Self:
        """`last_event`: what happened to the case last (index history_of_case)."""
        lines = self.model._meta.get_field("history").related_model.objects.filter(complaint=OuterRef("pk"))
        return self.annotate(last_event=Subquery(lines.order_by("-id").values("event")[:1]))

    def with_news(self) -> Self:
        """`has_news`: the patient wrote something the holder has not opened (index message_of_case)."""
        unread = self.model._meta.get_field("messages").related_model.objects.unread_by_staff()
        return self.annotate(has_news=Exists(unread.filter(complaint_id=OuterRef("pk"))))


class SavedListQuerySet(QuerySet[Any]):
    """Every read goes by the unique index saved_list_one_of_a_name."""

    def of(self, user_id: int) -> Self:
        return self.filter(user=user_id).order_by("title")
