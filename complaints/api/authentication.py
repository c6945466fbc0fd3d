"""Who calls: a patient with an access code, staff by session, a system by the key of its branch."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions, permissions
from rest_framework.request import Request
from rest_framework.views import APIView

from complaints.api import rate_limits
from complaints.api.faults import broken
from complaints.models import Complaint
from complaints.services import patient_sessions
from insurers.models import Branch
from omsportal.platform import limits
from omsportal.platform.addresses import client_address
from omsportal.platform.clock import database_now
from representatives import api_keys
from representatives.models import ApiKey, Scope, User
from representatives.profiles import Profile, profile_of


def now_of(request: Request) -> datetime:
    """The database's clock, read once per request."""
    attributes = request._request.__dict__
    if "_api_now" not in attributes:
        attributes["_api_now"] = database_now()
    now: datetime = attributes["_api_now"]
    return now


@dataclass(frozen=True, slots=True)
class Patient:
    """Whoever holds number and access code of one case."""

    case: Complaint
    is_authenticated: bool = True


@dataclass(frozen=True, slots=True)
class Caller:
    """The member of staff, or the system that acts for one."""

    user: User
    profile: Profile
    key_id: int | None


class AccessCodeAuthentication(authentication.BaseAuthentication):
    """Number in the address, code in the header; wrong ones look like a case that does not exist."""

    def authenticate(self, request: Request) -> tuple[Patient, None] | None:
        code = request.headers.get("X-Access-Code", "")
        if not code:
            return None
        number = request.parser_context["kwargs"]["number"]
        address = client_address(request._request)
        case = patient_sessions.prove(number=number, code=code, address=address, now=now_of(request))
        return Patient(case), None

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002  DRF's signature
        return 'Access-Code realm="appeal"'


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Api-Key …`."""

    scheme = "api-key"

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.scheme:
            return None
        now = now_of(request)
        try:
            key = api_keys.check(text=text.strip(), now=now)
        except api_keys.KeyRefused:
            limits.spend("api.wrong_key", client_address(request._request), now)
            raise exceptions.AuthenticationFailed from None
        rate_limits.spend(request._request, "api.key", key.pk, now)
        return key.user, key

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002  DRF's signature
        return 'Api-Key realm="staff"'


class SessionAuthentication(authentication.SessionAuthentication):
    """The staff pages' own session, with the CSRF check for everything that changes something."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            message = _("Send the CSRF token of your session in the header X-CSRFToken.")
            raise exceptions.PermissionDenied(message, code="csrf") from None


class ProvesAccess(permissions.BasePermission):
    """A patient with the right code."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002  DRF's signature
        return isinstance(request.user, Patient)


class IsStaff(permissions.BasePermission):
    """A member of staff; a key needs the scope that the view names, else the one that the method asks for."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.user, User):
            return False
        by_method = Scope.READ if request.method in permissions.SAFE_METHODS else Scope.WORK
        needed: Scope = getattr(view, "scope", by_method)
        if isinstance(request.auth, ApiKey) and needed not in request.auth.scopes:
            message = _("The API key lacks the right “%(scope)s”.") % {"scope": needed.value}
            raise exceptions.PermissionDenied(message, code="scope")
        return True


def caller_of(request: Request) -> Caller:
    """Who acts, with the profile that holds for this request."""
    user, key, now = request.user, request.auth, now_of(request)
    assert isinstance(user, User), "IsStaff let somebody else in"
    if isinstance(key, ApiKey):
        return Caller(user, api_keys.profile_of_key(key, now=now), key.pk)
    return Caller(user, profile_of(user, now=now), None)


def branch_for(key: ApiKey, region_code: str) -> Branch:
    """The branch that a system with keys for several speaks of. Raises ValidationError (422)."""
    found = api_keys.branch_for(key, region_code)
    if found is None:
        raise broken("no_branch", _("The key reaches no branch in this region."), "region")
    return found


def patient_of(request: Request) -> Complaint:
    """The case whose code was proven."""
    assert isinstance(request.user, Patient), "ProvesAccess let somebody else in"
    return request.user.case
