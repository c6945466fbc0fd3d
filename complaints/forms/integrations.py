"""Forms of keys for other systems and of receivers of events."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.staff import choice_of_rows
from insurers.models import Branch
from insurers.querysets import BranchQuerySet
from omsportal.platform.outward import LONGEST
from representatives.models import CaseEvent, Scope, Webhook
from representatives.roles import INSURER_TIERS, Tier

LONGEST_LIFE = 730
FURTHEST_BACK = 30


class KeyForm(forms.Form):
    """A new key: for which system, branch and tier, with which rights, for how long."""

    branch = forms.ModelChoiceField(Branch.objects.none(), label=_("Branch"), empty_label=None)
    name = forms.CharField(label=_("Which system uses the key"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("What the key may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("Give only what the system needs: for a telephone system “announce calls” is enough."),
    )  # fmt: skip
    tier = forms.TypedChoiceField(
        label=_("Tier in whose name it works"), coerce=int,
        choices=[(int(tier), tier.label) for tier in INSURER_TIERS], initial=int(Tier.CONTACT_CENTRE),
        help_text=_("A key of a fund always works in the fund's queue."),
    )  # fmt: skip
    days = forms.IntegerField(label=_("Valid for, days"), min_value=1, max_value=LONGEST_LIFE, initial=365)

    def __init__(self, *args: Any, branches: BranchQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_of_rows(self, "branch").queryset = branches

    @property
    def lifetime(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


class WebhookForm(forms.Form):
    """A receiver: which system, where, and of what it hears. Without a branch when it is there already."""

    branch = forms.ModelChoiceField(Branch.objects.none(), label=_("Branch"), empty_label=None)
    name = forms.CharField(label=_("Which system receives the events"), max_length=80)
    url = forms.CharField(
        label=_("Address of the receiver"), max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Begins with https:// and can be reached from the internet."),
    )  # fmt: skip
    hears = forms.MultipleChoiceField(
        label=_("It hears that…"), choices=CaseEvent.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, branches: BranchQuerySet | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if branches is None:
            del self.fields["branch"]
        else:
            choice_of_rows(self, "branch").queryset = branches

    @staticmethod
    def starting_from(webhook: Webhook) -> dict[str, Any]:
        """What the form shows of a receiver that is there already."""
        return {name: getattr(webhook, name) for name in ("name", "url", "hears")}

    def clean_url(self) -> str:
        return str(self.cleaned_data["url"]).strip()


class ReplayForm(forms.Form):
    """From when on everything is sent anew."""

    hours = forms.TypedChoiceField(
        label=_("Send anew what happened in"), coerce=int,
        choices=[
            (1, _("the last hour")),
            (24, _("the last day")),
            (7 * 24, _("the last week")),
            (FURTHEST_BACK * 24, _("the last 30 days")),
        ],
    )  # fmt: skip

    def since(self, now: datetime) -> datetime:
        return now - timedelta(hours=self.cleaned_data["hours"])
