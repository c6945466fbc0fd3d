"""What staff do with their own record."""

from datetime import datetime

from omsportal.platform import bells
from representatives.models import Representative
from representatives.roles import Presence

#: Told to whoever shows who is there.
CHANGED = "cases"


def set_presence(*, representative_id: int, presence: str, now: datetime) -> bool:
    """Be free, busy, on a break or away; True if that is new. Raises ValueError for an unknown presence."""
    wanted = Presence(presence)
    changed = (
        Representative.objects.filter(pk=representative_id)
        .exclude(presence=wanted)
        .update(presence=wanted, presence_since=now)
    )
    if changed:
        bells.ring(CHANGED)
    return bool(changed)
