"""A call that telephone software announces, and the address that it opens for the operator."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from complaints.api.fields import REGION_PATTERN, InputSerializer, TextField
from complaints.api.serializers import rules


class CallInput(InputSerializer):
    """Who calls."""

    phone = TextField(
        max_length=40, required=False, help_text=_("The caller's phone; left out when it is hidden")
    )
    call = TextField(
        max_length=120,
        required=False,
        help_text=_("The software's own name of the call: announced again it gives the same address"),
    )

    region = TextField(
        max_length=2,
        pattern=REGION_PATTERN,
        required=False,
        help_text=_("For a key of several branches: region code of the branch that is called"),
    )

    def validate_phone(self, value: str) -> str:
        return str(rules.phone(value).as_e164)


class CallOutput(serializers.Serializer[Any]):
    """What to open on the operator's screen."""

    address = serializers.URLField(help_text=_("One-time address of the registration card"))
    expires_at = serializers.DateTimeField(help_text=_("Until when it can be opened"))
