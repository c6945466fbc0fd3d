"""Help now: what is happening, what to do in the next five minutes, whom to call."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.forms.public.themes import icon_or_question
from complaints.reports.public import guides
from complaints.reports.public import help as pages
from complaints.views.public import places
from complaints.views.public.kept import kept_page
from insurers.reports import numbers_to_call, today_in
from omsportal.platform.clock import database_now

#: So many themes are seen at once; the others are one tap away, or the list would be endless on a phone.
FIRST = 7


@require_safe
@kept_page()
def home(request: HttpRequest, now: datetime) -> HttpResponse:
    """ "What is happening?" in plain words."""
    themes = pages.themes(today_in(None, now))
    cards = [(theme, icon_or_question(theme.icon)) for theme in themes]
    news = pages.news(places.chosen(request)[0], now)
    context = {"cards": cards[:FIRST], "more_cards": cards[FIRST:], "news": news, "section": "help"}
    return render(request, "public/help/home.html", context)


@require_safe
@kept_page()
def topic(request: HttpRequest, now: datetime, slug: str) -> HttpResponse:
    """One theme: the next five minutes, what must be free and by which rule, whom to call, file an appeal."""
    shown = topic_shown(request, now, slug)
    if shown is None:
        raise Http404(slug)
    return shown


def topic_shown(request: HttpRequest, now: datetime, slug: str) -> HttpResponse | None:
    """The page as it is at a moment; None when there is no such theme then."""
    theme = pages.theme(slug, today_in(None, now))
    if theme is None:
        return None
    region, insurer = places.chosen(request)
    helper = None if theme.about_insurer else insurer  # not the one who is complained of: the fund
    numbers = numbers_to_call(region=region, insurer=helper, now=now) if region else []
    context = {
        "theme": theme,
        "guides": guides.of_theme(theme, today_in(None, now)),
        "numbers": numbers,
        "call_form": places.form_of(request),
        "section": "help",
    }
    return render(request, "public/help/topic.html", context)


@require_safe
def clinic_now(request: HttpRequest) -> HttpResponse:
    """In the clinic at this moment: the staffed number first, the form in the urgent lane second."""
    form = places.known(request)
    duty = None
    if form.is_valid():
        asked = form.cleaned_data
        now = database_now()
        theme = pages.theme(request.GET.get("theme", ""), today_in(asked["region"], now))
        duty = pages.on_duty(region=asked["region"], insurer=asked["insurer"], about=theme, now=now)
    context = {"form": form, "duty": duty, "section": "help"}
    status = 422 if form.errors else 200
    return places.remember(
        request, render(request, "public/help/clinic_now.html", context, status=status), form
    )
