"""What is said to people about their data: terms of keeping, who answers for them, what they agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from complaints.models import Card, Complaint, Consent, ConsentText, Deadline, ErasureRequest
from insurers.models import Insurer

#: Of the text of the page; a changed meaning is a new date.
POLICY_FROM = date(2026, 11, 22)
KEEPING = "retention"


@dataclass(frozen=True, slots=True)
class Given:
    """A consent and the text that was read."""

    consent: Consent
    text: str


@dataclass(frozen=True, slots=True)
class DataPage:
    """A person's own data of one case: consents, and the request for erasure that waits or was decided."""

    consents: Sequence[Given]
    request: ErasureRequest | None
    is_erased: bool


def keeping_on(day: date) -> list[Deadline]:
    """How long what is kept, as the rows say that the erasing goes by."""
    return list(Deadline.objects.terms_of(KEEPING).valid_on(day).order_by("pk"))


def insurers_on(day: date) -> list[Insurer]:
    return list(Insurer.objects.valid_on(day).alphabetical())


def data_page(case: Complaint) -> DataPage:
    """Consents newest first; of several requests the last."""
    rows = list(Consent.objects.filter(complaint=case).order_by("-given_at", "purpose"))
    texts = {(text.purpose, text.version): text.text for text in ConsentText.objects.all()}
    return DataPage(
        consents=[Given(row, texts.get((row.purpose, row.version), "")) for row in rows],
        request=ErasureRequest.objects.filter(complaint=case).order_by("-pk").first(),
        is_erased=not Card.objects.with_personal_data().filter(pk=case.pk).exists(),
    )
