"""The recording of a voice message, played in the page: openings are logged, parts of it are given out."""

import re
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from complaints import file_store
from complaints.permissions import NotAllowed
from complaints.services import attachments, openings
from complaints.views.staff.desk import Desk, staff_view, visible_case

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_PARTIAL, _UNSATISFIABLE = 206, 416


@staff_view("GET")
def recording(request: HttpRequest, desk: Desk, number: str, storage_name: UUID) -> HttpResponse:
    """The sound, or the part that a player asks for (RFC 9110, one range). What is no sound is 404."""
    complaint = visible_case(desk, number)
    found = complaint.attachments.kept().given_out().sounds().named(storage_name)
    if found is None:
        raise Http404
    try:
        openings.open_file(attachment=found, **desk.hand)
        body = attachments.content(found)
    except NotAllowed as error:
        raise PermissionDenied(str(error.why.label)) from error
    except file_store.Missing as error:
        raise Http404 from error
    response = _part(body, request.headers.get("Range", ""))
    response["Content-Type"] = found.media_type
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _part(body: bytes, asked: str) -> HttpResponse:
    """All of it, or one range; what is no range of bytes counts as not asked."""
    parsed = _RANGE.fullmatch(asked)
    if parsed is None or parsed.groups() == ("", ""):
        return HttpResponse(body)
    first, last = _ends(parsed[1], parsed[2], len(body))
    if first > last:
        return HttpResponse(status=_UNSATISFIABLE, headers={"Content-Range": f"bytes */{len(body)}"})
    response = HttpResponse(body[first : last + 1], status=_PARTIAL)
    response["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    return response


def _ends(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and last byte; "-500" means the last 500. Digits without end stay below any size."""
    if not first:
        return max(0, size - int(last[:18])), (size - 1 if int(last[:18]) else -1)
    return int(first[:18]), min(int(last[:18] or size), size - 1)
