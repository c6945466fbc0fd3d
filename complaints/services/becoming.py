"""A chat that has become an appeal: both are bound to each other, and the chat is over."""

from datetime import datetime

from django.db import transaction

from complaints.kinds import Cause
from complaints.models import Complaint, Link
from complaints.services import attachments, taking_along, transitions
from complaints.states import MOVES, Event, Status


@transaction.atomic
def close_chat(*, chat_id: int, appeal: Complaint, now: datetime) -> Complaint:
    """Bind the chat to the appeal that was made of it, and end it: what was said and sent comes along. Done
    twice it changes nothing more.

    A chat that has ended meanwhile is bound all the same. Locks the chat.
    """
    chat = transitions.locked(chat_id)
    _link, is_new = Link.objects.get_or_create(
        earlier=chat, later=appeal, defaults={"kind": Link.Kind.CHAT, "linked_at": now}
    )
    if is_new:
        with attachments.all_or_nothing() as keep:
            taking_along.take_along(earlier=chat, later=appeal, keep=keep)
    if Status(chat.status) in MOVES[Event.BECAME_COMPLAINT]:
        transitions.record(
            chat, Event.BECAME_COMPLAINT, now=transitions.not_before(chat, now), cause=Cause.PATIENT,
            escalate_at=None, assignee=None, paused_at=None, wait_until=None, remaining_seconds=None,
        )  # fmt: skip
    return chat
