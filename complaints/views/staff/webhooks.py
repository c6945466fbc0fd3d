"""Receivers of events: added, changed, tried, switched off and on; what was sent to them, and sent anew."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.forms.integrations import ReplayForm, WebhookForm
from complaints.reports.staff import integrations as report
from complaints.views.staff.desk import Desk, staff_page, staff_view
from complaints.views.staff.integrations import allowed, back_to, form_for
from representatives import webhooks as service
from representatives.models import Webhook
from representatives.reauthentication import identity_required
from representatives.webhooks import Made, WebhookRefused


@identity_required
@staff_view("GET", "POST")
def webhook_new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new receiver; its secret is shown once."""
    allowed(desk)
    form = form_for(request, desk, WebhookForm)
    if request.method == "POST" and form.is_valid():
        try:
            made = service.create(by=desk.user, profile=desk.profile, now=desk.now, **form.answers())
        except WebhookRefused as error:
            form.add_error(error.field, str(error.message))
        else:
            return _shown_once(request, desk, made)
    context = {"section": "dashboard", "form": form}
    return staff_page(request, desk, "webhook_new.html", context, status=422 if form.is_bound else 200)


@staff_view("GET")
def webhook(request: HttpRequest, desk: Desk, receiver: UUID) -> HttpResponse:
    """One receiver: how sending goes, the last events, and what can be done."""
    return _page(request, desk, _webhook(desk, receiver))


@identity_required
@staff_view("POST")
def webhook_change(request: HttpRequest, desk: Desk, receiver: UUID) -> HttpResponse:
    """Another name, address or choice of events."""
    found = _webhook(desk, receiver)
    form = _form_of(desk, found, request.POST)
    if form.is_valid():
        try:
            row = service.change(webhook=found, profile=desk.profile, now=desk.now, **form.answers())
        except WebhookRefused as error:
            form.add_error(error.field, str(error.message))
        else:
            messages.success(request, _saved(row, found))
            return redirect("staff:webhook", receiver=receiver)
    return _page(request, desk, found, form)


@identity_required
@staff_view("POST")
def webhook_rotate(request: HttpRequest, desk: Desk, receiver: UUID) -> HttpResponse:
    """A new secret, shown once; both sign for two days."""
    made = service.rotate(webhook=_webhook(desk, receiver), profile=desk.profile, now=desk.now)
    return _shown_once(request, desk, made, is_new=False)


@staff_view("POST")
def webhook_off(request: HttpRequest, desk: Desk, receiver: UUID) -> HttpResponse:
    """Nothing is sent any more."""
    service.switch_off(webhook=_webhook(desk, receiver), profile=desk.profile, now=desk.now)
    messages.success(request, _("Switched off. What happens meanwhile is kept for 30 days."))
    return redirect("staff:webhook", receiver=receiver)


@staff_view("POST")
def webhook_on(request: HttpRequest, desk: Desk, receiver: UUID) -> HttpResponse:
    """Sending goes on, with or without what was missed."""
    with_missed = request.POST.get("missed") != "leave"
    service.switch_on(
        webhook=_webhook(desk, receiver), with_missed=with_missed, profile=desk.profile, now=desk.now
    )
    messages.success(request, _("Switched on: sending goes on at once."))
    return redirect("staff:webhook", receiver=receiver)


@staff_view("POST")
def webhook_test(request: HttpRequest, desk: Desk, receiver: UUID) -> HttpResponse:
    """A test event, sent within seconds."""
    service.send_test(webhook=_webhook(desk, receiver), profile=desk.profile, now=desk.now)
    messages.success(request, _("A test event is on its way: load this page again in some seconds."))
    return redirect("staff:webhook", receiver=receiver)


@staff_view("POST")
def webhook_replay(request: HttpRequest, desk: Desk, receiver: UUID) -> HttpResponse:
    """Everything since a moment, anew."""
    found, form = _webhook(desk, receiver), ReplayForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, found, replay=form)
    since = form.since(desk.now)
    _say(request, service.replay_since(webhook=found, since=since, profile=desk.profile, now=desk.now))
    return redirect("staff:webhook", receiver=receiver)


@staff_view("POST")
def webhook_replay_one(request: HttpRequest, desk: Desk, receiver: UUID, notice_id: int) -> HttpResponse:
    """One event anew."""
    found = _webhook(desk, receiver)
    _say(request, service.replay_one(webhook=found, notice_id=notice_id, profile=desk.profile, now=desk.now))
    return redirect("staff:webhook", receiver=receiver)


def _saved(row: Webhook, before: Webhook) -> str:
    said = _("Saved. It holds from the next event on.")
    if row.log_after == before.log_after:
        return said
    more = _("What was sent before is not shown any more: it was of other branches too.")
    return f"{said} {more}"


def _say(request: HttpRequest, count: int) -> None:
    if count:
        text = ngettext("%d event is sent again now.", "%d events are sent again now.", count)
        messages.success(request, text % count)
    else:
        messages.info(request, _("There is nothing to send again: it waits to be sent anyway."))


def _webhook(desk: Desk, receiver: UUID) -> Webhook:
    allowed(desk)
    found = report.webhook_of(desk.profile, receiver)
    if found is None:
        raise Http404
    return found


def _form_of(desk: Desk, found: Webhook, typed: Any = None) -> WebhookForm:
    return WebhookForm(
        typed, branches=report.branches_of(desk.profile), profile=desk.profile, home=found.branch,
        initial=WebhookForm.starting_from(found),
    )  # fmt: skip


def _page(
    request: HttpRequest, desk: Desk, found: Webhook, form: WebhookForm | None = None,
    replay: ReplayForm | None = None,
) -> HttpResponse:  # fmt: skip
    page = report.page_of_sent(found, request.GET.get("sent", ""))
    context: dict[str, Any] = {
        "section": "dashboard", "webhook": found, "back_to": back_to(found.branch_id),
        "page": page, "rows": report.described(page.rows),
        "form": form or _form_of(desk, found), "reaches": report.reaches(found),
        "replay": replay or ReplayForm(), "last_answer": report.answer_in_words(found.last_answer),
        "is_paused": found.is_paused_at(desk.now),
        "overlaps": found.overlap_until is not None and found.overlap_until > desk.now,
    }  # fmt: skip
    return staff_page(request, desk, "webhook.html", context, status=422 if form or replay else 200)


def _shown_once(request: HttpRequest, desk: Desk, made: Made, *, is_new: bool = True) -> HttpResponse:
    context = {
        "section": "dashboard", "secret": made.secret, "name": made.webhook.name,
        "title": _("The receiver is added") if is_new else _("The secret is new"),
        "back": reverse("staff:webhook", kwargs={"receiver": made.webhook.reference}), "signs": True,
        "key_id": made.webhook.sealed["current"]["id"],
        "old_until": None if is_new else made.webhook.overlap_until,
    }  # fmt: skip
    return staff_page(request, desk, "shown_once.html", context)
