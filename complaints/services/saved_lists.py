"""Views of lists that a person names and keeps for themselves."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.models import SavedList
from complaints.services.transitions import RuleBroken
from representatives.models import User

#: More than a row of links above a list can hold.
MOST = 12


@transaction.atomic
def save(*, title: str, tab: str, query: str, by: User, now: datetime) -> SavedList:
    """Keep a list under this name; one that is there already gets the new list. Raises RuleBroken (too many).

    The person's row is locked: two windows at once do not go beyond the most.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    own = SavedList.objects.of(by.pk)
    if own.count() >= MOST and not own.filter(title=title).exists():
        message = _("You have %(most)d views. Remove one that you do not need, then save this one.")
        raise RuleBroken("too_many_views", message % {"most": MOST})
    kept: SavedList
    kept, _is_new = SavedList.objects.update_or_create(
        user=by, title=title, defaults={"tab": tab, "query": query, "saved_at": now}
    )
    return kept


def remove(*, view_id: int, by: User) -> bool:
    """False when there is none of this person's."""
    gone, _rows = SavedList.objects.filter(pk=view_id, user=by).delete()
    return bool(gone)
