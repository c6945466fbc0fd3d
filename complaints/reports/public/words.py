"""What happens to a case, told to the patient: no tiers, no codes, no names of staff."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.kinds import Outcome
from complaints.states import Event, Status
from representatives.roles import Tier

Text = str | Promise

#: Who takes up a case of a tier.
IN_QUEUE: dict[int, Text] = {
    Tier.CONTACT_CENTRE: _("A specialist of the contact centre will take it up."),
    Tier.SPECIALISTS: _("A specialist in the protection of rights will take it up."),
    Tier.EXPERTS: _("An expert will take it up."),
    Tier.FUND: _("A specialist of the territorial fund will take it up."),
}
IN_WORK: dict[int, Text] = {
    Tier.CONTACT_CENTRE: _("A specialist of the contact centre is working on it."),
    Tier.SPECIALISTS: _("A specialist in the protection of rights is working on it."),
    Tier.EXPERTS: _("An expert is working on it."),
    Tier.FUND: _("A specialist of the territorial fund is working on it."),
}
STATES: dict[str, Text] = {
    Status.WAITING: _("We have asked you a question and wait for your answer."),
    Status.RESOLVED: _("The decision is made, the answer is being prepared for sending."),
    Status.ANSWERED: _("The answer is ready. Read it and tell us whether it helped."),
    Status.CLOSED: _("The appeal is finished."),
    Status.WITHDRAWN: _("You have withdrawn the appeal."),
    Status.FORWARDED: _("The appeal was handed over to the body that must answer it."),
    Status.LEFT_UNANSWERED: _("The appeal was left without an answer; the reason was sent to you."),
}
READY: Text = _("The answer is ready.")
WITHHELD: Text = _("The answer is ready. To read it, confirm who you are.")
OUTCOMES: dict[str, Text] = {
    Outcome.JUSTIFIED: _("You were right: a violation was found"),
    Outcome.NOT_JUSTIFIED: _("No violation was found"),
    Outcome.CLARIFIED: _("We explained how it is"),
    Outcome.ORGANISED: _("Help was organised"),
    Outcome.REDIRECTED: _("Another body answers this"),
    Outcome.REPEATED: _("The same was answered before"),
}
_TAKEN: dict[int, Text] = {
    Tier.CONTACT_CENTRE: _("A specialist of the contact centre took up the appeal"),
    Tier.SPECIALISTS: _("A specialist in the protection of rights took up the appeal"),
    Tier.EXPERTS: _("An expert took up the appeal"),
    Tier.FUND: _("A specialist of the territorial fund took up the appeal"),
}
_PASSED_ON: dict[int, Text] = {
    Tier.CONTACT_CENTRE: _("The appeal was given back to the contact centre"),
    Tier.SPECIALISTS: _("The appeal was passed on to the specialists in the protection of rights"),
    Tier.EXPERTS: _("The appeal was passed on to the experts"),
    Tier.FUND: _("The appeal was passed on to the territorial fund"),
}
_EVENTS: dict[str, Text] = {
    Event.FILED: _("The appeal was registered"),
    Event.RELEASED: _("Another specialist will go on with the appeal"),
    Event.HANDED_OVER: _("Another specialist goes on with the appeal"),
    Event.BREACHED: _("We did not manage in our own time. The head and the territorial fund know about it"),
    Event.WAITED: _("We asked you a question"),
    Event.RESUMED: _("The work goes on"),
    Event.RESOLVED: _("The decision is made"),
    Event.ANSWERED: _("The answer was sent"),
    Event.CONFIRMED: _("You told us that it helped"),
    Event.REOPENED: _("You asked to look once more"),
    Event.BECAME_COMPLAINT: _("You made an appeal of the chat. It has a number of its own"),
    Event.WITHDRAWN: _("You withdrew the appeal"),
    Event.FORWARDED: _("The appeal was handed over to the body that must answer it"),
    Event.LEFT_UNANSWERED: _("The appeal was left without an answer"),
    Event.EXTENDED: _("The time to answer was extended"),
    Event.ANSWER_RECOUNTED: _("Days off were moved, and with them the date of your answer"),
    Event.CALLED_BACK: _("A specialist called you back"),
    Event.CALL_FAILED: _("We called you, and nobody answered. We shall call once more"),
    Event.CALLS_GIVEN_UP: _("We called you several times, and nobody answered. Call us or write to us here"),
    Event.WRITTEN_DOWN: _("What you told us was written down as an appeal"),
    Event.IDENTIFIED: _("It was confirmed who is asking"),
    Event.CODE_RENEWED: _("A new access code was issued"),
    Event.CONTACTS_CHANGED: _("You changed how we reach you or how we answer"),
    Event.CONTACT_REFUSED: _("A message of ours reached a stranger. We do not use that contact any more"),
}


def told(event: str, tier: int | None) -> Text | None:
    """The line of the timeline; None: this event is of no use to the patient."""
    if event == Event.CLAIMED:
        return _TAKEN.get(tier or 0)
    if event in {Event.ESCALATED, Event.ESCALATED_BY_HAND, Event.RETURNED}:
        return _PASSED_ON.get(tier or 0)
    return _EVENTS.get(event)


def where(status: str, tier: int) -> Text:
    """Where the case is now, as a sentence."""
    if status == Status.NEW:
        return IN_QUEUE[tier]
    return IN_WORK[tier] if status == Status.IN_WORK else STATES[status]
