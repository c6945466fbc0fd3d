"""Files: which are kept, who may open them, what the scanner has not judged."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet


class AttachmentQuerySet(QuerySet[Any]):
    def kept(self) -> Self:
        return self.filter(removed_at=None)

    def of_case_for_patient(self, complaint: Any) -> Self:
        """Files of the appeal and of public messages, not of internal notes; infected ones too."""
        return self.kept().filter(complaint=complaint).exclude(message__is_internal=True).order_by("id")

    def to_take_along(self) -> Self:
        """What the applicant sent, and scans of the appeal itself; nothing of staff, nothing infected."""
        sent = Q(message=None) | Q(uploaded_by=None, message__is_internal=False)
        return self.kept().filter(sent).exclude(state="infected").order_by("id")

    def for_patient_to_open(self) -> Self:
        """Nothing infected; what the patient sent at once, what staff sent when the scanner has seen it."""
        if not settings.CLAMD_ADDRESS:
            return self.exclude(state="infected")
        return self.exclude(Q(state="infected") | Q(state="pending", uploaded_by__isnull=False))

    def without_health_facts(self) -> Self:
        """What the applicant sent, and files of messages that say nothing about health."""
        return self.filter(Q(uploaded_by=None) | Q(message__no_health_facts=True))

    def given_out(self) -> Self:
        """What others than its sender may open: nothing infected, nothing that waits for a scanner."""
        withheld = ["infected", "pending"] if settings.CLAMD_ADDRESS else ["infected"]
        return self.exclude(state__in=withheld)

    def of_note(self, complaint_id: int, token_digest: bytes) -> Self:
        """Files of the one message of this case with this token, in their order."""
        kept = self.kept().filter(complaint=complaint_id, message__token_digest=token_digest)
        return kept.order_by("id")

    def sounds(self) -> Self:
        """Recordings."""
        return self.filter(media_type__startswith="audio/")

    def unjudged(self) -> Self:
        """Without a verdict of the scanner."""
        return self.filter(state__in=["pending", "unscanned"])

    def waiting_since(self, moment: datetime) -> Self:
        """Without a verdict and older than that; partial indexes attachment_pending and _unscanned."""
        return self.kept().unjudged().filter(uploaded_at__lte=moment)

    def named(self, storage_name: UUID) -> Any:
        """The file or None."""
        return self.filter(storage_name=storage_name).first()
