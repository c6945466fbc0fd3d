"""The form of an approved text: what for, which theme, its words with blanks."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.staff import ThemeField, choice_of_rows
from complaints.kinds import TemplatePurpose
from complaints.models import Category, Template
from complaints.services import templates
from complaints.services.thread import MOST_CHARACTERS
from complaints.services.transitions import RuleBroken
from insurers.models import Branch
from insurers.querysets import BranchQuerySet


class TemplateForm(forms.Form):
    """`version` is the one that was on screen: nobody writes over a newer one unseen."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    branch = forms.ModelChoiceField(Branch.objects.none(), label=_("For which branch"), empty_label=None)
    purpose = forms.ChoiceField(label=_("What for"), choices=TemplatePurpose.choices)
    category = ThemeField(
        Category.objects.none(), label=_("Theme"), required=False, empty_label=_("every theme")
    )
    title = forms.CharField(label=_("Title, for colleagues"), max_length=120)
    body = forms.CharField(
        label=_("Text"), max_length=MOST_CHARACTERS, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Blanks in braces are filled in from the case; the list is below."),
    )  # fmt: skip

    def __init__(self, *args: Any, branches: BranchQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of_rows(self, "branch").queryset = branches
        choice_of_rows(self, "category").queryset = Category.objects.valid_on(timezone.localdate())

    @staticmethod
    def starting_from(template: Template) -> dict[str, Any]:
        """What the form shows of a text that is there already."""
        shown = {name: getattr(template, name) for name in ("version", "purpose", "title", "body")}
        return shown | {"category": template.category_id, "branch": template.branch_id}

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"].replace("\r\n", "\n").strip()
        try:
            templates.check(body)
        except RuleBroken as error:
            raise forms.ValidationError(str(error.message), code=error.code) from error
        return body
