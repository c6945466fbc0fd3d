"""Notices that wait for a person: what, about which appeal, when, and why it did not arrive. No addresses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from complaints.reports.staff.watch import Watch, cases_of
from omsportal.platform.models import Outbox
from omsportal.platform.pagination import CursorInvalid, Page, page
from omsportal.platform.querysets import OutboxQuerySet
from representatives.models import CaseEvent

PAGE_SIZE = 30
#: One press tries so many; the next ones are a second press.
MOST_AT_ONCE = 1000

KINDS: dict[str, Promise] = {
    "filed": _("confirmation that the appeal is registered"),
    "message": _("there is a message"),
    "answered": _("there is an answer"),
    "forwarded": _("the appeal went to another body"),
    "hop": _("another specialist takes over"),
    "one_time_code": _("one-time code"),
    "withdrawn": _("the appeal was withdrawn"),
    "code_renewed": _("the access code was replaced"),
    **dict(CaseEvent.choices),
    "webhook.test": _("test event"),
    "webhook_off": _("another system receives no events any more"),
    "key_ends": _("a key of another system ends soon"),
    "duty_call": _("call of the duty person"),
    "duty_late": _("call of the head: the urgent case is late"),
}
TO: dict[str, Promise] = {
    "contact": _("to the applicant"),
    "patient": _("to the applicant"),
    "user": _("to staff"),
    "webhook": _("to another system"),
}
_SILENT = _("the provider did not answer")
_LOST = _("the provider took it and went silent")
#: The first word of what delivery.describe() keeps.
REASONS: dict[str, Promise] = {
    "PerhapsSent": _LOST,
    "lease": _("the server was stopped while it sent this"),
    "SMTPRecipientsRefused": _("the mail server refused the address"),
    "AddressGone": _("there is no such e-mail address"),
    "SMTPDataError": _("the mail server refused the message"),
    "SMTPSenderRefused": _("the mail server refuses the portal as a sender"),
    "SMTPAuthenticationError": _("the mail server did not accept the portal's password"),
    "SMTPServerDisconnected": _SILENT,
    "SMTPConnectError": _SILENT,
    "TimeoutError": _SILENT,
    "ConnectionRefusedError": _SILENT,
    "gaierror": _SILENT,
    "OSError": _SILENT,
    "Undeliverable": _("the provider says that this can never be delivered"),
    "Refused": _("the SMS gateway or the other system refused it"),
    "GatewayUnusable": _("the settings of the SMS gateway are wrong"),
    "LookupError": _("the portal has no way to send this"),
}
_OURS = _("a mistake of the portal, the log says more")


@dataclass(frozen=True, slots=True)
class Failed:
    """One notice in words."""

    notice: Outbox
    what: str | Promise
    to: str | Promise
    number: str
    failed_at: datetime
    is_doubtful: bool
    reason: str | Promise
    code: str
    may_open: bool


def page_of_failed(watch: Watch, cursor: str) -> Page[Outbox]:
    """Newest first, by the partial index outbox_for_a_person."""
    rows = failed_notices(watch)
    try:
        return page(rows, field="id", size=PAGE_SIZE, cursor=cursor, descending=True)
    except CursorInvalid:
        return page(rows, field="id", size=PAGE_SIZE, descending=True)


def failed_notices(watch: Watch) -> OutboxQuerySet:
    """About the cases this person watches; an administrator of the portal also sees what is about no case."""
    about_theirs = Q(subject_kind="complaint") & Exists(cases_of(watch).filter(pk=OuterRef("subject_id")))
    theirs = about_theirs | ~Q(subject_kind="complaint") if watch.everywhere else about_theirs
    return Outbox.objects.for_a_person().filter(theirs)


def failed_ids(watch: Watch, notice_id: int | None = None) -> list[int]:
    """The oldest ones of this person, or the one that is asked for if it is theirs."""
    rows = failed_notices(watch).order_by("pk")
    if notice_id is not None:
        rows = rows.filter(pk=notice_id)
    return list(rows.values_list("pk", flat=True)[:MOST_AT_ONCE])


def was_theirs(watch: Watch, notice_id: int) -> bool:
    """Whether a notice about which somebody has decided meanwhile was this person's to decide."""
    notice = Outbox.objects.filter(pk=notice_id).first()
    if notice is None or notice.subject_kind != "complaint":
        return notice is not None and watch.everywhere
    return bool(cases_of(watch).filter(pk=notice.subject_id).exists())


def described(notices: Iterable[Outbox], watch: Watch) -> list[Failed]:
    """One query more: whose cards this person may open."""
    rows = list(notices)
    ids = [row.subject_id for row in rows if row.subject_kind == "complaint"]
    visible = Complaint.objects.visible_to(watch.profile).filter(pk__in=ids)
    opened = dict(visible.values_list("pk", "number"))
    return [_described(row, opened) for row in rows]


def _described(row: Outbox, opened: Mapping[int, str]) -> Failed:
    name, _space, rest = row.error.partition(" ")
    failed_at = row.dead_at or row.doubtful_at
    assert failed_at is not None, "the queryset has no others"
    number = opened.get(row.subject_id, "") if row.subject_kind == "complaint" else ""
    may_open = bool(number)
    return Failed(
        notice=row,
        what=KINDS.get(row.kind, _("notice")),
        to=TO.get(row.receiver_kind, ""),
        number=number if may_open else str(row.payload.get("number", "")),
        failed_at=failed_at,
        is_doubtful=row.doubtful_at is not None,
        reason=REASONS.get(name.rstrip(":"), _OURS),
        code=rest if rest.replace(" ", "").removeprefix("HTTP").isdigit() else "",
        may_open=may_open,
    )
