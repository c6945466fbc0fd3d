"""Finding cases: what is asked and what is answered."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints.api.fields import DayField, FlagField, InputSerializer, TextField
from complaints.api.serializers import words
from complaints.api.serializers.patient import STATUSES, AddresseeOutput
from complaints.kinds import Urgency
from complaints.models import Complaint
from complaints.permissions import Act, can
from complaints.reports.staff.search_understood import MOST_CHARACTERS, Doubt
from complaints.reports.staff.search_words import DOUBTS
from representatives.roles import Tier


class SearchInput(InputSerializer):
    """One text, as in the box of the workplace; it travels in the body because addresses are kept in logs."""

    query = TextField(
        max_length=MOST_CHARACTERS,
        help_text=_(
            "Number of the appeal, phone, policy number or SNILS in any spelling, a surname with a birth "
            "date, or words of the story in any form"
        ),
    )
    since = DayField(required=False, help_text=_("Registered on this day or later"))
    until = DayField(required=False, help_text=_("Registered on this day or earlier"))
    is_open = FlagField(
        required=False, help_text=_("true: only open ones, false: only decided or ended ones")
    )
    cursor = TextField(max_length=400, required=False, help_text=_("Cursor of a page, from `next`"))


class FoundLineOutput(serializers.Serializer[Complaint]):
    """A case that was found: nothing of the person; the theme only where the caller opens the content."""

    number = serializers.CharField(help_text=_("Number of the appeal"))
    status = serializers.ChoiceField(STATUSES, help_text=_("Status"))
    tier = serializers.ChoiceField(Tier.choices, help_text=_("Tier"))
    urgency = serializers.ChoiceField(Urgency.choices, help_text=_("Urgency"))
    branch = AddresseeOutput(help_text=_("Who works on it"))
    registered_on = serializers.DateField(help_text=_("Registered on"))
    due_at = serializers.DateTimeField(help_text=_("When the tier's time ends"))
    answer_due_on = serializers.DateField(allow_null=True, help_text=_("Last day of the answer by law"))
    opens = serializers.SerializerMethodField(help_text=_("The caller opens the content, not only the card"))
    category = serializers.SerializerMethodField(help_text=_("Code of the category"))

    def get_opens(self, case: Complaint) -> bool:
        return can(self.context["profile"], Act.OPEN, case)

    def get_category(self, case: Complaint) -> str | None:
        return case.category.slug if self.get_opens(case) else None


class SearchOutput(serializers.Serializer[Any]):
    """A page of what was found, the newest first, and how the text was understood."""

    understood = serializers.ListField(
        child=serializers.ChoiceField(list(words.SEARCHED.items())), help_text=_("What was looked for")
    )
    doubts = serializers.ListField(
        child=serializers.ChoiceField([(doubt.value, DOUBTS[doubt]) for doubt in Doubt]),
        help_text=_("What of the text could not be used"),
    )
    results = FoundLineOutput(many=True, help_text=_("Cases, the newest first"))
    next = serializers.CharField(allow_null=True, help_text=_("Cursor of the next page"))
    looked_since = serializers.DateField(
        allow_null=True,
        help_text=_("Very many cases have these words: looked at since this day, `next` looks further back"),
    )
