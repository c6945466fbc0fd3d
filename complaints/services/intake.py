"""Taking in an appeal that comes whole, in one request: who insures the patient, then one case per key."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from complaints.models import Draft
from complaints.services.filing import Filed, Filing, file_complaint
from insurers.models import Branch, Region
from insurers.policy_numbers import PolicyNumber
from insurers.services import policies
from omsportal.platform import limiter, limits
from representatives.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What the sender says about the insurance; everything may be missing."""

    number: PolicyNumber | None = None
    surname: str = ""
    birth_on: date | None = None
    insurer: str = ""  # code
    region: str = ""  # code


@dataclass(frozen=True, slots=True)
class Insured:
    """Whom the case goes to. `needs_look`: somebody should compare the policy by hand."""

    branch: Branch | None
    region: Region | None
    policy_id: int | None
    needs_look: bool


def insured_by(*, claimed: Claimed, address_key: str, limit: str = "", now: datetime) -> Insured:
    """The branch by the policy; else by the named insurer and region; else the region's fund finds it out.

    An exhausted limit delays nobody, be it of recognition or of appeals from one address (`limit` names it):
    the case is taken in and marked for a look. Call it outside a transaction: limits must outlive a rollback.
    """
    crowded = bool(limit) and limits.exceeded(limit, address_key, now)
    recognised = _recognised(claimed, address_key, now)
    if recognised is not None and recognised.branch is not None:
        return Insured(recognised.branch, recognised.branch.region, recognised.policy_id, crowded)
    region = Region.objects.by_code(claimed.region or _region_of(claimed.number))
    branch = _named_branch(claimed.insurer, region)
    return Insured(branch, region, None, crowded or recognised is None)


def is_crowded(*, draft: Draft, address: str, now: datetime) -> bool:
    """More appeals than usual came from this address: a ward's, a carrier's, or a program's. Counts this one.

    A draft counts once, however often and however simultaneously it is sent. Call it outside a transaction.
    """
    return limits.exceeded_once(
        "filing.address", address, once="filing.once", once_key=draft.reference, now=now
    )


def file(*, filing: Filing, insured: Insured, by: User | None = None, now: datetime) -> Filed:
    """Register the appeal with its addressee. Raises RuleBroken (no addressee), NoRules."""
    whole = replace(
        filing, branch=insured.branch, region=insured.region, policy_id=insured.policy_id,
        needs_look=filing.needs_look or insured.needs_look,
    )  # fmt: skip
    return file_complaint(filing=whole, by=by, now=now)


def _recognised(claimed: Claimed, address_key: str, now: datetime) -> policies.Recognition | None:
    """None: nobody could be asked, the limit is used up."""
    if claimed.number is None:
        return policies.Recognition(policies.Reason.INCOMPLETE)
    try:
        return policies.recognise(
            number=claimed.number, surname=claimed.surname, birth_on=claimed.birth_on,
            address_key=address_key, now=now,
        )  # fmt: skip
    except limiter.LimitReached:
        return None


def _region_of(number: PolicyNumber | None) -> str:
    return (number.region_code or "") if number else ""


def _named_branch(insurer: str, region: Region | None) -> Branch | None:
    if not insurer or region is None:
        return None
    return Branch.objects.by_codes(insurer, region.code)
