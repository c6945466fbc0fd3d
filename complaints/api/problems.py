"""Every refusal of the API is an RFC 9457 problem in the caller's language, and never a stack trace."""

import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from complaints.api.faults import TooLarge, faults_of
from complaints.permissions import NotAllowed, Refusal
from complaints.services.filing import NoRules
from complaints.services.patient_sessions import CameOfAge, WrongNumberOrCode
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.services.voicemail import NoRoom
from complaints.states import IllegalMove
from omsportal.platform import away, request_ids
from omsportal.platform.idempotency import KeyMalformed, KeyReused
from omsportal.platform.limiter import LimitReached
from omsportal.platform.pagination import CursorInvalid

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/"
RETRY_WHEN_DOWN = 5
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """What the caller reads. `code` is for programs, `detail` says what to do next."""

    status: int
    code: str
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, path: str) -> dict[str, Any]:
        content: dict[str, Any] = {
            "type": f"urn:omsportal:problem:{self.code}",
            "title": title_of(self.status),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "instance": path,
            "request_id": request_ids.current(),
        }
        return content | ({"errors": self.errors} if self.errors else {})


def title_of(status: int) -> str:
    """The class of the problem, the same for every problem of a status."""
    titles = {
        400: _("The request is malformed"),
        401: _("Say who you are"),
        403: _("Not allowed"),
        404: _("Not found"),
        405: _("This address does not do that"),
        406: _("No such format"),
        409: _("Somebody was first"),
        413: _("Too large"),
        415: _("This content type is not understood"),
        422: _("A rule is broken"),
        429: _("Too many requests"),
        500: _("Our mistake"),
        503: _("Not ready"),
    }
    return titles.get(status) or HTTPStatus(status).phrase


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's hook: whatever was raised, the answer is a problem."""
    set_rollback()
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.error("API failed", exc_info=error)
    request = context["request"]
    response = Response(problem.body(request.path), status=problem.status, headers=dict(problem.headers))
    response.content_type = MEDIA_TYPE
    response.headers["Content-Language"] = get_language() or ""
    return response


def problem_of(error: Exception) -> Problem:
    """The first line of the table that knows the exception; whoever is unknown is our mistake."""
    for kinds, build in _TABLE:
        if isinstance(error, kinds):
            return build(error)
    return Problem(500, "internal", _("We have recorded it. Try again later or call your insurer."))


def _validation(error: Any) -> Problem:
    faults = faults_of(error)
    lines = [fault.as_json() for fault in faults]
    if faults and all(fault.is_rule for fault in faults):
        detail = _("Correct what is listed and send it again.")
        code = faults[0].code if len(faults) == 1 else "rules_broken"
        return Problem(422, code, faults[0].message if len(faults) == 1 else detail, lines)
    return Problem(400, "malformed", _("Correct the fields that are listed and send it again."), lines)


def _unreadable(_error: Any) -> Problem:
    return Problem(400, "unreadable", _("The body could not be read: send valid JSON in UTF-8."))


def _unauthenticated(error: Any) -> Problem:
    challenge = getattr(error, "auth_header", None)
    headers = {"WWW-Authenticate": challenge} if challenge else {}
    code = "authentication_failed"
    if isinstance(error, exceptions.NotAuthenticated):
        code = "not_authenticated"
    return Problem(401, code, _unauthenticated_detail(code, challenge or ""), [], headers)


def _unauthenticated_detail(code: str, challenge: str) -> str:
    if challenge.startswith("Access-Code"):
        return _("Send the access code of the appeal in the header X-Access-Code.")
    if code == "authentication_failed":
        return _("The API key is unknown, has expired or was revoked. Ask your branch for another.")
    return _("Sign in, or send the API key of your branch: Authorization: Api-Key …")


def _forbidden(error: Any) -> Problem:
    detail = str(getattr(error, "detail", "")) or _("You may not do this.")
    codes = error.get_codes() if isinstance(error, exceptions.PermissionDenied) else "not_allowed"
    return Problem(403, str(codes), detail)


def _not_allowed(error: NotAllowed) -> Problem:
    # A status in which this cannot happen (any more) is no question of rights.
    status = 409 if error.why == Refusal.STATUS else 403
    return Problem(status, str(error.why), _sentence(str(error.why.label)))


def _of_age(_error: Any) -> Problem:
    return Problem(403, "of_age", _("The patient is of age now: only they themselves may read the appeal."))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _not_found(_error: Any) -> Problem:
    return Problem(404, "not_found", _("There is nothing here, or you may not see it."))


def _wrong_code(_error: Any) -> Problem:
    detail = _("There is no appeal with this number and access code. Check both: 12 and 16 digits.")
    return Problem(404, "not_found", detail)


def _method(_error: Any) -> Problem:
    return Problem(405, "method_not_allowed", _("The header Allow lists what this address can do."))


def _not_acceptable(_error: Any) -> Problem:
    return Problem(406, "not_acceptable", _("This address answers in JSON: send Accept: application/json."))


def _content_type(_error: Any) -> Problem:
    detail = _("Send the content type that the description names: JSON, for files multipart/form-data.")
    return Problem(415, "content_type", detail)


def _too_large(error: Any) -> Problem:
    explained = str(error) if isinstance(error, TooLarge) else ""
    return Problem(413, "too_large", explained or _("Send less at once: long documents go as files."))


def _somebody_was_first(_error: Any) -> Problem:
    detail = _("The case has moved on meanwhile. Read it again and decide anew.")
    return Problem(409, "somebody_was_first", detail)


def _rule(error: RuleBroken) -> Problem:
    return Problem(422, error.code, str(error.message))


def _cursor(_error: Any) -> Problem:
    line = {
        "field": "cursor",
        "code": "cursor",
        "message": _("This cursor is not ours or is of another list."),
    }
    return Problem(422, "cursor", _("Start with the first page: leave the cursor out."), [line])


def _key_malformed(_error: Any) -> Problem:
    message = _("Send the header Idempotency-Key: 1 to 255 visible characters, a new one for each appeal.")
    line = {"field": "Idempotency-Key", "code": "malformed", "message": message}
    return Problem(400, "malformed", message, [line])


def _key_reused(_error: Any) -> Problem:
    detail = _("This Idempotency-Key was already used for another request. Send a new key.")
    return Problem(422, "idempotency_key_reused", detail)


def _limit(error: LimitReached) -> Problem:
    detail = _("Wait for the number of seconds in the header Retry-After.")
    return Problem(429, "too_many_requests", detail, [], {"Retry-After": str(error.retry_after)})


def _unavailable(_error: Any) -> Problem:
    detail = _("The portal is starting or being repaired. Try again in a few seconds.")
    return Problem(503, "unavailable", detail, [], {"Retry-After": str(RETRY_WHEN_DOWN)})


_TABLE: tuple[tuple[tuple[type[Exception], ...], Callable[[Any], Problem]], ...] = (
    ((exceptions.ValidationError,), _validation),
    ((exceptions.ParseError, MultiPartParserError, UnreadablePostError), _unreadable),
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), _unauthenticated),
    ((exceptions.PermissionDenied, DjangoPermissionDenied), _forbidden),
    ((NotAllowed,), _not_allowed),
    ((WrongNumberOrCode,), _wrong_code),
    ((CameOfAge,), _of_age),
    ((exceptions.NotFound, Http404), _not_found),
    ((exceptions.MethodNotAllowed,), _method),
    ((exceptions.NotAcceptable,), _not_acceptable),
    ((exceptions.UnsupportedMediaType,), _content_type),
    ((RequestDataTooBig, TooLarge), _too_large),
    ((SomebodyWasFirst, IllegalMove), _somebody_was_first),
    ((RuleBroken,), _rule),
    ((CursorInvalid,), _cursor),
    ((KeyMalformed,), _key_malformed),
    ((KeyReused,), _key_reused),
    ((LimitReached,), _limit),
    ((OperationalError, InterfaceError, NoRules, NoRoom), _unavailable),
    ((SuspiciousOperation, BadRequest), _unreadable),
)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: a problem under /api/, the portal's page elsewhere, with what somebody sent.

    A database that is away already for middleware (the session's, say) is no mistake of ours: 503.
    """
    error = sys.exc_info()[1]
    if not request.path.startswith(PREFIX):
        if away.is_away(error):
            return away.answer(request, error)
        return away.broken(request) or defaults.server_error(request)
    problem = problem_of(error if away.is_away(error) else RuntimeError())
    return JsonResponse(problem.body(request.path), status=problem.status, content_type=MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: what Django refuses before a view is reached."""
    if not request.path.startswith(PREFIX):
        request.POST = QueryDict()  # a form that could not be read is not read again for the error page
        return defaults.bad_request(request, exception)
    problem = problem_of(exception)
    return JsonResponse(problem.body(request.path), status=problem.status, content_type=MEDIA_TYPE)
