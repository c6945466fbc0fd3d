"""The second person by the API: a proposed answer is read, agreed with or returned."""

import pytest

from complaints.models import Complaint
from tests.complaints.api.conftest import World, problem
from tests.factories import make_category

RESOLVE = {"outcome": "justified", "text": "Нарушение подтвердилось."}


@pytest.fixture
def delicate(world: World) -> Complaint:
    """Of a theme whose answers need a second person; in work with the expert, who proposes one."""
    category = make_category("delicate", arrival_tier=3, needs_second_person=True)
    case = world.case(category=category, held_by=world.people["expert"])
    answer = world.staff("expert").post(f"/cases/{case.number}/resolve/", RESOLVE)
    assert answer.json()["status"] == "in_work"
    return case


def read(world: World, name: str, case: Complaint) -> dict[str, object]:
    shown: dict[str, object] = world.staff(name).get(f"/cases/{case.number}/").json()
    return shown


def test_the_head_reads_it_and_agrees(world: World, delicate: Complaint) -> None:
    waits = read(world, "head", delicate)
    proposed = waits["proposed_answer"]
    assert isinstance(proposed, dict)
    assert (proposed["text"], proposed["outcome"]) == (RESOLVE["text"], "justified")
    assert "review_answer" in waits["allowed"]  # type: ignore[operator]
    body = {"approve": True, "proposal": proposed["id"]}
    done = world.staff("head").post(f"/cases/{delicate.number}/review-answer/", body).json()
    assert done["status"] in {"resolved", "answered"}
    assert done["proposed_answer"] is None
    problem(world.staff("head").post(f"/cases/{delicate.number}/review-answer/", body), 409)


def test_it_is_returned_with_a_reason(world: World, delicate: Complaint) -> None:
    proposal = read(world, "head", delicate)["proposed_answer"]["id"]  # type: ignore[index]
    address, body = f"/cases/{delicate.number}/review-answer/", {"approve": False, "proposal": proposal}
    problem(world.staff("head").post(address, body), 422)
    done = world.staff("head").post(address, body | {"reason": "Укажите срок."}).json()
    assert (done["status"], done["proposed_answer"]) == ("in_work", None)


def test_neither_its_author_nor_a_key_is_the_second_person(world: World, delicate: Complaint) -> None:
    proposal = read(world, "expert", delicate)["proposed_answer"]["id"]  # type: ignore[index]
    address, body = f"/cases/{delicate.number}/review-answer/", {"approve": True, "proposal": proposal}
    problem(world.staff("expert").post(address, body), 403)
    problem(world.key(tier=3).post(address, body), 403)
    problem(world.staff("rival").post(address, body), 404)


def test_whoever_sees_the_card_only_does_not_read_it(world: World, delicate: Complaint) -> None:
    assert read(world, "operator", delicate)["proposed_answer"] is None
