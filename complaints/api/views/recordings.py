"""Voice messages from a telephone system."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import rate_limits
from complaints.api.authentication import ApiKeyAuthentication, branch_for
from complaints.api.faults import TooLarge, broken
from complaints.api.fields import REGION_PATTERN, InputSerializer, TextField
from complaints.api.parsers import RecordingParser
from complaints.api.views.base import StaffView
from complaints.models import VoiceMessage
from complaints.services import voicemail
from complaints.services.voicemail import Recording, Taken
from complaints.sounds import MESSAGES, Fault, SoundRefused
from representatives.models import ApiKey, Scope


class RecordingInput(InputSerializer):
    """One recording, and what the telephone system knows of the caller."""

    file = serializers.FileField(allow_empty_file=True, help_text=_("The recording: WAV (PCM), MP3 or Ogg"))
    phone = TextField(max_length=40, required=False, help_text=_("Phone of the caller, if it was not hidden"))
    region = TextField(
        max_length=2, pattern=REGION_PATTERN, required=False,
        help_text=_("For a key of several branches: region code of the branch that was called"),
    )  # fmt: skip
    left_at = serializers.DateTimeField(required=False, help_text=_("When the caller spoke; else: now"))


class RecordingOutput(serializers.Serializer[Taken]):
    """The case. Sent once more, the same recording has the same case."""

    number = serializers.CharField(source="complaint.number", help_text=_("Number of the appeal"))
    call_back_until = serializers.DateTimeField(
        source="complaint.call_back_until", allow_null=True, help_text=_("Until when somebody calls back")
    )


class Recordings(StaffView):
    """Take a voice message in. Only for systems: their key tells the branch."""

    authentication_classes = [ApiKeyAuthentication]
    scope = Scope.CALLS
    parser_classes = [RecordingParser]

    @extend_schema(
        operation_id="send_recording",
        summary=_("Send a voice message"),
        description=_(
            "Makes a case of the recording, to be called back by the next working day. What it is, is judged "
            "by its content. The same recording sent again makes no second case: 200 instead of 201."
        ),
        request={"multipart/form-data": RecordingInput},
        responses={200: RecordingOutput, 201: RecordingOutput},
    )
    def post(self, request: Request) -> Response:
        body, key = self.read(request, RecordingInput), request.auth
        assert isinstance(key, ApiKey), "only keys are let in"
        rate_limits.spend(request._request, "recording.key", key.pk, self.now)
        taken = _taken(_recording(key, body), self.now)
        return Response(RecordingOutput(taken).data, status=201 if taken.is_new else 200)


def _recording(key: ApiKey, body: dict[str, Any]) -> Recording:
    """Raises TooLarge before anything is read into memory."""
    file = body["file"]
    if file.size > settings.RECORDING_MAX_BYTES:
        raise TooLarge(str(MESSAGES[Fault.TOO_LARGE]))
    return Recording(
        branch=branch_for(key, body.get("region", "")), name=file.name or "", content=file.read(),
        phone=body.get("phone", ""),
        left_at=body.get("left_at"), source=VoiceMessage.Source.API,
    )  # fmt: skip


def _taken(recording: Recording, now: datetime) -> Taken:
    try:
        return voicemail.take_in(recording=recording, now=now)
    except SoundRefused as refusal:
        raise broken(refusal.fault.value, MESSAGES[refusal.fault], "file") from refusal
