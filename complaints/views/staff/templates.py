"""Approved texts: everybody reads them, heads write, preview and withdraw those of their branches."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from complaints.forms.templates import TemplateForm
from complaints.models import Template
from complaints.reports.staff import replies, texts
from complaints.services import templates as service
from complaints.services.transitions import SomebodyWasFirst
from complaints.views.staff.desk import Desk, staff_page, staff_view


@staff_view("GET")
def templates(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The texts of the own branches and the common ones."""
    context = {
        "section": "templates", "shelf": texts.shelf(desk.profile, desk.now.date()),
        "may_add": texts.edited_branches(desk.profile).exists(),
    }  # fmt: skip
    return staff_page(request, desk, "templates.html", context)


@staff_view("GET", "POST")
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A text that is in nobody's place."""
    if not texts.edited_branches(desk.profile).exists():
        raise PermissionDenied
    form = _form(request, desk, {})
    if request.method != "POST" or not form.is_valid() or _wants_preview(request):
        return _form_page(request, desk, form)
    made = _save(desk, form, Template(code=service.new_code()))
    messages.success(request, _("The text is saved: colleagues are offered it from now on."))
    return redirect("staff:template", template_id=made.pk)


@staff_view("GET", "POST")
def template(request: HttpRequest, desk: Desk, template_id: int) -> HttpResponse:
    """One text with its versions; for whoever may change it also the form. A change is a new version."""
    found = _visible(desk, template_id)
    form = _form(request, desk, TemplateForm.starting_from(found))
    if request.method != "POST":
        return _form_page(request, desk, form, found)
    if not form.is_valid() or _wants_preview(request):
        return _form_page(request, desk, form, found)
    try:
        made = _save(desk, form, Template(code=found.code), found)
    except SomebodyWasFirst:
        return _form_page(request, desk, form, found, was_first=True)
    messages.success(request, _("Saved as a new version; the one before stays readable."))
    return redirect("staff:template", template_id=made.pk)


@staff_view("POST")
def withdraw(request: HttpRequest, desk: Desk, template_id: int) -> HttpResponse:
    """Nobody is offered it any more."""
    found = _visible(desk, template_id)
    if not texts.may_edit(desk.profile, found):
        raise PermissionDenied
    if service.withdraw(template=found, by=desk.user, now=desk.now):
        messages.success(request, _("The text is withdrawn. It stays readable."))
    else:
        messages.info(request, _("The text was changed or withdrawn meanwhile: this is how it is now."))
    return redirect("staff:template", template_id=texts.versions_of(found)[0].pk)


def _visible(desk: Desk, template_id: int) -> Template:
    found = texts.text_of(desk.profile, template_id)
    if found is None:
        raise Http404
    return found


def _form(request: HttpRequest, desk: Desk, initial: dict[str, Any]) -> TemplateForm:
    """For those who head or administer a branch; reading needs no form. 403 for writing without it."""
    branches = texts.edited_branches(desk.profile)
    if request.method == "POST" and not branches.exists():
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    return TemplateForm(data, branches=branches, initial=initial)


def _wants_preview(request: HttpRequest) -> bool:
    return "preview" in request.POST


def _save(desk: Desk, form: TemplateForm, text: Template, found: Template | None = None) -> Template:
    """A common text, or another branch's, gets a version of the chosen branch beside it."""
    typed = form.cleaned_data
    is_next = found is not None and found.branch == typed["branch"] and found.withdrawn_at is None
    for name in ("branch", "purpose", "category", "title", "body"):
        setattr(text, name, typed[name])
    return service.revise(
        template=text, by=desk.user, expected=typed["version"] if is_next else 0, now=desk.now
    )


def _form_page(
    request: HttpRequest, desk: Desk, form: TemplateForm, found: Template | None = None, *,
    was_first: bool = False,
) -> HttpResponse:  # fmt: skip
    is_right = form.is_bound and form.is_valid()
    body = form.cleaned_data["body"] if is_right else found.body if found else ""
    context = {
        "section": "templates", "form": form, "text": found, "was_first": was_first,
        "may_write": texts.edited_branches(desk.profile).exists(), "variables": service.VARIABLES,
        "may_withdraw": found is not None and texts.may_edit(desk.profile, found),
        "is_in_force": found is not None and texts.is_in_force(found, desk.now.date()),
        "versions": texts.versions_of(found) if found else [],
        "preview": replies.filled(body, replies.sample_facts(desk.now)) if body else "",
    }  # fmt: skip
    wrong = form.is_bound and not is_right
    return staff_page(
        request, desk, "template.html", context, status=409 if was_first else 422 if wrong else 200
    )
