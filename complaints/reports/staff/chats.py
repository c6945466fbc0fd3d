"""Chats in which somebody sits and waits for a word: those nobody has taken, and own ones with a new message.

A chat is due as late as any other question, so in a long queue it stands far below the first page.
"""

from dataclasses import dataclass

from complaints.kinds import Channel
from complaints.models import Complaint
from complaints.querysets import ComplaintQuerySet
from representatives.profiles import Profile

#: So many are named, one row of a page; more are counted up to ten.
MOST, MOST_COUNTED = 3, 10


@dataclass(frozen=True, slots=True)
class Chats:
    """The longest waiting first."""

    free: list[Complaint]
    own: list[Complaint]
    has_more: bool

    def __bool__(self) -> bool:
        return bool(self.free or self.own)

    @property
    def count(self) -> str:
        """ "3", "10+"."""
        count = len(self.free) + len(self.own)
        return f"{count}+" if self.has_more else str(count)

    @property
    def named(self) -> list[Complaint]:
        return self.free[:MOST]

    @property
    def stamp(self) -> str:
        """Equal stamps, equal chats."""
        own, free = (",".join(str(case.pk) for case in cases) for cases in (self.own, self.free))
        return f"{own}-{free}" if self else ""


def chats(profile: Profile) -> Chats:
    """For whoever serves a queue; empty for everybody else. Two queries.

    Partial index complaint_chat_waiting holds the chats that nobody has taken, complaint_holder the own.
    """
    if profile.tier is None:
        return Chats([], [], has_more=False)
    free = list(_oldest(Complaint.objects.in_queue_of(profile))[: MOST_COUNTED + 1])
    own = _oldest(Complaint.objects.held_by(profile.user_id).in_work()).with_news().filter(has_news=True)
    return Chats(free[:MOST_COUNTED], list(own[:MOST_COUNTED]), has_more=len(free) > MOST_COUNTED)


def _oldest(cases: ComplaintQuerySet) -> ComplaintQuerySet:
    return cases.of_channel(Channel.CHAT).with_places().order_by("registered_at", "pk")


__all__ = ["Chats", "chats"]
