"""A new edition of the official form as a file; which of its rows each kind and theme count into."""

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.forms.people import DayField
from complaints.reports.staff.official_codes import Mapping
from complaints.services import official_codes
from omsportal.platform.lists_in import TableUnreadable, text_of

_SALT = "complaints.forms.official_codes"
_LONGEST_TEXT = 90
MOST_BYTES = 2_000_000
#: Bad lines that are told; the rest is mended after these.
MOST_TOLD = 10


class EditionForm(forms.Form):
    """Its name, its first day, and its rows."""

    edition = forms.CharField(
        label=_("Name of the edition"), max_length=16,
        help_text=_("Number and year of the order: 157н-2022."),
    )  # fmt: skip
    begins_on = DayField(label=_("In force from"))
    file = forms.FileField(
        label=_("Rows of the form"),
        help_text=_(
            "A table (CSV, UTF-8 or windows-1251) with the headings “строка” and “текст”; also “таблица”, "
            "“входит в”, “вид”. Nothing is taken while a line is wrong."
        ),
        error_messages={"required": _("Choose the file."), "empty": _("The file is empty: choose another.")},
    )

    def clean_file(self) -> Any:
        """Rows of the form. Raises ValidationError that names lines and reasons."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("This is larger than any form. Choose the table with its rows."))
        try:
            rows, bad = official_codes.read(text_of(file.read()))
        except TableUnreadable as error:
            missing = ", ".join(error.missing) or official_codes.CODE
            raise ValidationError(
                gettext("This is not the table: the heading “%(missing)s” is not there.")
                % {"missing": missing}
            ) from error
        if bad:
            lines = [
                gettext("line %(line)s: %(reason)s") % {"line": one.line, "reason": one.reason} for one in bad
            ]
            raise ValidationError("; ".join(lines[:MOST_TOLD]))
        if not any(row.table == official_codes.APPEALS for row in rows):
            raise ValidationError(_("Table 1 with the rows of appeals is not in the file."))
        return rows


class RowsForm(forms.Form):
    """Numbers of rows for the themes of one kind of appeal. `seen` is what stood on the screen, signed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, mapping: Mapping) -> None:
        super().__init__(data, initial={"seen": signing.dumps(_pairs(mapping.chosen), salt=_SALT)})
        self.mapping = mapping
        self.ids = {row.code: row.pk for row in mapping.rows}
        for line in mapping.lines:
            label = line.theme.title if line.theme else _("All other themes")
            self.fields[f"theme_{line.key}"] = forms.CharField(
                label=label, max_length=16, required=False,
                initial=line.row.code if line.row else "",
                help_text=_short(line.row.text) if line.row else "",
                widget=forms.TextInput(attrs={"list": "rows-of-form", "autocomplete": "off"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, code in list(cleaned.items()):
            if name != "seen" and code and code not in self.ids:
                self.add_error(name, _("This edition has no row of this number for appeals of this kind."))
        return cleaned

    def wanted(self) -> dict[int, int | None]:
        return {line.key: self.ids.get(self.cleaned_data[f"theme_{line.key}"]) for line in self.mapping.lines}

    def was_seen(self) -> dict[int, int | None]:
        """What is not ours was not seen."""
        try:
            pairs = signing.loads(self.cleaned_data["seen"], salt=_SALT)
        except signing.BadSignature:
            return {}
        return {int(theme): row for theme, row in pairs}


def _pairs(chosen: dict[int, int | None]) -> list[tuple[int, int | None]]:
    return sorted(chosen.items())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
