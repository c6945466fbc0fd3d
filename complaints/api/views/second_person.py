"""What waits for a second person: the lists, and leaving an appeal without an answer (59-ФЗ, art. 11)."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import examples
from complaints.api.authentication import caller_of
from complaints.api.faults import broken
from complaints.api.serializers import second_person
from complaints.api.serializers.second_person import ProposalsOutput, ProposalsQuery
from complaints.api.views.base import StaffView
from complaints.api.views.cases import ActView, Body, act_schema
from complaints.models import Complaint, Leaving
from complaints.permissions import Act, require
from complaints.reports import reference
from complaints.reports import second_person as report
from complaints.services import without_answer


class Proposals(StaffView):
    """What nobody has decided on."""

    @extend_schema(
        operation_id="list_proposals",
        summary=_("What waits for a second person"),
        description=_(
            "Changes of classification and urgency, answers, or appeals to be left without an answer: one "
            "list for each, the longest waiting first, of the cases whose content the caller may open. Read "
            "the case, then decide under its number: `allowed` says whether the caller may. A key is no "
            "second person."
        ),
        parameters=[ProposalsQuery],
        responses={200: ProposalsOutput},
    )
    def get(self, request: Request) -> Response:
        wanted, caller = self.asked(request, ProposalsQuery), caller_of(request)
        found = report.page_of(caller.profile, **wanted)
        context = {"profile": caller.profile}
        lines = [dict(second_person.ProposalOutput(row, context=context).data) for row in found.rows]
        return Response(
            {"results": lines, "next": found.next_cursor or None, "previous": found.previous_cursor or None}
        )


class WithoutAnswer(ActView):
    """Propose it."""

    takes = second_person.LeavingInput

    @act_schema(
        "leave",
        _(
            "Propose to leave the appeal without an answer, after a look for danger. Nothing changes and "
            "both clocks run until a second person has decided"
        ),
        second_person.LeavingInput, examples.LEAVE,
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        self.perform(request, number, _propose)
        return self.done(request, number)


class DecideWithoutAnswer(ActView):
    """Agree or refuse."""

    takes = second_person.DecideLeavingInput

    @act_schema(
        "decide_leave",
        _(
            "Agree that the appeal is left without an answer or refuse it, as the second person; an API key "
            "may not"
        ),
        second_person.DecideLeavingInput, examples.APPROVE_LEAVING, examples.REFUSE_LEAVING,
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        self.perform(request, number, _decide)
        return self.done(request, number)


def _propose(case: Complaint, body: Body, hand: Body) -> Leaving:
    require(hand["profile"], Act.LEAVE, case)
    ground = reference.ground_on(body["ground"], case, hand["now"])
    if ground is None:
        raise broken("ground", _("This ground is not in force. Choose another."), "ground")
    return without_answer.propose(
        complaint=case, ground=ground, urgency_looked=body["urgency_looked"], note=body["note"], **hand
    )


def _decide(case: Complaint, body: Body, hand: Body) -> Leaving:
    return without_answer.decide(
        complaint=case, leaving_id=body["proposal"], approve=body["approve"],
        urgency_looked=body.get("urgency_looked", False), note=body.get("note", ""), **hand,
    )  # fmt: skip
