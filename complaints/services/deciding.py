"""The decision itself: an answer is written and, where nothing has to be carried, sent at once."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from complaints.kinds import AnswerChannel, Cause
from complaints.models import Answer, Card, Complaint
from complaints.notifications import ANSWERED
from complaints.services import thread, transitions
from complaints.states import Event
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
    case: Complaint, decision: Decision, *, by: User, second_person: User | None = None, now: datetime
) -> None:
    """The case is locked and in work. `by` has decided, `second_person` has agreed where that is needed."""
    Answer.objects.create(
        complaint=case, outcome=decision.outcome, sealed={"text": decision.text},
        no_health_facts=decision.no_health_facts, decided_at=now, decided_by=by,
        second_person=second_person, sum_claimed=decision.sum_claimed, sum_refunded=decision.sum_refunded,
    )  # fmt: skip
    transitions.record(
        case, Event.RESOLVED, now=now, cause=Cause.STAFF, by=by,
        outcome=decision.outcome, resolved_at=now, escalate_at=None,
    )  # fmt: skip
    way = Card.objects.values_list("answer_channel", flat=True).get(pk=case.pk)
    if way in _AT_ONCE:
        dispatch(case, way=way, cause=Cause.SYSTEM, by=None, sent_at=now, now=now)


def dispatch(
    case: Complaint, *, way: str, cause: Cause, by: User | None, sent_at: datetime, now: datetime
) -> None:
    """The answer has left at `sent_at`: by law the appeal is answered from then on."""
    Answer.objects.filter(complaint=case).update(dispatched_at=sent_at, dispatched_by=way)
    transitions.record(case, Event.ANSWERED, now=now, cause=cause, by=by, answered_at=sent_at)
    thread.tell_contact(case, kind=ANSWERED, now=now)
