"""Kind, theme, urgency through the API: the same second person as on the pages."""

import pytest

from complaints.api import examples
from complaints.models import Complaint, Message
from tests.complaints.api.conftest import problem
from tests.factories import make_staff

pytestmark = pytest.mark.django_db
LOWER = {"kind": "consultation", "reason": "patient_asks", "note": "Только вопрос"}


@pytest.fixture
def held(world):
    return world.case(held_by=world.people["operator"])


@pytest.fixture
def colleague(world):
    world.people["colleague"] = make_staff("colleague", 1, world.branch)
    return world.staff("colleague")


def propose(api, case, body):
    return api.post(f"/cases/{case.number}/reclassify/", body)


def decide(api, case, body):
    return api.post(f"/cases/{case.number}/reclassify/decide/", body)


def kind_of(case) -> str:
    return Complaint.objects.get(pk=case.pk).kind


def test_what_is_lowered_waits_and_everybody_of_the_case_sees_it(world, held, colleague):
    body = propose(world.staff("operator"), held, LOWER).json()
    waiting = body["reclassification"]
    assert (body["kind"], waiting["kind"], waiting["proposed_by"]) == (
        "complaint",
        "consultation",
        "Operator",
    )
    assert "decide_reclassification" not in body["allowed"]
    seen = colleague.get(f"/cases/{held.number}/").json()
    assert seen["reclassification"] == waiting
    assert "decide_reclassification" in seen["allowed"]


def test_the_card_alone_does_not_tell_the_theme_of_a_proposal(world, held):
    propose(world.staff("operator"), held, LOWER | {"category": "question"})
    seen = world.staff("insurer_admin").get(f"/cases/{held.number}/").json()
    assert seen["content"] is None
    assert seen["reclassification"]["category"] is None


@pytest.mark.parametrize(
    ("body", "kind"), [(examples.APPROVE, "consultation"), (examples.REFUSE, "complaint")]
)
def test_a_colleague_decides(world, held, colleague, body, kind):
    propose(world.staff("operator"), held, LOWER)
    after = decide(colleague, held, body)
    assert after.status_code == 200
    assert (after.json()["kind"], after.json()["reclassification"]) == (kind, None)


def test_nobody_agrees_with_themselves(world, held):
    propose(world.staff("operator"), held, LOWER)
    problem(decide(world.staff("operator"), held, {"approve": True}), 403, "second_person")
    assert kind_of(held) == "complaint"


def test_a_key_of_the_branch_is_no_second_person(world, held):
    propose(world.staff("operator"), held, LOWER)
    problem(decide(world.key(), held, {"approve": True}), 403, "not_a_person")
    assert kind_of(held) == "complaint"


def test_another_proposal_than_the_one_read_is_not_decided_on(world, held, colleague):
    operator = world.staff("operator")
    read = propose(operator, held, LOWER).json()["reclassification"]["id"]
    propose(operator, held, LOWER | {"kind": "thanks"})
    problem(decide(colleague, held, {"approve": True, "proposal": read}), 409)
    assert kind_of(held) == "complaint"


def test_nothing_proposed_is_said(held, colleague):
    problem(decide(colleague, held, {"approve": True}), 403, "nothing_proposed")


@pytest.mark.parametrize("name", ["rival", "fund", "admin"])
def test_strangers_find_nothing(world, held, name):
    propose(world.staff("operator"), held, LOWER)
    problem(propose(world.staff(name), held, LOWER), 404)
    problem(decide(world.staff(name), held, {"approve": True}), 404)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"reason": "other", "note": "Так"}, 422, "nothing_changed"),
        ({"kind": "consultation", "reason": "patient_asks"}, 422, "note_needed"),
        ({"category": "insurer", "reason": "patient_asks"}, 422, "forward_to_fund"),
        ({"kind": "question", "reason": "patient_asks"}, 400, ""),
        ({"kind": "consultation"}, 400, ""),
    ],
)
def test_what_is_wrong_is_said(world, held, body, status, code):
    problem(propose(world.staff("operator"), held, body), status, code)


def test_the_note_stays_among_the_staff(world):
    filed = world.filed()
    world.staff("operator").post(f"/cases/{filed.number}/claim/")
    propose(world.staff("operator"), filed.complaint, LOWER)
    assert Message.objects.get(complaint=filed.complaint).is_internal
    shown = world.staff("operator").get(f"/complaints/{filed.number}/", X_Access_Code=filed.access_code)
    assert LOWER["note"] not in shown.content.decode()
