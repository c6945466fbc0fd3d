"""A file of the opened case: always a download, never shown by the browser itself."""

import uuid
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from complaints import file_store
from complaints.models import Complaint
from complaints.reports.public.case import file_of_case
from complaints.services import attachments
from complaints.views.public.patients import patient_page


@require_safe
@patient_page
def file(_request: HttpRequest, complaint: Complaint, now: datetime, storage_name: uuid.UUID) -> HttpResponse:
    """Whatever is inside, it runs nowhere: attachment, no sniffing, sandbox. The reading is logged."""
    found = file_of_case(complaint, storage_name, now=now)
    try:
        content = attachments.content(found) if found else b""
    except file_store.Missing:
        found = None
    if found is None:
        raise Http404
    return download(content, media_type=found.media_type, name=found.sealed["name"])


def download(content: bytes, *, media_type: str, name: str) -> HttpResponse:
    """Saved by the browser, never shown by it."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
