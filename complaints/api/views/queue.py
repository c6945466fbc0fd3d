"""The queue of the caller's tier and branches."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.authentication import caller_of
from complaints.api.serializers import many
from complaints.api.serializers.staff import (
    CaseOutput,
    NothingInput,
    QueueLineOutput,
    QueueOutput,
    QueueQuery,
)
from complaints.api.views.base import StaffView
from complaints.api.views.cases import case_of
from complaints.reports import queues
from complaints.services import work


class Queue(StaffView):
    """Cases that nobody holds."""

    @extend_schema(
        operation_id="list_queue",
        summary=_("Queue"),
        description=_(
            "Cases that wait in the caller's tier and branches, the earliest due first; urgent ones are due "
            "within minutes. Pages go by `cursor`, so a case that leaves meanwhile shifts nothing."
        ),
        parameters=[QueueQuery],
        responses={200: QueueOutput},
    )
    def get(self, request: Request) -> Response:
        wanted = self.asked(request, QueueQuery)
        page = queues.queue_page(caller_of(request).profile, **wanted)
        content = {
            "results": many(QueueLineOutput, page.rows),
            "next": page.next_cursor or None,
            "previous": page.previous_cursor or None,
        }
        return Response(content)


class QueueTake(StaffView):
    """Take the next case."""

    @extend_schema(
        operation_id="take_next",
        summary=_("Take the next case"),
        description=_(
            "Gives the caller the most urgent, longest waiting case within competences and ceiling. "
            "A hundred callers at once get a hundred different cases. 204: there is nothing to take."
        ),
        request=NothingInput,
        responses={200: CaseOutput, 204: None},
    )
    def post(self, request: Request) -> Response:
        self.read(request, NothingInput)
        caller = caller_of(request)
        case = work.take_next(by=caller.user, profile=caller.profile, now=self.now)
        return Response(status=204) if case is None else Response(case_of(caller, case.number, self.now))
