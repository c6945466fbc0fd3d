"""A form whose token does not fit any more: the page was open while somebody signed in or cookies went."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import escape_leading_slashes

from omsportal.platform import typed

#: Nothing typed at the sign-in is shown again.
_SIGN_IN = "/accounts/"


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django's signature
    """403, with everything that was typed and a button that sends it with a fresh token.

    Only for a form of our own, by the browser's word: what a foreign page posts is not shown with a token.
    """
    context: dict[str, object] = {}
    if typed.is_from_our_page(request) and not request.path.startswith(_SIGN_IN):
        found = typed.typed_in(request)
        context = {
            "again": True, "address": escape_leading_slashes(request.get_full_path()), "kept": found.fields,
            "had_files": found.had_files,
        }  # fmt: skip
    page = render(request, "errors/csrf.html", context, status=403)
    page["Cache-Control"] = "no-store"
    return page
