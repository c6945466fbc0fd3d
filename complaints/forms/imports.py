"""The form by which a registry is brought."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from complaints.reports.staff.imports import Reach
from insurers.models import RegistryKind


class ImportForm(forms.Form):
    """A file, what it is, whose policies it holds, and whether it is all there is."""

    kind = forms.ChoiceField(label=_("What is in the file"))
    branch = forms.ChoiceField(label=_("Whose policies"), required=False)
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A table (CSV, also packed as gz): UTF-8 or windows-1251, columns by name. Of official registers "
            "the XML too."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.gz,.xml,text/csv,text/xml,application/gzip"}),
        error_messages={"required": _("Choose the file."), "empty": _("The file is empty: choose another.")},
    )
    replace = forms.BooleanField(
        label=_("The file is all there is"),
        help_text=_(
            "What it lacks ends. You see how many before anything is written. Without this mark nothing ends."
        ),
        required=False,
    )

    def __init__(self, *args: Any, reach: Reach, **options: Any) -> None:
        super().__init__(*args, **options)
        self.reach = reach
        self._choices("kind", [(kind.value, kind.label) for kind in reach.kinds])
        branches: list[Any] = [(str(branch.pk), str(branch)) for branch in reach.branch_list]
        if len(branches) > 1:
            branches.insert(0, ("", _("lines name insurer and region")))
        self.fields["branch"].required = len(branches) == 1
        self._choices("branch", branches)

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if len(choices) == 1:
            field.initial = choices[0][0]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.REGISTRY_MAX_BYTES:
            most = filesizeformat(settings.REGISTRY_MAX_BYTES)
            raise ValidationError(
                _("The file is larger than %(most)s. Pack it as gz, or send it in parts.") % {"most": most}
            )
        return file

    def branch_ids(self) -> list[int]:
        """The chosen branch, or all that this person may fill."""
        chosen = self.cleaned_data["branch"]
        if self.cleaned_data["kind"] != RegistryKind.POLICIES or not chosen:
            return self.reach.branch_ids
        return [int(chosen)]
