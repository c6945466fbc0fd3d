"""Fields that several pages of patients share, with words that say what to do next."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from insurers.models import Insurer, Region

UNKNOWN = "unknown"
#: A region of the policy that the list does not have.
OTHER_REGION = "other"
_CODE = re.compile(r"[a-z0-9-]{1,60}")
#: Signs that nobody sees and that turn what stands behind them round on the screen of whoever reads it.
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NOT_IN_NAMES = re.compile(r"[0-9@<>{}\[\]\\/|*#$%^&_=+~]")


class NameField(forms.CharField):
    """A part of a person's name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, **kwargs)
        self.error_messages["max_length"] = _("Shorten it to 80 letters.")
        self.error_messages["not_a_name"] = _("A name has letters only. Check what you typed.")

    def clean(self, value: Any) -> str:
        """The name with single spaces and without unseen signs; raises ValidationError."""
        name = " ".join(_UNSEEN.sub("", str(super().clean(value))).split())
        if _NOT_IN_NAMES.search(name):
            raise forms.ValidationError(self.error_messages["not_a_name"], code="not_a_name")
        return name


class PhoneField(PhoneNumberField):
    """A Russian phone typed in any usual way; an international one with +."""

    def __init__(self, **kwargs: Any) -> None:
        # The package's own widget rewrites what was typed: a wrong number must stay as the person wrote it.
        super().__init__(region="RU", widget=forms.TelInput, **kwargs)  # type: ignore[no-untyped-call]  # untyped
        self.error_messages["invalid"] = _(
            "This is not a whole phone number. Write it with its area code, for example 8 910 123-45-67."
        )


class MoneyField(forms.Field):
    """A sum in roubles as people write it: 1500, 1 500,50, 1500 ₽."""

    most = Decimal(100_000_000)

    def to_python(self, value: Any) -> Decimal | None:
        """The sum, or None; raises ValidationError."""
        text = re.sub(r"(?i)руб(лей|ля|\.)?|р\.?$|₽|\s|\u00a0", "", str(value or "")).replace(",", ".")
        if not text:
            return None
        try:
            amount = Decimal(text)
        except InvalidOperation:
            amount = Decimal(-1)
        if not amount.is_finite() or not 0 < amount < self.most:
            message = _("Write the sum in roubles with digits, for example 1500 or 1500,50.")
            raise forms.ValidationError(message, code="money")
        return amount.quantize(Decimal("0.01"))


class ListedField(forms.ChoiceField):
    """A code out of a list of the database. The list is read only to be shown: whether the code leads
    anywhere is told by what it is looked up for, in the form's own `clean`."""

    def valid_value(self, value: Any) -> bool:
        """It can be a code; anything else was made up."""
        return bool(_CODE.fullmatch(str(value)))


#: As on road signs (GOST R 52290); what is missing here has no sound of its own.
_LATIN = dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)) | {
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu",
    "я": "ya",
}  # fmt: skip
_IN_LATIN = str.maketrans(_LATIN | {letter.upper(): latin.capitalize() for letter, latin in _LATIN.items()})


def legible(name: str) -> str:
    """A Russian name for a list; who reads another language gets it in Latin letters too, to find and say."""
    latin = name.translate(_IN_LATIN)
    return name if get_language() in {None, "ru"} or latin == name else f"{name} ({latin})"


def region_choices() -> list[tuple[str, str]]:
    """Every region by name, an empty line first. Moscow stands under М, where people look for it."""
    regions = Region.objects.alphabetical().values_list("code", "name")
    named = [(code, name.removeprefix("г. ")) for code, name in regions]
    ordered = sorted(named, key=lambda region: region[1].replace("ё", "е"))
    return [("", "—"), *((code, legible(name)) for code, name in ordered)]


def insurer_choices(unknown: object) -> list[tuple[str, object]]:
    """Every insurer by name; "I do not know" first, because that is what most people would choose."""
    insurers = Insurer.objects.alphabetical().values_list("code", "short_name")
    return [(UNKNOWN, unknown), *((code, legible(name)) for code, name in insurers)]


def regions_and_other() -> list[tuple[str, object]]:
    """Every region, and at the end the way on for a policy of a region that the list does not have."""
    return [*region_choices(), (OTHER_REGION, _("It is not in this list"))]
