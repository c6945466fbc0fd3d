"""The description of the API and the page that shows it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView


class Schema(SpectacularAPIView):
    """OpenAPI 3.1: JSON, or YAML for whoever asks for it; texts in the caller's language."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer, OpenApiYamlRenderer2]


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Swagger UI from our own server; its start is a file, because the policy allows no inline script."""
    return render(request, "api/docs.html")
