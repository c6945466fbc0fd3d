"""Files of a case: to be saved, pictures also inside the page, PDF in the browser's own viewer. Each opening
is logged. A redrawn picture and a PDF without scripts and forms are all that is ever shown."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from complaints import file_store
from complaints.models import Attachment
from complaints.permissions import NotAllowed
from complaints.services import attachments, openings
from complaints.views.staff.desk import Desk, staff_view, visible_case

PDF = "application/pdf"
SAVED = "sandbox; default-src 'none'"
#: The viewer is the browser's, in a process of its own; a sandboxed page would not get it. No source is
#: allowed but the file itself.
SHOWN = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"


def opened(desk: Desk, attachment: Attachment) -> bytes:
    """What is in it; a line of the log says who opened it. 403 with the reason, 404 when it is gone."""
    try:
        openings.open_file(attachment=attachment, **desk.hand)
        return attachments.content(attachment)
    except NotAllowed as error:
        raise PermissionDenied(str(error.why.label)) from error
    except file_store.Missing as error:
        raise Http404 from error


@staff_view("GET")
def file(request: HttpRequest, desk: Desk, number: str, storage_name: UUID) -> HttpResponse:
    """One file to save; a PDF also to look at. An infected or a waiting one is not given out."""
    found = visible_case(desk, number).attachments.kept().given_out().named(storage_name)
    if found is None:
        raise Http404
    body = opened(desk, found)
    shown = "show" in request.GET and found.media_type == PDF
    response = HttpResponse(body, content_type=found.media_type)
    response["Content-Disposition"] = str(content_disposition_header(not shown, found.sealed["name"]))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SHOWN if shown else SAVED
    return response
