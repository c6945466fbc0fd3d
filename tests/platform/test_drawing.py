"""Controls written without a template are those that Django's templates draw."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from omsportal.platform.drawing import Renderer
from omsportal.platform.templatetags import ui

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


class Everything(forms.Form):
    word = forms.CharField(label="A & B", max_length=40, help_text="<i>")
    story = forms.CharField(label=_("Close"), max_length=10_000, required=False, widget=forms.Textarea)
    theme = forms.ChoiceField(choices=[("a", "1 & 2"), ("b", "b")], required=False)
    secret = forms.CharField(widget=forms.HiddenInput)
    box = forms.BooleanField(required=False)


def test_a_limit_is_written_as_people_read_numbers() -> None:
    with translation.override("ru"):
        assert "До 10\N{NO-BREAK SPACE}000 знаков" in ui.field(Everything()["story"])
    with translation.override("en"):
        assert "Up to 10,000 characters" in ui.field(Everything()["story"])


@pytest.mark.parametrize("options", [{}, {"optional": False}, {"label": "C", "hint": "", "width": "4"}])
@pytest.mark.parametrize("name", Everything.base_fields)
def test_a_field_is_what_its_template_says(
    name: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = ui.field(Everything(initial={name: '"<b>'}, prefix="a")[name], **options)
    monkeypatch.setattr(ui, "WITHOUT_TEMPLATE", set())
    plain = ui.field(Everything(initial={name: '"<b>'}, prefix="a")[name], **options)
    assert tight(own) == tight(plain)


def tight(html: str) -> str:
    """Without the white space around tags."""
    return re.sub(r"\s*([<>])\s*", r"\1", html)


def lines(html: str) -> list[str]:
    """Without the white space between tags of a select, which no browser shows."""
    return [line.strip() for line in html.splitlines() if line.strip()]
