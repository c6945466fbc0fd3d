"""The body of a new appeal."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.api.faults import broken
from complaints.api.fields import (
    REGION_PATTERN,
    SLUG_PATTERN,
    AmountField,
    DayField,
    FlagField,
    InputSerializer,
    OneOfField,
    SeveralField,
    TextField,
)
from complaints.api.serializers import rules
from complaints.forms.public.answers import MAY_BE_ANONYMOUS
from complaints.kinds import AnswerChannel, ForWhom, Kind, NamingConsent
from complaints.models import Category, Consent
from complaints.services.thread import MOST_CHARACTERS
from insurers.models import Insurer, Region
from insurers.policy_numbers import PolicyNumber

MOST_IN_NAME = 80
_MESSENGER = Consent.Purpose.MESSENGER.value


class NamesSerializer(InputSerializer):
    """Parts of a name."""

    surname = TextField(max_length=MOST_IN_NAME, required=False, help_text=_("Surname as in the policy"))
    first_name = TextField(max_length=MOST_IN_NAME, required=False, help_text=_("First name"))
    patronymic = TextField(
        max_length=MOST_IN_NAME, required=False, help_text=_("Patronymic, if there is one")
    )

    def validate_surname(self, value: str) -> str:
        return str(rules.name(value))

    def validate_first_name(self, value: str) -> str:
        return str(rules.name(value))

    def validate_patronymic(self, value: str) -> str:
        return str(rules.name(value))


class PatientInput(NamesSerializer):
    """Whose rights it is about."""

    birth_on = DayField(required=False, help_text=_("Date of birth"))

    def validate_birth_on(self, value: date) -> date:
        return rules.past_day(value)


class ApplicantInput(NamesSerializer):
    """Who asks, and where to reach them. Names may be left out when it is the patient."""

    phone = TextField(max_length=40, required=False, help_text=_("Phone, in any usual way of writing"))
    email = TextField(max_length=254, required=False, help_text=_("E-mail"))
    postal_address = TextField(max_length=300, required=False, help_text=_("Postal address, for a letter"))
    relation = TextField(
        max_length=80, required=False, help_text=_("Who the applicant is to the patient: mother, guardian …")
    )

    def validate_phone(self, value: str) -> str:
        return str(rules.phone(value).as_e164)

    def validate_email(self, value: str) -> str:
        return rules.email(value)


class ConsentsField(SeveralField):
    """By messengers nothing is sent: such a consent turns nobody away, and is not kept."""

    def to_internal_value(self, data: Any) -> list[Any]:
        return [purpose for purpose in super().to_internal_value(data) if purpose != _MESSENGER]


class FilingInput(InputSerializer):
    """A new appeal. What is not known may be left out: nobody is turned away for it."""

    category = TextField(
        max_length=50, pattern=SLUG_PATTERN, help_text=_("What it is about: a code of /api/v1/categories/")
    )
    kind = OneOfField(Kind.choices, required=False, help_text=_("Kind; else that of the category"))
    urgent = FlagField(default=False, help_text=_("The patient is in the clinic now and is refused help"))
    for_whom = OneOfField(ForWhom.choices, default=ForWhom.SELF.value, help_text=_("For whom it is"))
    policy_number = TextField(
        max_length=40, required=False, help_text=_("Policy number (16 digits) or temporary certificate (9)")
    )
    insurer = TextField(
        max_length=60,
        pattern=SLUG_PATTERN,
        required=False,
        help_text=_("Insurer by /api/v1/insurers/, when the policy number is not at hand"),
    )
    region = TextField(
        max_length=2,
        pattern=REGION_PATTERN,
        required=False,
        help_text=_("Region where the policy was issued; without it the policy number tells"),
    )
    patient = PatientInput(required=False, help_text=_("Whose care it is about"))
    applicant = ApplicantInput(
        required=False,
        help_text=_("Who asks, and where to reach them; names may be left out when it is the patient"),
    )
    story = TextField(max_length=MOST_CHARACTERS, help_text=_("What happened, in the person's own words"))
    clinic = TextField(max_length=300, required=False, help_text=_("Clinic or hospital, with the town"))
    care_on = DayField(required=False, help_text=_("When it happened"))
    waiting_since = DayField(required=False, help_text=_("Since when the patient waits"))
    amount = AmountField(required=False, help_text=_("Sum asked for or paid, roubles"))
    region_of_care = TextField(
        max_length=2, pattern=REGION_PATTERN, required=False, help_text=_("Region where care was given")
    )
    naming_consent = OneOfField(
        NamingConsent.choices,
        default=NamingConsent.ASK.value,
        help_text=_("May the clinic hear the patient's name"),
    )
    answer_channel = OneOfField(
        AnswerChannel.choices, default=AnswerChannel.SITE.value, help_text=_("How to answer")
    )
    consents = ConsentsField(
        child=OneOfField(Consent.Purpose.choices),
        default=list,
        max_length=8,
        help_text=_(
            "Consents that the person gave; none of them is needed to be heard. By SMS news go out where the "
            "portal has a gateway; by messengers nothing is sent, and a consent to them is not kept"
        ),
    )

    def validate_category(self, value: str) -> Category:
        return rules.category(value)

    def validate_policy_number(self, value: str) -> PolicyNumber:
        return rules.policy_number(value)

    def validate_insurer(self, value: str) -> Insurer:
        return rules.insurer(value)

    def validate_region(self, value: str) -> Region:
        return rules.region(value)

    def validate_region_of_care(self, value: str) -> Region:
        return rules.region(value)

    def validate_care_on(self, value: date) -> date:
        return rules.past_day(value)

    def validate_waiting_since(self, value: date) -> date:
        return rules.past_day(value)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the parts mean to each other, as on the pages."""
        category: Category = attrs["category"]
        contacts = attrs.get("applicant", {})
        may_be_anonymous = attrs.get("kind", category.default_kind) in MAY_BE_ANONYMOUS
        _check_answer_address(attrs["answer_channel"], attrs["consents"], contacts)
        if may_be_anonymous:
            return attrs
        _check_named(attrs.get("patient", {}))
        if not any(contacts.get(way) for way in ("phone", "email", "postal_address")):
            message = _("Leave at least one way to reach you: a phone or an e-mail.")
            raise broken("no_contact", message, "applicant")
        if not category.about_insurer and not attrs.get("clinic"):
            message = _("Name the clinic or hospital. If it is not about one, write “no”.")
            raise broken("clinic", message, "clinic")
        return attrs


def _check_named(patient: dict[str, Any]) -> None:
    for name in ("surname", "first_name", "birth_on"):
        if not patient.get(name):
            message = _("Only a question, a proposal or thanks may come without a name.")
            raise broken("anonymous", message, f"patient.{name}")


def _check_answer_address(way: str, consents: list[str], contacts: dict[str, Any]) -> None:
    if way == AnswerChannel.LETTER and not contacts.get("postal_address"):
        message = _("Write the address where the letter shall go.")
        raise broken("no_address", message, "applicant.postal_address")
    wants_email = way == AnswerChannel.EMAIL or Consent.Purpose.EMAIL in consents
    if wants_email and not contacts.get("email"):
        message = _("Write the e-mail address, or choose another way to answer.")
        raise broken("no_email", message, "applicant.email")
