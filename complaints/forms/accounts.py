"""Forms of accounts of staff. What may be given is judged by representatives.rights."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.public.fields import PhoneField
from complaints.forms.staff import choice_of_rows
from insurers.models import Branch, Insurer
from insurers.querysets import BranchQuerySet
from representatives.models import AccountReason
from representatives.reach import Place, Reach
from representatives.roles import INSURER_TIERS, Tier

_WRONG_EMAIL = _("This is not a whole address. Write it like name@mail.ru.")


class _Several(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    widget = forms.CheckboxSelectMultiple


class PlaceForm(forms.Form):
    """What somebody does: a tier of branches, head, administrator. Offers what the asker may give."""

    tier = forms.TypedChoiceField(
        label=_("Works on appeals as"), coerce=int, empty_value=None, required=False,
        help_text=_("Leave it empty for somebody who only heads or administers."),
    )  # fmt: skip
    branches = _Several(Branch.objects.none(), label=_("In which branches"), required=False)
    headed = _Several(Branch.objects.none(), label=_("Head of"), required=False)
    administers = _Several(Insurer.objects.none(), label=_("Administrator of"), required=False)

    def __init__(self, *args: Any, reach: Reach, branches: BranchQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        choice_of_rows(self, "branches").queryset = branches
        choice_of_rows(self, "headed").queryset = branches
        choice_of_rows(self, "administers").queryset = Insurer.objects.filter(pk__in=reach.insurer_ids)
        if not reach.insurer_ids:
            del self.fields["administers"]
        known = list(branches)
        if len(known) == 1:
            self.initial.setdefault("branches", known)
        kinds = {branch.is_fund for branch in known}
        tiers = [*(INSURER_TIERS if False in kinds else ()), *((Tier.FUND,) if True in kinds else ())]
        tier = self.fields["tier"]
        assert isinstance(tier, forms.TypedChoiceField)
        tier.choices = [("", _("takes no appeals")), *((each.value, each.label) for each in tiers)]

    def place(self) -> Place:
        """Whoever takes no appeals works in no branch, whatever is ticked."""
        chosen = self.cleaned_data
        return Place(
            tier=chosen["tier"],
            branch_ids=_ids(chosen["branches"] if chosen["tier"] else ()),
            headed_ids=_ids(chosen["headed"]),
            insurer_ids=_ids(chosen.get("administers", ())),
        )


class DetailsForm(forms.Form):
    """How somebody is called and reached."""

    name = forms.CharField(label=_("Surname, first name, patronymic"), max_length=200)
    email = forms.EmailField(
        label=_("Work e-mail"), error_messages={"invalid": _WRONG_EMAIL},
        help_text=_("A new password is sent there. The address from before is told of the change."),
    )  # fmt: skip
    phone = PhoneField(label=_("Work phone"), required=False, help_text=_("For calls of duty people."))

    def clean_phone(self) -> Any:
        """Duty people are paged by it: there is nobody to dial further."""
        phone = self.cleaned_data["phone"]
        if phone and phone.extension:
            raise forms.ValidationError(_("Here is room for the phone only: leave the extension out."))
        return phone

    def contact(self) -> dict[str, str]:
        phone = self.cleaned_data["phone"]
        return {
            "email": self.cleaned_data["email"].lower(),
            "phone": str(getattr(phone, "as_e164", "") or ""),
        }

    def person(self) -> dict[str, str]:
        return self.contact() | {"name": " ".join(self.cleaned_data["name"].split())}


class OwnContactForm(DetailsForm):
    """One's own address and phone; the name is given by others."""

    name = None  # type: ignore[assignment]  # Django's way to leave a field out


class InviteForm(PlaceForm, DetailsForm):
    """Whom, and to what."""

    field_order = ("name", "email", "phone", "tier", "branches", "headed", "administers")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].help_text = _(
            "The link to the first password goes there. What stands before the @ becomes the login."
        )


class WhyForm(forms.Form):
    """The reason of an act that is kept for ever."""

    reason = forms.ChoiceField(label=_("Reason"))

    def __init__(self, *args: Any, reasons: Iterable[AccountReason], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("choose")), *((reason.value, reason.label) for reason in reasons)]


class FindPersonForm(forms.Form):
    """Goes by POST: a name stands in no address."""

    query = forms.CharField(label=_("Name, login or e-mail"), min_length=2, max_length=100)


def _ids(rows: Iterable[Any]) -> frozenset[int]:
    return frozenset(row.pk for row in rows)
