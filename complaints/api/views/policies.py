"""Is this policy known, and whose is it?"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import examples
from complaints.api.serializers.reference import PolicyCheckInput, PolicyCheckOutput
from complaints.api.views.base import PublicView
from insurers.policy_messages import explain_doubt
from insurers.services import policies
from insurers.services.policies import Reason, Recognition
from omsportal.platform.addresses import client_address


class PolicyCheck(PublicView):
    """Check a policy."""

    cache_control = "no-store"

    @extend_schema(
        operation_id="check_policy",
        summary=gettext_lazy("Check a policy"),
        description=gettext_lazy(
            "Number, surname and birth date together recognise the insurer. With the number alone only its "
            "digits are judged. An unknown policy and one of another person look the same."
        ),
        request=PolicyCheckInput,
        responses={200: PolicyCheckOutput},
        examples=[
            OpenApiExample("recognised", examples.POLICY_CHECK, request_only=True),
            OpenApiExample("number", examples.POLICY_NUMBER_ONLY, request_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        body = self.read(request, PolicyCheckInput)
        found = policies.recognise(
            number=body["policy_number"],
            surname=body.get("surname", ""),
            birth_on=body.get("birth_on"),
            address_key=client_address(request._request),
            now=self.now,
        )
        doubts = body["policy_number"].doubts(birth_on=body.get("birth_on"))
        warnings = [explain_doubt(doubt) for doubt in doubts]
        return Response(PolicyCheckOutput({**_result(found), "warnings": warnings}).data)


def _result(found: Recognition) -> dict[str, Any]:
    branch = found.branch
    return {
        "result": found.reason.value,
        "message": _MESSAGES[found.reason](),
        "insurer": branch.insurer.code if branch and branch.insurer else None,
        "insurer_name": branch.title if branch else None,
        "region": branch.region.code if branch else None,
    }


_MESSAGES: dict[Reason, Any] = {
    Reason.RECOGNISED: lambda: _("The policy is known. This insurer protects the patient's rights."),
    Reason.NOT_RECOGNISED: lambda: _(
        "We do not know a policy with this number, surname and birth date. Check all three, or call the fund."
    ),
    Reason.INCOMPLETE: lambda: _(
        "The number itself is right. Add surname and birth date, and we say who the insurer is."
    ),
}
