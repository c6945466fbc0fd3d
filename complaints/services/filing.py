"""Filing: a new case with number, access code, both clocks, card, files and consents, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from complaints import numbers
from complaints.escalation import clock
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
from complaints.models import Attachment, Card, Category, Complaint, Consent, History, RuleEdition
from complaints.services import call_backs, consents, legal, routing
from complaints.states import Event, Status
from insurers.models import Branch, MedicalOrganisation, Policy, Region
from omsportal.platform import bells, digests, outbox
from omsportal.platform.folding import folded
from representatives.models import User
from representatives.roles import Tier

_NUMBER_TAKEN = "complaint_number"
_ATTEMPTS = 20


class NoRules(Exception):
    """There is no edition of escalation rules in force: load the reference data first."""


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
    # {surname, first_name, patronymic, birth_on (ISO), policy_kind, policy_number}
    patient: Mapping[str, Any] = field(default_factory=dict)
    # {story, clinic, care_on (ISO), waiting_since (ISO), amount}
    details: Mapping[str, Any] = field(default_factory=dict)
    policy: Policy | None = None
    region_of_care: Region | None = None
    medical_organisation: MedicalOrganisation | None = None
    identity_level: int = IdentityLevel.NONE
    naming_consent: str = NamingConsent.ASK
    answer_channel: str = AnswerChannel.SITE
    consents: Sequence[str] = ()
    consent_address: str = ""
    attachments: Sequence[Attachment] = ()
    needs_look: bool = False
    received_at: datetime | None = None
    lower_tier: int | None = None  # not below this tier: a reopening goes one tier up


@dataclass(frozen=True, slots=True)
class Filed:
    """The new case and the access code, which exists in clear only here."""

    complaint: Complaint
    access_code: str

    @property
    def number(self) -> str:
        return self.complaint.number


@transaction.atomic
def file_complaint(*, filing: Filing, by: User | None = None, now: datetime) -> Filed:
    """Register an appeal. `by` is the member of staff who took it in, None for the patient themselves.

    Raises RuleBroken (no addressee) and NoRules. Publishes nothing: the bell rings on commit.
    """
    branch = routing.addressee(branch=filing.branch, region=filing.region, category=filing.category)
    code = numbers.new_access_code()
    complaint = _insert(_row(filing, branch, code, now), branch.region.code)
    _write_card(complaint, filing)
    _write_consents(complaint, filing, now)
    Attachment.objects.filter(pk__in=[file.pk for file in filing.attachments]).update(
        complaint=complaint, draft=None
    )
    _write_history(complaint, by, now)
    _tell(complaint, now)
    bells.ring(CHANGED)
    return Filed(complaint=complaint, access_code=code)


def code_digest(number: str, digits: str) -> bytes:
    """The keyed digest of an access code, bound to its case."""
    return digests.blind(f"{number}:{digits}", "access code")


def _row(filing: Filing, branch: Branch, code: str, now: datetime) -> Complaint:
    kind = filing.kind or filing.category.default_kind
    edition = RuleEdition.objects.in_force_at(now)
    if edition is None:
        raise NoRules
    tier = routing.arrival_tier(branch=branch, category=filing.category, urgency=filing.urgency)
    if filing.lower_tier is not None and tier != Tier.FUND:
        tier = max(tier, filing.lower_tier)
    key = clock.Key(
        branch_id=branch.pk, rule_edition_id=edition.pk, kind=kind, category_id=filing.category.pk,
        urgency=filing.urgency, tier=tier,
    )  # fmt: skip
    due = clock.on_entry(key=key, now=now)
    return Complaint(
        access_code_digest=code.encode(),
        kind=kind,
        category=filing.category,
        patient_category=filing.category,
        channel=filing.channel,
        form=filing.form,
        urgency=filing.urgency,
        branch=branch,
        region_of_care=filing.region_of_care,
        medical_organisation=filing.medical_organisation,
        tier=tier,
        stage=due.stage,
        rule_edition=edition,
        entered_at=now,
        due_at=due.due_at,
        escalate_at=due.due_at,
        warn_at=due.look_at,
        **_dates(filing, branch, now),
        notify_by_email=bool(filing.applicant.get("email")) and Consent.Purpose.EMAIL in filing.consents,
        needs_look=filing.needs_look,
    )


def _dates(filing: Filing, branch: Branch, now: datetime) -> dict[str, Any]:
    """When it came, and what is due to the patient: the answer of the law, a call after a voice message."""
    received_at, registered_on = filing.received_at or now, now.astimezone(branch.zone).date()
    written = filing.form == Form.WRITTEN
    return {
        "received_at": received_at,
        "registered_at": now,
        "registered_on": registered_on,
        "answer_due_on": legal.answer_date(branch=branch, registered_on=registered_on) if written else None,
        "call_back_until": call_backs.promised(
            branch=branch, channel=filing.channel, received_at=received_at, registered_on=registered_on
        ),
    }


def _insert(complaint: Complaint, region_code: str) -> Complaint:
    """Seven random digits meet a taken number now and then: draw again."""
    code = bytes(complaint.access_code_digest).decode()
    for _attempt in range(_ATTEMPTS):
        complaint.number = numbers.new_number(region_code, complaint.registered_on.year)
        complaint.access_code_digest = code_digest(complaint.number, numbers.code_digits(code))
        try:
            with transaction.atomic():
                complaint.save(force_insert=True)
        except IntegrityError as error:
            if _NUMBER_TAKEN not in str(error):
                raise
        else:
            return complaint
    raise RuntimeError(f"{_ATTEMPTS} random numbers were all taken in region {region_code}")


def _write_card(complaint: Complaint, filing: Filing) -> None:
    patient, applicant = filing.patient, filing.applicant
    Card.objects.create(
        complaint=complaint,
        sealed={"applicant": dict(applicant), "patient": dict(patient), "details": dict(filing.details)},
        patient_surname_key=folded(str(patient.get("surname", "")))[:80],
        applicant_surname_key=folded(str(applicant.get("surname", "")))[:80],
        birth_blind=_blind(patient.get("birth_on"), "birth date"),
        phone_blind=_blind(applicant.get("phone"), "phone"),
        policy_blind=_blind(patient.get("policy_number"), "policy number"),
        policy=filing.policy,
        for_whom=filing.for_whom,
        is_anonymous=filing.is_anonymous,
        identity_level=filing.identity_level,
        naming_consent=filing.naming_consent,
        answer_channel=filing.answer_channel,
    )


def _blind(value: object, purpose: str) -> bytes | None:
    return digests.blind(str(value), purpose) if value else None


def _write_consents(complaint: Complaint, filing: Filing, now: datetime) -> None:
    versions = consents.versions_on(complaint.registered_on) if filing.consents else {}
    Consent.objects.bulk_create(
        Consent(
            complaint=complaint,
            purpose=purpose,
            version=versions[purpose],
            given_at=now,
            sealed={"address": filing.consent_address},
        )
        for purpose in dict.fromkeys(filing.consents)
    )


def _write_history(complaint: Complaint, by: User | None, now: datetime) -> None:
    History.objects.create(
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


def _tell(complaint: Complaint, now: datetime) -> None:
    payload = {"number": complaint.number, "tier": complaint.tier}
    about: dict[str, Any] = {"subject_kind": "complaint", "subject_id": complaint.pk, "payload": payload}
    notices = [
        outbox.Notice(
            channel="portal", kind="filed", receiver_kind="pool", receiver_id=complaint.branch_id, **about
        )
    ]
    if complaint.notify_by_email:
        notices.append(
            outbox.Notice(
                channel="email", kind="filed", receiver_kind="contact", receiver_id=complaint.pk, **about
            )
        )
    outbox.enqueue_many(notices, now)


__all__ = ["Filed", "Filing", "NoRules", "code_digest", "file_complaint"]
