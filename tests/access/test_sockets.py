"""Whose changes a socket tells to whom; that it does what its groups say: staff/test_live.py."""

import pytest

from complaints.live.consumers import PatientConsumer, groups_of
from complaints.live.groups import group_of, group_of_case
from complaints.routing import websocket_urlpatterns
from tests.access.world import ROLES, STAFF, World
from tests.factories import make_branch, make_fund

pytestmark = pytest.mark.django_db
#: Role → the branches whose changes are told; the fund stands in for the experts whom the rival has not.
#: Systems have no sockets.
HEARS: dict[str, set[str]] = {
    "operator": {"own"}, "specialist": {"own"}, "expert": {"own"}, "head": {"own"}, "insurer_admin": {"own"},
    "fund": {"fund", "rival"}, "fund_operator": {"fund", "rival"}, "admin": set(),
    "rival": {"rival"},
}  # fmt: skip


def test_no_socket_is_missing_here() -> None:
    assert [str(entry.pattern) for entry in websocket_urlpatterns] == [
        "ws/staff/", "ws/staff/cases/<str:number>/", "ws/case/",
    ]  # fmt: skip
    assert set(HEARS) == set(STAFF)


def test_everybody_hears_of_their_own_branches_only(here: World) -> None:
    places = {"own": here.branch, "rival": make_branch("reso-med"), "fund": make_fund()}
    places["elsewhere"] = make_branch("reso-med", "73")
    names = {group_of(branch.pk): name for name, branch in places.items()}
    heard = {role: {names.get(group, group) for group in groups_of(here.people[role])} for role in STAFF}
    # In the branch that helps from elsewhere nobody works: its insurer's people stand in.
    assert heard == HEARS | {"rival": {"rival", "elsewhere"}}


def heard_by(here: World, role: str) -> list[str] | None:
    """By the socket of a case, asked for with everything this person's browser has."""
    socket = PatientConsumer()
    socket.scope = {"cookies": {name: cookie.value for name, cookie in here.clients[role].cookies.items()}}
    return socket.groups_here()


def test_a_patient_hears_of_the_opened_case_only_and_nobody_else_of_any(here: World) -> None:
    heard = {role: heard_by(here, role) for role in ROLES}
    other = heard.pop("other_patient")
    assert other is not None
    assert other != [group_of_case(here.case.pk)]
    assert heard == dict.fromkeys(heard) | {"patient": [group_of_case(here.case.pk)]}
