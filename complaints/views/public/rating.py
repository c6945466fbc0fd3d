"""How the applicant found our work."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.forms.public.contacts import RatingForm
from complaints.models import Complaint
from complaints.services import ratings
from complaints.services.transitions import RuleBroken
from complaints.views.public.patients import patient_page

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@patient_page
def rating(request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """One mark with words, once; nobody is asked for what could not be taken."""
    form = RatingForm(request.POST if request.method == "POST" else None)
    try:
        ratings.check(complaint)
        if not form.is_valid():
            context = {"form": form, "section": "status"}
            status = UNPROCESSABLE if form.is_bound else 200
            return render(request, "public/status/rating.html", context, status=status)
        ratings.rate(complaint=complaint, now=now, **form.cleaned_data)
    except RuleBroken as error:
        messages.info(request, str(error.message))
    else:
        messages.success(request, _("Thank you. Your mark helps us to work better."))
    return redirect("public:case")
