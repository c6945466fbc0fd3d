from datetime import timedelta

import pytest

from complaints.api import examples
from complaints.escalation import moves
from complaints.models import Complaint, History, Link, Message
from complaints.services import closing, waiting
from omsportal.platform.models import ReadLog
from representatives.roles import Tier
from tests import factories
from tests.complaints.api.conftest import fields_of, problem

pytestmark = pytest.mark.django_db


def hand(world, name):
    user = world.people[name]
    return {"by": user, "profile": factories.profile(user), "now": world.now}


@pytest.fixture
def operator(world):
    return world.staff("operator")


@pytest.fixture
def held(world):
    return world.case(held_by=world.people["operator"])


def path_of(case, act=""):
    return f"/cases/{case.number}/" + (f"{act}/" if act else "")


# --- the queue ---


def test_it_lists_the_callers_queue_earliest_due_first(world, operator):
    cases = [world.case() for _ in range(3)]
    world.case(held_by=world.people["operator"])
    world.case(category=factories.make_category("quality"))
    body = operator.get("/queue/").json()
    assert [line["number"] for line in body["results"]] == [case.number for case in cases]
    assert body["next"] is body["previous"] is None
    assert "Соколова" not in str(body)


def test_it_pages_by_cursor_without_gaps(world, operator):
    numbers = [world.case().number for _ in range(5)]
    seen, cursor = [], None
    while True:
        query = {"size": 2} | ({"cursor": cursor} if cursor else {})
        body = operator.get("/queue/", query).json()
        seen += [line["number"] for line in body["results"]]
        cursor = body["next"]
        if cursor is None:
            break
    assert seen == numbers
    back = operator.get("/queue/", {"size": 2, "cursor": body["previous"]}).json()
    assert [line["number"] for line in back["results"]] == numbers[2:4]


def test_it_filters(world, operator):
    question = world.case(category=factories.make_category("question"), kind="consultation")
    world.case()
    for query in ({"category": "question"}, {"kind": "consultation"}):
        body = operator.get("/queue/", query).json()
        assert [line["number"] for line in body["results"]] == [question.number]
    assert operator.get("/queue/", {"urgency": "urgent"}).json()["results"] == []


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"size": "0"}, 400, "size"),
        ({"size": "101"}, 400, "size"),
        ({"size": "many"}, 400, "size"),
        ({"size": "9" * 5000}, 400, "size"),
        ({"urgency": "none"}, 400, "urgency"),
        ({"category": "а б"}, 400, "category"),
        ({"cursor": "forged"}, 422, "cursor"),
    ],
)
def test_it_tells_what_is_wrong_with_the_question(operator, query, status, field):
    assert list(fields_of(problem(operator.get("/queue/", query), status))) == [field]


def test_take_gives_the_most_urgent_case_to_the_caller(world, operator):
    first = world.case()
    world.case()
    body = operator.post("/queue/take/").json()
    assert (body["number"], body["is_mine"], body["status"]) == (first.number, True, "in_work")
    assert body["content"]["patient"]["surname"] == "Соколова"


def test_take_finds_nothing(operator):
    response = operator.post("/queue/take/")
    assert (response.status_code, response.content) == (204, b"")


# --- one case ---


def test_it_shows_card_content_and_what_the_caller_may_do(world, operator, held):
    body = operator.get(path_of(held)).json()
    assert body["content"]["details"]["story"] == factories.STORY
    assert set(body["allowed"]) >= {"release", "message", "escalate", "wait"}
    assert "return" not in body["allowed"]
    assert [line["event"] for line in body["history"]] == ["filed", "claimed"]


def test_the_tier_below_sees_the_card_only(world, operator, held):
    moves.move_named_due(ids=[held.pk], now=held.due_at)
    body = operator.get(path_of(held)).json()
    assert (body["tier"], body["content"]) == (Tier.SPECIALISTS, None)
    assert (body["category"], body["category_text"]) == (None, None)
    assert factories.STORY not in str(body)


def test_each_opening_is_logged_by_what_was_shown(world, held):
    world.staff("operator").get(path_of(held))
    world.staff("specialist").get(path_of(held))
    assert [line.what for line in ReadLog.objects.order_by("id")] == ["content", "unmask", "card"]


def test_an_unchanged_case_is_not_sent_again(world, operator, held):
    first = operator.get(path_of(held))
    again = operator.get(path_of(held), If_None_Match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    operator.post(path_of(held, "release"))
    assert operator.get(path_of(held), If_None_Match=first["ETag"]).status_code == 200


def test_the_number_is_found_however_it_is_written(operator, held):
    assert operator.get(f"/cases/{held.number.replace('-', '')}/").status_code == 200


# --- acts ---


def test_claim_and_release(world, operator):
    case = world.case()
    assert operator.post(path_of(case, "claim")).json()["is_mine"]
    assert operator.post(path_of(case, "claim"), {}).status_code == 200
    body = operator.post(path_of(case, "release"), examples.RELEASE).json()
    assert (body["status"], body["is_mine"]) == ("new", False)
    assert History.objects.get(complaint=case, event="released").reason == "leave"


def test_message_and_note(world, operator, held):
    sent = operator.post(path_of(held, "message"), examples.MESSAGE, Idempotency_Key="m")
    again = operator.post(path_of(held, "message"), examples.MESSAGE, Idempotency_Key="m")
    assert (sent.status_code, again.json()) == (201, sent.json())
    note = operator.post(path_of(held, "message"), examples.NOTE).json()
    assert (note["internal"], note["is_call"]) == (True, True)
    assert Message.objects.count() == 2


def test_escalate_passes_the_case_up_with_a_note(world, operator, held):
    body = operator.post(path_of(held, "escalate"), examples.ESCALATE).json()
    assert (body["tier"], body["status"], body["hop"]) == (2, "new", 1)
    assert body["content"] is None


def test_return_gives_it_back_once(world):
    specialist = world.staff("specialist")
    case = world.case(tier=2)
    specialist.post(path_of(case, "claim"))
    assert specialist.post(path_of(case, "return"), examples.RETURN).json()["tier"] == 1


def test_wait_and_resume(world, operator, held):
    body = operator.post(path_of(held, "wait"), examples.WAIT).json()
    assert (body["status"], body["pauses_used"]) == ("waiting", 1)
    assert body["wait_until"] is not None
    assert operator.post(path_of(held, "resume")).json()["status"] == "in_work"


def test_resolve_answers_at_once_on_the_site(world, operator, held):
    body = operator.post(path_of(held, "resolve"), examples.RESOLVE).json()
    assert (body["status"], body["outcome"]) == ("answered", "organised")
    assert body["content"]["answer"]["text"] == examples.RESOLVE["text"]


def test_resolve_leaves_no_appeal_without_an_answer(world, operator, held):
    answer = operator.post(path_of(held, "resolve"), examples.RESOLVE | {"outcome": "left_unanswered"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "needs_two_people"
    assert Complaint.objects.get(pk=held.pk).status == "in_work"


def test_resolve_keeps_the_sums(world):
    expert = world.staff("expert")
    case = world.case(category=factories.make_category("quality"))
    expert.post(path_of(case, "claim"))
    body = expert.post(path_of(case, "resolve"), examples.REFUND).json()
    assert body["content"]["answer"]["sum_refunded"] == "2500.00"


def test_reopen_makes_a_linked_appeal_with_a_code_of_its_own(world, operator, held):
    operator.post(path_of(held, "resolve"), examples.RESOLVE)
    body = operator.post(path_of(held, "reopen"), examples.REOPEN).json()
    later = Complaint.objects.get(number=body["number"])
    assert Link.objects.get().later == later
    assert body["case"]["status"] == "closed"
    told = world.staff("operator").get(f"/complaints/{later.number}/", X_Access_Code=body["access_code"])
    assert told.status_code == 200


def test_forward_registers_it_anew_at_the_fund(world):
    specialist = world.staff("specialist")
    case = world.case(tier=2)
    specialist.post(path_of(case, "claim"))
    body = specialist.post(path_of(case, "forward"), examples.FORWARD).json()
    assert body["case"]["status"] == "forwarded"
    assert Complaint.objects.get(number=body["number"]).branch == world.fund


def test_forward_to_nobody_or_to_itself_breaks_a_rule(world):
    specialist = world.staff("specialist")
    case = world.case(tier=2)
    specialist.post(path_of(case, "claim"))
    factories.make_region("73", "Ульяновская область", "Europe/Ulyanovsk")
    nobody = {"region": "73", "reason": "other"}
    problem(specialist.post(path_of(case, "forward"), nobody), 422, "no_branch")
    itself = {"region": "76", "insurer": "sogaz-med", "reason": "other"}
    problem(specialist.post(path_of(case, "forward"), itself), 422, "forward_to_itself")


@pytest.mark.parametrize(
    ("act", "body", "status", "field"),
    [
        ("claim", {"force": True}, 400, "force"),
        ("release", {"reason": "tired"}, 400, "reason"),
        ("message", {"text": "a", "internal": "yes"}, 400, "internal"),
        ("message", {"text": " "}, 422, "text"),
        ("escalate", {}, 400, "reason"),
        ("return", {"reason": "other"}, 400, "note"),
        ("wait", {"question": "?", "working_days": 6}, 400, "working_days"),
        ("wait", {"question": "?", "working_days": "2"}, 400, "working_days"),
        ("wait", {"question": "?", "working_days": 10**30}, 400, "working_days"),
        ("resolve", {"outcome": "won", "text": "a"}, 400, "outcome"),
        ("resolve", {"outcome": "organised", "text": "a", "sum_refunded": "-1"}, 400, "sum_refunded"),
        ("forward", {"region": "00", "reason": "other"}, 422, "region"),
        ("reopen", {"text": "\x00"}, 400, "text"),
    ],
)
def test_it_refuses_wrong_bodies(operator, held, act, body, status, field):
    assert list(fields_of(problem(operator.post(path_of(held, act), body), status))) == [field]


def test_an_outcome_that_does_not_fit_the_kind_breaks_a_rule(operator, held):
    body = {"outcome": "clarified", "text": "Разъяснили"}
    problem(operator.post(path_of(held, "resolve"), body), 422, "outcome_of_kind")


# --- who may ---


ACTS = {
    "claim": {},
    "release": {},
    "message": examples.MESSAGE,
    "escalate": examples.ESCALATE,
    "return": examples.RETURN,
    "wait": examples.WAIT,
    "resume": {},
    "resolve": examples.RESOLVE,
    "reopen": examples.REOPEN,
    "forward": examples.FORWARD,
    "reclassify": examples.RECLASSIFY,
}


def ready_for(world, act):
    """A case of tier 2, in the state in which its holder may do the act."""
    if act == "claim":
        return world.case(tier=2)
    case = world.case(tier=2, held_by=world.people["specialist"])
    if act == "resume":
        return waiting.wait(complaint=case, question="?", working_days=1, **later(world, case))
    if act == "reopen":
        return closing.resolve(complaint=case, outcome="organised", text="Да", **later(world, case))
    return case


def later(world, case):
    return hand(world, "specialist") | {"now": max(world.now, case.entered_at) + timedelta(minutes=1)}


CALLERS = {
    "anonymous": dict.fromkeys(ACTS, 401),
    "wrong key": dict.fromkeys(ACTS, 401),
    "no csrf": dict.fromkeys(ACTS, 403),
    "reading key": dict.fromkeys(ACTS, 403),
    "rival": dict.fromkeys(ACTS, 404),
    "admin": dict.fromkeys(ACTS, 404),
    "fund": dict.fromkeys(ACTS, 404),
    "operator": dict.fromkeys(ACTS, 403),
    "insurer_admin": dict.fromkeys(ACTS, 403),
    "head": dict.fromkeys(ACTS, 403)
    | dict.fromkeys(("escalate", "return", "forward", "reopen", "reclassify"), 200),
    "specialist": dict.fromkeys(ACTS, 200) | {"message": 201},
}


def caller(world, name):
    if name == "anonymous":
        return world.staff("operator").__class__()
    if name == "wrong key":
        return world.key().__class__({"Authorization": "Api-Key oms_aaaaaaaa_wrong"})
    if name == "no csrf":
        api = world.staff("specialist")
        api.headers = {}
        return api
    return world.key("read", tier=2) if name == "reading key" else world.staff(name)


@pytest.mark.parametrize("name", CALLERS)
def test_who_may_do_what(world, name):
    api, expected = caller(world, name), CALLERS[name]
    responses = {act: api.post(path_of(ready_for(world, act), act), ACTS[act]) for act in ACTS}
    assert {act: response.status_code for act, response in responses.items()} == expected
    for response in responses.values():
        if response.status_code >= 400:
            problem(response, response.status_code)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("anonymous", 401), ("wrong key", 401), ("no csrf", 200), ("reading key", 200), ("rival", 404),
        ("admin", 404), ("fund", 404), ("operator", 200), ("insurer_admin", 200), ("head", 200),
        ("specialist", 200),
    ],
)  # fmt: skip
def test_who_may_read_a_case(world, name, status):
    assert caller(world, name).get(path_of(world.case(tier=2))).status_code == status


@pytest.mark.parametrize(
    ("name", "reads", "takes"),
    [
        ("anonymous", 401, 401), ("wrong key", 401, 401), ("no csrf", 200, 403), ("reading key", 200, 403),
        ("rival", 200, 204), ("admin", 200, 204), ("operator", 200, 204), ("head", 200, 204),
        ("specialist", 200, 200),
    ],
)  # fmt: skip
def test_who_may_read_and_take_from_the_queue(world, name, reads, takes):
    world.case(tier=2)
    api = caller(world, name)
    response = api.get("/queue/")
    assert response.status_code == reads
    if reads == 200:
        assert len(response.json()["results"]) == (name in {"specialist", "no csrf", "reading key"})
    assert api.post("/queue/take/").status_code == takes


def test_a_patients_code_opens_nothing_of_staff(world, anybody):
    filed = world.filed()
    for path in ("/queue/", f"/cases/{filed.number}/"):
        problem(anybody.get(path, X_Access_Code=filed.access_code), 401)


def test_a_refusal_says_why(operator, world):
    case = world.case(tier=2)
    body = problem(operator.post(path_of(case, "message"), examples.MESSAGE, Accept_Language="en"), 403)
    assert body["code"] == "not_holder"
    assert body["detail"] == "Take the case first: only who holds it may do this."


def test_a_case_that_moved_on_is_a_conflict(world, operator, held):
    operator.post(path_of(held, "resolve"), examples.RESOLVE)
    problem(operator.post(path_of(held, "resolve"), examples.RESOLVE), 409, "status")


def test_a_case_of_somebody_else_is_a_conflict(world, held):
    colleague = factories.make_staff("colleague", 1, world.branch)
    world.people["colleague"] = colleague
    problem(world.staff("colleague").post(path_of(held, "claim")), 409, "somebody_was_first")


@pytest.mark.parametrize("number", ["76-26-0000000-0", "1", "ы", "%00", "9" * 300])
def test_what_is_no_case_does_not_exist(operator, number):
    problem(operator.get(f"/cases/{number}/"), 404)
    problem(operator.post(f"/cases/{number}/claim/"), 404)
