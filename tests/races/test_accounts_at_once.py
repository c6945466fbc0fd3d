"""Two heads close each other, one link is used twice: somebody is left, and it is used once."""

from collections.abc import Callable

import pytest

from omsportal.platform.clock import database_now
from representatives import invitations, rights
from representatives.invitations import LinkIsDead
from representatives.models import Appointment, User
from representatives.reach import AccountRefused, Place, Reach
from tests.factories import make_branch, make_staff
from tests.races.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def closing(user: User, by: User, reach: Reach, done: list[str]) -> Callable[[], object]:
    def close() -> None:
        try:
            rights.switch_off(user=user, reason="left", by=by, reach=reach, now=database_now())
        except AccountRefused as refused:
            done.append(refused.code)
        else:
            done.append("closed")

    return close


def test_two_heads_who_close_each_other_leave_one() -> None:
    branch = make_branch()
    reach = Reach(frozenset({branch.pk}))
    for number in range(4):
        one, two = (make_staff(f"head{number}{letter}", heads=branch) for letter in "ab")
        done: list[str] = []
        at_once(closing(one, two, reach, done), closing(two, one, reach, done))
        assert sorted(done) == ["closed", "last_head"]
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
