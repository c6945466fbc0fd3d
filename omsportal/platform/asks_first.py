"""An administration that shows what a change would move before it is saved. Works without JavaScript."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.forms.formsets import all_valid
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from omsportal.platform import dry_runs
from omsportal.platform.clock import database_now
from omsportal.platform.dry_runs import Change
from omsportal.platform.kinds import JobState
from omsportal.platform.models import Job

if TYPE_CHECKING:  # generic only for the type checker
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

#: The person has seen what would move and agrees.
SEEN = "_seen"
#: The person goes back to what was typed.
AGAIN = "_again"
_OWN = {SEEN, AGAIN, "csrfmiddlewaretoken"}


class AsksFirst(ModelAdmin):
    """Saving and deleting lead to a page with the findings of a dry run; only there it is done.

    A new parent with rows of its own is saved at once: nothing that exists can depend on it.
    """

    preview_kind = ""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.preview_view)
        return [path("preview/<int:job_id>/", view, name=self._name("preview")), *super().get_urls()]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """On the way back nothing is saved: the form is shown once more as it was typed."""
        form = super().get_form(request, obj, change, **options)
        return type(form.__name__, (form,), {"is_valid": _never}) if AGAIN in request.POST else form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **options: Any
    ) -> Any:
        asked = self._typed_change(request, object_id) if _is_first(request) else None
        return (
            self._ask(request, asked)
            if asked
            else super().changeform_view(request, object_id, *args, **options)
        )

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **options: Any) -> Any:
        found = self.get_object(request, unquote(object_id)) if _is_first(request) else None
        if found is not None and self.has_delete_permission(request, found):
            return self._ask(request, dry_runs.change_of(saved=[], deleted=[found]))
        return super().delete_view(request, object_id, *args, **options)

    def changelist_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        is_agreed = request.POST.get("action") == "delete_selected" and "post" in request.POST
        if _is_first(request) and is_agreed and self.has_delete_permission(request):
            rows = self.get_queryset(request).filter(pk__in=request.POST.getlist("_selected_action"))
            return self._ask(request, dry_runs.change_of(saved=[], deleted=rows))
        return super().changelist_view(request, *args, **options)

    def preview_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Progress, then the findings, for whoever asked."""
        job = Job.objects.requested_by(request.user.pk or 0).filter(pk=job_id, kind=self.preview_kind).first()
        if job is None or "asked" not in (job.result or {}):
            raise Http404
        return TemplateResponse(request, "admin/preview.html", self._context(request, job))

    def _context(self, request: HttpRequest, job: Job) -> dict[str, Any]:
        done = job.state in {JobState.DONE, JobState.FAILED}
        total, result = job.total_count or 0, job.result or {}
        return {
            **self.admin_site.each_context(request), "title": _("What would move"), "opts": self.opts,
            "job": job, "is_done": done, "percent": 100 * job.done_count // total if total else 0,
            "asked": result["asked"], "found": _readable(result.get("found")),
            "deletes": not result["asked"]["change"]["save"], "seen": SEEN, "again": AGAIN,
        }  # fmt: skip

    def _typed_change(self, request: HttpRequest, object_id: str | None) -> Change | None:
        """What the form would save; None when it would save nothing, or the usual way has to say why not."""
        found = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id and (found is None or not self.has_change_permission(request, found)):
            return None
        if found is None and (self.inlines or not self.has_add_permission(request)):
            return None
        form = self.get_form(request, found, change=found is not None)(
            request.POST, request.FILES, instance=found
        )
        formsets, _inlines = self._create_formsets(  # type: ignore[attr-defined]  # missing in the stubs
            request, form.instance, change=found is not None
        )
        if not (form.is_valid() and all_valid(formsets)):
            return None
        if not any(each.has_changed() for each in (form, *formsets)):
            return None
        saved, deleted = [form.save(commit=False)], []
        for formset in formsets:
            saved += formset.save(commit=False)
            deleted += formset.deleted_objects
        return dry_runs.change_of(saved=saved, deleted=deleted)

    def _ask(self, request: HttpRequest, change: Change) -> HttpResponse:
        typed = [
            (name, value) for name in request.POST if name not in _OWN for value in request.POST.getlist(name)
        ]
        job = dry_runs.request(
            kind=self.preview_kind, change=change, address=request.get_full_path(), typed=typed,
            by_id=request.user.pk or 0, now=database_now(),
        )  # fmt: skip
        return HttpResponseRedirect(reverse(f"admin:{self._name('preview')}", args=[job.pk]))

    def _name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"


def _readable(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """Moments as such, so that the page shows them in its own time."""
    if found is None:
        return None
    moments = ("before", "after")
    lines = [
        line | {name: datetime.fromisoformat(line[name]) for name in moments} for line in found["sample"]
    ]
    return found | {"sample": lines}


def _is_first(request: HttpRequest) -> bool:
    return request.method == "POST" and not {SEEN, AGAIN} & set(request.POST)


def _never(_form: Model) -> bool:
    return False
