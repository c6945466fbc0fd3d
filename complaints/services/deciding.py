"""The decision itself: an answer is written and, where nothing has to be carried, sent at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from complaints import contacts
from complaints.kinds import AnswerChannel, Cause
from complaints.models import Answer, Attachment, Complaint, Message
from complaints.notifications import ANSWERED
from complaints.services import thread, transitions
from complaints.states import Event
from omsportal.platform import digests
from representatives.models import User

#: Ways of dispatch that happen at the moment of the decision; paper needs a person to record it.
_AT_ONCE = {AnswerChannel.SITE, AnswerChannel.EMAIL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be answered; `text` was checked, `no_health_facts` judged."""

    outcome: str
    text: str
    no_health_facts: bool
    sum_claimed: Decimal | None = None
    sum_refunded: Decimal | None = None


def take_effect(
    case: Complaint, decision: Decision, *, files: Sequence[Attachment] = (), by: User,
    second_person: User | None = None, now: datetime,
) -> None:  # fmt: skip
    """The case is locked and in work. `by` has decided, `second_person` has agreed where that is needed.

    The first of `files` is the signed answer; the applicant sees them when the answer leaves, not before.
    """
    answer = Answer.objects.create(
        complaint=case, outcome=decision.outcome, sealed={"text": decision.text},
        no_health_facts=decision.no_health_facts, decided_at=now, decided_by=by,
        second_person=second_person, sum_claimed=decision.sum_claimed, sum_refunded=decision.sum_refunded,
        signed_file=files[0] if files else None,
    )  # fmt: skip
    way = contacts.answer_way(case.pk)
    if files:
        show_files(case, answer, files, is_internal=way not in _AT_ONCE, by=by, now=now)
    transitions.record(
        case, Event.RESOLVED, now=now, cause=Cause.STAFF, by=by,
        outcome=decision.outcome, resolved_at=now, escalate_at=None,
    )  # fmt: skip
    if way in _AT_ONCE:
        dispatch(case, way=way, cause=Cause.SYSTEM, by=None, sent_at=now, now=now)


def show_files(
    case: Complaint, answer: Answer, files: Sequence[Attachment], *, is_internal: bool = False, by: User,
    now: datetime,
) -> None:  # fmt: skip
    """In the thread, shown to whom the answer is; `is_internal`: to staff only, see `held_back`."""
    with translation.override(settings.LANGUAGE_CODE):
        text = gettext("The signed answer is attached.")
    message = Message.objects.create(
        complaint=case, author_kind=Message.Author.STAFF, author=by, posted_at=now, is_internal=is_internal,
        no_health_facts=answer.no_health_facts, token_digest=_token(answer) if is_internal else None,
        sealed={"text": text},
    )  # fmt: skip
    thread.attach(message, files)


def held_back(case: Complaint, answer: Answer) -> list[Attachment]:
    """Files of the decision that the applicant sees when the answer leaves."""
    return list(Attachment.objects.of_note(case.pk, _token(answer)))


def _token(answer: Answer) -> bytes:
    """By which the note with its files is found again."""
    return digests.blind(f"answer {answer.pk}", "message token")


def dispatch(
    case: Complaint, *, way: str, cause: Cause, by: User | None, sent_at: datetime, now: datetime
) -> None:
    """The answer has left at `sent_at`: by law the appeal is answered from then on."""
    Answer.objects.filter(complaint=case).update(dispatched_at=sent_at, dispatched_by=way)
    transitions.record(case, Event.ANSWERED, now=now, cause=cause, by=by, answered_at=sent_at)
    thread.tell_contact(case, kind=ANSWERED, now=now)
