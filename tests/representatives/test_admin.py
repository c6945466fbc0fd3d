"""The administration: superusers only, no personal data of patients, rules that take effect at once."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from complaints.models import Category, EffectiveRule, Template
from representatives.models import User
from tests.factories import LONG_AGO, make_category, make_everybody, make_rules, make_staff

pytestmark = pytest.mark.django_db

REFERENCE_TABLES = {
    "category", "guide", "officialcode", "deadline", "template", "ruleedition", "escalationrule", "incident",
    "consenttext", "mailbox",
}  # fmt: skip
#: Looked at only: numbers of rows, dates and decisions.
REGISTERS = {"erasurerequest"}
STAFF_TABLES = {"user", "representative", "dutyshift", "tierright", "appointment"}


@pytest.fixture
def people() -> dict[str, User]:
    make_rules()
    return make_everybody()


@pytest.fixture
def admin_client(people: dict[str, User]) -> Client:
    client = Client()
    client.force_login(people["admin"])
    return client


def test_no_table_with_patients_is_in_the_administration() -> None:
    shown = {
        model._meta.model_name for model in admin.site._registry if model._meta.app_label == "complaints"
    }
    assert shown == REFERENCE_TABLES | REGISTERS


@pytest.mark.parametrize("name", sorted(REFERENCE_TABLES | STAFF_TABLES))
def test_each_table_opens(name: str, admin_client: Client) -> None:
    app = "complaints" if name in REFERENCE_TABLES else "representatives"
    for page in ("changelist", "add"):
        assert admin_client.get(reverse(f"admin:{app}_{name}_{page}")).status_code == 200


@pytest.mark.parametrize("role", ["operator", "head", "insurer_admin", "fund"])
def test_staff_are_told_that_it_is_not_for_them(role: str, people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people[role])
    assert client.get("/admin/", follow=True).status_code == 403


def test_the_administrator_signs_in_where_everybody_does(people: dict[str, User]) -> None:
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


def test_accounts_are_switched_off_not_deleted(admin_client: Client, people: dict[str, User]) -> None:
    address = reverse("admin:representatives_user_delete", args=[people["operator"].pk])
    assert admin_client.get(address).status_code == 403


@pytest.mark.parametrize("switch", ["is_active", "is_staff", "is_superuser"])
def test_the_last_one_who_runs_the_portal_cannot_lock_everybody_out(
    switch: str, admin_client: Client, people: dict[str, User]
) -> None:
    admin = people["admin"]
    typed = {
        "username": admin.username, "full_name": "A", "date_joined_0": "2026-01-01", "date_joined_1": "0:0",
        **{name: "on" for name in ("is_active", "is_staff", "is_superuser") if name != switch},
    }  # fmt: skip
    address = reverse("admin:representatives_user_change", args=[admin.pk])
    answer = admin_client.post(address, typed)
    assert answer.status_code == 200
    assert "Больше некому" in answer.content.decode()
    assert getattr(User.objects.get(pk=admin.pk), switch)
    make_staff("second", is_staff=True, is_superuser=True)
    assert admin_client.post(address, typed).status_code == 302
    assert not getattr(User.objects.get(pk=admin.pk), switch)


def test_a_new_account_gets_a_password_by_the_form(admin_client: Client) -> None:
    password = "четыре-синих-кита-7"
    admin_client.post(
        reverse("admin:representatives_user_add"),
        {
            "username": "новый", "full_name": "Новый Сотрудник", "usable_password": "true",
            "password1": password, "password2": password,
        },
    )  # fmt: skip
    assert User.objects.get(username="новый").check_password(password)


def test_a_new_theme_has_its_limits_at_once(admin_client: Client) -> None:
    admin_client.post(
        reverse("admin:complaints_category_add"),
        {
            "slug": "transport", "position": 9, "title": "Перевозка", "plain_title": "Перевозка",
            "icon": "ambulance", "now_steps": "[]", "default_kind": "complaint", "arrival_tier": 1,
            "valid_from": "2020-01-01", **no_rows("codes"),
        },
    )  # fmt: skip
    assert EffectiveRule.objects.filter(category=Category.objects.get(slug="transport")).exists()


def test_a_changed_rule_takes_effect_at_once(admin_client: Client) -> None:
    make_category()
    edition = make_rules()
    rule = edition.rules.get(tier=1)
    address = reverse("admin:complaints_escalationrule_change", args=[rule.pk])
    admin_client.post(
        address,
        {
            "edition": edition.pk, "tier": 1, "reaction_limit": 2, "reaction_unit": "working_hour",
            "resolution_limit": 1, "resolution_unit": "working_day", "_seen": "1",
        },
    )  # fmt: skip
    limits = EffectiveRule.objects.filter(edition=edition, tier=1).values_list("reaction_limit", flat=True)
    assert set(limits) == {2}


def test_a_changed_template_is_a_new_version(admin_client: Client, people: dict[str, User]) -> None:
    old = Template.objects.create(
        code="hello", title="Приветствие", body="Здравствуйте!", valid_from=LONG_AGO
    )
    admin_client.post(
        reverse("admin:complaints_template_change", args=[old.pk]),
        {
            "code": "hello", "title": "Приветствие", "body": "Добрый день!", "valid_from": "2020-01-01",
            "purpose": old.purpose,
        },
    )  # fmt: skip
    old.refresh_from_db()
    new = Template.objects.get(version=2)
    assert (old.body, new.body, new.approved_by) == ("Здравствуйте!", "Добрый день!", people["admin"])
    assert old.valid_to is not None


def no_rows(prefix: str) -> dict[str, Any]:
    return {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
