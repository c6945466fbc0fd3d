"""The applicant's own appeal: read it, write into it, send files."""

import secrets
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import examples
from complaints.api.authentication import patient_of
from complaints.api.faults import TooLarge, broken
from complaints.api.parsers import UploadParser
from complaints.api.schema import ACCESS_CODE, MESSAGE_KEY, NUMBER
from complaints.api.serializers.patient import (
    MessageOutput,
    PatientMessageInput,
    StatusOutput,
    UploadInput,
)
from complaints.api.views.base import PatientView
from complaints.api.views.filing import key_of
from complaints.file_types import Fault, FileRefused
from complaints.models import Complaint, Message
from complaints.reports.public.case import case_page
from complaints.reports.public.thread import Said
from complaints.services import attachments
from omsportal.platform.addresses import client_address


def token_of(request: Request) -> str:
    """The idempotency key as the message's token; without one each request is a message of its own."""
    return key_of(request) if "Idempotency-Key" in request.headers else secrets.token_urlsafe(16)


class ComplaintStatus(PatientView):
    """One appeal as its applicant sees it."""

    @extend_schema(
        operation_id="read_complaint",
        summary=_("Read an appeal"),
        description=_(
            "Status, dates, who works on it, the thread and, once it was sent, the answer. An unknown number "
            "and a wrong code look the same. Wrong codes are limited by number and by address."
        ),
        parameters=[NUMBER, ACCESS_CODE],
        responses={200: StatusOutput},
        examples=[OpenApiExample("appeal", examples.STATUS, response_only=True)],
    )
    def get(self, request: Request, number: str) -> Response:  # noqa: ARG002  the code's owner is the number's
        return Response(StatusOutput(case_page(patient_of(request), now=self.now)).data)


class ComplaintMessages(PatientView):
    """Messages of the applicant."""

    @extend_schema(
        operation_id="write_message",
        summary=_("Write to the specialist"),
        description=_("Adds a message to the thread. An answer to a question lets the work go on."),
        parameters=[NUMBER, ACCESS_CODE, MESSAGE_KEY],
        request=PatientMessageInput,
        responses={201: MessageOutput},
        examples=[OpenApiExample("message", examples.PATIENT_MESSAGE, request_only=True)],
    )
    def post(self, request: Request, number: str) -> Response:  # noqa: ARG002
        body = self.read(request, PatientMessageInput)
        message = post(patient_of(request), body["text"], [], token_of(request), self)
        return Response(MessageOutput(_said(message)).data, status=201)


class ComplaintFiles(PatientView):
    """Files of the applicant."""

    parser_classes = [UploadParser]

    @extend_schema(
        operation_id="send_files",
        summary=_("Send files"),
        description=_(
            "Adds photos or documents with a message. What a file is, is judged by its content; photos lose "
            "the place and camera they were taken with. All of them are taken, or none."
        ),
        parameters=[NUMBER, ACCESS_CODE, MESSAGE_KEY],
        request={"multipart/form-data": UploadInput},
        responses={201: MessageOutput},
    )
    def post(self, request: Request, number: str) -> Response:  # noqa: ARG002
        serializer = UploadInput(data=request.data)
        serializer.is_valid(raise_exception=True)
        files, text = serializer.validated_data["file"], serializer.validated_data.get("text", "")
        case, address = patient_of(request), client_address(request._request)
        attachments.admit(uploads=files, address=address, target="case", key=case.pk, now=self.now)
        message = post(case, text, files, token_of(request), self)
        return Response(MessageOutput(_said(message)).data, status=201)


def post(
    case: Complaint, text: str, files: list["UploadedFile[Any]"], token: str, view: PatientView
) -> Message:
    """The message with its files; a refused file breaks a rule of the field."""
    try:
        return attachments.post_by_patient(
            complaint=case, text=text, uploads=files, token=token, now=view.now
        )
    except FileRefused as refusal:
        if refusal.fault is Fault.TOO_LARGE:
            raise TooLarge(attachments.explain(refusal)) from refusal
        raise broken(refusal.fault.value, attachments.explain(refusal), "file") from refusal


def _said(message: Message) -> Said:
    files = list(message.attachments.kept())
    return Said(message=message, text=str(message.sealed["text"]), is_mine=True, files=files)
