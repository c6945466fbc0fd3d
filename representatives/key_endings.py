"""Keys of other systems that end soon: who can replace one is told before the system stops."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from omsportal.platform import delivery, outbox
from omsportal.platform.kinds import Channel
from omsportal.platform.models import Outbox
from representatives import integrating
from representatives.models import ApiKey, User
from representatives.profiles import profile_of

KIND, SUBJECT = "key_ends", "api_key"
#: Told so many days before, each once.
DAYS = (14, 2)
#: A key that nobody has used for so long is missed by nobody.
UNUSED = timedelta(days=30)


def tell(now: datetime) -> int:
    """A round: mails about keys in use that end soon and have no successor; returns how many were new."""
    return outbox.enqueue_many([notice for key in _ending(now) for notice in _notices(key, now)], now)


def _ending(now: datetime) -> Iterator[ApiKey]:
    """There are some hundreds of keys in all."""
    working: QuerySet[ApiKey] = ApiKey.objects.filter(revoked_at=None, expires_at__gt=now)
    last: dict[int, datetime] = {}
    for user_id, expires_at in working.values_list("user_id", "expires_at"):
        last[user_id] = max(expires_at, last.get(user_id, expires_at))
    soon = working.filter(expires_at__lte=now + timedelta(days=DAYS[0]), last_used_at__gt=now - UNUSED)
    for key in soon.select_related("branch__region"):
        if last[key.user_id] == key.expires_at:
            yield key


def _notices(key: ApiKey, now: datetime) -> Iterator[outbox.Notice]:
    """The nearest of the days tells the urgency; who sees it late gets one mail and not all of them."""
    days = min(each for each in DAYS if key.expires_at - now <= timedelta(days=each))
    for person in User.objects.answering_for(key.branch, day=now.date()):
        if integrating.may_change(profile_of(person, now=now), key):
            yield outbox.Notice(
                channel=Channel.EMAIL, kind=KIND, subject_kind=SUBJECT, subject_id=key.pk,
                receiver_kind="user", receiver_id=person.pk, dedup=days,
            )  # fmt: skip


def mail(row: Outbox) -> EmailMessage | None:
    """Which system, until when, and where to replace it; nothing of the key itself."""
    moment = (row.leased_until or row.available_at) - delivery.LEASE
    person = User.objects.filter(pk=row.receiver_id, is_active=True).exclude(email="").first()
    key = ApiKey.objects.filter(pk=row.subject_id).select_related("branch__region").first()
    if person is None or key is None or not key.is_valid_at(moment):
        return None
    with translation.override(settings.LANGUAGE_CODE):
        body = _(
            "The key of “%(name)s” (%(branch)s) works until %(day)s. After that the system gets no answer "
            "from the portal.\n\nReplace it before, on the page “Other systems”: the new key and the old one "
            "work side by side for two days. %(url)s"
        ) % {
            "name": key.name, "branch": key.branch,
            "day": date_format(key.expires_at.astimezone(key.branch.zone), "j E Y"),
            "url": f"{settings.SITE_URL}/staff/integrations/?branch={key.branch_id}",
        }  # fmt: skip
        return EmailMessage(subject=_("A key of another system ends soon"), body=body, to=[person.email])


def register() -> None:
    """Called once, when the app is ready."""
    delivery.register(Channel.EMAIL.value, mail, KIND)
