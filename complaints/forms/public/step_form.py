"""What the forms of all pages of filing share."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.datastructures import MultiValueDict

if TYPE_CHECKING:
    from complaints.forms.public.answers import Answers


class StepForm(forms.Form):
    """A page of filing. `answers` are the other pages; what was typed before stands in the fields.

    A form that only judges an earlier answer (`shown=False`) does without what only a reader needs.
    """

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, answers: "Answers", shown: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.answers = answers
        self.prepare()
        if shown:
            self.dress()

    def prepare(self) -> None:
        """Fit the fields to the other answers."""

    def dress(self) -> None:
        """Put in what only a reader needs, and what has to be looked up for it."""

    def show_typed(self, typed: Mapping[str, list[str]]) -> None:
        """Show what was typed earlier, right or wrong, without judging it anew."""
        data: MultiValueDict[str, str] = MultiValueDict(typed)
        for name, field in self.fields.items():
            self.initial[name] = field.widget.value_from_datadict(data, {}, name)
