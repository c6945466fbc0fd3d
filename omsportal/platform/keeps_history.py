"""An administration whose changes say in the append-only history who made them."""

from typing import TYPE_CHECKING, Any

import pghistory
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:  # generic only for the type checker
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin


class KeepsHistory(ModelAdmin):
    """Rows written to the append-only history by this request say who was signed in."""

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        with pghistory.context(user=request.user.pk):
            return super().changeform_view(request, *args, **options)

    def delete_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        with pghistory.context(user=request.user.pk):
            return super().delete_view(request, *args, **options)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        with pghistory.context(user=request.user.pk):
            return super().changelist_view(request, extra_context)
