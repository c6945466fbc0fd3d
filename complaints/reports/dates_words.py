"""Why a date is what it is, in words that everybody understands: no tier numbers, no codes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from complaints.kinds import Cause
from complaints.models import LimitUnit
from complaints.states import Event
from representatives.roles import Tier

Text = str | Promise
_ = gettext_lazy

_REACTION: dict[int, Text] = {
    Tier.CONTACT_CENTRE: _("A specialist of the contact centre has %(limit)s for the first reply."),
    Tier.SPECIALISTS: _("A specialist in the protection of rights has %(limit)s for the first reply."),
    Tier.EXPERTS: _("An expert has %(limit)s for the first reply."),
    Tier.FUND: _("A specialist of the territorial fund has %(limit)s for the first reply."),
}
_DECISION: dict[int, Text] = {
    Tier.CONTACT_CENTRE: _("A specialist of the contact centre has %(limit)s for the decision."),
    Tier.SPECIALISTS: _("A specialist in the protection of rights has %(limit)s for the decision."),
    Tier.EXPERTS: _("An expert has %(limit)s for the decision."),
    Tier.FUND: _("A specialist of the territorial fund has %(limit)s for the decision."),
}
_NO_RULE = _("No rule was found for this appeal, so one day was given. The insurer was told to put it right.")
_UNITS = {
    LimitUnit.SECOND: ngettext_lazy("%(count)d second", "%(count)d seconds", "count"),
    LimitUnit.MINUTE: ngettext_lazy("%(count)d minute", "%(count)d minutes", "count"),
    LimitUnit.WORKING_HOUR: ngettext_lazy("%(count)d working hour", "%(count)d working hours", "count"),
    LimitUnit.WORKING_DAY: ngettext_lazy("%(count)d working day", "%(count)d working days", "count"),
}
_PAUSES: dict[str, Text] = {
    "": _("We asked the patient a question and wait for the answer."),
    Cause.PATIENT: _("We waited for the patient's answer. The answer came, and the time went on."),
    Cause.TIMER: _(
        "We waited for the patient's answer. The time of waiting ended, and ours went on by itself."
    ),
    Cause.STAFF: _("We waited for the patient's answer. The specialist went on without it."),
}
_CHANGES: dict[str, Text] = {
    Event.FILED: _("The appeal was registered, and the time began."),
    Event.ESCALATED: _("The time ran out, so the appeal went to the next specialist, whose own time began."),
    Event.ESCALATED_BY_HAND: _("The appeal was passed on to the next specialist, whose own time began."),
    Event.RETURNED: _("The appeal was given back with the time that was left."),
    Event.REACTED: _(
        "The first reply was given. Now the time for the decision counts, from the same beginning."
    ),
    Event.RESUMED: _("The wait for the answer is over: the time that was left goes on."),
    Event.RECLASSIFIED: _(
        "The kind, theme or urgency of the appeal was changed, and with it the time for it."
    ),
    Event.RECOUNTED: _("The calendar of working days or the rules changed, so the date was counted anew."),
}
_OTHER_CHANGE = _("The date was changed.")
_LEGAL_CHANGES: dict[str, Text] = {
    Event.ANSWER_RECOUNTED: _(
        "Days off were moved by a decree. An answer that would fall due on a day off is due on the working "
        "day before it, and never later than the law allows."
    ),
    Event.EXTENDED: _("The time to answer was extended."),
    Event.LINKED: _("We had heard of the event before: the earliest day counts."),
    Event.UNLINKED: _("It turned out to be another event: the own day of registration counts."),
}


def rule(tier: int, is_reaction: bool, limit: int | None, unit: str) -> str:
    """Who has how long for what."""
    if limit is None or unit not in _UNITS:
        return str(_NO_RULE)
    sentences = _REACTION if is_reaction else _DECISION
    return str(sentences[tier]) % {"limit": limit_text(limit, unit)}


def limit_text(limit: int, unit: str) -> str:
    """For example 5 working days; 120 minutes are 2 hours."""
    if unit == LimitUnit.MINUTE and limit % 60 == 0:
        return _hours(limit // 60)
    return str(_UNITS[LimitUnit(unit)] % {"count": limit})


def pause(ended_by: str) -> Text:
    """Why the clock stood still; `ended_by` is the cause of its end, empty while it lasts."""
    return _PAUSES.get(ended_by, _PAUSES[Cause.STAFF])


def change(event: str) -> Text:
    return _CHANGES.get(event, _OTHER_CHANGE)


def legal_change(event: str) -> Text:
    """Why the date of the law moved."""
    return _LEGAL_CHANGES.get(event, _OTHER_CHANGE)


def hours_left(seconds: int) -> str:
    """For example 12 hours 30 minutes."""
    hours, minutes = divmod(round(seconds / 60), 60)
    texts = [_hours(hours)] if hours else []
    if minutes or not hours:
        texts.append(ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes})
    return " ".join(texts)


def _hours(count: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
