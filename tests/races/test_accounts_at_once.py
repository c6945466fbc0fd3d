"""Two close each other, one link is used twice, one address is taken twice: one of them is told why not."""

import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from omsportal.platform.clock import database_now
from representatives import details, invitations, one_address, rights
from representatives.invitations import LinkIsDead
from representatives.models import Appointment, User
from representatives.reach import AccountRefused, Place, Reach
from tests.factories import make_branch, make_staff
from tests.races.test_two_at_once import at_once

WAIT_SECONDS = 20
_LOCKS = """
SELECT count(DISTINCT pid) FILTER (WHERE NOT granted),
    count(*) FILTER (WHERE granted AND locktype = 'advisory') FROM pg_locks"""
pytestmark = pytest.mark.django_db(transaction=True)


def told(act: Callable[[], object], done: list[str]) -> Callable[[], object]:
    """What became of it: "done", or the code of the refusal."""

    def tried() -> None:
        try:
            act()
        except AccountRefused as refused:
            done.append(refused.code)
        else:
            done.append("done")

    return tried


def closing(user: User, by: User, reach: Reach, done: list[str]) -> Callable[[], object]:
    return told(
        lambda: rights.switch_off(user=user, reason="left", by=by, reach=reach, now=database_now()), done
    )


def test_two_heads_who_close_each_other_leave_one() -> None:
    branch = make_branch()
    reach = Reach(frozenset({branch.pk}))
    for number in range(4):
        one, two = (make_staff(f"head{number}{letter}", heads=branch) for letter in "ab")
        done: list[str] = []
        at_once(closing(one, two, reach, done), closing(two, one, reach, done))
        assert sorted(done) == ["done", "last_head"]
        Appointment.objects.all().delete()


def test_a_link_is_used_once() -> None:
    branch = make_branch()
    head, now = make_staff("head", heads=branch), database_now()
    place = Place(tier=1, branch_ids=frozenset({branch.pk}))
    user = invitations.invite(
        name="x", email="x@example.org", place=place, by=head, reach=Reach(place.branch_ids), now=now
    ).user
    token = "known" + invitations._mark(user.email)
    user.invitations.update(token_digest=invitations._digest(token))
    done: list[str] = []

    def use(number: int) -> Callable[[], object]:
        def accept() -> None:
            try:
                invitations.accept(token=token, password=f"лодка чайник {number}", now=now)
            except LinkIsDead:
                done.append("dead")
            else:
                done.append("used")

        return accept

    at_once(*(use(number) for number in range(3)))
    assert sorted(done) == ["dead", "dead", "used"]


def test_two_administrators_of_an_insurer_who_close_each_other_leave_one() -> None:
    insurer = make_branch().insurer
    assert insurer is not None
    reach = Reach(insurer_ids=frozenset({insurer.pk}))
    for number in range(4):
        one, two = (make_staff(f"admin{number}{letter}", administers=insurer) for letter in "ab")
        done: list[str] = []
        at_once(closing(one, two, reach, done), closing(two, one, reach, done))
        assert sorted(done) == ["done", "last_admin"]
        Appointment.objects.all().delete()


def test_two_who_run_the_portal_and_close_each_other_leave_one() -> None:
    for number in range(3):
        pair = [
            make_staff(
                f"root{number}{letter}", is_staff=True, is_superuser=True, email=f"{letter}{number}@x.org"
            )
            for letter in "ab"
        ]
        clients = [Client(), Client()]
        for client, user in zip(clients, pair, strict=True):
            client.force_login(user)

        def close(client: Client, user: User) -> Callable[[], object]:
            typed = {
                "username": user.username, "full_name": "A", "email": user.email, "is_staff": "on",
                "is_superuser": "on", "date_joined_0": "2026-01-01", "date_joined_1": "0:0",
            }  # fmt: skip
            address = reverse("admin:representatives_user_change", args=[user.pk])
            return lambda: client.post(address, typed).status_code

        answers = at_once(close(clients[0], pair[1]), close(clients[1], pair[0]))
        assert User.objects.who_run_the_portal().count() == 1, answers
        User.objects.filter(is_superuser=True).update(is_active=False)


def test_one_address_taken_twice_at_once_is_taken_once() -> None:
    for number in range(4):
        pair = [make_staff(f"person{number}{letter}") for letter in "ab"]
        done: list[str] = []
        email = f"New{number}@example.org"

        def take(user: User, email: str = email, done: list[str] = done) -> Callable[[], object]:
            return told(
                lambda: details.change_own(user=user, email=email, phone="", now=database_now()), done
            )

        at_once(*(take(user) for user in pair))
        assert sorted(done) == ["done", "two_accounts"]
        assert User.objects.with_email(email).count() == 1


def test_who_changes_an_address_and_an_administrator_who_does_it_too_do_not_wait_for_each_other() -> None:
    """Both wait for a third one who holds the address; the administrator came first."""
    user = make_staff("person")
    root = Client()
    root.force_login(make_staff("root", is_staff=True, is_superuser=True, email="root@example.org"))
    typed = {
        "username": user.username, "full_name": "A", "email": "new@example.org", "is_active": "on",
        "date_joined_0": "2026-01-01", "date_joined_1": "0:0",
    }  # fmt: skip
    address = reverse("admin:representatives_user_change", args=[user.pk])
    done: list[str] = []

    def hold() -> None:
        with transaction.atomic():
            one_address.hold("new@example.org")
            wait_for_waiting(2)

    def save() -> int:
        wait_for_waiting(0, held=1)
        return int(root.post(address, typed).status_code)

    def change() -> object:
        wait_for_waiting(1)
        return details.change_own(user=user, email="new@example.org", phone="", now=database_now())

    _held, answer, _changed = at_once(hold, save, told(change, done))
    user.refresh_from_db()
    assert (answer, done, user.full_name) == (302, ["done"], "A")


def wait_for_waiting(count: int, *, held: int = 0) -> None:
    """Until so many transactions wait for a lock, and an advisory one is held by so many at least."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(_LOCKS)
            waiting, holding = cursor.fetchone()
        if waiting >= count and holding >= held:
            return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_one_person_invited_by_two_heads_at_once_has_one_account() -> None:
    branch = make_branch()
    heads = [make_staff(f"head{letter}", heads=branch) for letter in "ab"]
    place = Place(tier=1, branch_ids=frozenset({branch.pk}))
    done: list[str] = []

    def invite(head: User) -> Callable[[], object]:
        return told(
            lambda: invitations.invite(
                name="x", email="x@example.org", place=place, by=head, reach=Reach(place.branch_ids),
                now=database_now(),
            ),
            done,
        )  # fmt: skip

    at_once(*(invite(head) for head in heads))
    assert sorted(done) == ["done", "there"]
    assert User.objects.filter(email="x@example.org").count() == 1
