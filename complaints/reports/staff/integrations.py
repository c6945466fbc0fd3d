"""Keys of other systems and receivers of events, for those who set them up, and what was sent to whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from insurers.models import Branch
from insurers.querysets import BranchQuerySet
from omsportal.platform.models import Outbox
from omsportal.platform.pagination import CursorInvalid, Page, page
from omsportal.platform.querysets import OutboxQuerySet
from representatives.integrating import may_change
from representatives.models import TEST_EVENT, ApiKey, CaseEvent, Webhook
from representatives.profiles import Profile
from representatives.webhook_log import log_of

PAGE_SIZE = 30
EVENTS: dict[str, str | Promise] = {**dict(CaseEvent.choices), TEST_EVENT: _("test event")}
#: What became of a receiver's last tries, by the code that is kept of it.
ANSWERS: dict[str, str | Promise] = {
    "name": _("the name of the address leads nowhere"),
    "private": _("the address is not on the internet any more"),
    "scheme": _("the address is not encrypted"),
    "port": _("the port of the address is closed to us"),
    "timeout": _("no answer in time"),
    "connection": _("no connection"),
    "certificate": _("the certificate is not valid for the address"),
    "tls": _("no encrypted connection"),
    "off": _("it was switched off meanwhile"),
}


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key and how it stands."""

    key: ApiKey
    state: str  # works, ends_soon, expired, revoked
    may_change: bool
    reaches: str

    @property
    def works(self) -> bool:
        return self.state in {"works", "ends_soon"}


@dataclass(frozen=True, slots=True)
class ReceiverLine:
    """One receiver; whoever does not answer for all of its branches only sees that it is there."""

    webhook: Webhook
    may_change: bool
    reaches: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """What reaches one branch; `branches` are those to choose from."""

    branch: Branch
    branches: list[Branch]
    keys: list[KeyLine]
    webhooks: list[ReceiverLine]


@dataclass(frozen=True, slots=True)
class Sent:
    """One event for a receiver, in words."""

    notice: Outbox
    what: str | Promise
    number: str
    state: str  # sent, waits, away, refused, given_up, left_out
    code: str
    may_send_again: bool

    @property
    def answer(self) -> str | Promise:
        """What came back, in words."""
        return answer_in_words(self.code)


def branches_of(profile: Profile) -> BranchQuerySet:
    """Branches whose keys and receivers this person sets up."""
    own = Q(pk__in=profile.headed_branch_ids) | Q(insurer_id__in=profile.insurer_ids)
    return Branch.objects.with_names().filter(own).order_by("region__code", "pk")


def shelf(profile: Profile, branch_id: int | None, now: datetime) -> Shelf | None:
    """Of the chosen branch, or of the first one; None when it is not theirs."""
    branches = list(branches_of(profile))
    chosen = next((one for one in branches if branch_id in (None, one.pk)), None)
    if chosen is None:
        return None
    keys = [
        KeyLine(key, _state(key, now), may_change(profile, key), reaches(key))
        for key in ApiKey.objects.reaching(chosen)
    ]
    receivers = [
        ReceiverLine(one, may_change(profile, one), reaches(one)) for one in Webhook.objects.reaching(chosen)
    ]
    return Shelf(chosen, branches, keys, receivers)


def reaches(row: ApiKey | Webhook) -> str:
    """In words where it reaches further than its own branch."""
    if row.everywhere:
        return str(_("all branches of the insurer"))
    count = len(row.other_branch_ids)
    text = ngettext("%(branch)s and %(count)d branch more", "%(branch)s and %(count)d branches more", count)
    return text % {"branch": row.branch, "count": count} if count else ""


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at <= now:
        return "expired"
    return "ends_soon" if (key.expires_at - now).days < 30 else "works"


def key_of(profile: Profile, key_id: int) -> ApiKey | None:
    """The key, if all of its branches are this person's to set up."""
    found = ApiKey.objects.select_related("branch", "user").filter(pk=key_id).first()
    return found if found is not None and may_change(profile, found) else None


def webhook_of(profile: Profile, reference: UUID) -> Webhook | None:
    """The receiver, if all of its branches are this person's to set up."""
    found = Webhook.objects.with_reference(reference).first()
    return found if found is not None and may_change(profile, found) else None


def sent_to(webhook: Webhook) -> OutboxQuerySet:
    """What the log of a receiver holds, for those who set it up."""
    return log_of(webhook)


def page_of_sent(webhook: Webhook, cursor: str) -> Page[Outbox]:
    """Newest first, by the partial index outbox_of_receiver."""
    rows = sent_to(webhook)
    try:
        return page(rows, field="created_at", size=PAGE_SIZE, cursor=cursor, descending=True)
    except CursorInvalid:
        return page(rows, field="created_at", size=PAGE_SIZE, descending=True)


def described(rows: Iterable[Outbox]) -> list[Sent]:
    """What became of each."""
    return [
        Sent(
            notice=row,
            what=EVENTS.get(row.kind, row.kind),
            number=str(row.payload.get("number", "")),
            state=_state_of(row),
            code=row.error.rpartition(": ")[2],
            may_send_again=_is_over(row),
        )
        for row in rows
    ]


def answer_in_words(code: str) -> str | Promise:
    """The last answer of a receiver: a status as it is, everything else in words."""
    return ANSWERS.get(code, code)


def _is_over(row: Outbox) -> bool:
    return any((row.sent_at, row.skipped_at, row.dead_at, row.doubtful_at))


def _state_of(row: Outbox) -> str:
    if row.sent_at:
        return "sent"
    if row.dead_at or row.doubtful_at:
        return "given_up"
    if row.skipped_at:
        return "left_out"
    if row.attempts and row.error:
        return "refused"
    return "away" if row.error else "waits"
