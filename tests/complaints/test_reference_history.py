"""Themes, terms and rules keep every value they had, and who gave it."""

import pytest
from django.apps import apps
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from complaints.models import Category
from tests.factories import make_category, make_staff

pytestmark = pytest.mark.django_db


def test_a_theme_keeps_who_changed_it_and_what_it_was(client: Client) -> None:
    theme = make_category()
    administrator = make_staff("admin", is_staff=True, is_superuser=True)
    client.force_login(administrator)
    typed = {name: value for name, value in model_to_dict(theme).items() if value not in (None, False)}
    empty = {f"codes-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    lists = {"now_steps": "[]", "now_steps_en": "[]"}
    page = client.post(
        reverse("admin:complaints_category_change", args=[theme.pk]),
        typed | empty | lists | {"basis": "Федеральный закон № 326-ФЗ, статья 16"},
    )
    assert (page.status_code, page["Location"]) == (302, reverse("admin:complaints_category_changelist"))
    changed = apps.get_model("complaints", "CategoryEvent").objects.get(pgh_label="update")
    assert (changed.id, changed.basis) == (theme.pk, "Федеральный закон № 326-ФЗ, статья 16")
    assert changed.pgh_context["user"] == administrator.pk
    assert Category.objects.get().basis == changed.basis
