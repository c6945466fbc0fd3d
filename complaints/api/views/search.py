"""Finding cases by what somebody says on the phone."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import examples
from complaints.api.authentication import Caller, caller_of
from complaints.api.serializers.search import FoundLineOutput, SearchInput, SearchOutput
from complaints.api.views.base import StaffView
from complaints.reports.staff import search
from complaints.reports.staff.search_understood import understood
from complaints.services import searches
from complaints.services.searches import Asker
from representatives.models import Scope


class CaseSearch(StaffView):
    """What the caller may see, and nothing else."""

    scope = Scope.READ

    @extend_schema(
        operation_id="search_cases",
        summary=_("Find cases"),
        description=_(
            "Number, phone, policy number, SNILS, surname with birth date find every case whose card the "
            "caller may see; words, in any grammatical form, those whose content the caller may open. New "
            "cases are found by words half a minute after they came. Each search is logged: of what kind and "
            "how many, not the text."
        ),
        request=SearchInput,
        responses={200: SearchOutput},
        examples=[
            OpenApiExample("phone", examples.SEARCH_PHONE, request_only=True),
            OpenApiExample("words", examples.SEARCH_WORDS, request_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        body = self.read(request, SearchInput)
        return Response(_answer(caller_of(request), body, self.now))


def _answer(caller: Caller, body: dict[str, Any], now: datetime) -> dict[str, Any]:
    wanted = understood(body["query"], today=now.date())
    wanted.since, wanted.until, wanted.is_open = (body.get(name) for name in ("since", "until", "is_open"))
    made = searches.begin(asker=Asker(caller.user, caller.key_id), kinds=wanted.kinds, now=now)
    found = search.find(wanted, caller.profile, cursor=body.get("cursor", ""))
    searches.note_found(search=made, found=len(found.rows) + bool(found.next_cursor))
    context = {"profile": caller.profile}
    return {
        "understood": wanted.kinds,
        "doubts": [doubt.value for doubt in dict.fromkeys(wanted.doubts)],
        "results": [dict(FoundLineOutput(case, context=context).data) for case in found.rows],
        "next": found.next_cursor or None,
        "looked_since": found.looked_since,
    }
