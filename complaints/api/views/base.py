"""What all views of the API share."""

from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import conditional_page
from rest_framework import exceptions
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from complaints.api import rate_limits
from complaints.api.authentication import (
    AccessCodeAuthentication,
    ApiKeyAuthentication,
    IsStaff,
    ProvesAccess,
    SessionAuthentication,
    now_of,
)
from complaints.api.parsers import JSONParser
from omsportal.platform.addresses import client_address

if TYPE_CHECKING:
    from rest_framework.views import AsView, GenericView


class ApiView(APIView):
    """JSON in, JSON or a problem out."""

    parser_classes: list[type[BaseParser]] = [JSONParser]
    http_method_names = ["get", "head", "post"]
    cache_control = "no-cache"

    @classmethod
    def as_view(cls, **initkwargs: Any) -> "AsView[GenericView]":
        """What has not changed is not sent again (ETag), unless nobody may keep it; such an answer tells the
        limit too."""
        view: Any = conditional_page(super().as_view(**initkwargs))

        @wraps(view)
        def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response: HttpResponseBase = view(request, *args, **kwargs)

            def tell(final: HttpResponseBase) -> None:
                for name, value in rate_limits.headers(request).items():
                    final.headers.setdefault(name, value)

            if isinstance(response, Response):  # it becomes a 304 when it is drawn
                response.add_post_render_callback(tell)
            else:
                tell(response)
            return response

        return cast("AsView[GenericView]", told)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Texts depend on the language; what concerns one case is kept by nobody on the way."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", self.cache_control)
        patch_vary_headers(final, ["Accept-Language", "Accept"])
        return final

    def read(self, request: Request, kind: type[Serializer[Any]]) -> dict[str, Any]:
        """The validated body. Raises ValidationError."""
        serializer = kind(data=request.data)
        serializer.is_valid(raise_exception=True)
        found: dict[str, Any] = serializer.validated_data
        return found

    def asked(self, request: Request, kind: type[Serializer[Any]]) -> dict[str, Any]:
        """The validated query parameters. Raises ValidationError."""
        serializer = kind(data=request.query_params.dict())
        serializer.is_valid(raise_exception=True)
        found: dict[str, Any] = serializer.validated_data
        return found

    @property
    def now(self) -> datetime:
        return now_of(self.request)


class StrangersView(ApiView):
    """Whoever calls, their address may call only so often."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises LimitReached."""
        rate_limits.spend(request._request, "api.address", client_address(request._request), self.now)
        super().initial(request, *args, **kwargs)


class PublicView(StrangersView):
    """For everybody."""


class PatientView(StrangersView):
    """For whoever holds number and access code."""

    authentication_classes = [AccessCodeAuthentication]
    permission_classes = [ProvesAccess]
    cache_control = "private, no-store"


class StaffView(ApiView):
    """For staff and for systems of a branch."""

    authentication_classes = [ApiKeyAuthentication, SessionAuthentication]
    permission_classes = [IsStaff]
    cache_control = "private, no-cache"


class UnknownAddress(ApiView):
    """Everything under /api/ that is nothing: a problem instead of the portal's page."""

    schema = None

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002  DRF's
        raise exceptions.NotFound
