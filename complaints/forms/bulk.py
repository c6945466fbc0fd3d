"""What an act on many cases asks. Whether it may be done is judged case by case, when it is done."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.staff import (
    FORWARD_REASONS,
    HAND_OVER_REASONS,
    HOP_REASONS,
    RECLASSIFY_REASONS,
    ColleagueField,
    StaffText,
    ThemeField,
    choice_of_rows,
    reasons,
)
from complaints.kinds import Kind, Urgency
from complaints.models import BulkAct, Category, Export
from complaints.reports.staff.export_every import SHEETS
from complaints.reports.staff.export_lists import Listed
from complaints.reports.staff.tabs import Tab
from complaints.services.bulk import MOST_MARKED
from insurers.models import Branch
from representatives.models import Representative

#: What a box in a list sends: the number and the version of the row on screen.
_MARK = re.compile(r"(\d{2}-\d{2}-\d{7}-\d)\.(\d{1,9})")
WHOLE, MARKED = "all", "marked"
#: Lists on whose cases something can be done.
TABS = (Tab.QUEUE, Tab.MINE, Tab.WAITING, Tab.ALL)


def acts_on(tab: Tab) -> Sequence[tuple[str, Any]]:
    """What can be done with several cases of this list; nothing with those that are decided."""
    return BulkAct.Kind.choices if tab in TABS else ()


def versions_of(sent: Sequence[str]) -> dict[str, int]:
    """The marked cases with the versions that were on screen; anything else is no box of ours."""
    found = [_MARK.fullmatch(one) for one in sent[: 2 * MOST_MARKED]]
    return {match[1]: int(match[2]) for match in found if match}


class ChooseForm(forms.Form):
    """Which act, and on what: the marked cases or the whole list as it is narrowed."""

    act = forms.ChoiceField(choices=BulkAct.Kind.choices)
    which = forms.ChoiceField(choices=((MARKED, ""), (WHOLE, "")))
    tab = forms.ChoiceField(choices=[(tab.value, tab.value) for tab in TABS])
    query = forms.CharField(required=False, max_length=400)


class BulkForm(forms.Form):
    """Words of an act; `arguments` are ids and codes, the note is for staff."""

    def offer(self, choices: Mapping[str, Any]) -> None:
        """The rows that this person may choose among."""

    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("reason",) if name in self.cleaned_data}

    def note(self) -> str:
        return str(self.cleaned_data.get("text", ""))


class AssignForm(BulkForm):
    to = ColleagueField(Representative.objects.none(), label=_("To whom"), empty_label=_("choose a person"))
    reason = reasons(HAND_OVER_REASONS)
    text = StaffText(label=_("Note for the colleague"), rows=3, required=False)

    def offer(self, choices: Mapping[str, Any]) -> None:
        choice_of_rows(self, "to").queryset = choices["colleagues"]

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "to": self.cleaned_data["to"].user_id}


class ReleaseForm(BulkForm):
    """Nothing is asked: the button says it."""


class EscalateForm(BulkForm):
    reason = reasons(HOP_REASONS)
    text = StaffText(label=_("Note for the next tier"), rows=3, required=False)


class ForwardForm(BulkForm):
    to = forms.ModelChoiceField(Branch.objects.none(), label=_("To which body"), empty_label=_("choose"))
    reason = reasons(FORWARD_REASONS)

    def offer(self, choices: Mapping[str, Any]) -> None:
        choice_of_rows(self, "to").queryset = choices["bodies"]

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "to": self.cleaned_data["to"].pk}


class ReclassifyForm(BulkForm):
    kind = forms.ChoiceField(label=_("Kind of appeal"), required=False)
    category = ThemeField(
        Category.objects.none(), label=_("Theme"), required=False, empty_label=_("as it is in each")
    )
    urgency = forms.ChoiceField(label=_("Urgency"), required=False)
    reason = reasons(RECLASSIFY_REASONS)
    text = StaffText(
        label=_("Note: why"), rows=3,
        help_text=_("Only staff read it. What is lowered is only proposed: a colleague or the head decides."),
    )  # fmt: skip

    def offer(self, choices: Mapping[str, Any]) -> None:
        choice_of_rows(self, "category").queryset = choices["themes"]
        for name, known in (("kind", Kind.choices), ("urgency", Urgency.choices)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("as it is in each")), *known]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(name) for name in ("kind", "category", "urgency")):
            self.add_error(None, _("Choose what is to be other: the kind, the theme or the urgency."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        category = chosen["category"].pk if chosen["category"] else None
        return {
            **super().arguments(), "kind": chosen["kind"], "category": category, "urgency": chosen["urgency"]
        }  # fmt: skip


FORMS: Mapping[str, type[BulkForm]] = {
    BulkAct.Kind.ASSIGN: AssignForm,
    BulkAct.Kind.RELEASE: ReleaseForm,
    BulkAct.Kind.ESCALATE: EscalateForm,
    BulkAct.Kind.FORWARD: ForwardForm,
    BulkAct.Kind.RECLASSIFY: ReclassifyForm,
}


class ExportForm(forms.Form):
    """In which format, and of which list."""

    format = forms.ChoiceField(
        label=_("Format"), choices=Export.Format.choices, widget=forms.RadioSelect,
        initial=Export.Format.XLSX.value,
    )  # fmt: skip
    tab = forms.ChoiceField(
        choices=[(tab, tab) for tab in dict.fromkeys([*map(str, Tab), *map(str, Listed), *SHEETS])],
        widget=forms.HiddenInput,
    )
    query = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
