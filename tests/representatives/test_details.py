"""Name, e-mail and phone of staff: who changes them, who is told, and what nobody does alone."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.db import connection

from insurers.models import Branch
from omsportal.platform import delivery
from omsportal.platform.models import Outbox
from representatives import details, rights
from representatives.details import Details
from representatives.models import AccountAct, AccountReason, Invitation, User
from representatives.reach import AccountRefused, Reach, reach_of
from tests.factories import NOW, make_branch, make_staff, profile
from tests.representatives.signing_in import give_app

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NEW = Details("Новикова Анна Петровна", "anna@example.org", "+79201234567")


@pytest.fixture
def branch() -> Branch:
    return make_branch()


@pytest.fixture
def head(branch: Branch) -> User:
    return make_staff("head", heads=branch)


@pytest.fixture
def operator(branch: Branch) -> User:
    user = make_staff("operator", 1, branch)
    User.objects.filter(pk=user.pk).update(email="old@example.org")
    user.refresh_from_db()
    return user


def reach(user: User) -> Reach:
    return reach_of(user, profile(user))


def told() -> list[tuple[str, str]]:
    """Kind and address of what leaves."""
    mail.outbox.clear()
    delivery.deliver(NOW + timedelta(minutes=1))
    kinds = list(Outbox.objects.order_by("pk").values_list("kind", flat=True))
    return list(zip(kinds, [message.to[0] for message in mail.outbox], strict=True))


def test_a_head_changes_them_and_both_addresses_hear_of_it(head: User, operator: User) -> None:
    details.change(user=operator, details=NEW, by=head, reach=reach(head), now=NOW)
    operator.refresh_from_db()
    assert Details.of(operator) == NEW
    act = AccountAct.objects.of(operator).get()
    assert (act.deed, act.by, act.reason) == ("email", head, "")
    assert "old@example.org" not in str(list(Outbox.objects.values_list("payload", flat=True)))
    assert sorted(told()) == [("account_changed", "anna@example.org"), ("address_left", "old@example.org")]


def test_a_name_alone_is_kept_and_told_to_nobody(head: User, operator: User) -> None:
    wanted = Details("Новая Фамилия", "OLD@example.org", "")
    details.change(user=operator, details=wanted, by=head, reach=reach(head), now=NOW)
    details.change(user=operator, details=wanted, by=head, reach=reach(head), now=NOW)
    assert [act.deed for act in AccountAct.objects.of(operator)] == ["details"]
    assert not Outbox.objects.exists()


@pytest.mark.parametrize("email", ["TAKEN@example.org", ""])
def test_an_address_serves_one_account(email: str, head: User, operator: User) -> None:
    rival = make_staff("rival", 1, make_branch("reso-med"))
    User.objects.filter(pk=rival.pk).update(email="taken@example.org")
    wanted = Details("Оператор", email, "")
    with pytest.raises(AccountRefused) as refused:
        details.change(user=operator, details=wanted, by=head, reach=reach(head), now=NOW)
    assert refused.value.field == "email"
    with pytest.raises(AccountRefused):
        details.change_own(user=operator, email=email, phone="", now=NOW)


def test_accounts_that_shared_an_address_before_go_on_and_the_rest_is_unique(
    head: User, operator: User
) -> None:
    """What the migration does in a database where several accounts have one address."""
    migration = import_module("representatives.migrations.0014_one_address_one_account")
    [rule] = [rule for rule in User._meta.constraints if rule.name == "user_email_once"]
    branch = operator.representative.branches.get()
    closed = make_staff("closed", 1, branch, is_active=False, email="OLD@example.org")
    with connection.schema_editor() as editor:
        editor.remove_constraint(User, rule)
    second, third = (make_staff(name, email="Old@example.org") for name in ("second", "third"))
    with connection.cursor() as cursor:
        cursor.execute(migration.MARK)
    with connection.schema_editor() as editor:
        editor.add_constraint(User, rule)
    sharing = User.objects.filter(shares_email=True)
    assert set(sharing) == {second, third}
    details.change_own(user=third, email="third@example.org", phone="", now=NOW)
    assert set(sharing.all()) == {second}
    with pytest.raises(AccountRefused, match="two_accounts"):
        rights.switch_on(user=closed, reason=AccountReason.BACK, by=head, reach=reach(head), now=NOW)


def test_only_somebody_wholly_within_reach_and_never_oneself(head: User, operator: User) -> None:
    rival = make_staff("rival", 1, make_branch("reso-med"))
    elsewhere = make_staff("elsewhere", 1, make_branch("sogaz-med", "73"))
    elsewhere.representative.branches.add(operator.representative.branches.get())
    for user in (rival, elsewhere, head):
        with pytest.raises(AccountRefused):
            details.change(user=user, details=NEW, by=head, reach=reach(head), now=NOW)


def test_nobody_both_moves_the_address_and_takes_the_second_step(
    head: User, operator: User, branch: Branch
) -> None:
    give_app(operator)
    hand = {"user": operator, "by": head, "reach": reach(head)}
    details.change(details=NEW, now=NOW, **hand)
    with pytest.raises(AccountRefused, match="both"):
        rights.take_factor(reason=AccountReason.PHONE_LOST, now=NOW + 6 * DAY, **hand)
    other = make_staff("other_head", heads=branch)
    rights.take_factor(
        user=operator, reason=AccountReason.PHONE_LOST, by=other, reach=reach(other), now=NOW + DAY
    )
    again = Details(NEW.name, "again@example.org", NEW.phone)
    with pytest.raises(AccountRefused, match="both"):
        details.change(user=operator, details=again, by=other, reach=reach(other), now=NOW + 2 * DAY)
    details.change(user=operator, details=again, by=other, reach=reach(other), now=NOW + 9 * DAY)


def test_an_open_invitation_is_void_with_its_address(head: User, operator: User) -> None:
    User.objects.filter(pk=operator.pk).update(is_active=False, password=make_password(None))
    Invitation.objects.create(
        user=operator, token_digest=b"1", invited_by=head, invited_at=NOW, expires_at=NOW + DAY
    )
    details.change(user=operator, details=NEW, by=head, reach=reach(head), now=NOW)
    assert not Invitation.objects.open().of(operator).exists()
    assert not Outbox.objects.exists()


def test_of_a_closed_account_the_old_address_hears_too(head: User, operator: User) -> None:
    """It may be opened again, and its password set anew, by whoever has given it another address."""
    User.objects.filter(pk=operator.pk).update(is_active=False)
    details.change(user=operator, details=NEW, by=head, reach=reach(head), now=NOW)
    mail.outbox.clear()
    delivery.deliver(NOW + timedelta(minutes=1))
    assert [message.to for message in mail.outbox] == [["old@example.org"]]


def test_a_person_changes_the_own_address_and_phone(operator: User) -> None:
    details.change_own(user=operator, email="mine@example.org", phone="+79201234567", now=NOW)
    operator.refresh_from_db()
    assert (operator.email, operator.full_name) == ("mine@example.org", "Operator")
    assert {address for _kind, address in told()} == {"old@example.org", "mine@example.org"}
    assert AccountAct.objects.of(operator).get().by == operator


def test_addresses_are_not_tried_out_by_the_hundred(operator: User) -> None:
    for number in range(details.CHANGES[0]):
        details.change_own(user=operator, email=f"a{number}@example.org", phone="", now=NOW)
    with pytest.raises(AccountRefused, match="too_many"):
        details.change_own(user=operator, email="one.more@example.org", phone="", now=NOW)


def test_a_refused_address_counts_as_well(operator: User) -> None:
    rival = make_staff("rival", 1, make_branch("reso-med"))
    User.objects.filter(pk=rival.pk).update(email="taken@example.org")
    for _number in range(details.CHANGES[0]):
        with pytest.raises(AccountRefused, match="two_accounts"):
            details.change_own(user=operator, email="taken@example.org", phone="", now=NOW)
    with pytest.raises(AccountRefused, match="too_many"):
        details.change_own(user=operator, email="taken@example.org", phone="", now=NOW)
