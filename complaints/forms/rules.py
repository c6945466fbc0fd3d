"""A limit of an insurer as it shall be."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.people import DayField
from complaints.forms.staff import ThemeField, choice_of_rows
from complaints.kinds import Kind, Urgency
from complaints.models import Category, EscalationRule, LimitUnit
from complaints.querysets import CategoryQuerySet
from insurers.models import Insurer
from representatives.roles import INSURER_TIERS

#: Nobody waits longer: a higher number is a slip.
HIGHEST = 1000
#: A new day of rules begins with the day in Moscow, everywhere.
ZONE = ZoneInfo("Europe/Moscow")


class RuleForm(forms.Form):
    """Which appeals, and how long the tier has."""

    insurer = forms.ModelChoiceField(Insurer.objects.none(), label=_("Insurer"), empty_label=None)
    tier = forms.TypedChoiceField(
        label=_("Tier"), coerce=int, choices=[(tier.value, tier.label) for tier in INSURER_TIERS]
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"), required=False, choices=[("", _("urgent or not")), *Urgency.choices]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("every kind")), *Kind.choices])
    category = ThemeField(
        Category.objects.none(), label=_("Theme"), required=False, empty_label=_("every theme")
    )
    reaction_limit = forms.IntegerField(
        label=_("First reaction within"), required=False, min_value=1, max_value=HIGHEST,
        help_text=_("Leave it empty where no first reaction is asked for."),
    )  # fmt: skip
    reaction_unit = forms.ChoiceField(
        label=_("Counted in"), required=False, choices=[("", _("not asked for")), *LimitUnit.choices]
    )
    resolution_limit = forms.IntegerField(label=_("Decision within"), min_value=1, max_value=HIGHEST)
    resolution_unit = forms.ChoiceField(
        label=_("Counted in"), choices=LimitUnit.choices, initial=LimitUnit.WORKING_DAY
    )
    starts_on = DayField(
        label=_("From which day"), required=False,
        help_text=_("Empty: at once. From a later day it holds for appeals filed from that day on."),
    )  # fmt: skip

    def __init__(self, *args: Any, insurers: Any, themes: CategoryQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        choice_of_rows(self, "insurer").queryset = insurers
        choice_of_rows(self, "category").queryset = themes

    @staticmethod
    def starting_from(rule: EscalationRule) -> dict[str, Any]:
        """What the form shows of a rule that is to be changed."""
        names = (
            "tier", "urgency", "kind", "reaction_limit", "reaction_unit", "resolution_limit",
            "resolution_unit",
        )  # fmt: skip
        return {name: getattr(rule, name) for name in names} | {"category": rule.category_id}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        limit, unit = cleaned.get("reaction_limit"), cleaned.get("reaction_unit")
        if "reaction_limit" in cleaned and bool(limit) != bool(unit):
            self.add_error("reaction_unit", _("Write both the number and what it counts, or neither."))
        return cleaned

    def values(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        names = (
            "tier", "urgency", "kind", "category", "reaction_limit", "reaction_unit", "resolution_limit",
            "resolution_unit",
        )  # fmt: skip
        return {name: chosen[name] for name in names}

    def starts_at(self) -> datetime | None:
        day = self.cleaned_data["starts_on"]
        return datetime.combine(day, time(), ZONE) if day else None


class ConsentForm(forms.Form):
    """What a fund says."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed for a refusal: the insurer reads it."),
    )  # fmt: skip
