"""What people read about a number that cannot be right, and what to do next."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from insurers.policy_numbers import Doubt, Fault, PolicyNumberError

TYPED = ngettext_lazy("You typed %(count)d digit.", "You typed %(count)d digits.", "count")
MESSAGES: dict[Fault, str | Promise] = {
    Fault.EMPTY: _("Type the policy number. It is on the policy, in the app, or on Gosuslugi."),
    Fault.NOT_DIGITS: _("The number consists of digits only. Check for letters that look like digits."),
    Fault.LENGTH: _("A policy number has 16 digits, a temporary certificate has 9."),
    Fault.BLANK_NUMBER_11: _(
        "This is the 11-digit number of the paper form. The policy number is the other one, with 16 digits."
    ),
    Fault.CHECK_DIGIT: _("There is a mistake in one of the digits. Compare the number with your policy."),
    Fault.TOO_LONG: _("The series has at most 10 characters and the number at most 20."),
}
SNILS_MESSAGES: dict[Fault, str | Promise] = {
    Fault.EMPTY: _("Type the SNILS."),
    Fault.NOT_DIGITS: MESSAGES[Fault.NOT_DIGITS],
    Fault.LENGTH: _("A SNILS has 11 digits."),
    Fault.CHECK_DIGIT: _("There is a mistake in one of the digits. Compare the SNILS with the document."),
}
DOUBTS: dict[Doubt, str | Promise] = {
    Doubt.BIRTH_DATE: _("The birth date does not match the number. If both are right, just go on."),
    Doubt.SEX: _("The sex does not match the number. If both are right, just go on."),
    Doubt.REGION: _("The policy was issued in another region. If that is right, just go on."),
}


def explain(error: PolicyNumberError) -> str:
    """The message in the reader's language; a wrong length says how many digits were typed."""
    return _told(MESSAGES[error.code], error)


def explain_snils(error: PolicyNumberError) -> str:
    return _told(SNILS_MESSAGES[error.code], error)


def explain_doubt(doubt: Doubt) -> str:
    return str(DOUBTS[doubt])


def _told(message: str | Promise, error: PolicyNumberError) -> str:
    if error.code != Fault.LENGTH:
        return str(message)
    return f"{message} {TYPED % {'count': error.digits}}"
