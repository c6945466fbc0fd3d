"""What waits for a second person: the lists, and leaving an appeal without an answer by the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.plans import explained
from complaints.api import examples
from complaints.models import Complaint, Leaving
from complaints.reference import grounds
from complaints.reports import second_person
from complaints.reports.second_person import Waits
from tests.complaints.api.conftest import World, problem
from tests.complaints.crowd import copies
from tests.factories import make_category, make_staff, profile

LOWER = {"kind": "consultation", "reason": "patient_asks", "note": "Только вопрос"}
RESOLVE = {"outcome": "justified", "text": "Нарушение подтвердилось."}


@pytest.fixture
def held(world: World) -> Complaint:
    """In work with the specialist."""
    grounds.load_grounds()
    theme = make_category("second", arrival_tier=2)
    return world.case(category=theme, held_by=world.people["specialist"])


@pytest.fixture
def colleague(world: World) -> str:
    world.people["colleague"] = make_staff("colleague", 2, world.branch)
    return "colleague"


def leave(world: World, case: Complaint, **changed: object) -> dict[str, object]:
    body = examples.LEAVE | changed
    answer = world.staff("specialist").post(f"/cases/{case.number}/without-answer/", body)
    assert answer.status_code == 200, answer.content.decode()
    shown: dict[str, object] = answer.json()["proposed_leaving"]
    return shown


def decide(world: World, who: str, case: Complaint, **body: object) -> object:
    return world.staff(who).post(f"/cases/{case.number}/without-answer/decide/", body)


def waiting(world: World, who: str, waits: str) -> list[dict[str, object]]:
    answer = world.staff(who).get("/proposals/", {"waits": waits})
    assert answer.status_code == 200, answer.content.decode()
    found: list[dict[str, object]] = answer.json()["results"]
    return found


def status_of(case: Complaint) -> str:
    return str(Complaint.objects.get(pk=case.pk).status)


class TestWithoutAnswer:
    def test_a_colleague_agrees_after_a_look_for_danger(
        self, world: World, held: Complaint, colleague: str
    ) -> None:
        proposed = leave(world, held)
        assert (proposed["ground"], status_of(held)) == ("no_sense", "in_work")
        problem(decide(world, colleague, held, approve=True, proposal=proposed["id"]), 422, "urgency")
        done = decide(world, colleague, held, approve=True, proposal=proposed["id"], urgency_looked=True)
        assert done.json()["status"] == "left_unanswered"  # type: ignore[attr-defined]

    def test_the_head_refuses_with_a_reason(self, world: World, held: Complaint) -> None:
        proposed = leave(world, held)
        problem(decide(world, "head", held, approve=False, proposal=proposed["id"]), 422, "note_needed")
        done = decide(world, "head", held, approve=False, proposal=proposed["id"], note="Просьба понятна")
        assert done.json()["proposed_leaving"] is None  # type: ignore[attr-defined]
        assert status_of(held) == "in_work"

    def test_neither_the_proposer_nor_a_key_is_the_second_person(self, world: World, held: Complaint) -> None:
        body = {"approve": True, "proposal": leave(world, held)["id"], "urgency_looked": True}
        problem(decide(world, "specialist", held, **body), 403, "second_person")
        address = f"/cases/{held.number}/without-answer/decide/"
        problem(world.key(tier=2).post(address, body), 403, "not_a_person")
        problem(decide(world, "rival", held, **body), 404)
        assert status_of(held) == "in_work"

    def test_another_proposal_than_the_one_read_is_not_decided_on(
        self, world: World, held: Complaint, colleague: str
    ) -> None:
        read = leave(world, held)["id"]
        leave(world, held, ground="illegible")
        problem(decide(world, colleague, held, approve=True, proposal=read, urgency_looked=True), 409)

    def test_without_a_look_for_danger_nothing_is_proposed(self, world: World, held: Complaint) -> None:
        body = examples.LEAVE | {"urgency_looked": False}
        problem(world.staff("specialist").post(f"/cases/{held.number}/without-answer/", body), 422, "urgency")
        assert not Leaving.objects.exists()


class TestLists:
    @pytest.fixture
    def proposed(self, world: World, held: Complaint) -> dict[str, Complaint]:
        """One of each: lowered, to be left, answered."""
        specialist = world.staff("specialist")
        leave(world, held)
        lowered = world.case(category=held.category, held_by=world.people["specialist"])
        specialist.post(f"/cases/{lowered.number}/reclassify/", LOWER)
        delicate = make_category("delicate", arrival_tier=3, needs_second_person=True)
        answered = world.case(category=delicate, held_by=world.people["expert"])
        world.staff("expert").post(f"/cases/{answered.number}/resolve/", RESOLVE)
        return {Waits.RECLASSIFICATION: lowered, Waits.WITHOUT_ANSWER: held, Waits.ANSWER: answered}

    @pytest.mark.parametrize("waits", Waits.values)
    def test_each_shows_the_cases_whose_content_one_may_open(
        self, world: World, proposed: dict[str, Complaint], waits: str
    ) -> None:
        (line,) = waiting(world, "head", waits)
        assert (line["number"], line["is_mine"]) == (proposed[waits].number, False)
        proposer = "expert" if waits == Waits.ANSWER else "specialist"
        assert [line["is_mine"] for line in waiting(world, proposer, waits)] == [True]
        for stranger in ("operator", "rival", "fund"):
            assert waiting(world, stranger, waits) == []

    @pytest.mark.parametrize("waits", Waits.values)
    def test_what_its_case_has_outrun_is_left_out(
        self, world: World, proposed: dict[str, Complaint], waits: str
    ) -> None:
        Complaint.objects.filter(pk=proposed[waits].pk).update(
            status="withdrawn", assignee=None, escalate_at=None, warn_at=None, closed_at=world.now
        )
        assert waiting(world, "head", waits) == []

    def test_it_says_which_lists_there_are(self, world: World) -> None:
        problem(world.staff("head").get("/proposals/"), 400)
        problem(world.staff("head").get("/proposals/", {"waits": "everything"}), 400)

    def test_a_line_more_costs_no_query_more(self, world: World, proposed: dict[str, Complaint]) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                waiting(world, "head", Waits.RECLASSIFICATION)
            return len(queries)

        one = cost()
        lowered = world.case(category=proposed[Waits.ANSWER].category, held_by=world.people["expert"])
        world.staff("expert").post(f"/cases/{lowered.number}/reclassify/", LOWER)
        assert cost() == one
        assert len(waiting(world, "head", Waits.RECLASSIFICATION)) == 2

    @pytest.mark.parametrize("waits", Waits.values)
    def test_no_whole_growing_table_is_read(
        self, world: World, proposed: dict[str, Complaint], waits: str
    ) -> None:
        copies(proposed[waits], 3000)
        head = profile(world.people["head"], on=world.now.date())
        with explained() as plans:
            found = second_person.page_of(head, waits=waits, size=30)
        assert len(found.rows) == 1
        assert plans.whole_tables() == {}
