"""A chat that has become an appeal: both are bound to each other, and the chat is over."""

from datetime import datetime

from django.db import transaction

from complaints.kinds import Cause
from complaints.models import Complaint, Link
from complaints.services import transitions
from complaints.states import MOVES, Event, Status


@transaction.atomic
def close_chat(*, chat_id: int, appeal: Complaint, now: datetime) -> Complaint:
    """Bind the chat to the appeal that was made of it, and end it. Done twice it changes nothing more.

    A chat that has ended meanwhile is bound all the same. Locks the chat.
    """
    chat = transitions.locked(chat_id)
    Link.objects.get_or_create(
        earlier=chat, later=appeal, defaults={"kind": Link.Kind.CHAT, "linked_at": now}
    )
    if Status(chat.status) in MOVES[Event.BECAME_COMPLAINT]:
        transitions.record(
            chat, Event.BECAME_COMPLAINT, now=transitions.not_before(chat, now), cause=Cause.PATIENT,
            escalate_at=None, assignee=None, paused_at=None, wait_until=None, remaining_seconds=None,
        )  # fmt: skip
    return chat
