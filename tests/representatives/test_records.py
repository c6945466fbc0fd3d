"""Accounts, rights and keys: who changed what and when stays for ever, and nothing of a person with it."""

from collections import Counter
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from omsportal.platform import chain, chain_check
from omsportal.platform.clock import database_now
from representatives import api_keys, factors, records
from representatives.models import Appointment, Representative, TierRight, User
from tests.factories import make_branch, make_staff
from tests.platform.test_chain import tamper
from tests.representatives.signing_in import give_app, make_real

pytestmark = pytest.mark.django_db

PERSON = {"full_name": "Приметная Фамилия", "email": "primetnaya@example.org", "phone": "+79201112233"}


@pytest.fixture
def root() -> User:
    return make_staff("root", is_staff=True, is_superuser=True)


@pytest.fixture
def administrator(root: User) -> Client:
    client = Client()
    client.force_login(root)
    return client


@pytest.fixture
def operator() -> User:
    return make_staff("operator", 1, make_branch())


def events(name: str, **wanted: Any) -> list[Any]:
    model = apps.get_model("representatives", f"{name}Event")
    return list(model._default_manager.filter(**wanted).order_by("pgh_id"))


def labels(name: str, **wanted: Any) -> list[str]:
    return [event.pgh_label for event in events(name, **wanted)]


def form_of(user: User, **changed: Any) -> dict[str, Any]:
    """The form of an account as the administration sends it; a switch that is off is not sent."""
    fields = {
        "username": user.username, "full_name": user.full_name, "email": user.email, "phone": "",
        "is_active": "on", "date_joined_0": "2026-01-01", "date_joined_1": "0:0",
    }  # fmt: skip
    return {name: value for name, value in {**fields, **changed}.items() if value is not None}


def change(administrator: Client, user: User, **changed: Any) -> None:
    address = reverse("admin:representatives_user_change", args=[user.pk])
    answer = administrator.post(address, form_of(user, **changed))
    assert answer.status_code == 302, answer.content.decode()


def test_an_account_that_is_changed_names_who_and_what_but_no_value(
    administrator: Client, root: User, operator: User
) -> None:
    change(administrator, operator, **PERSON, is_superuser="on")
    made = events("User", pgh_obj=operator)
    assert sorted(event.pgh_label for event in made[1:]) == ["email", "full_name", "phone", "update"]
    assert {event.pgh_context["user"] for event in made[1:]} == {root.pk}
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM representatives_userevent e")
        everything = cursor.fetchone()[0]
    assert not any(value in everything for value in PERSON.values())


def test_the_history_page_of_the_administration_tells_it(
    administrator: Client, root: User, operator: User
) -> None:
    change(administrator, operator, **PERSON, is_active=None)
    address = reverse("admin:representatives_user_history", args=[operator.pk])
    page = administrator.get(address).content.decode()
    assert f"{root} (root)" in page
    lines = [(line.what, line.fields) for line in records.lines_of(operator)]
    assert ("изменено", "может входить") in lines
    assert ("изменено", str(User._meta.get_field("full_name").verbose_name)) in lines
    assert lines[-1][0] == "создано"


def test_signing_in_leaves_no_line(operator: User) -> None:
    Client().force_login(operator)
    operator.refresh_from_db()
    assert operator.last_login is not None
    assert labels("User", pgh_obj=operator) == ["insert"]


def test_a_password_is_only_named(operator: User) -> None:
    operator.set_password("четыре-синих-кита-7")
    operator.save()
    assert labels("User", pgh_obj=operator) == ["insert", "password"]


def test_a_change_past_the_portal_is_kept_too_and_names_nobody(operator: User) -> None:
    """Whoever has the password of the database and writes there by hand."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE representatives_user SET is_superuser = true WHERE id = %s", [operator.pk])
    *_earlier, last = events("User", pgh_obj=operator)
    assert (last.is_superuser, last.pgh_context) == (True, None)
    assert records.lines_of(operator)[0].by == "не через страницы портала"


def test_tier_and_branches_of_a_representative(operator: User) -> None:
    person = Representative.objects.get(user=operator)
    other = make_branch("reso-med")
    person.branches.add(other)
    person.branches.remove(other)
    Representative.objects.filter(pk=person.pk).update(tier=2)
    assert [event.tier for event in events("Representative", pgh_obj=person)] == [1, 2]
    assert [event.pgh_label for event in events("ServedBranch", representative=person, branch=other)] == [
        "branch_given",
        "branch_taken",
    ]
    what = Counter(line.what for line in records.lines_of(person))
    assert what == {"изменено": 1, "филиал снят": 1, "дан филиал": 2, "создано": 1}


def test_being_free_or_busy_is_no_change_of_rights(operator: User) -> None:
    Representative.objects.filter(user=operator).update(presence="free", presence_since=now())
    assert labels("Representative", user=operator) == ["insert"]


def test_rights_of_tiers_and_appointments_of_heads_and_administrators(operator: User) -> None:
    right = TierRight.objects.filter(tier=3).first()
    assert right is not None
    TierRight.objects.filter(pk=right.pk).update(extent="propose")
    right.delete()
    head = Appointment.objects.create(
        user=operator, role="head", branch=make_branch(), valid_from=date(2026, 1, 1)
    )
    Appointment.objects.filter(pk=head.pk).update(valid_to=date(2026, 2, 1))
    assert labels("TierRight")[-2:] == ["update", "delete"]
    assert labels("Appointment", pgh_obj=head) == ["insert", "update"]
    assert records.lines_of(head)[0].fields


def test_keys_of_systems_and_second_factors(operator: User) -> None:
    made = api_keys.create(
        branch=make_branch(), user=operator, name="МИС", scopes=["read"], lifetime=timedelta(days=1),
        now=now(),
    ).key  # fmt: skip
    api_keys.revoke(key=made, now=now())
    assert labels("ApiKey", pgh_obj=made) == ["insert", "update"]
    real = make_real("real")
    give_app(real)
    factors.reset(real, now=now())
    assert labels("SecondFactor", user=real) == ["factor_added", "factor_taken"]
    assert "добавлен второй шаг входа" in [line.what for line in records.lines_of(real)]


def test_a_command_on_the_server_is_named() -> None:
    give_app(make_real("real"))
    call_command("take_second_factor", "real", stdout=StringIO())
    *_earlier, last = events("SecondFactor")
    assert last.pgh_context == {"command": "take_second_factor"}


def test_who_did_it_stands_in_what_is_sealed(administrator: Client, operator: User) -> None:
    """Not in a table beside it: whoever rewrites a name there changes nothing."""
    change(administrator, operator, is_active=None)
    chain.seal(database_now())
    assert list(chain_check.verify()) == []
    tamper("UPDATE representatives_userevent SET pgh_context = '{\"user\": 1}' WHERE pgh_label = 'update'")
    assert [fault.table for fault in chain_check.verify()] == ["representatives_userevent"]


def test_no_line_can_be_changed(operator: User) -> None:
    give_app(make_real("real"))
    Appointment.objects.create(user=operator, role="head", branch=make_branch(), valid_from=date(2026, 1, 1))
    api_keys.create(
        branch=make_branch(), user=operator, name="x", scopes=["read"], lifetime=timedelta(days=1), now=now()
    )
    for name in (
        "User",
        "Representative",
        "ServedBranch",
        "TierRight",
        "Appointment",
        "ApiKey",
        "SecondFactor",
    ):
        assert events(name), name
        for act in ("DELETE FROM", "TRUNCATE"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"{act} representatives_{name.lower()}event")
