"""Forms of the workplace about the people of a case: their contacts, the death of a patient."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.public.fields import PhoneField
from complaints.forms.staff import ActForm, IdentifyForm
from complaints.kinds import Changed, ContactWay, DeathSource
from complaints.models import ContactChange

_WRONG_EMAIL = _("This is not a whole address. Write it like name@mail.ru.")
_FIELDS: dict[str, forms.Field] = {
    ContactWay.PHONE: PhoneField(),
    ContactWay.EMAIL: forms.EmailField(error_messages={"invalid": _WRONG_EMAIL}),
    Changed.ADDRESS: forms.CharField(),
}


class StaffContactForm(IdentifyForm):
    """What somebody whose document was seen dictates; the document is asked last."""

    way = forms.ChoiceField(
        label=_("What changes"), choices=[(way.value, way.label) for way in ContactChange.WAYS]
    )
    new = forms.CharField(
        label=_("New data"),
        help_text=_(
            "Phone, e-mail or postal address as the person in front of you dictates it. The contact from "
            "before is told."
        ),
        max_length=300,
    )
    field_order = ("seen", "way", "new", "proof")

    def clean(self) -> dict[str, Any]:
        """As it is kept: a phone as +79201234567."""
        cleaned: dict[str, Any] = super().clean() or {}
        field = _FIELDS.get(cleaned.get("way", ""))
        if field is not None and "new" in cleaned:
            try:
                new = field.clean(cleaned["new"])
                cleaned["new"] = str(getattr(new, "as_e164", new))
            except forms.ValidationError as error:
                self.add_error("new", error)
        return cleaned


class DeathForm(ActForm):
    """From where it is known; or, once it is noted, that it was a mistake."""

    MISTAKE = "mistake"
    source = forms.ChoiceField(
        label=_("From where is it known?"),
        help_text=_(
            "Nobody is asked any more whether it helped, and nothing is sent to the patient's own phone and "
            "e-mail. The work on the appeal goes on."
        ),
    )

    def prepare(self) -> None:
        if not self.complaint.card.patient_died:
            self.offer("source", [("", _("choose")), *DeathSource.choices])
            return
        self.fields["source"].label = _("The patient's death is noted")
        self.fields["source"].help_text = _("Take the mark back only when it was a mistake.")
        self.offer("source", [("", _("choose")), (self.MISTAKE, _("It was a mistake: the patient is alive"))])
