"""From the body of a new appeal to what the services take."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from complaints.kinds import AnswerChannel, Channel, ForWhom, Urgency
from complaints.models import Consent
from complaints.services.filing import Filing
from complaints.services.intake import Claimed

_NAMES = ("surname", "first_name", "patronymic")


def claimed(body: Mapping[str, Any]) -> Claimed:
    """What the body says about the insurance."""
    patient = body.get("patient", {})
    return Claimed(
        number=body.get("policy_number"),
        surname=patient.get("surname", ""),
        birth_on=patient.get("birth_on"),
        insurer=body["insurer"].code if "insurer" in body else "",
        region=body["region"].code if "region" in body else "",
    )


def filing(body: Mapping[str, Any], *, address: str) -> Filing:
    """The appeal; its addressee is still to be found."""
    return Filing(
        category=body["category"],
        kind=body.get("kind", ""),
        channel=Channel.API,
        urgency=Urgency.URGENT if body["urgent"] else Urgency.ORDINARY,
        for_whom=body["for_whom"],
        is_anonymous=not body.get("patient", {}).get("surname"),
        applicant=_applicant(body),
        patient=_patient(body),
        details=_details(body),
        region_of_care=body.get("region_of_care"),
        naming_consent=body["naming_consent"],
        answer_channel=body["answer_channel"],
        consents=_consents(body),
        consent_address=address,
    )


def _patient(body: Mapping[str, Any]) -> dict[str, Any]:
    patient, policy = body.get("patient", {}), body.get("policy_number")
    number = {"policy_kind": policy.kind.value, "policy_number": policy.value} if policy else {}
    return {**_names(patient), "birth_on": _iso(patient.get("birth_on")), **number}


def _applicant(body: Mapping[str, Any]) -> dict[str, Any]:
    """For oneself, a name left out is the patient's."""
    contacts, patient = body.get("applicant", {}), body.get("patient", {})
    is_patient = body["for_whom"] == ForWhom.SELF and not contacts.get("surname")
    return {
        **_names(patient if is_patient else contacts),
        "phone": contacts.get("phone", ""),
        "email": contacts.get("email", ""),
        "address": contacts.get("postal_address", ""),
        "relation": contacts.get("relation", ""),
    }


def _details(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "story": body["story"],
        "clinic": body.get("clinic", ""),
        "care_on": _iso(body.get("care_on")),
        "waiting_since": _iso(body.get("waiting_since")),
        "amount": str(body.get("amount") or ""),
    }


def _consents(body: Mapping[str, Any]) -> list[str]:
    """An answer by e-mail was asked for by choosing it: the notice about it needs no second consent."""
    chosen = [str(purpose) for purpose in body["consents"]]
    by_email = body["answer_channel"] == AnswerChannel.EMAIL
    return [*chosen, Consent.Purpose.EMAIL.value] if by_email else chosen


def _names(person: Mapping[str, Any]) -> dict[str, str]:
    return {name: person.get(name, "") for name in _NAMES}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
