"""Too large a file is not stored while it arrives: it is read to its end, so that the page can say so."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from complaints.file_types import Fault, FileRefused, safe_name


class LimitHandler(FileUploadHandler):
    """Stands before Django's own handlers and lets a file pass until it is larger than allowed."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.seen = 0
        self.refused: list[FileRefused] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002  Django's
        self.seen += len(raw_data)
        if self.seen > settings.ATTACHMENT_MAX_BYTES:
            self.refused.append(FileRefused(safe_name(self.file_name or ""), Fault.TOO_LARGE))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler has the file."""


def limit(request: HttpRequest) -> LimitHandler:
    """Put the limit before the handlers; to be called before anybody reads the request's body."""
    handler = LimitHandler(request)
    request.upload_handlers.insert(0, handler)
    return handler
