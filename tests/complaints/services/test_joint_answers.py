"""An incident answered one by one from one text, cried about once, closed and erased."""

from typing import Any

import pytest

from complaints.escalation import gathering
from complaints.models import (
    Answer,
    Barring,
    Category,
    Complaint,
    History,
    Incident,
)
from complaints.services import anonymising, incidents, joint_answers, waiting
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Event, Status
from omsportal.platform import alarms
from omsportal.platform.clock import database_now
from omsportal.platform.models import Alarm
from tests.complaints.services.leading import (
    DAY,
    HOUR,
    MINUTE,
    answer,
    ask,
    case,
    fresh,
    gather,
    head,
    make_answers,
    opened,
)
from tests.factories import (
    APPLICANT,
    NOW,
    make_branch,
    make_staff,
    profile,
)

pytestmark = pytest.mark.django_db


# --- individual answers ---


def test_each_person_gets_an_answer_of_their_own_exactly_once() -> None:
    operator = make_staff("operator", 1, make_branch())
    mine = case()
    hers = case(applicant={**APPLICANT, "surname": "Кузнецова", "first_name": "Анна"}, held_by=operator)
    incident = opened()
    gather(incident)
    joint = answer(incident)
    assert make_answers(joint) == {"answered": 2}
    for one in (mine, hers):
        row = fresh(one)
        text = Answer.objects.get(complaint=one).sealed["text"]
        assert (row.status, row.outcome) == (Status.ANSWERED, "justified")
        assert one.number in text
    assert "Кузнецова" in Answer.objects.get(complaint=hers).sealed["text"]
    assert "Кузнецова" not in Answer.objects.get(complaint=mine).sealed["text"]
    assert make_answers(joint) == {"answered": 2}
    assert Answer.objects.count() == 2
    joint.refresh_from_db()
    assert joint.finished_at is not None


def test_a_worker_that_dies_in_the_middle_leaves_the_rest_to_the_next() -> None:
    first, second = case(), case()
    incident = opened()
    gather(incident)
    joint = answer(incident)
    joint_answers.answer_one(joint=joint, complaint_id=first.pk, now=database_now())
    assert (fresh(first).status, fresh(second).status) == (Status.ANSWERED, Status.NEW)
    line = joint_answers.answer_one(joint=joint, complaint_id=first.pk, now=database_now())
    assert (line.result, joint.lines.count()) == ("answered", 1)
    assert make_answers(joint) == {"answered": 2}
    assert History.objects.filter(complaint=first, event=Event.RESOLVED).count() == 1


def test_what_cannot_be_answered_so_is_left_for_a_person_with_the_reason() -> None:
    operator = make_staff("operator", 1, make_branch())
    made = {
        "urgent": case(urgency="urgent"),
        "waiting": case(held_by=operator),
        "other_kind": case(kind="thanks"),
        "missing": case(
            applicant={"surname": "", "first_name": "", "phone": "+79201234567"}, is_anonymous=True
        ),
        "not_allowed": case(),
    }
    waiting.wait(
        complaint=made["waiting"], question="Когда вы были?", working_days=1, by=operator,
        profile=profile(operator), now=NOW + MINUTE,
    )  # fmt: skip
    incident = opened()
    gather(incident)
    Barring.objects.create(complaint=made["not_allowed"], user=head(), why="complained_of")
    joint = answer(incident)
    assert make_answers(joint) == dict.fromkeys(made, 1)
    lines = {line.result: line.complaint_id for line in joint.lines.all()}
    assert lines == {name: one.pk for name, one in made.items()}
    assert not Answer.objects.exists()


def test_a_theme_that_asks_for_a_second_pair_of_eyes_is_not_answered_jointly() -> None:
    one = case()
    Category.objects.filter(pk=one.category_id).update(needs_second_person=True)
    incident = opened()
    gather(incident)
    assert make_answers(answer(incident)) == {"second_person": 1}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"text": "Аппарат починили"}, "number"),
        ({"text": "№ {number} {diagnosis}"}, "unknown_blank"),
        ({"outcome": "perhaps"}, "outcome"),
    ],
)
def test_a_text_that_does_not_fit_is_refused(changed: dict[str, str], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        answer(opened(), **changed)
    assert refused.value.code == code


def test_two_texts_are_not_sent_at_once() -> None:
    incident = opened()
    answer(incident)
    with pytest.raises(RuleBroken) as refused:
        answer(incident)
    assert refused.value.code == "answering"


# --- one alarm, closing, erasing ---


def test_late_cases_of_an_incident_cry_once_together() -> None:
    late = [case(), case()]
    incident = opened()
    gather(incident)
    Complaint.objects.filter(pk__in=[one.pk for one in late]).update(answer_due_on=(NOW + DAY).date())
    for one in late:
        alarms.raise_once(
            kind="answer_danger", subject_kind="complaint", subject_id=one.pk, now=NOW,
            receiver_branch_id=one.branch_id,
        )  # fmt: skip
    assert gathering.cry_once(NOW) == 1
    assert gathering.cry_once(NOW + MINUTE) == 0
    assert [alarm.kind for alarm in Alarm.objects.open()] == ["incident_late"]
    assert Alarm.objects.open().get().payload == {"incident": incident.pk, "cases": 2}
    lead = head()
    incidents.set_apart(complaint=late[0], by=lead, profile=profile(lead), now=NOW + HOUR)
    assert Alarm.objects.open().filter(kind="answer_danger", subject_id=late[0].pk).exists()
    make_answers(answer(incident))
    gathering.cry_once(NOW + 2 * HOUR)
    assert not Alarm.objects.open().filter(kind="incident_late").exists()


def test_it_closes_when_nobody_in_it_waits_any_more() -> None:
    case()
    incident, lead = opened(banner="УЗИ не работает", banner_until=NOW + DAY), head()
    gather(incident)
    hand: dict[str, Any] = {"by": lead, "profile": profile(lead), "now": NOW + 2 * HOUR}
    with pytest.raises(RuleBroken) as refused:
        incidents.close(incident=incident, **hand)
    assert refused.value.code == "open_cases"
    assert list(Incident.objects.with_banner(NOW + HOUR)) == [incident]
    assert not Incident.objects.with_banner(NOW + DAY).exists()
    make_answers(answer(incident))
    incidents.close(incident=incident, **hand)
    assert not Incident.objects.with_banner(NOW + HOUR).exists()
    with pytest.raises(SomebodyWasFirst):
        incidents.close(incident=incident, **hand)
    with pytest.raises(SomebodyWasFirst):
        gather(incident)


@pytest.mark.parametrize(
    "changed",
    [
        {"title": " "},
        {"starts_on": (NOW + DAY).date()},
        {"ends_on": (NOW - 5 * DAY).date()},
        {"banner": "УЗИ не работает"},
        {"banner": "УЗИ не работает", "banner_until": NOW - MINUTE},
        {"banner": "УЗИ не работает", "banner_until": NOW + 90 * DAY},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        opened(**changed)


def test_what_was_written_about_an_incident_goes_with_its_first_erased_case() -> None:
    one = case()
    incident, lead = opened(), head()
    gather(incident)
    inquiry = ask(incident, text="Почему отказали Соколовой?")
    joint = answer(incident)
    make_answers(joint)
    incidents.close(incident=incident, by=lead, profile=profile(lead), now=NOW + 2 * HOUR)
    assert anonymising.anonymise(complaint_id=one.pk, now=NOW + 3 * DAY)
    inquiry.refresh_from_db()
    joint.refresh_from_db()
    assert (inquiry.sealed["text"], joint.sealed["text"]) == ("", "")
