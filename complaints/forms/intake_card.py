"""From the card as staff filled it in to what the services take."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from complaints.forms.intake import IntakeForm
from complaints.kinds import ForWhom, Outcome, Urgency
from complaints.models import Consent
from complaints.services.filing import Filing
from complaints.services.intake import Claimed
from complaints.services.registering import Entry
from insurers.models import Region

#: Of an earlier day only the day is known.
_NOON = time(12)


def entry_of(form: IntakeForm) -> Entry:
    """The valid card."""
    told = form.cleaned_data
    region = form.region_of("region")
    claimed = Claimed(
        number=told["policy"],
        surname=told["surname"],
        birth_on=told["birth_on"],
        insurer=form.insurer_code,
        region=(region or form.own_branch.region).code,
    )
    return Entry(
        filing=_filing(form, told),
        claimed=claimed,
        desk=form.own_branch,
        is_ours=not told["insurer"],
        proof=told["proof"],
        answer=told["told"],
        outcome=told["outcome"] or Outcome.CLARIFIED,
        uploads=told["scans"],
    )


def _filing(form: IntakeForm, told: Mapping[str, Any]) -> Filing:
    return Filing(
        category=told["category"],
        kind=told["kind"],
        channel=told["channel"],
        form=told["form"],
        urgency=Urgency.URGENT if told["in_clinic_now"] else Urgency.ORDINARY,
        for_whom=told["for_whom"],
        is_anonymous=not (told["surname"] or told["applicant_surname"]),
        applicant=_applicant(told),
        patient=_patient(told),
        details=_details(told),
        region_of_care=_region_of_care(form, told),
        medical_organisation=told["organisation"],
        naming_consent=told["naming_consent"],
        answer_channel=told["answer_channel"],
        consents=[Consent.Purpose.EMAIL.value] if told["email_notices"] else [],
        received_at=_received_at(form, told),
        incoming_number=told["incoming_number"],
        incoming_on=told["incoming_on"],
    )


def _received_at(form: IntakeForm, told: Mapping[str, Any]) -> datetime | None:
    """None: now."""
    zone, day = form.own_branch.zone, told["received_on"]
    if day is None or day == form.now.astimezone(zone).date():
        return None
    return datetime.combine(day, _NOON, zone)


def _region_of_care(form: IntakeForm, told: Mapping[str, Any]) -> Region | None:
    organisation = told["organisation"]
    return form.region_of("region_of_care") or (organisation.region if organisation else None)


def _patient(told: Mapping[str, Any]) -> dict[str, Any]:
    policy = told["policy"]
    number = {"policy_kind": policy.kind.value, "policy_number": policy.value} if policy else {}
    names = {name: told[name] for name in ("surname", "first_name", "patronymic")}
    return {**names, "birth_on": _iso(told["birth_on"]), **number}


def _applicant(told: Mapping[str, Any]) -> dict[str, Any]:
    """For oneself the patient's name."""
    prefix = "" if told["for_whom"] == ForWhom.SELF else "applicant_"
    names = {name: told[f"{prefix}{name}"] for name in ("surname", "first_name", "patronymic")}
    phone = told["phone"]
    return {
        **names,
        "phone": phone.as_e164 if phone else "",
        "email": told["email"],
        "address": told["address"],
        "relation": told["relation"],
    }


def _details(told: Mapping[str, Any]) -> dict[str, Any]:
    organisation = told["organisation"]
    return {
        "story": told["story"],
        "clinic": told["clinic"] or (organisation.short_name if organisation else ""),
        "care_on": _iso(told["care_on"]),
        "amount": str(told["amount"] or ""),
        "other_body": told["other_body"],
    }


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""
