"""Rules that a JSON schema cannot tell, shared by bodies. What breaks one is answered with 422."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError as FormError
from django.core.validators import EmailValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.api.faults import broken
from complaints.forms.public.fields import NameField, PhoneField
from complaints.models import Category
from insurers.models import Insurer, Region
from insurers.policy_messages import explain
from insurers.policy_numbers import PolicyNumber, PolicyNumberError, check_policy_number

EARLIEST = date(1900, 1, 1)
_EMAIL = EmailValidator(message=_("This is not a whole address. Write it like name@mail.ru."))


def as_the_page_judges(field: Callable[[], forms.Field], code: str) -> Callable[[Any], Any]:
    """The rule of the pages' own form field, so that both take the same."""

    def judge(value: Any) -> Any:
        try:
            return field().clean(value)
        except FormError as error:
            raise broken(code, " ".join(error.messages)) from error

    return judge


name = as_the_page_judges(lambda: NameField(required=False), "not_a_name")
phone = as_the_page_judges(lambda: PhoneField(required=False), "phone")


def email(value: str) -> str:
    try:
        _EMAIL(value)
    except FormError as error:
        raise broken("email", error.message) from error
    return value


def policy_number(value: str) -> PolicyNumber:
    """The number, or the reason why it cannot exist."""
    try:
        return check_policy_number(value)
    except PolicyNumberError as error:
        raise broken(error.code.value, explain(error)) from error


def past_day(value: date) -> date:
    """Not in the future: today counts wherever in Russia the caller is, so the latest zone decides."""
    if value > timezone.localdate(timezone=timezone.get_fixed_timezone(12 * 60)):
        raise broken("future", _("This day is still to come. Check the date."))
    if value < EARLIEST:
        raise broken("too_early", _("This day is too long ago. Check the year."))
    return value


def category(value: str) -> Category:
    found = Category.objects.valid_on(timezone.now().date()).by_slug(value)
    if found is None:
        raise broken("category", _("There is no such category: see /api/v1/categories/."))
    chosen: Category = found
    return chosen


def region(value: str) -> Region:
    found = Region.objects.by_code(value)
    if found is None:
        raise broken("region", _("There is no such region: see /api/v1/regions/."))
    return found


def insurer(value: str) -> Insurer:
    found = Insurer.objects.by_code(value)
    if found is None:
        raise broken("insurer", _("There is no such insurer: see /api/v1/insurers/."))
    return found
