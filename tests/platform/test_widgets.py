"""Our own controls beside Django's."""

import pytest
from django import forms
from django.test import SimpleTestCase

from omsportal.platform.widgets import LongSelect

CHOICES = [("", "—"), ("76", "Ярославская область"), ('"><b>', "<script>alert(1)</script>"), (7, "семь")]
ATTRIBUTES = {
    "id": "id_region",
    "class": 'select "x"',
    "required": True,
    "disabled": False,
    "aria-label": "Где?",
}


@pytest.mark.parametrize("value", ["", "76", '"><b>', 7, None, "unknown"])
def test_a_long_select_is_djangos_own(value: object) -> None:
    own, plain = LongSelect(choices=CHOICES), forms.Select(choices=CHOICES)
    SimpleTestCase().assertHTMLEqual(
        own.render("region", value, ATTRIBUTES), plain.render("region", value, ATTRIBUTES)
    )


def test_a_long_select_refuses_groups() -> None:
    with pytest.raises(ValueError, match="Север"):
        LongSelect(choices=[("Север", [("51", "Мурманск")])]).render("region", "51")
