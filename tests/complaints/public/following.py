"""A case of Вера as tests of following it find it: filed, opened in her browser, taken, answered."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from complaints import one_time_codes, patient_notices
from complaints.kinds import Outcome
from complaints.models import Complaint, OneTimeCode
from complaints.services import closing, work
from complaints.services.filing import Filed
from insurers.models import Branch
from omsportal.platform.models import Outbox
from omsportal.platform.sms import Sms
from tests import factories
from tests.complaints.public.conftest import Patient

CASE, CONTACTS, CODES = "/status/case/", "/status/case/contacts/", "/status/case/contacts/codes/"
OLD_PHONE, NEW_PHONE = "+79201234567", "+79159876543"


@dataclass
class Followed:
    """The case, the browser in which it is open, and whoever works on it."""

    patient: Patient
    filed: Filed
    branch: Branch
    now: datetime

    @classmethod
    def begun(cls, branch: Branch, now: datetime, **fields: Any) -> "Followed":
        filed = factories.file_case(branch, now=now, **fields)
        made = cls(Patient(), filed, branch, now)
        made.patient.open(filed.number, filed.access_code)
        return made

    @property
    def case(self) -> Complaint:
        return Complaint.objects.with_card().get(pk=self.filed.complaint.pk)

    @property
    def page(self) -> str:
        return self.patient.get(CASE).content.decode()

    def hand(self, name: str = "operator", tier: int = 1, now: datetime | None = None) -> dict[str, Any]:
        """What services want of a member of staff."""
        user = factories.make_staff(name, tier, self.branch)
        at = now or self.now
        return {"by": user, "profile": factories.profile(user, on=at.date()), "now": at}

    def taken(self, tier: int = 1) -> dict[str, Any]:
        """Held by somebody of this tier; their hand."""
        Complaint.objects.filter(pk=self.filed.complaint.pk).update(tier=tier)
        hand = self.hand({1: "operator", 2: "specialist", 3: "expert"}[tier], tier)
        work.claim(complaint=self.case, **hand)
        return hand

    def answered(self, tier: int = 3, *, text: str = "Срок соблюдён.", readable: bool = True) -> Complaint:
        hand = self.taken(tier)
        outcome = Outcome.NOT_JUSTIFIED if tier == 3 else Outcome.ORGANISED
        return closing.resolve(
            complaint=self.case, outcome=outcome, text=text, no_health_facts=readable, **hand
        )

    def change(self, way: str, new: str, known: str = "") -> Any:
        return self.patient.post(f"{CONTACTS}{way}/", {"new": new, "known": known})

    def type_codes(self, **typed: str) -> Any:
        return self.patient.post(CODES, typed)


def messages_of(kind: str) -> list[Any]:
    """What the sender makes of the notices of this kind, in the order in which they were written."""
    builder = {patient_notices.CODE: patient_notices.code, patient_notices.CHANGED: patient_notices.changed}[
        kind
    ]
    made = [builder(row) for row in Outbox.objects.filter(kind=kind).order_by("id")]
    return [message for message in made if message is not None]


def receivers(kind: str) -> list[str]:
    made = messages_of(kind)
    return [message.phone if isinstance(message, Sms) else message.to[0] for message in made]


def digits(purpose: str) -> str:
    """The code of the latest message for this purpose."""
    return one_time_codes.digits_of(OneTimeCode.objects.filter(purpose=purpose).latest("id"))


def paths_in(text: str) -> list[str]:
    """Addresses of our site in a message, without the host."""
    return re.findall(r"https?://[^/\s]+(/[^\s>]*)", text)
