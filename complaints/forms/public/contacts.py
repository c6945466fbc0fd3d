"""New contacts, codes that confirm them, the way of the answer, and how the work was found."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.contact_rules import Rules
from complaints.forms.public.fields import PhoneField
from complaints.kinds import AnswerChannel, Changed, ContactWay
from complaints.one_time_codes import DIGITS
from complaints.services.ratings import BEST, MOST_CHARACTERS, WORST
from omsportal.platform.widgets import RadioCards

#: Where the code goes that shows who asks; the contact itself stands in the hint.
KNOWN = {
    ContactWay.PHONE.value: _("SMS to the phone that we have"),
    ContactWay.EMAIL.value: _("Message to the e-mail that we have"),
    ContactWay.REGISTRY.value: _("SMS to the phone that the insurer knows"),
}
MARKS = {5: _("5 – very good"), 4: _("4 – good"), 3: _("3 – so-so"), 2: _("2 – bad"), 1: _("1 – very bad")}


def _phone() -> forms.Field:
    return PhoneField(
        label=_("New phone"),
        help_text=_("With its area code, for example 8 910 123-45-67."),
        error_messages={"required": _("Type the new phone.")},
    )


def _email() -> forms.Field:
    return forms.EmailField(
        label=_("New e-mail"),
        help_text=_("For example name@mail.ru."),
        error_messages={
            "required": _("Type the new e-mail address."),
            "invalid": _("This is not a whole address. Write it like name@mail.ru."),
        },
    )


def _address() -> forms.Field:
    return forms.CharField(
        label=_("New postal address"),
        help_text=_("With the postcode, so that the letter arrives."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"}),
        error_messages={
            "required": _("Write the new address."),
            "max_length": _("Shorten the address to 300 characters."),
        },
    )


_FIELDS = {ContactWay.PHONE.value: _phone, ContactWay.EMAIL.value: _email, Changed.ADDRESS.value: _address}


class ContactForm(forms.Form):
    """The new contact, and where to send the code that shows who asks, if there is a choice."""

    known = forms.ChoiceField(
        label=_("Where shall we send a code, so that we know that it is you?"),
        widget=RadioCards,
        error_messages={"required": _("Choose where to send the code.")},
    )

    def __init__(self, *args: Any, way: str, rules: Rules, shown: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"new": _FIELDS[way](), **self.fields}
        if not rules.needs_known:
            del self.fields["known"]
            return
        field = self.fields["known"]
        field.choices = [(known.value, KNOWN[known]) for known in rules.known]  # type: ignore[attr-defined]
        field.widget.hints = {known: masked for known, masked in shown.items() if masked}
        if len(rules.known) == 1:
            self.initial["known"] = rules.known[0].value

    def clean_new(self) -> str:
        """As it is kept: a phone as +79201234567."""
        new = self.cleaned_data["new"]
        return str(getattr(new, "as_e164", new)).strip()


class CodesForm(forms.Form):
    """The codes as they stand in the messages; one that fitted is not asked for again."""

    known = forms.CharField(
        label=_("Code from the message to the contact that we know"),
        help_text=_("8 digits. Spaces do no harm."),
        max_length=40,
        error_messages={"required": _("Type the code from this message.")},
    )
    new = forms.CharField(
        label=_("Code from the message to the new contact"),
        help_text=_("8 digits. Spaces do no harm."),
        max_length=40,
        error_messages={"required": _("Type the code from this message.")},
    )

    def __init__(self, *args: Any, asked: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - asked:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Digits only; a wrong number of them is told before an attempt is spent."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name, typed in cleaned.items():
            cleaned[name] = "".join(sign for sign in typed if sign.isdecimal())
            if len(cleaned[name]) != DIGITS:
                self.add_error(name, _("The code has 8 digits. Compare it once more."))
        return cleaned


class AnswerChannelForm(forms.Form):
    way = forms.ChoiceField(
        label=_("How shall we answer?"),
        choices=[
            (AnswerChannel.SITE, _("On this site")),
            (AnswerChannel.EMAIL, _("By e-mail")),
            (AnswerChannel.LETTER, _("By post, on paper")),
            (AnswerChannel.OFFICE, _("In the insurer's office")),
        ],
        widget=RadioCards,
        error_messages={"required": _("Choose how to answer you.")},
    )


class RatingForm(forms.Form):
    """One mark, and a word if somebody likes."""

    stars = forms.TypedChoiceField(
        label=_("How did we work on your appeal?"),
        coerce=int,
        choices=[(str(mark), MARKS[mark]) for mark in range(BEST, WORST - 1, -1)],
        widget=RadioCards,
        error_messages={"required": _("Choose a mark from 1 to 5.")},
    )
    text = forms.CharField(
        label=_("What was good, what was bad?"),
        help_text=_(
            "Those who worked on the appeal and their head read it. It changes nothing in your appeal."
        ),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("The text is longer than 1000 characters. Shorten it.")},
    )
