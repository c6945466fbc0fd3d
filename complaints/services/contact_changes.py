"""A new phone, e-mail or postal address, and another way of the answer.

What each needs stands in contact_rules.py. The history tells which contact was changed and never into what;
the contact from before is told, so that nobody is silently cut off.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import contact_rules, contacts, one_time_codes
from complaints.contact_rules import Rules
from complaints.escalation import rounds
from complaints.kinds import AnswerChannel, Cause, Changed, ContactWay, ForWhom, IdentityLevel, Proof
from complaints.models import Card, Complaint, Consent, ContactChange, OneTimeCode
from complaints.patient_notices import CHANGED, CODE
from complaints.permissions import Act, require
from complaints.services import consents, patient_sessions, transitions
from complaints.services.identity import check_document, raise_level
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Event
from omsportal.platform import digests, limits, outbox
from omsportal.platform.outbox import Notice
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

Purpose = OneTimeCode.Purpose
#: The contact from before hears of the change within two days of trying; then nobody needs the row.
KEPT = timedelta(days=3)
_CHANNELS: dict[str, str] = {ContactWay.EMAIL: "email", ContactWay.PHONE: "sms", ContactWay.REGISTRY: "sms"}
_PROOFS: dict[str, Proof] = {ContactWay.EMAIL: Proof.EMAIL_CODE, ContactWay.PHONE: Proof.PHONE_CODE}


def ask(
    *, complaint: Complaint, token: str, way: str, new: str, known: str = "", address: str, now: datetime
) -> ContactChange:
    """Begin a change, and send the codes that it needs; one that needs none is made at once.

    `token`: the browser's, `known`: the contact by which the applicant shows who asks. Raises RuleBroken,
    LimitReached.
    """
    limits.spend("identity.address", address, now)
    limits.spend("identity.case", complaint.pk, now)
    limits.spend("identity.day", complaint.pk, now)
    limits.spend("identity.everybody", "", now)
    with transaction.atomic():
        case = transitions.locked(complaint.pk)
        card = Card.objects.select_related("policy").get(pk=case.pk)
        rules = contact_rules.rules_for(card, way, refused=contacts.refused_ways(card))
        _check(rules, known, before=_standing(card, way), new=new)
        change = _begin(case, card, rules, token=token, way=way, new=new, known=known, now=now)
        if change.new_code is None and change.known_code is None:
            _make(case, change, now)
    return change


def waiting_for_codes(*, token: str, now: datetime) -> ContactChange | None:
    """What this browser asked for and has not completed, while its codes are good."""
    session = patient_sessions.session_of(token=token, now=now)
    if session is None:
        return None
    latest = ContactChange.objects.of_browser(session.pk).first()
    fresh = latest is not None and latest.asked_at > now - one_time_codes.LASTS
    found: ContactChange | None = latest if fresh else None
    return found


def asked(change: ContactChange) -> set[str]:
    """The codes that are still to be typed: "known", "new"."""
    codes = {"known": change.known_code, "new": change.new_code}
    return {name for name, code in codes.items() if code is not None and code.used_at is None}


def complete(*, token: str, typed: Mapping[str, str], address: str, now: datetime) -> set[str]:
    """Which of the codes, "known" and "new", do not fit; none: the contact is changed.

    A code that fitted once is not asked for again. Raises RuleBroken (nothing waits any more), LimitReached,
    SomebodyWasFirst.
    """
    limits.spend("identity.address", address, now)
    change = waiting_for_codes(token=token, now=now)
    if change is None:
        raise RuleBroken("codes_over", _("The time for the codes is over. Begin once more."))
    codes = {"known": change.known_code, "new": change.new_code}
    wrong = {name for name, code in codes.items() if not _fits(code, typed.get(name, ""), now)}
    if not wrong:
        with transaction.atomic():
            case = transitions.locked(change.complaint_id)
            _check_still(case, change)
            _make(case, change, now)
    return wrong


@transaction.atomic
def change_by_document(
    *, complaint: Complaint, way: str, new: str, proof: str, by: User, profile: "Profile", now: datetime
) -> None:
    """Staff saw a document and write down what the person dictates; the contact from before is told.

    After the death of a patient who asked for themselves the appeal goes on for the relative who came.
    Raises NotAllowed, RuleBroken.
    """
    case = transitions.locked(complaint.pk)
    require(profile, Act.CHANGE_CONTACT, case)
    check_document(proof)
    card = Card.objects.select_related("policy").get(pk=case.pk)
    before = _value(card, way)
    if new == _standing(card, way):
        raise RuleBroken("same", _("This is what we have already."))
    silent = contacts.is_silent(card, ContactWay.PHONE)
    if silent:  # the relative's case from now on: contacts of the dead are nobody's
        card.for_whom, card.phone_blind = ForWhom.RELATIVE, None
        card.email_failed_at = card.phone_failed_at = None
        nothing = dict.fromkeys(("phone", "email", "address"), "")
        card.sealed = {**card.sealed, "applicant": {**card.sealed["applicant"], **nothing}}
    change = ContactChange.objects.create(
        complaint=case,
        way=way,
        sealed={"new": "", "old": "" if silent else before},
        asked_at=now,
        made_at=now,
    )
    _write(card, way, new)
    _record(case, way, now, by=by)
    _tell("contact_change", change.pk, case, now)


def choose_answer(*, complaint: Complaint, way: str, address: str, now: datetime) -> bool:
    """Another way of the answer, as long as it has not left. False: it was this one before.

    The answer itself goes nowhere new: into the office, to this site, to the address that is known. Raises
    RuleBroken, LimitReached: each change is told to every contact.
    """
    limits.spend("answer.case", complaint.pk, now)
    with transaction.atomic():
        return _choose_answer(transitions.locked(complaint.pk), way, address, now)


def _choose_answer(case: Complaint, way: str, address: str, now: datetime) -> bool:
    card = Card.objects.get(pk=case.pk)
    if case.answered_at is not None or case.closed_at is not None:
        raise RuleBroken("answered", _("The answer has left already. You read it on this page."))
    if way == AnswerChannel.EMAIL and not contacts.given(card, ContactWay.EMAIL):
        raise RuleBroken("no_email", _("First add an e-mail address, then choose the answer by e-mail."))
    if way == AnswerChannel.EMAIL and contacts.is_lost(card, ContactWay.EMAIL):
        raise RuleBroken(
            "email_lost", _("Our letters do not arrive there. Check the address and write it once more.")
        )
    if way == AnswerChannel.LETTER and not _value(card, Changed.ADDRESS):
        raise RuleBroken("no_address", _("First add a postal address, then choose the answer by letter."))
    if way == card.answer_channel:
        return False
    Card.objects.filter(pk=case.pk).update(answer_channel=AnswerChannel(way))
    if way == AnswerChannel.EMAIL:  # asked for by choosing it, as when filing
        consents.give(complaint=case, purpose=Consent.Purpose.EMAIL, address=address, now=now)
    _record(case, Changed.ANSWER_CHANNEL, now)
    _tell("complaint", case.pk, case, now)
    return True


def purge(now: datetime) -> int:
    """Throw away what everybody concerned has heard of; returns how many."""
    deleted: int = ContactChange.objects.asked_before(now - KEPT).delete()[0]
    return deleted


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("contact_changes", timedelta(hours=1), purge))


def _check(rules: Rules, known: str, *, before: str, new: str) -> None:
    if rules.barred is not None:
        raise RuleBroken(f"barred_{rules.barred.value}", rules.barred.label)
    if new == before:
        raise RuleBroken("same", _("This is what we have already."))
    if rules.needs_known and known not in rules.known:
        raise RuleBroken("known", _("Choose where to send the code that shows that it is you."))


def _check_still(case: Complaint, change: ContactChange) -> None:
    """Contacts may have come since it was asked for: then this change lacks the code to one of them. Or the
    one to which its code went was replaced: whoever has the old one shows nothing by it."""
    card = Card.objects.select_related("policy").get(pk=case.pk)
    rules = contact_rules.rules_for(card, change.way, refused=contacts.refused_ways(card))
    if not ContactChange.objects.filter(pk=change.pk, made_at=None).exists():
        raise SomebodyWasFirst
    lacks_code = rules.needs_known and change.known_way not in rules.known
    replaced = ContactChange.objects.made_since(case.pk, change.known_way, change.asked_at)
    if (
        lacks_code
        or replaced.exists()
        or rules.barred is not None
        or _value(card, change.way) != change.sealed["old"]
    ):
        raise RuleBroken("codes_over", _("The contacts have changed meanwhile. Begin once more."))


def _begin(
    case: Complaint, card: Card, rules: Rules, *, token: str, way: str, new: str, known: str, now: datetime
) -> ContactChange:
    session = patient_sessions.session_of(token=token, now=now)
    if session is None:
        raise RuleBroken("session_over", _("The page was closed meanwhile. Open the appeal once more."))
    change = ContactChange(
        complaint=case, session=session, way=way, sealed={"new": new, "old": _value(card, way)}, asked_at=now,
        known_way=known if rules.needs_known else "",
    )  # fmt: skip
    if rules.needs_new:
        change.new_code = _send(case, Purpose.NEW_CONTACT, way, now)
    if rules.needs_known:
        change.known_code = _send(case, Purpose.KNOWN_CONTACT, known, now)
    change.save()
    return change


def _send(case: Complaint, purpose: Purpose, way: str, now: datetime) -> OneTimeCode:
    """The sender looks up where it goes; the row names only the code's own id."""
    code = one_time_codes.begin(purpose=purpose, complaint_id=case.pk, now=now)
    outbox.enqueue(
        channel=_CHANNELS[way], kind=CODE, subject_kind="one_time_code", subject_id=code.pk,
        receiver_kind="patient", urgent=True, now=now,
    )  # fmt: skip
    return code


def _fits(code: OneTimeCode | None, typed: str, now: datetime) -> bool:
    if code is None or code.used_at is not None:
        return True
    return one_time_codes.spend(code=code, typed=typed, now=now)


def _make(case: Complaint, change: ContactChange, now: datetime) -> None:
    """The case is locked. What was new stands in the card only; what was before is told, then forgotten."""
    if not ContactChange.objects.filter(pk=change.pk, made_at=None).update(made_at=max(now, change.asked_at)):
        raise SomebodyWasFirst
    content = dict(change.sealed)
    _write(Card.objects.get(pk=case.pk), change.way, content["new"])
    change.sealed = {**content, "new": ""}
    change.save(update_fields=["sealed"])
    _record(case, change.way, now)
    if change.known_way == ContactWay.REGISTRY:
        raise_level(case, Proof.REGISTRY_PHONE, cause=Cause.PATIENT, by=None, now=now)
    elif change.new_code is not None and _level(case) < IdentityLevel.CONTACT:
        raise_level(case, _PROOFS[change.way], cause=Cause.PATIENT, by=None, now=now)
    _tell("contact_change", change.pk, case, now)


def _record(case: Complaint, what: str, now: datetime, *, by: User | None = None) -> None:
    changes = {}
    if what == ContactWay.EMAIL:
        changes["notify_by_email"] = consents.is_given(case, Consent.Purpose.EMAIL)
    transitions.record(
        case, Event.CONTACTS_CHANGED, now=now, cause=Cause.STAFF if by else Cause.PATIENT, by=by, reason=what,
        **changes,
    )  # fmt: skip


def _write(card: Card, way: str, value: str) -> None:
    card.sealed = {**card.sealed, "applicant": {**card.sealed["applicant"], way: value}}
    if way == ContactWay.PHONE:
        card.phone_blind, card.phone_failed_at = digests.blind(value, "phone"), None
    elif way == ContactWay.EMAIL:
        card.email_failed_at = None
    card.save(update_fields=["sealed", "phone_blind", "for_whom", "email_failed_at", "phone_failed_at"])
    if way != Changed.ADDRESS:  # whoever still reads the contact from before opens nothing by its codes
        OneTimeCode.objects.gone_to(card.pk, way).update(attempts=OneTimeCode.MOST_ATTEMPTS)


def _tell(subject_kind: str, subject_id: int, case: Complaint, now: datetime) -> None:
    """The sender finds out to whom: never to the contact that is new."""
    outbox.enqueue_many(
        [
            Notice(
                channel=channel, kind=CHANGED, subject_kind=subject_kind, subject_id=subject_id,
                hop=case.hop, receiver_kind="patient", receiver_id=case.pk, dedup=case.version,
                payload={"number": case.number}, urgent=True,
            )
            for channel in ("email", "sms")
        ],
        now,
    )  # fmt: skip


def _value(card: Card, way: str) -> str:
    if way == Changed.ADDRESS:
        return str(card.sealed["applicant"].get("address") or "")
    return contacts.given(card, ContactWay(way))


def _standing(card: Card, way: str) -> str:
    """What would be no change; an address that our letters came back from may be confirmed as it is."""
    return "" if way == ContactWay.EMAIL and contacts.is_lost(card, ContactWay.EMAIL) else _value(card, way)


def _level(case: Complaint) -> int:
    level: int = Card.objects.values_list("identity_level", flat=True).get(pk=case.pk)
    return level


__all__ = [
    "ask", "asked", "change_by_document", "choose_answer", "complete", "purge", "register",
    "waiting_for_codes",
]  # fmt: skip
