"""The recording of a voice message, played in the page: openings are logged, parts of it are given out."""

import re
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from complaints.views.staff.desk import Desk, staff_view, visible_case
from complaints.views.staff.files import opened

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_PARTIAL, _UNSATISFIABLE = 206, 416


@staff_view("GET")
def recording(request: HttpRequest, desk: Desk, number: str, storage_name: UUID) -> HttpResponse:
    """The sound, or the part that a player asks for (RFC 9110, one range). What is no sound is 404."""
    found = visible_case(desk, number).attachments.kept().given_out().sounds().named(storage_name)
    if found is None:
        raise Http404
    response = _part(opened(desk, found), request.headers.get("Range", ""))
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
