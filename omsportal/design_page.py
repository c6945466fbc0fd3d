"""/design/: every component of the design system in every state on one page. Only with DEBUG."""

import datetime
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from omsportal.platform.widgets import CheckboxCards, DayField, FilesField, RadioCards

# A fixed moment, so that screenshots of the page do not change from day to day.
NOW = datetime.datetime(2026, 11, 20, 11, 5, tzinfo=datetime.UTC)
THEMES = [
    ("money", _("I am asked to pay")),
    ("wait", _("I have to wait too long")),
    ("quality", _("I was treated badly")),
]


class SampleForm(forms.Form):
    """One field of each kind."""

    theme = forms.ChoiceField(
        label=_("What happened?"),
        help_text=_("Choose what is closest. It can be changed later."),
        choices=THEMES,
        widget=RadioCards(
            hints={"money": _("For care, medicines, or a transfer to another clinic")},
            icons={"money": "wallet", "wait": "clock", "quality": "stethoscope"},
        ),
    )
    urgent = forms.ChoiceField(
        label=_("Are you in the clinic now?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=RadioCards(inline=True),
    )
    policy_number = forms.CharField(
        label=_("Policy number"),
        help_text=_("16 digits on the front of the policy or in Gosuslugi."),
        min_length=16,
    )
    birth_on = DayField(label=_("Date of birth"), help_text=_("For example 31 12 1950"))
    region = forms.ChoiceField(
        label=_("Region of the policy"), choices=[("", ""), ("76", "Ярославская область")]
    )
    story = forms.CharField(label=_("Tell what happened"), max_length=3000, widget=forms.Textarea)
    papers = FilesField(
        label=_("Photos and documents"), help_text=_("Up to 10 files of 20 MB."), required=False
    )
    topics = forms.MultipleChoiceField(
        label=_("How may we reach you?"), choices=THEMES, widget=CheckboxCards, required=False
    )
    consent = forms.BooleanField(
        label=_("I agree to SMS about my appeal"), help_text=_("You can take it back at any time.")
    )
    email = forms.EmailField(label=_("E-mail"), required=False)


def wrong_form() -> SampleForm:
    """The same form sent with a mistake in each field."""
    typed = {
        "policy_number": "12345", "birth_on_day": "31", "birth_on_month": "6", "birth_on_year": "1950",
        "story": "", "email": "anna@", "topics": ["unknown"],
    }  # fmt: skip
    return SampleForm(typed, prefix=None, auto_id="wrong_%s")


def rows() -> list[SimpleNamespace]:
    """Four rows of a queue, one for each state of the clock."""
    states = [("late", -40), ("soon", 25), ("", 60 * 26), ("", None)]
    return [
        SimpleNamespace(
            state=state, due_at=None if left is None else NOW + datetime.timedelta(minutes=left), urgent=not i
        )
        for i, (state, left) in enumerate(states)
    ]


def design(request: HttpRequest) -> HttpResponse:
    """The page itself; 404 unless DEBUG is on."""
    if not settings.DEBUG:
        raise Http404
    context = {
        "plain": SampleForm(),
        "wrong": wrong_form(),
        "now": NOW,
        "rows": rows(),
        "steps": range(7),
        "bars": [("Ожидание приёма", 48), ("Оплата", 31), ("Качество", 17), ("Отказ", 6)],
    }
    return render(request, "design/index.html", context)
