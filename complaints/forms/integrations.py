"""Forms of keys for other systems and of receivers of events."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.staff import choice_of_rows
from insurers.models import Branch
from insurers.querysets import BranchQuerySet
from omsportal.platform.outward import LONGEST
from representatives.integrating import Span
from representatives.models import CaseEvent, Scope, Webhook
from representatives.profiles import Profile
from representatives.roles import INSURER_TIERS, Tier

LONGEST_LIFE = 730
FURTHEST_BACK = 30
MORE_THAN_ONE = 2
TICK_ONE = _("Tick at least one.")


class SpanForm(forms.Form):
    """Which branches a key or a receiver reaches. `home`: that of one that is there already."""

    branch = forms.ModelChoiceField(
        Branch.objects.none(), label=_("Branch"), empty_label=None,
        help_text=_("It answers for the key or the receiver, and its alarms go there."),
    )  # fmt: skip
    everywhere = forms.BooleanField(
        label=_("All branches of the insurer, also those that come later"), required=False
    )
    others = forms.ModelMultipleChoiceField(
        Branch.objects.none(), label=_("Or these branches beside it"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        branches: BranchQuerySet,
        profile: Profile,
        home: Branch | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.home = home
        choice_of_rows(self, "branch").queryset = branches
        choice_of_rows(self, "others").queryset = branches
        if home is not None:
            del self.fields["branch"]
        if len(branches) < MORE_THAN_ONE:
            del self.fields["others"]
        if not profile.insurer_ids:
            del self.fields["everywhere"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        home = self.home or cleaned.get("branch")
        others = [] if cleaned.get("everywhere") else list(cleaned.get("others") or ())
        if home is not None and any(row.insurer_id != home.insurer_id or row.is_fund for row in others):
            self.add_error("others", _("Choose branches of one insurer: a fund has a key of its own."))
        if home is not None and home.is_fund and cleaned.get("everywhere"):
            self.add_error("everywhere", _("A fund has no other branches: leave this empty."))
        if home is not None:
            span = Span(home, tuple(row.pk for row in others), bool(cleaned.get("everywhere")))
            cleaned["span"] = span
        return cleaned


class KeyForm(SpanForm):
    """A new key: for which system, branches and tier, with which rights, for how long."""

    name = forms.CharField(label=_("Which system uses the key"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("What the key may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": TICK_ONE},
        help_text=_("Give only what the system needs: for a telephone system “announce calls” is enough."),
    )  # fmt: skip
    tier = forms.TypedChoiceField(
        label=_("Tier in whose name it works"), coerce=int,
        choices=[(int(tier), tier.label) for tier in INSURER_TIERS], initial=int(Tier.CONTACT_CENTRE),
        help_text=_("A key of a fund always works in the fund's queue."),
    )  # fmt: skip
    days = forms.IntegerField(label=_("Valid for, days"), min_value=1, max_value=LONGEST_LIFE, initial=365)
    field_order = ("name", "branch", "everywhere", "others")

    @property
    def lifetime(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


class WebhookForm(SpanForm):
    """A receiver: which system, where, and of what it hears."""

    name = forms.CharField(label=_("Which system receives the events"), max_length=80)
    url = forms.CharField(
        label=_("Address of the receiver"), max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Begins with https:// and can be reached from the internet."),
    )  # fmt: skip
    hears = forms.MultipleChoiceField(
        label=_("It hears that…"), choices=CaseEvent.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": TICK_ONE},
    )  # fmt: skip

    field_order = ("name", "url", "branch", "everywhere", "others")

    @staticmethod
    def starting_from(webhook: Webhook) -> dict[str, Any]:
        """What the form shows of a receiver that is there already."""
        shown = {name: getattr(webhook, name) for name in ("name", "url", "hears", "everywhere")}
        return shown | {"others": webhook.other_branch_ids}

    def clean_url(self) -> str:
        return str(self.cleaned_data["url"]).strip()

    def answers(self) -> dict[str, Any]:
        """As the services take them."""
        return {name: self.cleaned_data[name] for name in ("span", "name", "url", "hears")}


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
