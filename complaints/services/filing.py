"""Filing: a new case with number, access code, both clocks, card and consents, in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from complaints import disclosure, numbers
from complaints.escalation import entry
from complaints.escalation.entry import NoRules
from complaints.escalation.moves import CHANGED
from complaints.kinds import (
    AnswerChannel,
    Cause,
    Channel,
    Form,
    ForWhom,
    IdentityLevel,
    NamingConsent,
    Urgency,
)
from complaints.models import Card, Category, Complaint, Consent, History
from complaints.services import call_backs, consents, legal, routing
from complaints.states import Event, Status
from insurers.models import Branch, MedicalOrganisation, Region
from omsportal.platform import digests, inserts, outbox
from omsportal.platform.folding import folded
from representatives.models import User
from representatives.roles import Tier

_ATTEMPTS = 20


@dataclass(frozen=True, kw_only=True)
class Filing:
    """Everything that is known when a case is registered. Personal data travel in the three mappings."""

    category: Category
    branch: Branch | None = None
    region: Region | None = None
    kind: str = ""
    channel: str = Channel.SITE
    form: str = Form.WRITTEN
    urgency: str = Urgency.ORDINARY
    for_whom: str = ForWhom.SELF
    is_anonymous: bool = False
    # {surname, first_name, patronymic, phone, email, address, relation}
    applicant: Mapping[str, Any] = field(default_factory=dict)
    # {surname, first_name, patronymic, birth_on (ISO), policy_kind, policy_number, policy_of_parent}
    patient: Mapping[str, Any] = field(default_factory=dict)
    # {story, clinic, care_on (ISO), waiting_for (code), waiting_since (ISO), amount, policy_region}
    details: Mapping[str, Any] = field(default_factory=dict)
    policy_id: int | None = None
    region_of_care: Region | None = None
    medical_organisation: MedicalOrganisation | None = None
    identity_level: int = IdentityLevel.NONE
    naming_consent: str = NamingConsent.ASK
    answer_channel: str = AnswerChannel.SITE
    consents: Sequence[str] = ()
    consent_address: str = ""
    needs_look: bool = False
    received_at: datetime | None = None
    call_back_until: datetime | None = None  # promised to who asked for a call; a voice message has its own
    lower_tier: int | None = None  # not below this tier: a reopening goes one tier up
    at_tier: int | None = None  # answered in the same conversation: the tier of whoever does it
    incoming_number: str = ""  # of a letter, or of the body that sent it on
    incoming_on: date | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """The new case and the access code, which exists in clear only here."""

    complaint: Complaint
    access_code: str

    @property
    def number(self) -> str:
        return self.complaint.number


def file_complaint(*, filing: Filing, by: User | None = None, now: datetime) -> Filed:
    """Register an appeal. `by` is the member of staff who took it in, None for the patient themselves.

    One statement writes case, card, consents, history and notices, and rings the bell on commit: all of it or
    nothing, with or without a transaction around it. Raises RuleBroken (no addressee) and NoRules.
    """
    branch = routing.addressee(branch=filing.branch, region=filing.region, category=filing.category, now=now)
    registered_on = now.astimezone(branch.zone).date()
    begun = entry.begin(_arrival(filing, branch, registered_on), now=now)
    complaint = _row(filing, branch, begun, registered_on, now)
    return _write(complaint, [_card(complaint, filing, begun), *_consents(complaint, filing, now)], by, now)


def code_digest(number: str, digits: str) -> bytes:
    """The keyed digest of an access code, bound to its case."""
    return digests.blind(f"{number}:{digits}", "access code")


def _arrival(filing: Filing, branch: Branch, registered_on: date) -> entry.Arrival:
    tier = routing.arrival_tier(branch=branch, category=filing.category, urgency=filing.urgency)
    if filing.lower_tier is not None and tier != Tier.FUND:
        tier = max(tier, filing.lower_tier)
    if filing.at_tier is not None and tier != Tier.FUND:
        tier = filing.at_tier
    return entry.Arrival(
        branch_id=branch.pk,
        kind=filing.kind or filing.category.default_kind,
        category_id=filing.category.pk,
        urgency=filing.urgency,
        tier=tier,
        policy_id=filing.policy_id,
        registered_on=registered_on,
    )


def _row(
    filing: Filing, branch: Branch, begun: entry.Beginning, registered_on: date, now: datetime
) -> Complaint:
    arrival = _arrival(filing, branch, registered_on)
    return Complaint(
        pk=begun.complaint_id,
        kind=arrival.kind,
        category=filing.category,
        patient_category=filing.category,
        channel=filing.channel,
        form=filing.form,
        urgency=filing.urgency,
        branch=branch,
        region_of_care=filing.region_of_care,
        medical_organisation=filing.medical_organisation,
        tier=arrival.tier,
        stage=begun.stage,
        rule_edition_id=begun.rule_edition_id,
        entered_at=now,
        due_at=begun.due_at,
        escalate_at=begun.due_at,
        warn_at=begun.look_at,
        **_dates(filing, branch, begun, registered_on, now),
        notify_by_email=bool(filing.applicant.get("email")) and Consent.Purpose.EMAIL in filing.consents,
        needs_look=filing.needs_look,
    )


def _dates(
    filing: Filing, branch: Branch, begun: entry.Beginning, registered_on: date, now: datetime
) -> dict[str, Any]:
    """When it came, and what is due to the patient: the answer of the law, a call after a voice message."""
    received_at, answer_due_on = filing.received_at or now, None
    if filing.form == Form.WRITTEN:
        answer_due_on = legal.answer_date(branch=branch, registered_on=registered_on, days=begun.answer_days)
    return {
        "received_at": received_at,
        "registered_at": now,
        "registered_on": registered_on,
        "answer_due_on": answer_due_on,
        "call_back_until": filing.call_back_until
        or call_backs.promised(
            branch=branch, channel=filing.channel, received_at=received_at, registered_on=registered_on
        ),
    }


def _write(complaint: Complaint, others: Sequence[Model], by: User | None, now: datetime) -> Filed:
    """Seven random digits meet a taken number now and then: draw again."""
    code = numbers.new_access_code()
    region_code = complaint.branch.region.code
    for _attempt in range(_ATTEMPTS):
        complaint.number = numbers.new_number(region_code, complaint.registered_on.year)
        complaint.access_code_digest = code_digest(complaint.number, numbers.code_digits(code))
        told = _notices(complaint)
        rows = [complaint, *others, _history(complaint, by, now), *outbox.rows(told, now)]
        if inserts.together(rows, unless_taken="number", bells=[CHANGED, *outbox.topics(told)]):
            return Filed(complaint=complaint, access_code=code)
    raise RuntimeError(f"{_ATTEMPTS} random numbers were all taken in region {region_code}")


def _card(complaint: Complaint, filing: Filing, begun: entry.Beginning) -> Card:
    patient, applicant = filing.patient, filing.applicant
    return Card(
        complaint=complaint,
        sealed={"applicant": dict(applicant), "patient": dict(patient), "details": dict(filing.details)},
        patient_surname_key=folded(str(patient.get("surname", "")))[:80],
        applicant_surname_key=folded(str(applicant.get("surname", "")))[:80],
        birth_blind=_blind(patient.get("birth_on"), "birth date"),
        phone_blind=_blind(applicant.get("phone"), "phone"),
        policy_blind=_blind(patient.get("policy_number"), "policy number"),
        policy_id=begun.policy_id,
        for_whom=disclosure.for_whom_on(complaint.registered_on, for_whom=filing.for_whom, patient=patient),
        is_anonymous=filing.is_anonymous,
        identity_level=filing.identity_level,
        naming_consent=filing.naming_consent,
        answer_channel=filing.answer_channel,
        incoming_number=filing.incoming_number,
        incoming_on=filing.incoming_on,
    )


def _blind(value: object, purpose: str) -> bytes | None:
    return digests.blind(str(value), purpose) if value else None


def _consents(complaint: Complaint, filing: Filing, now: datetime) -> list[Consent]:
    versions = consents.versions_on(complaint.registered_on) if filing.consents else {}
    return [
        Consent(
            complaint=complaint,
            purpose=purpose,
            version=versions[purpose],
            given_at=now,
            sealed={"address": filing.consent_address},
        )
        for purpose in dict.fromkeys(filing.consents)
    ]


def _history(complaint: Complaint, by: User | None, now: datetime) -> History:
    return History(
        complaint=complaint,
        at=now,
        event=Event.FILED,
        hop=0,
        cause=Cause.STAFF if by else Cause.PATIENT,
        by=by,
        to_status=Status.NEW,
        to_tier=complaint.tier,
        to_branch_id=complaint.branch_id,
        due_after=complaint.due_at,
        answer_after=complaint.answer_due_on,
        until_after=complaint.call_back_until,
    )


def _notices(complaint: Complaint) -> list[outbox.Notice]:
    payload = {"number": complaint.number, "tier": complaint.tier}
    about: dict[str, Any] = {
        "kind": "filed", "subject_kind": "complaint", "subject_id": complaint.pk, "payload": payload,
    }  # fmt: skip
    pool = outbox.Notice(channel="portal", receiver_kind="pool", receiver_id=complaint.branch_id, **about)
    if not complaint.notify_by_email:
        return [pool]
    return [
        pool,
        outbox.Notice(channel="email", receiver_kind="contact", receiver_id=complaint.pk, **about),
    ]


__all__ = ["Filed", "Filing", "NoRules", "code_digest", "file_complaint"]
