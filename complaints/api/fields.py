"""Input fields that take exactly what the schema says: no number for a text, no "yes" for a boolean."""

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import empty

from complaints.api.faults import broken

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
AMOUNT_PATTERN = r"^[0-9]{1,10}(\.[0-9]{1,2})?$"
REGION_PATTERN = r"^[0-9]{2}$"
SLUG_PATTERN = r"^[-a-zA-Z0-9_]+$"

Messages = dict[str, "str | _StrPromise"]
COMMON: Messages = {
    "required": _("Fill in this field."),
    "null": _("Leave the field out instead of sending null."),
}


class TextField(serializers.CharField):
    """Text, trimmed. Only blanks break a rule: the schema cannot tell them from words."""

    default_error_messages = COMMON | {
        "invalid": _("Send text in quotes."),
        "pattern": _("Write it as the description shows."),
        "blank": _("Fill in this field."),
        "max_length": _("Shorten it to {max_length} characters."),
        "min_length": _("Write at least {min_length} characters."),
    }

    def __init__(self, *, max_length: int, pattern: str = "", **options: Any) -> None:
        self.pattern = pattern
        super().__init__(max_length=max_length, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if self.pattern and not re.fullmatch(self.pattern, data):
            self.fail("pattern")
        return data

    def run_validation(self, data: Any = empty) -> Any:
        value = super().run_validation(data)
        if not isinstance(value, str):
            return value
        stripped = value.strip()
        if value and not stripped and not self.allow_blank:
            raise broken("empty", self.error_messages["blank"])
        return stripped


class FlagField(serializers.BooleanField):
    default_error_messages = COMMON | {"invalid": _("Send true or false, without quotes.")}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class WholeNumberField(serializers.IntegerField):
    default_error_messages = COMMON | {
        "invalid": _("Send a whole number, without quotes."),
        "min_value": _("The smallest number is {min_value}."),
        "max_value": _("The largest number is {max_value}."),
    }

    def to_internal_value(self, data: Any) -> int:
        whole = isinstance(data, int) or (isinstance(data, float) and data.is_integer())
        if isinstance(data, bool) or not whole:
            self.fail("invalid")
        return int(data)


class DayField(serializers.DateField):
    default_error_messages = COMMON | {"invalid": _("Send a date as year-month-day: 1985-03-15.")}

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
            self.fail("invalid", format="YYYY-MM-DD")
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail("invalid", format="YYYY-MM-DD")


class OneOfField(serializers.ChoiceField):
    default_error_messages = COMMON | {
        "invalid_choice": _("Choose one of the values that the description lists.")
    }

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class SeveralField(serializers.ListField):
    default_error_messages = COMMON | {
        "not_a_list": _("Send a list in square brackets."),
        "max_length": _("Send at most {max_length} of them."),
    }


class AmountField(TextField):
    """Roubles and kopecks as text: a float would lose kopecks."""

    default_error_messages = dict.fromkeys(
        ("invalid", "pattern"), _('Send the sum as text in quotes: "2500.00".')
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=13, pattern=AMOUNT_PATTERN, **options)

    def run_validation(self, data: Any = empty) -> Any:
        value = super().run_validation(data)
        return Decimal(value) if isinstance(value, str) and value else value


class InputSerializer(serializers.Serializer[Any]):
    """A request body. A field that nobody knows is a typing mistake, so it is refused, not dropped."""

    default_error_messages = {"invalid": _("Send an object in braces.")}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = {name: [_unknown()] for name in data if name not in self.fields}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


def _unknown() -> ErrorDetail:
    return ErrorDetail(gettext("There is no such field. Check its spelling."), code="unknown")
