"""Was my waiting time broken?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from complaints.forms.public.lookups import AnswerTermForm, TermForm
from complaints.models import Category
from complaints.reports.public import other_terms as others
from complaints.reports.public.terms import terms_on, theme_of_waiting, verdict
from complaints.services import carrying
from complaints.views.public.kept import kept_page
from complaints.views.public.visits import Visit, filing_page
from insurers.reports import today_in


@require_safe
@kept_page()
def terms(request: HttpRequest, now: datetime) -> HttpResponse:
    """Kind of care, date and region → the limit and its last day. No name is asked, so a plain address."""
    return terms_shown(request, now, request.GET if "kind" in request.GET else None)


def terms_shown(request: HttpRequest, now: datetime, asked_for: Mapping[str, Any] | None) -> HttpResponse:
    """The page as it is at a moment; with the last day of what is asked for."""
    rows = terms_on(today_in(None, now))
    form = TermForm(asked_for, terms=rows)
    context: dict[str, Any] = {"form": form, "terms": [row for row in rows if row.region_id is None]}
    if form.is_valid():
        asked = form.cleaned_data
        context["verdict"] = verdict(
            code=asked["kind"],
            since=asked["since"],
            region=asked["region"],
            terms=rows,
            today=today_in(asked["region"], now),
        )
    return render(request, "public/terms.html", context, status=422 if form.errors else 200)


@require_safe
@kept_page()
def other_terms(request: HttpRequest, now: datetime) -> HttpResponse:
    """How long an answer, a policy, a change of insurer may take; the last day of an answer is counted."""
    today = today_in(None, now)
    rows = others.other_terms_on(today)
    form = AnswerTermForm(request.GET if "registered_on_day" in request.GET else None)
    context: dict[str, Any] = {
        "form": form, "shelves": others.shelves(rows), "theme": others.theme_about_insurer(today),
    }  # fmt: skip
    if form.is_valid():
        asked = form.cleaned_data
        context["answer"] = others.answer_by(
            registered_on=asked["registered_on"],
            region=asked["region"],
            terms=rows,
            today=today_in(asked["region"], now),
        )
    return render(request, "public/terms_other.html", context, status=422 if form.errors else 200)


@filing_page
@require_POST
def terms_appeal(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Begin an appeal with what was looked up. By POST: what somebody waits for stands in no address."""
    today = today_in(None, visit.now)
    form = TermForm(request.POST, terms=terms_on(today))
    theme = theme_of_waiting(today)
    if theme is None:
        return redirect("public:filing")
    if visit.is_ours and form.is_valid() and carrying.may_carry(draft=visit.draft, theme=theme):
        _carry(visit, theme, form)
    return redirect(reverse("public:filing", query={"theme": theme.slug}))


def _carry(visit: Visit, theme: Category, form: TermForm) -> None:
    asked = form.cleaned_data
    carrying.carry_waiting(
        draft=visit.begun(), theme=theme, kind=asked["kind"], since=asked["since"], region=asked["region"],
        now=visit.now,
    )  # fmt: skip
