"""Ordinary rows of what binds cases, and of appeals left without an answer; and what is refused of each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from complaints.models import Inquiry, JointAnswer, JointAnswerLine, Leaving, NoAnswerGround
from tests.complaints.rows import BEFORE, HOUR, Maker, incident, link, user
from tests.factories import LONG_AGO, NOW, make_complaint


def ground(**fields: Any) -> NoAnswerGround:
    known = {"code": "insults", "title": "x", "basis": "x", "notice": "x", "notice_days": 7}
    return NoAnswerGround.objects.create(**(known | {"valid_from": LONG_AGO} | fields))


def leaving(**fields: Any) -> Leaving:
    if "complaint" not in fields:
        fields |= {"complaint": make_complaint()}
    known = {
        "ground": NoAnswerGround.objects.first() or ground(), "urgency_looked": True,
        "proposed_by": user("proposer"), "proposed_at": NOW,
    }  # fmt: skip
    return Leaving.objects.create(**(known | fields))


def inquiry(**fields: Any) -> Inquiry:
    known = {
        "sealed": {"text": "x", "reply": ""}, "outgoing_number": "1", "named_count": 0, "unnamed_count": 0,
        "asked_by": user(), "asked_at": NOW, "reply_due_on": NOW.date(),
    }  # fmt: skip
    return Inquiry.objects.create(**(known | {"incident": incident()} | fields))


def joint_answer(**fields: Any) -> JointAnswer:
    known = {"sealed": {"text": "x"}, "outcome": "justified", "made_by": user(), "made_at": NOW}
    if "incident" not in fields:
        fields |= {"incident": incident()}
    return JointAnswer.objects.create(**(known | fields))


def joint_answer_line(**fields: Any) -> JointAnswerLine:
    if "joint_answer" not in fields:
        fields |= {"joint_answer": joint_answer(), "complaint": make_complaint()}
    return JointAnswerLine.objects.create(**({"result": "answered", "at": NOW} | fields))


def _other() -> Any:
    return user("other")


_DECIDED = {"decided_at": NOW, "approved": True, "decided_by": _other}

ROWS: list[tuple[str, Maker, dict[str, Any]]] = [
    ("no_answer_ground_known", ground, {"code": "mood"}),
    ("no_answer_ground_validity", ground, {"valid_to": BEFORE}),
    ("no_answer_ground_has_words", ground, {"notice": ""}),
    ("leaving_urgency_looked_at", leaving, {"urgency_looked": False}),
    ("leaving_decision_paired", leaving, {"decided_at": NOW}),
    ("leaving_decided_at_a_moment", leaving, {"decided_by": _other}),
    ("leaving_has_second_person", leaving, {"decided_at": NOW, "approved": True}),
    ("leaving_by_two_people", leaving, _DECIDED | {"decided_by": lambda: user("proposer")}),
    ("leaving_notice_paired", leaving, _DECIDED | {"notified_at": NOW}),
    ("leaving_notice_paired", leaving, _DECIDED | {"notified_at": NOW - HOUR, "notified_way": "letter"}),
    ("leaving_notice_paired", leaving, {"notified_at": NOW, "notified_way": "letter"}),
    ("leaving_notice_after_decision", leaving, {"notice_due_on": NOW.date()}),
    ("link_end_paired", link, {"ended_at": NOW}),
    ("link_end_paired", link, {"ended_at": NOW, "ended_by": _other}),
    (
        "link_end_paired",
        link,
        {"ended_at": NOW, "ended_by": _other, "end_reason": "by_mistake", "kind": "forward"},
    ),
    ("incident_closed_when", incident, {"closed_by": _other}),
    ("incident_banner_has_an_end", incident, {"banner": "x"}),
    ("inquiry_replied_after_asked", inquiry, {"replied_at": NOW - HOUR}),
    ("joint_answer_outcome_known", joint_answer, {"outcome": "perhaps"}),
    ("joint_answer_finished_after_made", joint_answer, {"finished_at": NOW - timedelta(days=1)}),
]
TWICE: list[tuple[str, Maker, Callable[[], dict[str, Any]]]] = [
    ("no_answer_ground_once", ground, dict),
    ("leaving_one_open", leaving, lambda: {"complaint": make_complaint()}),
    ("joint_answer_one_at_a_time", joint_answer, lambda: {"incident": incident()}),
    (
        "joint_answer_once_a_case",
        joint_answer_line,
        lambda: {"joint_answer": joint_answer(), "complaint": make_complaint()},
    ),
]
