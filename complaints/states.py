"""The life of a case: statuses, events and the one table of allowed moves. No Django here.

The table is validated at import, drawn by `manage.py states_diagram`, and walked by tests.
"""

from enum import StrEnum


class Status(StrEnum):
    NEW = "new"  # waits in its tier's queue, nobody holds it
    IN_WORK = "in_work"  # one person holds it
    WAITING = "waiting"  # a question is with the patient, the tier clock is paused
    RESOLVED = "resolved"  # decided, the answer is not yet dispatched
    ANSWERED = "answered"  # the answer was dispatched, by law the case is answered
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    FORWARDED = "forwarded"  # went to the competent body, which registers it anew
    LEFT_UNANSWERED = "left_unanswered"  # 59-ФЗ art. 11, with its ground


class Event(StrEnum):
    FILED = "filed"
    CLAIMED = "claimed"
    RELEASED = "released"
    HANDED_OVER = "handed_over"
    ESCALATED = "escalated"  # by the timer
    ESCALATED_BY_HAND = "escalated_by_hand"
    RETURNED = "returned"
    BREACHED = "breached"  # the last tier's limit passed: alarm, no move
    REACTED = "reacted"  # first human message or logged call
    WAITED = "waited"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"  # a linked new appeal was made of it
    WITHDRAWN = "withdrawn"
    FORWARDED = "forwarded"
    LEFT_UNANSWERED = "left_unanswered"
    EXTENDED = "extended"
    RECLASSIFIED = "reclassified"
    RECOUNTED = "recounted"  # a calendar or a rule changed
    ANSWER_RECOUNTED = "answer_recounted"  # a changed calendar moved the date of the law
    WAIT_RECOUNTED = "wait_recounted"  # it moved the end of a pause
    CALL_RECOUNTED = "call_recounted"  # it moved the moment until which somebody calls back
    CALLED_BACK = "called_back"  # the logged call that keeps the promise to call back
    CALL_FAILED = "call_failed"  # nobody answered: another call is promised
    CALLS_GIVEN_UP = "calls_given_up"  # nobody answered for the last time: no further call, a letter
    WRITTEN_DOWN = "written_down"  # what was said became a written appeal: the time of the law begins
    PROPOSAL_REFUSED = "proposal_refused"  # a second person did not agree to another classification
    PROPOSAL_LAPSED = "proposal_lapsed"  # the case moved on before anybody decided
    BLOCKED = "blocked"  # the engine could not move it; a person must look
    TRIED_AGAIN = "tried_again"  # a person gave it back to the engine
    LOOKED_AT = "looked_at"  # the mark "for a look" is taken off: somebody compared sender and policy
    IDENTIFIED = "identified"  # we know better who asks; the reason says by what
    CODE_RENEWED = "code_renewed"  # a new access code, the one before and its sessions ended
    CONTACT_REFUSED = "contact_refused"  # a stranger got our message: that contact is used no more
    BECAME_COMPLAINT = "became_complaint"  # the person made an appeal of the chat: it goes on there
    CONTACTS_CHANGED = "contacts_changed"  # by the applicant; the reason says which, no line says into what
    DEATH_NOTED = "death_noted"  # the patient has died: nobody is asked whether it helped
    DEATH_TAKEN_BACK = "death_taken_back"  # that was a mistake
    ANSWER_PROPOSED = "answer_proposed"  # a second person has to agree before it is the answer
    ANSWER_RETURNED = "answer_returned"  # the second person did not, and said why
    NAMING_NOTED = "naming_noted"  # staff asked whether the clinic may hear the name
    LINKED = "linked"  # another appeal is about the same event: the earliest date rules
    UNLINKED = "unlinked"  # it was another event after all
    GATHERED = "gathered"  # belongs to an incident now
    SET_APART = "set_apart"  # does not belong to that incident
    LEAVING_PROPOSED = "leaving_proposed"  # one person wants no answer on the merits: 59-ФЗ art. 11
    LEAVING_REFUSED = "leaving_refused"  # the second person did not agree
    NOTICE_SENT = "notice_sent"  # the notice of art. 11 has left on paper


S, E = Status, Event

OPEN: frozenset[Status] = frozenset({S.NEW, S.IN_WORK, S.WAITING})
ENDED: frozenset[Status] = frozenset({S.CLOSED, S.WITHDRAWN, S.FORWARDED, S.LEFT_UNANSWERED})
#: Statuses in which the tier clock runs.
CLOCK_RUNS: frozenset[Status] = frozenset({S.NEW, S.IN_WORK})
#: Moves between tiers: `hop` grows by one with each.
HOPS: frozenset[Event] = frozenset({E.ESCALATED, E.ESCALATED_BY_HAND, E.RETURNED})
#: What can be used to game the timer, or shows that it was: read by the fund's report.
WATCHED: frozenset[Event] = frozenset({E.WAITED, E.RECLASSIFIED, E.RESOLVED, E.REOPENED})

#: event -> {from: to}. A status missing from an event's row may not have that event.
MOVES: dict[Event, dict[Status, Status]] = {
    E.CLAIMED: {S.NEW: S.IN_WORK},
    E.RELEASED: {S.IN_WORK: S.NEW},
    E.HANDED_OVER: {S.IN_WORK: S.IN_WORK, S.WAITING: S.WAITING},
    E.ESCALATED: {S.NEW: S.NEW, S.IN_WORK: S.NEW},
    E.ESCALATED_BY_HAND: {S.NEW: S.NEW, S.IN_WORK: S.NEW, S.WAITING: S.NEW},
    E.RETURNED: {S.IN_WORK: S.NEW, S.NEW: S.NEW},
    E.BREACHED: {S.NEW: S.NEW, S.IN_WORK: S.IN_WORK},
    E.REACTED: {S.IN_WORK: S.IN_WORK},
    E.WAITED: {S.IN_WORK: S.WAITING},
    E.RESUMED: {S.WAITING: S.IN_WORK},
    E.RESOLVED: {S.IN_WORK: S.RESOLVED},
    E.ANSWERED: {S.RESOLVED: S.ANSWERED},
    E.CONFIRMED: {S.ANSWERED: S.CLOSED},
    E.REOPENED: {
        S.ANSWERED: S.CLOSED,
        S.CLOSED: S.CLOSED,
        S.LEFT_UNANSWERED: S.LEFT_UNANSWERED,
    },
    E.WITHDRAWN: {S.NEW: S.WITHDRAWN, S.IN_WORK: S.WITHDRAWN, S.WAITING: S.WITHDRAWN},
    E.BECAME_COMPLAINT: {
        S.NEW: S.CLOSED,
        S.IN_WORK: S.CLOSED,
        S.WAITING: S.CLOSED,
        S.RESOLVED: S.CLOSED,
        S.ANSWERED: S.CLOSED,
    },
    E.FORWARDED: {S.NEW: S.FORWARDED, S.IN_WORK: S.FORWARDED},
    E.LEFT_UNANSWERED: {S.IN_WORK: S.LEFT_UNANSWERED},
    E.EXTENDED: {S.NEW: S.NEW, S.IN_WORK: S.IN_WORK, S.WAITING: S.WAITING},
    E.RECLASSIFIED: {S.NEW: S.NEW, S.IN_WORK: S.IN_WORK, S.WAITING: S.WAITING},
    E.RECOUNTED: {S.NEW: S.NEW, S.IN_WORK: S.IN_WORK, S.WAITING: S.WAITING},
    E.ANSWER_RECOUNTED: {
        S.NEW: S.NEW,
        S.IN_WORK: S.IN_WORK,
        S.WAITING: S.WAITING,
        S.RESOLVED: S.RESOLVED,
    },
    E.WAIT_RECOUNTED: {S.WAITING: S.WAITING},
    E.CALL_RECOUNTED: {S.NEW: S.NEW, S.IN_WORK: S.IN_WORK, S.WAITING: S.WAITING},
    E.CALLED_BACK: {S.NEW: S.NEW, S.IN_WORK: S.IN_WORK, S.WAITING: S.WAITING},
    E.CALL_FAILED: {S.IN_WORK: S.IN_WORK, S.WAITING: S.WAITING},
    E.CALLS_GIVEN_UP: {S.IN_WORK: S.IN_WORK, S.WAITING: S.WAITING},
    E.WRITTEN_DOWN: {S.IN_WORK: S.IN_WORK, S.WAITING: S.WAITING},
    E.PROPOSAL_REFUSED: {S.NEW: S.NEW, S.IN_WORK: S.IN_WORK, S.WAITING: S.WAITING},
    E.PROPOSAL_LAPSED: {status: status for status in S},
    E.BLOCKED: {S.NEW: S.NEW, S.IN_WORK: S.IN_WORK},
    E.TRIED_AGAIN: {status: status for status in S},
    E.LOOKED_AT: {status: status for status in S},
    # About the person, not about the work: at any time, and nothing moves.
    E.IDENTIFIED: {status: status for status in S},
    E.CODE_RENEWED: {status: status for status in S},
    E.CONTACT_REFUSED: {status: status for status in S},
    E.CONTACTS_CHANGED: {status: status for status in S},
    E.DEATH_NOTED: {status: status for status in S},
    E.DEATH_TAKEN_BACK: {status: status for status in S},
    E.ANSWER_PROPOSED: {S.IN_WORK: S.IN_WORK},
    E.ANSWER_RETURNED: {S.IN_WORK: S.IN_WORK},
    E.NAMING_NOTED: {status: status for status in S},
    E.LINKED: {status: status for status in S},
    E.UNLINKED: {status: status for status in S},
    E.GATHERED: {S.NEW: S.NEW, S.IN_WORK: S.IN_WORK, S.WAITING: S.WAITING},
    E.SET_APART: {status: status for status in S},
    E.LEAVING_PROPOSED: {S.IN_WORK: S.IN_WORK},
    E.LEAVING_REFUSED: {S.NEW: S.NEW, S.IN_WORK: S.IN_WORK, S.WAITING: S.WAITING},
    E.NOTICE_SENT: {S.LEFT_UNANSWERED: S.LEFT_UNANSWERED},
}


class IllegalMove(Exception):
    """The case is in a status in which this event cannot happen."""

    def __init__(self, event: Event, status: Status) -> None:
        super().__init__(f"{event} is not possible from {status}")
        self.event, self.status = event, status


def after(event: Event, status: Status) -> Status:
    """The status that `event` leads to from `status`; raises IllegalMove."""
    try:
        return MOVES[event][status]
    except KeyError:
        raise IllegalMove(event, status) from None


def _validate() -> None:
    reachable = {S.NEW} | {to for moves in MOVES.values() for to in moves.values()}
    missing = set(Status) - reachable
    leaving_the_end = {
        (event, status)
        for event, moves in MOVES.items()
        for status, to in moves.items()
        if status in ENDED and to is not status
    }
    if missing or leaving_the_end or set(MOVES) | {E.FILED} != set(Event):
        raise RuntimeError(f"the table of moves is broken: {missing=} {leaving_the_end=}")


_validate()
