"""Controls written without a template are those that Django's templates draw."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy as _

from omsportal.platform.drawing import Renderer

GROUPS = [("", "—"), ("Север & Ко", [("51", "Мурманск"), (7, 7000)]), ('"><b>', _("Back"))]
ATTRIBUTES = {
    "id": "id_a",
    "class": '"x"',
    "required": True,
    "disabled": False,
    "rows": 5000,
    "aria-label": _("Close"),
}
WIDGETS: list[forms.Widget] = [
    forms.TextInput(), forms.EmailInput(), forms.NumberInput(), forms.HiddenInput(), forms.PasswordInput(),
    forms.URLInput(), forms.DateInput(), forms.Textarea(), forms.Select(choices=GROUPS),
    forms.SelectMultiple(choices=GROUPS), forms.CheckboxInput(), forms.RadioSelect(choices=GROUPS),
    forms.NullBooleanSelect(), forms.ClearableFileInput(),
]  # fmt: skip


class OwnOption(forms.Select):
    option_template_name = "django/forms/widgets/radio_option.html"


@pytest.mark.parametrize(
    "widget", [*WIDGETS, OwnOption(choices=GROUPS)], ids=lambda each: type(each).__name__
)
@pytest.mark.parametrize("value", [None, "", "51", 7, 1234567, '"><script>', True], ids=repr)
def test_a_control_is_djangos_own(widget: forms.Widget, value: Any) -> None:
    own, plain = (
        widget.render("a[b]", value, dict(ATTRIBUTES), renderer)
        for renderer in (Renderer(), DjangoTemplates())
    )
    assert lines(own) == lines(plain)


def lines(html: str) -> list[str]:
    """Without the white space between tags of a select, which no browser shows."""
    return [line.strip() for line in html.splitlines() if line.strip()]
