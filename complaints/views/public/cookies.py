"""The cookies of patients: an unsent form, an opened case, a lost code … Each holds a random token only."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from complaints.models import Draft
from complaints.services.drafts import OWN_DEVICE

DRAFT, PATIENT, RECOVERY, CHAT, CALL_BACK = "draft", "patient", "recovery", "chat", "call_back"


def read(request: HttpRequest, name: str) -> str:
    return request.COOKIES.get(full(request, name), "")


def write(
    request: HttpRequest, response: HttpResponse, name: str, token: str, *, age: timedelta | None = None
) -> None:
    """Set the cookie; without an age it dies with the browser."""
    response.set_cookie(
        full(request, name),
        token,
        max_age=age,
        httponly=True,
        samesite="Lax",
        secure=_secure(request),
    )


def write_draft(request: HttpRequest, response: HttpResponse, token: str, draft: Draft) -> None:
    write(request, response, DRAFT, token, age=OWN_DEVICE if draft.own_device else None)


def write_at(
    request: HttpRequest, response: HttpResponse, name: str, token: str, *, path: str, age: timedelta
) -> None:
    """A cookie of one address and what lies below it: no other page of ours gets it."""
    response.set_cookie(
        _name_at(request, name),
        token,
        max_age=age,
        path=path,
        httponly=True,
        samesite="Strict",
        secure=_secure(request),
    )


def read_at(request: HttpRequest, name: str) -> str:
    return request.COOKIES.get(_name_at(request, name), "")


def _name_at(request: HttpRequest, name: str) -> str:
    """__Host- would want the path of the whole site."""
    return f"__Secure-{name}" if _secure(request) else name


def forget(request: HttpRequest, response: HttpResponse, name: str) -> None:
    response.delete_cookie(full(request, name), samesite="Lax")
    if _secure(request):  # a __Host- cookie is replaced only by a secure one
        response.cookies[full(request, name)]["secure"] = True


def _secure(request: HttpRequest) -> bool:
    return settings.HTTPS or request.is_secure()


def full(request: HttpRequest, name: str) -> str:
    """The cookie's whole name in this browser."""
    return full_name(name, is_secure=_secure(request))


def full_name(name: str, *, is_secure: bool) -> str:
    """Under HTTPS no other host and no plain-text page can plant the cookie."""
    return f"__Host-{name}" if is_secure else name
