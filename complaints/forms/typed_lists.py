"""A small table that is chosen as a file or pasted; read again as text once its preview is agreed with."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from omsportal.platform import lists_in

#: A list of some hundred people has some ten thousand characters.
MOST_CHARACTERS = 100_000


class ListForm(forms.Form):
    """`cleaned_data["text"]` is the table as text, wherever it came from."""

    file = forms.FileField(
        label=_("File with the list"), required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        help_text=_("CSV as spreadsheets save it: UTF-8 or Windows-1251, with a row of headings."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Or paste the rows here"), required=False, max_length=MOST_CHARACTERS, strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )  # fmt: skip

    @classmethod
    def of(cls, request: HttpRequest) -> "ListForm":
        """What was sent, if something was."""
        return cls(request.POST, request.FILES) if request.method == "POST" else cls()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.get("file")
        if isinstance(file, UploadedFile):
            cleaned["text"] = self._read(file)
        elif not cleaned.get("text", "").strip() and not self.errors:
            raise forms.ValidationError(_("Choose a file, or paste the rows."))
        return cleaned

    @staticmethod
    def _read(file: "UploadedFile[Any]") -> str:
        if (file.size or 0) > 2 * MOST_CHARACTERS:
            raise forms.ValidationError({"file": _("This file is too large for a list. Send it in parts.")})
        try:
            return lists_in.text_of(file.read())
        except lists_in.TableUnreadable:
            text = _("This is no text. Save the table as CSV and choose it again.")
            raise forms.ValidationError({"file": text}) from None


def unreadable(error: lists_in.TableUnreadable) -> str:
    """What to mend in the whole table."""
    if error.most:
        return _("The list has more than %(most)s lines. Send it in parts.") % {"most": error.most}
    if error.missing:
        return _("These headings are missing: %(names)s.") % {"names": ", ".join(error.missing)}
    return str(_("This table cannot be read. Save it as CSV and choose it again."))
