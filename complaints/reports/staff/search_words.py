"""What is told back about a search: how it was understood, what could not be used, what else to try."""

from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.reports.staff.search_understood import Doubt, Wanted

Text = str | Promise

DOUBTS: dict[Doubt, Text] = {
    Doubt.NUMBER_SLIP: gettext_lazy(
        "There is a slip in the number of the appeal: the last digit does not fit. Ask for it once more."
    ),
    Doubt.POLICY_SLIP: gettext_lazy(
        "There is a slip in the policy number: the check digit does not fit. Ask for it once more."
    ),
    Doubt.ELEVEN_DIGITS: gettext_lazy(
        "Eleven digits that are neither a phone nor a SNILS. On a paper policy they may be the number of the "
        "form: ask for the 16 digits."
    ),
    Doubt.STRANGE_DIGITS: gettext_lazy(
        "Some digits were left out: the number of an appeal has 12 of them, a policy 16 or 9, a phone 10 or "
        "11."
    ),
    Doubt.DATE_ALONE: gettext_lazy("By a birth date alone nobody is found. Add the surname."),
    Doubt.LEFT_OUT: gettext_lazy("The number was enough: the rest of the text was left out."),
    Doubt.TOO_MANY_WORDS: gettext_lazy("Only the first twelve words were looked for."),
    Doubt.NOTHING: gettext_lazy(
        "There was nothing to look for. Type a number, a name or a word of the story."
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing looked for."""

    what: str
    value: str


def told(wanted: Wanted) -> list[Told]:
    """What was looked for, in the order of the form."""
    lines = [
        (_("number of the appeal"), wanted.number),
        (_("phone"), _phone(wanted.phone)),
        (_("policy"), _in_fours(wanted.policy)),
        (_("SNILS"), wanted.snils),
        (_("surname"), _listed(wanted.surnames)),
        (_("birth date"), date_format(wanted.birth_on, "d.m.Y") if wanted.birth_on else ""),
        (_("in the story, the names and the clinic"), _listed(wanted.anywhere)),
        (_("in the story"), _listed(wanted.story)),
        (_("in the name of the clinic"), _listed(wanted.clinic)),
    ]
    return [Told(what, value) for what, value in lines if value]


def doubts(wanted: Wanted) -> list[Text]:
    return [DOUBTS[doubt] for doubt in dict.fromkeys(wanted.doubts)]


def advice(wanted: Wanted) -> list[Text]:
    """What to try when nothing was found."""
    if wanted.identifies or wanted.number:
        return [
            _("Compare the digits with what the caller says."),
            _("Try another sign: phone, policy number, or surname with birth date."),
            _("The appeal may be with another insurer: then it is not shown here."),
        ]
    return [
        _("Try fewer words, or another one with the same meaning."),
        _("Words find the cases you may open. Add the birth date to a surname, or take the phone or policy "
          "number: then the cards of other tiers are found too."),
        _("A new appeal is found by its words half a minute after it has come."),
    ]  # fmt: skip


def _phone(number: str) -> str:
    if not number:
        return ""
    parsed = phonenumbers.parse(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _in_fours(number: str) -> str:
    if not number.isdecimal():
        return number
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words)
