"""What everybody may know: categories, regions, insurers, phones, and whether a policy is recognised."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints.api.fields import REGION_PATTERN, SLUG_PATTERN, DayField, InputSerializer, TextField
from complaints.api.serializers import rules
from complaints.kinds import Kind
from complaints.models import Category
from insurers.models import AfterHours, BranchKind, Insurer, Purpose, Region
from insurers.policy_numbers import PolicyNumber
from insurers.reports import NumberToCall, hours_said
from insurers.services.policies import Reason
from omsportal.platform.phones import phone_text
from omsportal.platform.said import plainly


class SaidField(serializers.CharField):
    """Words of a row in the caller's language, Russian for want of English."""

    def get_attribute(self, instance: Any) -> Any:
        return plainly(instance, str(self.field_name))


class SaidList(serializers.ListField):
    """The same for a list of sentences."""

    def get_attribute(self, instance: Any) -> Any:
        return plainly(instance, str(self.field_name))


class CategoryOutput(serializers.Serializer[Category]):
    """A theme in plain words."""

    slug = serializers.CharField(help_text=_("Code"))
    plain_title = SaidField(help_text=_("In plain words"))
    plain_hint = SaidField(help_text=_("Examples"))
    default_kind = serializers.ChoiceField(Kind.choices, help_text=_("Kind of appeal"))
    now_steps = SaidList(child=serializers.CharField(), help_text=_("What to do at once"))
    free_of_charge = SaidField(help_text=_("What must be free"))


class RegionOutput(serializers.Serializer[Region]):
    """A region by the first two digits of its policies."""

    code = serializers.CharField(help_text=_("Code"))
    name = serializers.CharField(help_text=_("Name"))
    time_zone = serializers.CharField(help_text=_("Time zone"))


class InsurerOutput(serializers.Serializer[Insurer]):
    """An insurance company."""

    code = serializers.CharField(help_text=_("Code"))
    short_name = serializers.CharField(help_text=_("Short name"))
    full_name = serializers.CharField(help_text=_("Full name"))
    inn = serializers.CharField(help_text=_("INN"))
    ogrn = serializers.CharField(help_text=_("OGRN"))
    website = serializers.CharField(help_text=_("Website"))


class RegionQuery(InputSerializer):
    """Which region, and maybe which insurer."""

    region = TextField(max_length=2, pattern=REGION_PATTERN, required=False, help_text=_("Region code"))

    def validate_region(self, value: str) -> Region:
        return rules.region(value)


class HotlineQuery(RegionQuery):
    region = TextField(max_length=2, pattern=REGION_PATTERN, help_text=_("Region code, for example 76"))
    insurer = TextField(
        max_length=60, pattern=SLUG_PATTERN, required=False, help_text=_("Only this insurer's numbers")
    )

    def validate_insurer(self, value: str) -> Insurer:
        return rules.insurer(value)


class HotlineOutput(serializers.Serializer[NumberToCall]):
    """A phone, and whether somebody answers it now."""

    owner = serializers.SerializerMethodField(help_text=_("Whose phone it is"))
    owner_kind = serializers.SerializerMethodField(help_text=_("Insurer or fund"))
    insurer = serializers.SerializerMethodField(help_text=_("Code of the insurer; empty for a fund"))
    purpose = serializers.ChoiceField(Purpose.choices, source="hotline.purpose", help_text=_("Purpose"))
    purpose_text = serializers.CharField(
        source="hotline.get_purpose_display", help_text=_("Purpose in words")
    )
    phone = serializers.CharField(source="phone.as_e164", help_text=_("Phone, E.164"))
    phone_text = serializers.SerializerMethodField(help_text=_("Phone as people read it"))
    extension = serializers.CharField(source="hotline.extension", help_text=_("Extension"))
    hours = serializers.SerializerMethodField(help_text=_("Hours in words"))
    answers_now = serializers.BooleanField(
        allow_null=True, help_text=_("Answers now; null while the hours are not confirmed")
    )
    opens_at = serializers.DateTimeField(allow_null=True, help_text=_("When it opens, if it is silent now"))
    after_hours = serializers.ChoiceField(
        AfterHours.choices, source="hotline.after_hours", help_text=_("Outside working hours")
    )
    calls_recorded = serializers.BooleanField(
        source="hotline.calls_recorded", allow_null=True, help_text=_("Are calls recorded")
    )

    def get_phone_text(self, number: NumberToCall) -> str:
        """As the pages have it; the extension is a field of its own."""
        return phone_text(number.phone)

    def get_hours(self, number: NumberToCall) -> str:
        """In the caller's language."""
        return hours_said(number.hotline.hours_text)

    def get_owner(self, number: NumberToCall) -> str:
        return str(number.owner)

    def get_owner_kind(self, number: NumberToCall) -> BranchKind:
        branch = number.hotline.branch
        return BranchKind(branch.kind) if branch else BranchKind.INSURER

    def get_insurer(self, number: NumberToCall) -> str:
        branch = number.hotline.branch
        insurer = branch.insurer if branch else number.hotline.insurer
        return insurer.code if insurer else ""


class PolicyCheckInput(InputSerializer):
    """All three together recognise the insurer; without them only the number itself is judged."""

    policy_number = TextField(max_length=40, help_text=_("Policy number or temporary certificate"))
    surname = TextField(max_length=80, required=False, help_text=_("Surname of the patient"))
    birth_on = DayField(required=False, help_text=_("Date of birth of the patient"))

    def validate_policy_number(self, value: str) -> PolicyNumber:
        return rules.policy_number(value)

    def validate_surname(self, value: str) -> str:
        return str(rules.name(value))

    def validate_birth_on(self, value: date) -> date:
        return rules.past_day(value)


RESULTS = [
    (Reason.RECOGNISED.value, _("recognised")),
    (Reason.NOT_RECOGNISED.value, _("not recognised")),
    (Reason.INCOMPLETE.value, _("only the number was judged")),
]


class PolicyCheckOutput(serializers.Serializer[Any]):
    """The answer of the check."""

    result = serializers.ChoiceField(RESULTS, help_text=_("Result"))
    message = serializers.CharField(help_text=_("Result in words, and what to do"))
    insurer = serializers.CharField(allow_null=True, help_text=_("Code of the insurer"))
    insurer_name = serializers.CharField(allow_null=True, help_text=_("Name of the insurer"))
    region = serializers.CharField(allow_null=True, help_text=_("Region code of the branch"))
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text=_("What to look at once more; never a refusal")
    )
