"""A mailbox as an administrator enters it: the password goes in and never comes out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import Mailbox


class MailboxForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    user = forms.CharField(label=_("name at the mail server"), max_length=200, required=False)
    password = forms.CharField(
        label=_("password"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Kept sealed and never shown. Left empty, the one from before stays."),
    )

    class Meta:
        model = Mailbox
        fields = ["branch", "address", "takes_suffix", "host", "port", "security", "folder", "is_active"]

    def clean(self) -> dict[str, Any]:
        """A new mailbox needs both; later an empty field changes nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("user", "password"):
            if self.instance.sealed is None and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Needed to read the mailbox."))
        if self.instance.sealed is not None and not cleaned.get("password") and self._goes_elsewhere():
            self.add_error(
                "password", _("The server is another one: type the password anew, it is not sent on unasked.")
            )
        return cleaned

    def _goes_elsewhere(self) -> bool:
        """Whoever names a server of their own would read there the password that is never shown."""
        return not {"host", "port", "security"}.isdisjoint(self.changed_data)

    def save(self, commit: bool = True) -> Any:
        known = self.instance.sealed or {}
        typed = {name: self.cleaned_data[name] for name in ("user", "password") if self.cleaned_data[name]}
        self.instance.sealed = {**known, **typed}
        return super().save(commit)
