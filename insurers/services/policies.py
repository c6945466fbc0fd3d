"""Policies: filling the registry, and recognising one by number, surname and birth date together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice

from insurers.models import Branch, Policy
from insurers.names import folded_name
from insurers.policy_numbers import Kind, PolicyNumber, PolicyNumberError, check_policy_number
from insurers.services.policy_rows import birth_blind, number_blind, record_digest, snils_blind
from insurers.services.registry_port import PolicyRegistry, Registered, behind
from omsportal.platform import digests, limits

CHUNK = 2_000
NOBODY = bytes(32)

# Guests of a clinic share one address; people born on one day in one region are few at a time; the busiest
# minute of the country stays far below the limit of everybody.
BY_ADDRESS, BY_PREFIX, BY_EVERYBODY = "policy.address", "policy.prefix", "policy.everybody"
PREFIX_DIGITS = 10  # region, birth date and sex: whoever knows a person may not try the serials one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose policy it is. `sex` is "male", "female" or empty."""

    surname: str
    first_name: str
    birth_on: date
    patronymic: str = ""
    sex: str = ""
    snils: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRecord:
    """A line of an insurer's registry."""

    number: PolicyNumber
    holder: Holder
    branch_id: int
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class PolicyLoad:
    """What an import did."""

    created: int
    changed: int
    unchanged: int


class Reason(StrEnum):
    RECOGNISED = "recognised"
    NOT_RECOGNISED = "not_recognised"  # unknown and mismatching alike
    INCOMPLETE = "incomplete"  # only the number's syntax was judged
    MALFORMED = "malformed"  # the number cannot exist; `fault` says why


@dataclass(frozen=True, slots=True)
class Recognition:
    """The answer: a branch only when number, surname and birth date belong to one policy."""

    reason: Reason
    branch: Branch | None = None
    policy_id: int | None = None
    number: PolicyNumber | None = None
    fault: PolicyNumberError | None = None


class LocalRegistry:
    """The portal's own table of policies."""

    def find(self, *, number: PolicyNumber, surname: str, birth_on: date) -> Registered | None:
        policy = Policy.objects.by_number(number.kind.value, number_blind(number))
        # All is compared whether or not there is a policy: the time tells nothing.
        known_surname = digests.blind(policy.surname_key if policy else "", "policy.surname")
        same_surname = digests.matches(known_surname, digests.blind(folded_name(surname), "policy.surname"))
        same_birth = digests.matches(policy.birth_on_blind if policy else NOBODY, birth_blind(birth_on))
        if policy is None or not (same_surname & same_birth):
            return None
        return Registered(policy.branch, policy.pk)


LOCAL_REGISTRY = LocalRegistry()


def recognise(
    *,
    number: str | PolicyNumber,
    surname: str,
    birth_on: date | None,
    address_key: str,
    now: datetime,
    registry: PolicyRegistry | None = None,
) -> Recognition:
    """Find the branch that insures a person; an ended policy counts too, its last insurer answers. Asked are
    the register that POLICY_REGISTRY names, if any, and our own.

    Who knows all three is not guessing: a recognised policy uses up no attempt, so that a clinic's registry
    may file many. Call it outside a transaction (limits must outlive a rollback). Raises LimitReached.
    """
    try:
        checked = number if isinstance(number, PolicyNumber) else check_policy_number(number)
    except PolicyNumberError as error:
        return Recognition(Reason.MALFORMED, fault=error)
    if not surname.strip() or birth_on is None:
        return Recognition(Reason.INCOMPLETE, number=checked)
    _spend_attempt(checked, address_key, now)
    asked = behind(LOCAL_REGISTRY) if registry is None else registry
    found = asked.find(number=checked, surname=surname, birth_on=birth_on)
    if found is None:
        return Recognition(Reason.NOT_RECOGNISED, number=checked)
    _give_attempt_back(checked, address_key)
    return Recognition(Reason.RECOGNISED, found.branch, found.policy_id, checked)


def create_policies(records: Iterable[PolicyRecord], *, chunk_size: int = CHUNK) -> PolicyLoad:
    """Insert new policies and update changed ones, by kind and number; equal ones are not written again."""
    created = changed = unchanged = 0
    for chunk in _chunks(records, chunk_size):
        known = _known_digests(chunk)
        fresh = [policy for policy in chunk if known.get(_key(policy)) != bytes(policy.digest)]
        new = sum(_key(policy) not in known for policy in fresh)
        _write(fresh)
        created, changed = created + new, changed + len(fresh) - new
        unchanged += len(chunk) - len(fresh)
    return PolicyLoad(created, changed, unchanged)


def _spend_attempt(number: PolicyNumber, address_key: str, now: datetime) -> None:
    limits.spend(BY_ADDRESS, address_key, now)
    limits.spend(BY_PREFIX, _prefix(number), now)
    limits.spend(BY_EVERYBODY, "", now)


def _give_attempt_back(number: PolicyNumber, address_key: str) -> None:
    limits.refund(BY_ADDRESS, address_key)
    limits.refund(BY_PREFIX, _prefix(number))


def _prefix(number: PolicyNumber) -> str:
    return number.value[:PREFIX_DIGITS]


def _chunks(records: Iterable[PolicyRecord], size: int) -> Iterator[Sequence[Policy]]:
    """Unsaved policies, chunk by chunk; of lines with one number the last one counts."""
    source = iter(records)
    while lines := list(islice(source, size)):
        policies = [_policy(line) for line in lines]
        yield list({_key(policy): policy for policy in policies}.values())


def _policy(record: PolicyRecord) -> Policy:
    content = {"number": record.number.value} | asdict(record.holder)
    content["birth_on"] = record.holder.birth_on.isoformat()
    return Policy(
        kind=record.number.kind.value,
        number_blind=number_blind(record.number),
        birth_on_blind=birth_blind(record.holder.birth_on),
        snils_blind=snils_blind(record.holder.snils) if record.holder.snils else None,
        surname_key=folded_name(record.holder.surname),
        holder=content,
        branch_id=record.branch_id,
        valid_from=record.valid_from,
        valid_to=record.valid_to,
        digest=record_digest(content, record.branch_id, record.valid_from, record.valid_to),
    )


def _key(policy: Policy) -> tuple[str, bytes]:
    return policy.kind, bytes(policy.number_blind)


def _known_digests(chunk: Sequence[Policy]) -> dict[tuple[str, bytes], bytes]:
    rows = Policy.objects.by_blind_numbers([bytes(policy.number_blind) for policy in chunk])
    values = rows.values_list("kind", "number_blind", "digest")
    return {(kind, bytes(blind)): bytes(digest) for kind, blind, digest in values}


def _write(policies: Sequence[Policy]) -> None:
    Policy.objects.bulk_create(
        policies,
        update_conflicts=True,
        unique_fields=["number_blind", "kind"],
        update_fields=[
            "birth_on_blind", "snils_blind", "surname_key", "holder", "branch", "valid_from", "valid_to",
            "digest",
        ],
    )  # fmt: skip


__all__ = [
    "Holder",
    "Kind",
    "LocalRegistry",
    "PolicyLoad",
    "PolicyRecord",
    "PolicyRegistry",
    "Reason",
    "Recognition",
    "birth_blind",
    "create_policies",
    "number_blind",
    "recognise",
    "snils_blind",
]
