"""Filing an appeal: one question a page, everything typed kept on the server, nothing lost on the way."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints.forms.public.answers import Answers
from complaints.forms.public.filing import ThemeForm
from complaints.forms.public.step_form import StepForm
from complaints.forms.public.steps import COUNTED, TITLES, TOTAL, Step, number_of
from complaints.services import attachments, drafts
from complaints.services.drafts import Asked, NothingToSend
from complaints.views.public import gate
from complaints.views.public.visits import KEY_FIELD, Visit, filing_page
from omsportal.platform import limits
from omsportal.platform.challenge import Challenge
from omsportal.platform.limiter import LimitReached

UNPROCESSABLE, CONFLICT = 422, 409


@filing_page
@require_http_methods(["GET", "HEAD", "POST"])
def filing(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The first page. An unfinished appeal is offered before a new one is begun."""
    if request.method == "POST":
        return _answer(request, visit, Step.THEME)
    if visit.draft is not None and visit.answers.passed:
        return render(request, "public/filing/unfinished.html", _unfinished(request, visit))
    form = visit.answers.form(Step.THEME)
    form.initial["theme"] = request.GET.get("theme", "")
    form.initial["urgent"] = "1" if "urgent" in request.GET else ""
    return _page(request, visit, Step.THEME, form)


@filing_page
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, visit: Visit, name: str) -> HttpResponse:
    """One question."""
    try:
        current = Step(name)
    except ValueError:
        raise Http404(name) from None
    if request.method == "POST":
        act = _look_up if current is Step.STORY and "look" in request.POST else _answer
        return act(request, visit, current)
    if visit.draft is None:
        messages.info(request, _("There is no unfinished appeal in this browser. Begin a new one."))
        return redirect("public:filing")
    return _page(request, visit, current, visit.answers.form(current))


@filing_page
@require_POST
def keep(request: HttpRequest, visit: Visit, name: str) -> HttpResponse:
    """What is typed so far, sent by the page itself while the person types."""
    if not visit.is_ours or name not in list(Step):
        return HttpResponse(status=UNPROCESSABLE)
    if visit.is_sent:
        return HttpResponse(status=CONFLICT)
    form = visit.answers.form(Step(name), request.POST)
    try:
        limits.spend("draft.saves", visit.begun().reference, visit.now)
        drafts.keep_unfinished(draft=visit.begun(), step=name, typed=_typed(request, form), now=visit.now)
    except NothingToSend:
        return HttpResponse(status=CONFLICT)
    return HttpResponse(status=204)


@filing_page
@require_POST
def remove_file(_request: HttpRequest, visit: Visit, storage_name: uuid.UUID) -> HttpResponse:
    """Take a file out again."""
    if visit.is_ours and visit.draft is not None:
        attachments.remove_from_draft(draft=visit.draft, storage_name=storage_name)
    return redirect("public:filing_step", Step.FILES)


@filing_page
@require_POST
def discard(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Start anew: the unfinished appeal and its files are thrown away."""
    if visit.is_ours and visit.draft is not None:
        drafts.discard(draft=visit.draft)
        visit.forget()
    return redirect(_start_url(request.POST))


def _answer(request: HttpRequest, visit: Visit, current: Step) -> HttpResponse:
    """Judge a page, keep it, go on; wrong or not, nothing typed is lost."""
    form = visit.answers.form(current, request.POST, request.FILES)
    if not visit.is_ours or visit.is_sent:
        return _ask_once_more(request, visit, current, form)
    if not form.is_valid():
        drafts.keep(
            draft=visit.begun(), step=current, typed=_typed(request, form), passed=False, now=visit.now
        )
        return _page(request, visit, current, form, status=UNPROCESSABLE)
    try:
        _KEEPERS.get(current, _keep)(request, visit, current, form)
    except NothingToSend:
        return redirect("public:filing")
    except LimitReached as error:
        form.add_error("documents", gate.too_many_files(error))
        asked = getattr(error, "challenge", None)
        return gate.stamped(_page(request, visit, current, form, challenge=asked), error)
    if form.errors:
        return _page(request, visit, current, form, status=UNPROCESSABLE)
    if "stay" in request.POST:
        return redirect("public:filing_step", current)
    return _go_on(visit, current)


def _look_up(request: HttpRequest, visit: Visit, current: Step) -> HttpResponse:
    """A button inside the page: keep what is typed and show the clinics, or the term, that it leads to."""
    form = visit.answers.form(current, request.POST)
    if not visit.is_ours or visit.is_sent:
        return _ask_once_more(request, visit, current, form)
    typed = _typed(request, form)
    if request.POST["look"] == "clinic":
        typed |= {"clinic_searched": typed.get("clinic", []), "clinic_found": []}
    try:
        drafts.keep(draft=visit.begun(), step=current, typed=typed, passed=False, now=visit.now)
    except NothingToSend:
        return redirect("public:filing")
    place = "found" if request.POST["look"] == "clinic" else "term"
    return redirect(f"{reverse('public:filing_step', args=[current])}#{place}")


def _go_on(visit: Visit, current: Step) -> HttpResponse:
    following = visit.answers.after(current)
    return redirect("public:filing_step", following) if following else redirect("public:filing_check")


def _keep(request: HttpRequest, visit: Visit, current: Step, form: StepForm) -> None:
    own_device = form.cleaned_data["own_device"] if current is Step.THEME else None
    visit.draft = drafts.keep(
        draft=visit.begun(),
        step=current,
        typed=_typed(request, form),
        passed=True,
        own_device=own_device,
        now=visit.now,
    )


def _keep_policy(request: HttpRequest, visit: Visit, current: Step, form: StepForm) -> None:
    page = form.cleaned_data
    asked = Asked(
        number=page["policy"],
        surname=page["surname"],
        birth_on=page["birth_on"],
        address=visit.address,
    )
    typed = _typed(request, form)
    try:
        visit.draft = drafts.keep_policy(
            draft=visit.begun(), step=current, typed=typed, policy=asked, now=visit.now
        )
    except LimitReached:
        visit.draft = drafts.current(token=visit.token, now=visit.now)
        messages.warning(request, _("The policy could not be checked just now. Choose the insurer yourself."))
    else:
        _tell_insurer(request, visit.answers)


def _tell_insurer(request: HttpRequest, answers: Answers) -> None:
    if answers.branch is not None:
        owner = answers.branch.insurer or answers.branch
        region = answers.branch.region
        messages.success(
            request, _("Your insurer: %(insurer)s, %(region)s.") % {"insurer": owner, "region": region}
        )
    elif answers.cleaned(Step.POLICY).get("policy"):
        messages.info(
            request, _("We did not find such a policy. It happens with new policies: choose the insurer.")
        )


def _keep_files(request: HttpRequest, visit: Visit, current: Step, form: StepForm) -> None:
    """Raises LimitReached, before the files are looked at."""
    uploads, draft = form.cleaned_data["documents"], visit.begun()
    if uploads:
        gate.check(request, "upload", visit.now)
    attachments.admit(
        uploads=uploads, address=visit.address, target="draft", key=draft.reference, now=visit.now
    )
    added = drafts.keep_files(draft=draft, step=current, uploads=uploads, now=visit.now)
    visit.draft = drafts.current(token=visit.token, now=visit.now)
    for changed in added.changed:
        messages.warning(request, changed)
    for refusal in [*visit.too_large, *added.refused]:
        form.add_error("documents", attachments.explain(refusal))


_KEEPERS = {Step.POLICY: _keep_policy, Step.FILES: _keep_files}


def _ask_once_more(request: HttpRequest, visit: Visit, current: Step, form: StepForm) -> HttpResponse:
    """Not proven to be our own form (cookies were lost), or sent already from another window: show it again
    as typed, and act on nothing."""
    again = visit.answers.form(current)
    again.show_typed(_typed(request, form))
    if visit.is_sent:
        return _page(request, visit, current, again, status=CONFLICT)
    messages.warning(
        request, _("The connection was interrupted. What you typed is here: press “Continue” again.")
    )
    return _page(request, visit, current, again, status=UNPROCESSABLE)


def _typed(request: HttpRequest, form: StepForm) -> dict[str, list[str]]:
    """The texts of this page's own fields; a date has three."""
    fields = tuple(form.fields)
    return {
        name: request.POST.getlist(name)
        for name in request.POST
        if name in fields or name.rpartition("_")[0] in fields
    }


def _page(
    request: HttpRequest, visit: Visit, current: Step, form: StepForm, *, status: int = 200,
    challenge: Challenge | None = None,
) -> HttpResponse:  # fmt: skip
    answers = visit.answers
    before = answers.before(current)
    if current is Step.FILES and challenge is None:
        challenge = gate.offered(request, "upload", visit.now)
    context = {
        "form": form,
        "step": current,
        "question": TITLES[current],
        "answers": answers,
        "number": number_of(current),
        "total": TOTAL,
        "step_list": [*COUNTED, "check"],
        "back_url": reverse("public:filing_step", args=[before]) if before else reverse("public:help"),
        "draft_key": visit.key,
        "is_sent": visit.is_sent,
        "challenge": challenge,
        "chosen": form.chosen_before if isinstance(form, ThemeForm) else None,
        "files": list(drafts.files_of(visit.draft)) if visit.draft and current is Step.FILES else [],
    }
    return render(request, f"public/filing/{current}.html", context, status=status)


def _unfinished(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    answers = visit.answers
    missing = answers.missing
    return {
        "draft": visit.draft,
        "answers": answers,
        "draft_key": visit.key,
        "continue_url": reverse("public:filing_step", args=[missing[0]])
        if missing
        else reverse("public:filing_check"),
        "theme": request.GET.get("theme", ""),
        "urgent": "urgent" in request.GET,
    }


def _start_url(chosen: Mapping[str, str]) -> str:
    kept = {name: chosen[name] for name in ("theme", "urgent") if chosen.get(name)}
    return reverse("public:filing", query=kept)


__all__ = ["KEY_FIELD", "discard", "filing", "keep", "remove_file", "step"]
