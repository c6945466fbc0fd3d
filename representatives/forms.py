"""Forms of the administration of staff."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from representatives import one_address
from representatives.models import ApiKey, Scope, User
from representatives.roles import INSURER_TIERS, Tier


def _check_address(email: str, row: User) -> None:
    """Who runs the portal may know whose it is. Raises ValidationError."""
    other = one_address.holder(email, but=row)
    if other is not None:
        text = _(
            "One address serves one account, and %(login)s has this one. Give another, or close that one."
        )
        raise forms.ValidationError({"email": text % {"login": other.username}})


class StaffCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]  # generic for the checker only
    """A new member of staff: login, name and first password."""

    class Meta:
        model = User
        fields = ("username", "full_name", "email")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        _check_address(cleaned.get("email", ""), self.instance)
        return cleaned


class StaffChangeForm(UserChangeForm):  # type: ignore[type-arg]  # generic for the checker only
    """The last one who runs the portal stays: nobody could open the administration any more."""

    class Meta:
        model = User
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        runs = all(cleaned.get(name) for name in ("is_active", "is_staff", "is_superuser"))
        self._lock(all_who_run=not runs)
        if not runs and self._is_the_last():
            raise forms.ValidationError(_("Nobody else could run the portal. Appoint another one first."))
        if cleaned.get("is_active") and self._has_come_to_it(cleaned):
            _check_address(cleaned.get("email", ""), self.instance)
        return cleaned

    def _lock(self, *, all_who_run: bool) -> None:
        """The row before the address, as everywhere: who changes the same account at once is waited for, not
        waited for by. With those who run the portal, two who close each other at once do not both go."""
        rows = User.objects.filter(pk=self.instance.pk)
        if all_who_run:
            rows |= User.objects.who_run_the_portal()
        list(rows.select_for_update(no_key=True).order_by("pk"))

    def _is_the_last(self) -> bool:
        running = User.objects.who_run_the_portal().values_list("pk", flat=True)
        return set(running) == {self.instance.pk}

    def _has_come_to_it(self, cleaned: dict[str, Any]) -> bool:
        """The address is new, or the account was closed: one that shares its address stays as it is."""
        known = {"is_active": True, "email__iexact": cleaned.get("email", "")}
        return not User.objects.filter(pk=self.instance.pk, **known).exists()


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """A new key: for which system, branch and tier, with which rights, for how long."""

    scopes = forms.MultipleChoiceField(
        label=_("rights"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=list(Scope.values),
    )
    tier = forms.TypedChoiceField(
        label=_("tier"), coerce=int, choices=[(int(tier), tier.label) for tier in INSURER_TIERS],
        help_text=_("A key of a fund always works in the fund's queue."),
    )  # fmt: skip
    days = forms.IntegerField(label=_("valid for, days"), min_value=1, max_value=730, initial=365)

    class Meta:
        model = ApiKey
        fields = ("name", "branch")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "branch" in cleaned and cleaned["branch"].is_fund:
            cleaned["tier"] = int(Tier.FUND)
        return cleaned

    def _post_clean(self) -> None:
        """The row itself is made by the service: there is nothing to validate on a half-filled one."""
