"""Switches of language and look: buttons that send the page's own form to the page's own address.

The page is shown again in the new language or look with everything that was typed, judged and kept by
nobody: the request becomes a reading one before any other part of the portal sees it, and `{% field %}`
draws what was typed (omsportal/platform/templatetags/ui.py). Only a form of our own counts: nobody fills in
ours from afar.
"""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.http import escape_leading_slashes

from omsportal.platform import appearance
from omsportal.platform.appearance import SWITCH, Look, Shown
from omsportal.platform.typed import is_from_our_page

KEEP_LOOK = timedelta(days=365)
RESET, LANGUAGE = "reset", "language"
_FORM = "application/x-www-form-urlencoded"
#: Neither shown again nor something that a person typed.
_NEVER_SHOWN = ("password", "csrfmiddlewaretoken", SWITCH)
SEE_OTHER = 303


class SwitchMiddleware:
    """Before sessions, languages and CSRF: what they see is a page that is read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        look = Look.read(request.COOKIES.get(appearance.cookie_name(), ""))
        sent = _sent(request)
        _forget_parameter(request)
        # "//host/path" as the address of a form or a redirect is another host's.
        page = Shown(look, escape_leading_slashes(request.get_full_path()))
        if sent is None:
            return self._show(request, page)
        chosen = sent.get(SWITCH, "")
        language = _language(chosen)
        page.look, page.typed = _look(look, chosen), _typed(sent)
        if language:
            request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = language
        response = self._again(request, page)
        _remember(response, page.look if page.look != look else None, language)
        return response

    def _again(self, request: HttpRequest, page: Shown) -> HttpResponse:
        """With nothing typed the browser asks for the page itself, so that "Back" and "Reload" stay plain."""
        if not page.typed:
            answer = HttpResponseRedirect(page.here)
            answer.status_code = SEE_OTHER
            return answer
        _make_reading(request)
        response = self._show(request, page)
        response["Cache-Control"] = "private, no-store"
        return response

    def _show(self, request: HttpRequest, page: Shown) -> HttpResponse:
        with appearance.shown(page):
            return self.get_response(request)


def _sent(request: HttpRequest) -> QueryDict | None:
    """The form that a switch brought; None for every other request.

    The body is read as bytes only: whoever else reads it still may say how files are taken.
    """
    if request.method != "POST" or SWITCH not in request.GET or request.content_type != _FORM:
        return None
    says_where_from = "Origin" in request.headers or "Sec-Fetch-Site" in request.headers
    if says_where_from and not is_from_our_page(request):
        return None
    sent = QueryDict(request.body, encoding=request.encoding or settings.DEFAULT_CHARSET)
    return sent if SWITCH in sent else None


def _forget_parameter(request: HttpRequest) -> None:
    """No view and no address in the page knows of it."""
    if SWITCH not in request.GET:
        return
    asked = request.GET.copy()
    del asked[SWITCH]
    request.META["QUERY_STRING"] = asked.urlencode()
    request.GET = asked  # type: ignore[assignment]  # mutable, as nobody minds


def _language(chosen: str) -> str:
    group, _colon, code = chosen.partition(":")
    return code if group == LANGUAGE and code in dict(settings.LANGUAGES) else ""


def _look(look: Look, chosen: str) -> Look:
    group, _colon, word = chosen.partition(":")
    return Look() if chosen == RESET else look.with_choice(group, word)


def _typed(sent: QueryDict) -> QueryDict:
    typed = sent.copy()
    for name in sent:
        if any(word in name for word in _NEVER_SHOWN):
            del typed[name]
    return typed


def _make_reading(request: HttpRequest) -> None:
    request.method = request.META["REQUEST_METHOD"] = "GET"


def _remember(response: HttpResponse, look: Look | None, language: str) -> None:
    """Cookies that name nobody; the usual look needs none."""
    name, secure = appearance.cookie_name(), settings.HTTPS
    if look is not None:
        response.set_cookie(
            name,
            look.code,
            max_age=KEEP_LOOK if look.code else 0,
            httponly=True,
            samesite="Lax",
            secure=secure,
        )
    if language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=KEEP_LOOK,
            httponly=True,
            samesite="Lax",
            secure=secure,
        )
