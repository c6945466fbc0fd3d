"""Telephone software announces a call: an address that opens the card once, for one person of the branch."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from complaints.models import IncomingCall
from complaints.services import incoming_calls
from representatives import api_keys
from representatives.integrating import Span
from representatives.models import User
from tests import factories
from tests.complaints.api.conftest import Api, World, problem

pytestmark = pytest.mark.django_db

PHONE = "+7 920 123-45-67"


def announce(world: World, **body: str) -> str:
    """The path of the address."""
    answer = world.key("calls").post("/calls/", {"phone": PHONE} | body)
    assert answer.status_code == 201
    return urlsplit(answer.json()["address"]).path


def test_the_address_opens_the_card_with_phone_and_earlier_appeals(world: World) -> None:
    case = world.case()
    address = announce(world)
    page = world.staff("operator").client.get(address)
    assert page.status_code == 200
    assert page.context["form"]["phone"].value() == "+79201234567"
    assert [each.pk for each in page.context["found"].cases] == [case.pk]


def test_the_phone_stands_in_no_address_and_open_in_no_column(world: World) -> None:
    address = announce(world)
    assert "9201234567" not in address
    row = IncomingCall.objects.get()
    assert b"9201234567" not in bytes(row.__dict__["sealed"])
    assert row.sealed == {"phone": "+79201234567"}


def test_it_opens_for_the_first_of_the_branch_alone(world: World) -> None:
    address = announce(world)
    operator = world.staff("operator").client
    for who in ("rival", "fund_operator"):
        assert world.staff(who).client.get(address).status_code == 410
    assert operator.get(address).status_code == 200
    assert operator.get(address).status_code == 200, "loaded again"
    assert world.staff("specialist").client.get(address).status_code == 410
    assert world.staff("head").client.get(address).status_code == 403


def test_it_is_over_after_ten_minutes(world: World) -> None:
    address = announce(world)
    past = world.now - timedelta(minutes=11)
    IncomingCall.objects.update(announced_at=past, expires_at=past + incoming_calls.TO_OPEN)
    assert world.staff("operator").client.get(address).status_code == 410
    assert incoming_calls.purge(world.now) == 1
    assert not IncomingCall.objects.exists()


def test_a_call_announced_twice_has_one_address(world: World) -> None:
    key = world.key("calls")
    addresses = {key.post("/calls/", {"phone": PHONE, "call": "147"}).json()["address"] for _time in range(2)}
    assert len(addresses) == 1
    assert key.post("/calls/", {"phone": PHONE, "call": "148"}).json()["address"] not in addresses
    assert len({announce(world), announce(world)}) == 2, "without a name each is another call"


def test_a_hidden_phone_opens_an_empty_card(world: World) -> None:
    address = urlsplit(world.key("calls").post("/calls/", {}).json()["address"]).path
    page = world.staff("operator").client.get(address)
    assert page.context["form"]["phone"].value() == ""


def test_the_key_needs_this_right_and_no_other(world: World) -> None:
    problem(world.key("read", "work").post("/calls/", {"phone": PHONE}), 403, "scope")
    problem(world.key("calls").get("/queue/"), 403, "scope")
    problem(world.key("calls").post("/queue/take/"), 403, "scope")
    problem(world.staff("operator").post("/calls/", {"phone": PHONE}), 401, "not_authenticated")


def test_what_is_no_phone_breaks_a_rule(world: World) -> None:
    problem(world.key("calls").post("/calls/", {"phone": "101"}), 422)


def test_whoever_is_not_signed_in_signs_in_first(world: World) -> None:
    address = announce(world)
    answer = Api().client.get(address)
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
    assert IncomingCall.objects.get().opened_by is None, "only a person who is known opens it"


def test_a_key_of_a_dismissed_system_announces_nothing(world: World) -> None:
    text = world.key_text("calls")
    user = User.objects.get(full_name="МИС")
    api_keys.revoke(key=user.api_keys.get(), now=world.now)
    problem(Api({"Authorization": f"Api-Key {text}"}).post("/calls/", {"phone": PHONE}), 401)
    assert factories.make_branch() == world.branch


def test_a_key_of_several_branches_says_by_the_region_which_is_called(world: World) -> None:
    far = factories.make_branch("sogaz-med", "73", now=world.now)
    made = api_keys.put_in(
        span=Span(world.branch, [far.pk]), name="АТС", tier=1, scopes=["calls"], lifetime=timedelta(days=1),
        now=world.now,
    )  # fmt: skip
    system = Api({"Authorization": f"Api-Key {made.text}"})
    for region in ("73", "76", ""):
        body = {"phone": PHONE, "call": f"call {region}"} | ({"region": region} if region else {})
        assert system.post("/calls/", body).status_code == 201
    called = list(IncomingCall.objects.order_by("pk").values_list("branch__region__code", flat=True))
    assert called == ["73", "76", "76"]
    problem(system.post("/calls/", {"phone": PHONE, "region": "29"}), 422, "no_branch")
