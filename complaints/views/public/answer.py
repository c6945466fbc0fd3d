"""The answer as a PDF: made when it is asked for, kept nowhere."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from complaints import disclosure
from complaints.models import Complaint
from complaints.reports.public.letter import letter_of
from complaints.views.public.files import download
from complaints.views.public.patients import patient_page
from omsportal.platform import pdf


@require_safe
@patient_page
def answer(_request: HttpRequest, complaint: Complaint, now: datetime) -> HttpResponse:
    """Whoever may read the answer on the page may have it as a letter, and nobody else."""
    found = getattr(complaint, "answer", None)
    if found is None or found.dispatched_at is None:
        raise Http404
    if disclosure.of_answer(complaint.card, found):
        return redirect("public:case_identity")
    content = pdf.render("answer", letter_of(complaint, now=now), now=found.dispatched_at)
    return download(content, media_type=pdf.CONTENT_TYPE, name=f"{complaint.number}.pdf")
