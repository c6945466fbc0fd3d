"""What the workplace shows about personal data of a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from complaints.models import Card, Complaint, Consent, ErasureRequest, LegalHold


@dataclass(frozen=True, slots=True)
class StaffDataPage:
    """Consents, the hold that stands, and the register of this case with the open request first."""

    card: Card
    consents: Sequence[Consent]
    hold: LegalHold | None
    requests: Sequence[ErasureRequest]
    request: ErasureRequest | None  # waits for a decision


def staff_data_page(case: Complaint) -> StaffDataPage:
    requests = list(
        ErasureRequest.objects.filter(complaint=case).select_related("asked_by", "decided_by").order_by("-pk")
    )
    return StaffDataPage(
        card=Card.objects.get(pk=case.pk),
        consents=list(Consent.objects.filter(complaint=case).order_by("-given_at", "purpose")),
        hold=LegalHold.objects.standing().filter(complaint=case).select_related("placed_by").first(),
        requests=requests,
        request=next((row for row in requests if not row.decision), None),
    )


def open_request(case: Complaint) -> ErasureRequest | None:
    found: ErasureRequest | None = ErasureRequest.objects.open().filter(complaint=case).first()
    return found
