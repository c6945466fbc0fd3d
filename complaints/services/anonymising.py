"""Taking the person out of a case: what was said goes, what was counted stays.

Number, kind, theme, dates, outcome and history remain, none of them names anybody. Copies in backups live as
long as the backups do.
"""

import os
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from complaints import file_store
from complaints.models import (
    Answer,
    AnswerProposal,
    Attachment,
    Card,
    Complaint,
    Consent,
    ContactChange,
    ContactLink,
    Inquiry,
    JointAnswer,
    LegalHold,
    Message,
    OneTimeCode,
    PatientSession,
    Rating,
    ReceivedMail,
    VoiceMessage,
    WorkDraft,
)
from complaints.privacy_querysets import not_held
from complaints.services import search_filling, transitions
from complaints.states import OPEN

_DIGEST_BYTES = 32


@transaction.atomic
def anonymise(*, complaint_id: int, now: datetime) -> bool:
    """Empty everything personal of an ended case. False, and nothing done: it is held, open or empty already.

    Locks the case; a hold placed at the same moment waits or wins. Files go once this is committed.
    """
    case = transitions.locked(complaint_id)
    free = Complaint.objects.filter(pk=case.pk).filter(not_held(LegalHold)).exists()
    card = Card.objects.filter(complaint=case, anonymised_at=None).first()
    if card is None or not free or case.status in OPEN:
        return False
    _empty_card(card, now)
    _empty_texts(case)
    _empty_incident(case)
    erase_files(Attachment.objects.kept().filter(complaint=case), now=now)
    ReceivedMail.objects.filter(complaint=case).update(sealed=None, keeps_until=None)
    VoiceMessage.objects.filter(complaint=case).update(content_digest=os.urandom(_DIGEST_BYTES))
    for model in (ContactChange, ContactLink, OneTimeCode, PatientSession, WorkDraft):
        model.objects.filter(complaint=case).delete()
    case.access_code_digest = os.urandom(_DIGEST_BYTES)  # nobody's: the code opens nothing any more
    case.notify_by_email = False
    case.save(update_fields=["access_code_digest", "notify_by_email"])
    return True


def erase_files(files: Iterable[Attachment], *, now: datetime) -> int:
    """Forget names and content; the rows keep that there was a file. Bytes go after the commit. How many."""
    names: list[UUID] = []
    for file in files:
        names.append(file.storage_name)
        file.sealed = {"name": ""}
        file.content_digest = bytes(_DIGEST_BYTES)
        file.removed_at = max(now, file.uploaded_at)
        file.save(update_fields=["sealed", "content_digest", "removed_at"])
    transaction.on_commit(lambda: _delete(names))
    return len(names)


def _delete(names: Iterable[UUID]) -> None:
    for name in names:
        file_store.delete(name)


def _empty_card(card: Card, now: datetime) -> None:
    surnames = (card.patient_surname_key, card.applicant_surname_key)
    card.sealed = {part: dict.fromkeys(content, "") for part, content in card.sealed.items()}
    card.patient_surname_key = card.applicant_surname_key = card.incoming_number = ""
    card.birth_blind = card.phone_blind = card.policy_blind = card.policy = None
    card.quiet_from = card.quiet_to = card.incoming_on = None
    card.email_failed_at = card.phone_failed_at = None
    card.anonymised_at = now
    card.save()
    search_filling.forget(complaint_id=card.pk, surnames=surnames)


def _empty_incident(case: Complaint) -> None:
    """What was written about an incident may name people of its cases: it goes with the first of them."""
    for inquiry in Inquiry.objects.filter(incident=case.incident_id):
        inquiry.sealed = {"text": "", "reply": ""}
        inquiry.save(update_fields=["sealed"])
    for joint in JointAnswer.objects.filter(incident=case.incident_id):
        joint.sealed = {"text": ""}
        joint.save(update_fields=["sealed"])


def _empty_texts(case: Complaint) -> None:
    empty: tuple[tuple[Any, dict[str, str]], ...] = (
        (Message, {"text": ""}), (Answer, {"text": ""}), (AnswerProposal, {"text": ""}),
        (Consent, {"address": ""}), (Rating, {"text": ""}),
    )  # fmt: skip
    for model, content in empty:
        for row in model._default_manager.filter(complaint=case):
            row.sealed = content
            row.save(update_fields=["sealed"])
    Message.objects.filter(complaint=case).update(token_digest=None)
