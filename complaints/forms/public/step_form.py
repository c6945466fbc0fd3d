"""What the forms of all pages of filing share."""

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.datastructures import MultiValueDict

if TYPE_CHECKING:
    from complaints.forms.public.answers import Answers


class Lent(dict[str, forms.Field]):
    """Fields of a form's class, for a form that only judges.

    Django copies every field of every form, which takes longer than judging. Here one is copied when it is
    asked for by its name, which is how a form changes it.
    """

    def __init__(self, fields: Mapping[str, forms.Field]) -> None:
        super().__init__(fields)
        self._copied: set[str] = set()

    def __deepcopy__(self, _memo: object) -> "Lent":
        return Lent(self)

    def __getitem__(self, name: str) -> forms.Field:
        if name not in self._copied:
            self._copied.add(name)
            self[name] = copy.deepcopy(super().__getitem__(name))
        return super().__getitem__(name)

    def as_they_are(self) -> dict[str, forms.Field]:
        """Whoever reads them now changes nothing."""
        return dict(self.items())


class StepForm(forms.Form):
    """A page of filing. `answers` are the other pages; what was typed before stands in the fields.

    A form that only judges an earlier answer (`shown=False`) does without what only a reader needs.
    """

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, answers: "Answers", shown: bool = True, **kwargs: Any
    ) -> None:
        if not shown:
            self.base_fields = Lent(self.base_fields)  # type: ignore[misc]  # of this form alone
        super().__init__(data, **kwargs)
        self.answers, self.is_shown = answers, shown
        self.prepare()
        if shown:
            self.dress()
        elif isinstance(self.fields, Lent):
            self.fields = self.fields.as_they_are()

    def prepare(self) -> None:
        """Fit the fields to the other answers."""

    def dress(self) -> None:
        """Put in what only a reader needs, and what has to be looked up for it."""

    def show_typed(self, typed: Mapping[str, list[str]]) -> None:
        """Show what was typed earlier, right or wrong, without judging it anew."""
        data: MultiValueDict[str, str] = MultiValueDict(typed)
        for name, field in self.fields.items():
            self.initial[name] = field.widget.value_from_datadict(data, {}, name)
