"""What heads set about their people. What may be set is judged by the services."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.staff import ColleagueField
from complaints.kinds import Reason
from complaints.models import Category
from complaints.querysets import CategoryQuerySet
from insurers.models import Branch
from insurers.querysets import BranchQuerySet
from representatives.models import HelpReason, Representative, User
from representatives.people import HIGHEST_CEILING

#: Why a load changes hands.
REASONS = (Reason.LEAVE, Reason.COMPETENCE, Reason.OTHER)


class DayField(forms.DateField):
    """A day as browsers and people write it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **options: Any) -> None:
        invalid = _("Write the day, for example 31.12.2026.")
        formats = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]
        super().__init__(input_formats=formats, error_messages={"invalid": invalid}, **options)


class Themes(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Category) -> str:
        return obj.title


class LimitsForm(forms.Form):
    """How many open cases at once, and which themes."""

    ceiling = forms.IntegerField(
        label=_("Most open cases at once"),
        min_value=1,
        max_value=HIGHEST_CEILING,
        help_text=_("With so many, “take the next one” gives no more. A head may still hand over cases."),
    )
    competences = Themes(
        Category.objects.none(),
        label=_("Themes this person takes"),
        to_field_name="slug",
        required=False,
        help_text=_("None chosen: all themes."),
    )

    def __init__(self, *args: Any, themes: CategoryQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["competences"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = themes

    def slugs(self) -> list[str]:
        return [theme.slug for theme in self.cleaned_data["competences"]]


class LeaveForm(forms.Form):
    """Days on which somebody takes no cases."""

    starts_on = DayField(label=_("First day of the leave"))
    ends_on = DayField(
        label=_("Last day of the leave"),
        help_text=_(
            "On the first day what they have in work goes back to its queues by itself; what waits for a "
            "patient stays until the answer."
        ),
    )


class LoadForm(forms.Form):
    """To whom everything goes that somebody holds. Nothing is chosen beforehand: one press moves much."""

    POOL = "pool"
    to = forms.ChoiceField(label=_("Give everything they hold to"))
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[(reason.value, reason.label) for reason in REASONS]
    )

    def __init__(self, *args: Any, colleagues: Iterable[Representative], **options: Any) -> None:
        super().__init__(*args, **options)
        self.colleagues = {str(person.pk): person for person in colleagues}
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        people = [
            (pk, f"{person.user}, {person.get_presence_display()}") for pk, person in self.colleagues.items()
        ]
        pool = (self.POOL, _("back to the queues, whoever is free takes it"))
        field.choices = [("", _("choose")), pool, *people]

    def receiver(self) -> User | None:
        """None: the queues."""
        person = self.colleagues.get(self.cleaned_data["to"])
        return None if person is None else person.user


class GiveForm(forms.Form):
    """On whose desk a waiting case is put."""

    to = ColleagueField(Representative.objects.none(), label=_("To whom"), empty_label=_("choose a person"))

    def __init__(self, *args: Any, serving: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = serving


class HelpForm(forms.Form):
    """Which branch of another region helps with a case, why, and how long."""

    to = forms.ModelChoiceField(
        Branch.objects.none(), label=_("Branch that helps"), empty_label=_("choose a branch")
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("choose")), *HelpReason.choices])
    days = forms.IntegerField(
        label=_("For how many days"),
        min_value=1,
        max_value=30,
        initial=7,
        help_text=_("The access ends by itself. You may end it earlier."),
    )

    def __init__(self, *args: Any, branches: BranchQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = branches


__all__ = ["GiveForm", "HelpForm", "LeaveForm", "LimitsForm", "LoadForm"]
