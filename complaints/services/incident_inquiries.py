"""One inquiry to the clinic about a whole incident. Who did not allow it is not named, only counted."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.models import Card, Incident, Inquiry
from complaints.services import incidents, thread
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile


@transaction.atomic
def ask(
    *,
    incident: Incident,
    text: str,
    outgoing_number: str,
    reply_due_on: date,
    by: User,
    profile: "Profile",
    now: datetime,
) -> Inquiry:
    """Record the letter to the clinic. Asked twice with one outgoing number it is one inquiry.

    Raises NotAllowed, SomebodyWasFirst (closed), RuleBroken: no clinic, no number, empty, a day in the past.
    """
    row = incidents.locked(incident.pk)
    incidents.require_lead(profile, row.branch_id)
    if row.medical_organisation_id is None:
        raise RuleBroken("no_clinic", _("This incident names no clinic: there is nobody to ask."))
    if reply_due_on <= now.astimezone(row.branch.zone).date():
        raise RuleBroken("reply_due_on", _("The day of the reply lies in the future."))
    number = outgoing_number.strip()
    there: Inquiry | None = Inquiry.objects.filter(incident=row, outgoing_number=number).first()
    if there is not None:
        return there
    if not number:
        raise RuleBroken("outgoing_number", _("Write the outgoing number of the letter."))
    everybody = Card.objects.of_incident(row.pk)
    named = everybody.namable().count()
    made: Inquiry = Inquiry.objects.create(
        incident=row, sealed={"text": thread.checked_text(text), "reply": ""}, outgoing_number=number,
        named_count=named, unnamed_count=everybody.count() - named, asked_by=by, asked_at=now,
        reply_due_on=reply_due_on,
    )  # fmt: skip
    return made


@transaction.atomic
def record_reply(*, inquiry: Inquiry, text: str, by: User, profile: "Profile", now: datetime) -> Inquiry:  # noqa: ARG001  (whoever acts is named by every service)
    """What the clinic wrote back, once. Raises NotAllowed, SomebodyWasFirst, RuleBroken (empty)."""
    incidents.require_lead(profile, inquiry.incident.branch_id)
    row = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    if row.replied_at is not None:
        raise SomebodyWasFirst
    row.sealed = {**row.sealed, "reply": thread.checked_text(text)}
    row.replied_at = max(now, row.asked_at)
    row.save(update_fields=["sealed", "replied_at"])
    return row
