"""Filing by another system: once per idempotency key, however often and however simultaneously it is sent."""

import json
import re
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import examples
from complaints.api.filing import claimed, filing
from complaints.api.schema import IDEMPOTENCY_KEY, IDEMPOTENCY_PATTERN
from complaints.api.serializers.filing import FilingInput
from complaints.api.serializers.patient import FiledOutput
from complaints.api.views.base import PublicView
from complaints.services import intake
from omsportal.platform import idempotency
from omsportal.platform.addresses import client_address

_KEY = re.compile(IDEMPOTENCY_PATTERN)


def key_of(request: Request) -> str:
    """The idempotency key. Raises KeyMalformed."""
    key = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(key):
        raise idempotency.KeyMalformed
    return key


class Complaints(PublicView):
    """File an appeal."""

    cache_control = "no-store"

    @extend_schema(
        operation_id="file_complaint",
        summary=_("File an appeal"),
        description=_(
            "Registers an appeal and answers with its number and access code. The code is shown only here: "
            "give both to the applicant. The insurer is recognised by policy number, surname and birth date; "
            "otherwise name the insurer and the region, or only the region: the regional fund finds it out."
        ),
        parameters=[IDEMPOTENCY_KEY],
        request=FilingInput,
        responses={201: FiledOutput},
        examples=[
            OpenApiExample("waiting", examples.FILING, summary=_("Long waiting"), request_only=True),
            OpenApiExample("question", examples.QUESTION, summary=_("A question"), request_only=True),
            OpenApiExample("urgent", examples.URGENT, summary=_("In the clinic now"), request_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        key = key_of(request)
        body = self.read(request, FilingInput)
        address = client_address(request._request)
        answer = idempotency.once_prepared(
            raw_key=key,
            scope="file",
            body=json.dumps(request.data, sort_keys=True).encode(),
            prepare=lambda: intake.insured_by(
                claimed=claimed(body), address_key=address, limit="filing.api", now=self.now
            ),
            produce=lambda insured: self._filed(body, address, insured),
            now=self.now,
        )
        headers = {"Location": answer.content["status_url"]}
        if answer.replayed:
            headers["Idempotency-Replayed"] = "true"
        return Response(answer.content, status=answer.status, headers=headers)

    def _filed(self, body: dict[str, Any], address: str, insured: intake.Insured) -> idempotency.Answer:
        filed = intake.file(filing=filing(body, address=address), insured=insured, now=self.now)
        case = filed.complaint
        path = reverse("api:complaint", args=[filed.number])
        content = {
            "number": filed.number,
            "access_code": filed.access_code,
            "tier": int(case.tier),
            "answer_due_on": case.answer_due_on.isoformat() if case.answer_due_on else None,
            "status_url": self.request.build_absolute_uri(path),
        }
        return idempotency.Answer(201, content)
