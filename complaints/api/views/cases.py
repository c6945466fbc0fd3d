"""One case of staff: read it, and one address for each act."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from complaints.api import examples
from complaints.api.authentication import Caller, caller_of
from complaints.api.faults import broken
from complaints.api.schema import MESSAGE_KEY, NUMBER
from complaints.api.serializers import staff
from complaints.api.serializers.staff import CaseOutput, NewCaseOutput, StaffMessageOutput
from complaints.api.views.base import StaffView
from complaints.api.views.patient import token_of
from complaints.models import Complaint
from complaints.reports import queues, reference
from complaints.reports.staff.content import Post, content
from complaints.services import closing, hops, openings, thread, waiting, work
from complaints.services.filing import Filed
from omsportal.platform import log_lines

Body = dict[str, Any]


def visible(caller: Caller, number: str) -> Complaint:
    """The case, if its card is open to the caller; else it does not exist."""
    case = queues.visible_case(caller.profile, number)
    if case is None:
        raise NotFound
    log_lines.about(case.pk)
    return case


def case_of(caller: Caller, number: str, now: datetime) -> dict[str, Any]:
    """Log the opening, then show the card, and the content where that is allowed.

    Nothing is masked here, so that is logged too, as on the page where somebody asks for it.
    """
    case = visible(caller, number)
    hand: Any = {"by": caller.user, "profile": caller.profile, "now": now, "key_id": caller.key_id}
    may_open = openings.open_case(complaint=case, **hand)
    if may_open:
        openings.unmask(complaint=case, **hand)
    context = {"profile": caller.profile, "content": content(case) if may_open else None}
    return dict(CaseOutput(case, context=context).data)


class Case(StaffView):
    """One case."""

    @extend_schema(
        operation_id="read_case",
        summary=_("Read a case"),
        description=_(
            "The card opens for staff of the case's branches; the content for its tier, its holder and the "
            "head. Each opening is logged. What the caller may not see does not exist."
        ),
        parameters=[NUMBER],
        responses={200: CaseOutput},
    )
    def get(self, request: Request, number: str) -> Response:
        return Response(case_of(caller_of(request), number, self.now))


class ActView(StaffView):
    """One act: the body, one service call, the case as it is afterwards."""

    takes: type[Serializer[Any]] = staff.NothingInput

    def perform(self, request: Request, number: str, act: Callable[[Complaint, Body, Any], Any]) -> Any:
        """Call the service with the visible case, the body and whoever acts."""
        body, caller = self.read(request, self.takes), caller_of(request)
        hand = {"by": caller.user, "profile": caller.profile, "now": self.now}
        return act(visible(caller, number), body, hand)

    def done(self, request: Request, number: str) -> Response:
        return Response(self._after(request, number))

    def made(self, request: Request, number: str, filed: Filed) -> Response:
        """A new linked case: its code is shown here and never again."""
        after = self._after(request, number)
        return Response({"case": after, "number": filed.number, "access_code": filed.access_code})

    def _after(self, request: Request, number: str) -> dict[str, Any]:
        return case_of(caller_of(request), number, self.now)


def act_schema(
    name: str,
    summary: "str | Promise",
    takes: type[Serializer[Any]],
    *samples: Body,
    gives: object = CaseOutput,
) -> Callable[..., Any]:
    """The description of an act: its body with examples that work."""
    shown = [
        OpenApiExample(f"{name} {index}", body, request_only=True) for index, body in enumerate(samples, 1)
    ]
    parameters = [NUMBER, MESSAGE_KEY] if name in {"message", "wait"} else [NUMBER]
    return extend_schema(
        operation_id=f"{name}_case", summary=summary, description=summary, parameters=parameters,
        request=takes, responses=gives if isinstance(gives, dict) else {200: gives}, examples=shown,
    )  # fmt: skip


class Claim(ActView):
    """Take a case of the own queue."""

    @act_schema("claim", _("Take this case"), staff.NothingInput, examples.CLAIM)
    def post(self, request: Request, number: str) -> Response:
        self.perform(request, number, lambda case, _body, hand: work.claim(complaint=case, **hand))
        return self.done(request, number)


class Release(ActView):
    """Put a case back."""

    takes = staff.ReasonInput

    @act_schema("release", _("Put the case back into its queue"), staff.ReasonInput, examples.RELEASE)
    def post(self, request: Request, number: str) -> Response:
        self.perform(
            request, number,
            lambda case, body, hand: work.release(complaint=case, reason=body.get("reason", ""), **hand),
        )  # fmt: skip
        return self.done(request, number)


class CaseMessage(ActView):
    """Write to the applicant, or a note for staff."""

    takes = staff.StaffMessageInput

    @act_schema(
        "message", _("Write to the applicant, or a note for staff"), staff.StaffMessageInput,
        examples.MESSAGE, examples.NOTE, gives={201: StaffMessageOutput},
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        message = self.perform(
            request, number,
            lambda case, body, hand: thread.post_by_staff(
                complaint=case, text=body["text"], is_internal=body["internal"], is_call=body["is_call"],
                no_health_facts=body.get("no_health_facts"), token=token_of(request), **hand,
            ),
        )  # fmt: skip
        return Response(StaffMessageOutput(Post(message, [])).data, status=201)


class Escalate(ActView):
    """Pass a case up."""

    takes = staff.EscalateInput

    @act_schema("escalate", _("Pass the case to the next tier"), staff.EscalateInput, examples.ESCALATE)
    def post(self, request: Request, number: str) -> Response:
        self.perform(
            request, number,
            lambda case, body, hand: hops.escalate(
                complaint=case, reason=body["reason"], note=body.get("note", ""), **hand
            ),
        )  # fmt: skip
        return self.done(request, number)


class Return(ActView):
    """Return a case down."""

    takes = staff.ReturnInput

    @act_schema("return", _("Return the case to the tier below, once"), staff.ReturnInput, examples.RETURN)
    def post(self, request: Request, number: str) -> Response:
        self.perform(
            request, number,
            lambda case, body, hand: hops.return_to_lower_tier(complaint=case, **body, **hand),
        )  # fmt: skip
        return self.done(request, number)


class Wait(ActView):
    """Ask and wait."""

    takes = staff.WaitInput

    @act_schema("wait", _("Ask the applicant and pause the tier's clock"), staff.WaitInput, examples.WAIT)
    def post(self, request: Request, number: str) -> Response:
        self.perform(
            request, number,
            lambda case, body, hand: waiting.wait(complaint=case, token=token_of(request), **body, **hand),
        )  # fmt: skip
        return self.done(request, number)


class Resume(ActView):
    """Go on."""

    @act_schema("resume", _("Go on before the applicant has answered"), staff.NothingInput, examples.RESUME)
    def post(self, request: Request, number: str) -> Response:
        self.perform(request, number, lambda case, _body, hand: waiting.resume(complaint=case, **hand))
        return self.done(request, number)


class Resolve(ActView):
    """Decide."""

    takes = staff.ResolveInput

    @act_schema("resolve", _("Decide and answer"), staff.ResolveInput, examples.RESOLVE, examples.REFUND)
    def post(self, request: Request, number: str) -> Response:
        self.perform(
            request, number, lambda case, body, hand: closing.resolve(complaint=case, **body, **hand)
        )
        return self.done(request, number)


class Reopen(ActView):
    """It did not help."""

    takes = staff.ReopenInput

    @act_schema(
        "reopen", _("It did not help: a linked new appeal, one tier up"), staff.ReopenInput,
        examples.REOPEN, gives=NewCaseOutput,
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        return self.made(request, number, self.perform(request, number, _reopen))


class Forward(ActView):
    """Another body answers."""

    takes = staff.ForwardInput

    @act_schema(
        "forward", _("Forward to the body that must answer: it registers a new, linked appeal"),
        staff.ForwardInput, examples.FORWARD, gives=NewCaseOutput,
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        return self.made(request, number, self.perform(request, number, _forward))


def _reopen(case: Complaint, body: Body, hand: Any) -> Filed:
    return closing.reopen(complaint=case, text=body["text"], **hand)


def _forward(case: Complaint, body: Body, hand: Any) -> Filed:
    to = reference.body_in(body["region"], insurer=body.get("insurer"))
    if to is None:
        raise broken("no_branch", _("This body does not work in that region."), "region")
    return closing.forward(complaint=case, to=to, reason=body["reason"], **hand)
