"""Reading bodies: only what the schema can mean, never more than the limit."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser

from complaints.api.faults import TooLarge


class JSONParser(BaseParser):
    """Strict JSON in UTF-8. The body is read through the request, so its size limit holds here too."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,  # noqa: ARG002  DRF's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """Raises ParseError, RequestDataTooBig."""
        body = stream.body if isinstance(stream, HttpRequest) else stream.read()
        try:
            return json.loads(body.decode(), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is no JSON.")) from error


class UploadParser(MultiPartParser):
    """Files. A body that cannot hold only allowed files is refused before it is read."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> "DataAndFiles[Any, Any]":
        """Raises ParseError, TooLarge."""
        most = settings.ATTACHMENT_MAX_BYTES * settings.ATTACHMENTS_MAX_COUNT
        if int(stream.META.get("CONTENT_LENGTH") or 0) > most + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        return super().parse(stream, media_type, parser_context)


class RecordingParser(MultiPartParser):
    """One recording. A body that cannot be one is refused before it is read."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> "DataAndFiles[Any, Any]":
        """Raises ParseError, TooLarge."""
        most = settings.RECORDING_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if int(stream.META.get("CONTENT_LENGTH") or 0) > most:
            raise TooLarge
        return super().parse(stream, media_type, parser_context)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
