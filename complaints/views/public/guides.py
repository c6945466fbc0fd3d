"""How to get something done: an appointment, a doctor, a policy."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints.forms.public.themes import icon_or_question
from complaints.reports.public import guides as pages
from complaints.views.public import places
from complaints.views.public.kept import kept_page
from insurers.reports import today_in


@require_safe
@kept_page()
def guides(request: HttpRequest, now: datetime) -> HttpResponse:
    """All of them on one page."""
    found = pages.guides(today_in(None, now))
    cards = [(guide, icon_or_question(guide.icon)) for guide in found]
    return render(request, "public/help/guides.html", {"cards": cards, "section": "help"})


@require_safe
@kept_page()
def guide(request: HttpRequest, now: datetime, slug: str) -> HttpResponse:
    """Steps, what is free and by which rule, whom to call, file an appeal."""
    shown = guide_shown(request, now, slug)
    if shown is None:
        raise Http404(slug)
    return shown


def guide_shown(request: HttpRequest, now: datetime, slug: str) -> HttpResponse | None:
    """The page as it is at a moment; None when there is none of this name then."""
    found = pages.guide(slug, today_in(None, now))
    if found is None:
        return None
    region, insurer = places.chosen(request)
    context = {
        "guide": found,
        "numbers": pages.numbers_of(found, region=region, insurer=insurer, now=now),
        "fund": pages.fund_to_write_to(found, region=region, now=now),
        "call_form": places.form_of(request),
        "section": "help",
    }
    return render(request, "public/help/guide.html", context)
