"""Help now: what is happening, what to do in the next five minutes, whom to call."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.forms.public.lookups import CallForm
from complaints.forms.public.themes import icon_or_question
from complaints.reports.public import help as pages
from insurers.reports import today_in
from omsportal.platform.clock import database_now


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """ "What is happening?" in plain words."""
    themes = pages.themes(today_in(None, database_now()))
    cards = [(theme, icon_or_question(theme.icon)) for theme in themes]
    return render(request, "public/help/home.html", {"cards": cards, "section": "help"})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """One theme: the next five minutes, what must be free and by which rule, whom to call, file an appeal."""
    now = database_now()
    theme = pages.theme(slug, today_in(None, now))
    if theme is None:
        raise Http404(slug)
    form = CallForm()
    return render(request, "public/help/topic.html", {"theme": theme, "call_form": form, "section": "help"})


@require_safe
def clinic_now(request: HttpRequest) -> HttpResponse:
    """In the clinic at this moment: the staffed number first, the form in the urgent lane second."""
    now = database_now()
    form = CallForm(request.GET if "region" in request.GET else None)
    duty = None
    if form.is_valid():
        duty = pages.on_duty(
            region=form.cleaned_data["region"], insurer=form.cleaned_data["insurer"], now=now
        )
    context = {"form": form, "duty": duty, "section": "help"}
    return render(request, "public/help/clinic_now.html", context, status=422 if form.errors else 200)
