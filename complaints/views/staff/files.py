"""Files of a case: always as a download, never rendered in our origin; every opening is logged."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from complaints import file_store
from complaints.permissions import NotAllowed
from complaints.services import attachments, openings
from complaints.views.staff.desk import Desk, staff_view, visible_case


@staff_view("GET")
def file(_request: HttpRequest, desk: Desk, number: str, storage_name: UUID) -> HttpResponse:
    """One file to save on the computer; an infected or a waiting one is not given out."""
    complaint = visible_case(desk, number)
    found = complaint.attachments.kept().given_out().named(storage_name)
    if found is None:
        raise Http404
    try:
        openings.open_file(attachment=found, **desk.hand)
        body = attachments.content(found)
    except NotAllowed as error:
        raise PermissionDenied(str(error.why.label)) from error
    except file_store.Missing as error:
        raise Http404 from error
    response = HttpResponse(body, content_type=found.media_type)
    response["Content-Disposition"] = str(content_disposition_header(True, found.sealed["name"]))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
