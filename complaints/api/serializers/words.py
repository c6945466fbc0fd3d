"""What the values of the API mean, for its description."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.permissions import Act

_ACTS: Mapping[Act, str | Promise] = {
    Act.OPEN: _("read story, thread and files"),
    Act.CLAIM: _("take the case from the queue"),
    Act.RELEASE: _("put it back into the queue"),
    Act.MESSAGE: _("write to the applicant"),
    Act.NOTE: _("leave a note for staff"),
    Act.ESCALATE: _("pass it to the next tier"),
    Act.RETURN: _("return it to the tier below"),
    Act.WAIT: _("ask the applicant and pause the clock"),
    Act.RESUME: _("go on before the answer has come"),
    Act.RESOLVE: _("decide and answer"),
    Act.DISPATCH: _("write down that the answer has left, in the workplace"),
    Act.HAND_OVER: _("hand it over to a colleague, in the workplace"),
    Act.FORWARD: _("forward it to the body that must answer"),
    Act.REOPEN: _("begin a linked new appeal: it did not help"),
    Act.RECLASSIFY: _("change kind, theme or urgency"),
    Act.DECIDE_RECLASSIFICATION: _("decide on a proposed change, as the second person"),
    Act.REVIEW_ANSWER: _("agree with a proposed answer or return it, as the second person"),
    Act.NOTE_NAMING: _("write down whether the clinic may hear the name, in the workplace"),
    Act.LEAVE: _("propose to leave it without an answer"),
    Act.DECIDE_LEAVING: _("decide on that, as the second person"),
    Act.DECIDE_ERASURE: _("decide about erasing personal data, in the workplace"),
}
SEARCHED: Mapping[str, str | Promise] = {
    "number": _("number of the appeal"),
    "phone": _("phone"),
    "policy": _("policy number"),
    "snils": _("SNILS"),
    "surname": _("surname"),
    "birth_date": _("birth date"),
    "words": _("words of the story"),
    "clinic": _("clinic"),
}

#: What `allowed` tells. Everything else needs a person who has seen a document, heard of a death, or compared
#: two appeals, and stands in the workplace only.
API_ACTS = tuple(act for act in Act if act in _ACTS)
ACTS = [(act.value, _ACTS[act]) for act in API_ACTS]
