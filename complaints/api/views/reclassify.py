"""Classify a case anew; what eases the duties of a branch is for a second person, and so are some answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import examples
from complaints.api.serializers import second_person, staff
from complaints.api.views.cases import ActView, Body, act_schema
from complaints.models import AnswerProposal, Complaint, Reclassification
from complaints.services import reclassify, second_eyes


class Reclassify(ActView):
    """Change kind, category or urgency, or propose it."""

    takes = staff.ReclassifyInput

    @act_schema(
        "reclassify",
        _(
            "Change kind, category or urgency. What takes a complaint or an urgent appeal down is only "
            "proposed: `reclassification` of the answer shows what waits for a second person"
        ),
        staff.ReclassifyInput, examples.RECLASSIFY, examples.MAKE_URGENT, examples.PROPOSE,
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        self.perform(request, number, _propose)
        return self.done(request, number)


class DecideReclassification(ActView):
    """Agree or refuse."""

    takes = second_person.DecideReclassificationInput

    @act_schema(
        "decide_reclassification",
        _("Agree with the proposed change or refuse it, as the second person; an API key may not"),
        second_person.DecideReclassificationInput, examples.APPROVE, examples.REFUSE,
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        self.perform(request, number, _decide)
        return self.done(request, number)


class ReviewAnswer(ActView):
    """Agree with a proposed answer, or return it."""

    takes = second_person.ReviewAnswerInput

    @act_schema(
        "review_answer",
        _("Agree with the proposed answer or return it, as the second person; an API key may not"),
        second_person.ReviewAnswerInput, examples.APPROVE_ANSWER, examples.RETURN_ANSWER,
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        self.perform(request, number, _review)
        return self.done(request, number)


def _propose(case: Complaint, body: Body, hand: Any) -> Reclassification:
    return reclassify.propose(
        complaint=case,
        kind=body.get("kind", case.kind),
        category=body.get("category", case.category),
        urgency=body.get("urgency", case.urgency),
        reason=body["reason"],
        note=body.get("note", ""),
        **hand,
    )


def _decide(case: Complaint, body: Body, hand: Any) -> Reclassification:
    return reclassify.decide(
        complaint=case, approve=body["approve"], proposal_id=body.get("proposal"),
        note=body.get("note", ""), **hand,
    )  # fmt: skip


def _review(case: Complaint, body: Body, hand: Any) -> AnswerProposal:
    return second_eyes.decide(
        complaint=case, proposal_id=body["proposal"], approve=body["approve"], reason=body.get("reason", ""),
        **hand,
    )  # fmt: skip
