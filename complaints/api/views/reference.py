"""What everybody may know."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.serializers import many
from complaints.api.serializers.reference import (
    CategoryOutput,
    HotlineOutput,
    HotlineQuery,
    InsurerOutput,
    RegionOutput,
    RegionQuery,
)
from complaints.api.views.base import PublicView
from complaints.reports import reference


class Categories(PublicView):
    """Themes of appeals."""

    @extend_schema(
        operation_id="list_categories",
        summary=_("Categories"),
        description=_("What people complain about, in plain words, with what to do at once."),
        responses={200: CategoryOutput(many=True)},
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        return Response(many(CategoryOutput, reference.categories(now=self.now)))


class Regions(PublicView):
    """Regions."""

    @extend_schema(
        operation_id="list_regions",
        summary=_("Regions"),
        description=_("Regions by the code with which their policy numbers begin."),
        responses={200: RegionOutput(many=True)},
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        return Response(many(RegionOutput, reference.regions()))


class Insurers(PublicView):
    """Insurers."""

    @extend_schema(
        operation_id="list_insurers",
        summary=_("Insurers"),
        description=_("Insurance companies, of one region if it is named."),
        parameters=[RegionQuery],
        responses={200: InsurerOutput(many=True)},
    )
    def get(self, request: Request) -> Response:
        wanted = self.asked(request, RegionQuery)
        found = reference.insurers(region=wanted.get("region"), now=self.now)
        return Response(many(InsurerOutput, found))


class Hotlines(PublicView):
    """Phones."""

    @extend_schema(
        operation_id="list_hotlines",
        summary=_("Numbers to call"),
        description=_("Phones of the region's insurers and of its fund, those first that answer now."),
        parameters=[HotlineQuery],
        responses={200: HotlineOutput(many=True)},
    )
    def get(self, request: Request) -> Response:
        wanted = self.asked(request, HotlineQuery)
        found = reference.hotlines(region=wanted["region"], insurer=wanted.get("insurer"), now=self.now)
        return Response(many(HotlineOutput, found))
