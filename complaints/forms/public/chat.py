"""The first page of the chat: who insures, what the question is, and whom to call if nobody can answer."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.call_windows import Window
from complaints.forms.public.call_back import CallBackForm
from complaints.forms.public.status import TOO_LONG
from complaints.services.thread import MOST_CHARACTERS


class ChatForm(CallBackForm):
    """No name is asked, and a phone only by who wants a call. `key` makes two presses one chat."""

    field_order = ("text", "region", "insurer")
    text = forms.CharField(
        label=_("Your question"),
        help_text=_("In your own words. Leave out names and policy numbers: the specialist asks if need be."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Write your question: a few words are enough."),
            "max_length": TOO_LONG,
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name in ("name", "about"):
            del self.fields[name]
        self.fields["phone"].required = False

    def clean_text(self) -> str:
        """The text as the person sees it: one line end everywhere."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    @property
    def phone_to_call(self) -> str:
        """As +79201234567; empty: no call is wanted. Only of a valid form."""
        phone = self.cleaned_data["phone"]
        return str(phone.as_e164) if phone else ""

    @property
    def window_to_call(self) -> Window | None:
        return self.cleaned_data["window"] if self.phone_to_call else None

    @property
    def wants_call(self) -> bool:
        """Something was typed there, or is wrong there: that part of the page is shown open."""
        return bool(self["phone"].value()) or any(name in self.errors for name in ("phone", "days", "ends"))
