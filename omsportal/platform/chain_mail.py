"""The head of the chain leaves this machine by mail, once a day: a number and a hash, nothing else.

Whoever has the machine, its keys included, can make the whole chain anew, but not the mails that have left.
"""

import json
from datetime import date, datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from omsportal.platform import chain, delivery, outbox
from omsportal.platform.models import Outbox

KIND, _SUBJECT = "chain_head", "history"


def send_head(now: datetime) -> bool:
    """Queue the mail of this day, which begins at 0:00 UTC. False without an address, or if it is queued."""
    newest = chain.head() if settings.CHAIN_HEAD_EMAIL else None
    if newest is None:
        return False
    told = {"seal": newest.pk, "link": bytes(newest.link).hex(), "at": newest.sealed_at.isoformat()}
    return outbox.enqueue(
        channel="email", kind=KIND, subject_kind=_SUBJECT, subject_id=0,
        hop=(now.date() - date(1970, 1, 1)).days, payload=told, now=now,
    )  # fmt: skip


def head_mail(row: Outbox) -> EmailMessage | None:
    """The line stands by itself: a saved mail is a file of heads that `verify_history --heads` reads."""
    if not settings.CHAIN_HEAD_EMAIL:
        return None
    subject = _("Head of the chain %(number)s") % {"number": row.payload["seal"]}
    # Plain ASCII, so that no mail server on the way writes the line in another form.
    return EmailMessage(subject=subject, body=f"{json.dumps(row.payload)}\n", to=[settings.CHAIN_HEAD_EMAIL])


def register() -> None:
    """Called once, when the app is ready."""
    delivery.register("email", head_mail, KIND)
