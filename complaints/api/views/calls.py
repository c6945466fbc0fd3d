"""Telephone software tells who calls; the operator's screen opens the registration card."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import examples
from complaints.api.authentication import ApiKeyAuthentication, branch_for
from complaints.api.serializers.calls import CallInput, CallOutput
from complaints.api.views.base import StaffView
from complaints.services import incoming_calls
from representatives.models import ApiKey, Scope


class Calls(StaffView):
    """Announce a call."""

    authentication_classes = [ApiKeyAuthentication]
    cache_control = "no-store"
    scope = Scope.CALLS

    @extend_schema(
        operation_id="announce_call",
        summary=_("Announce a call"),
        description=_(
            "Gives a one-time address to open on the operator's screen: the registration card with the phone "
            "filled in and the caller's appeals beside it. It opens within ten minutes, for the first "
            "signed-in person of the key's branch, and for nobody else afterwards. The phone stands in no "
            "address. The key needs the right `calls` and no other."
        ),
        request=CallInput,
        responses={201: CallOutput},
        examples=[OpenApiExample("call", examples.CALL, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        body, key = self.read(request, CallInput), request.auth
        assert isinstance(key, ApiKey), "only keys are let in"
        made = incoming_calls.announce(
            branch=branch_for(key, body.get("region", "")), phone=body.get("phone", ""),
            call=body.get("call", ""), key_id=key.pk,
            now=self.now,
        )  # fmt: skip
        address = request.build_absolute_uri(reverse("staff:intake_call", args=[made.token]))
        return Response({"address": address, "expires_at": made.expires_at}, status=201)
