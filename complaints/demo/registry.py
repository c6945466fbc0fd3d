"""The insurers' registry of the demo: three thousand policies, a few of them ended or temporary."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from complaints.demo.people import Person
from insurers.models import Branch, Policy
from insurers.policy_numbers import check_policy_number
from insurers.services.policies import Holder, PolicyRecord, create_policies, number_blind

_ENDED_EACH = 97
_ISSUED_YEARS = 12


def load_policies(people: Sequence[Person], *, branches: Mapping[str, Branch], today: date) -> int:
    """Register everybody with the branch of their insurer; returns how many are new."""
    records = (
        _record(person, branches[person.insurer], today, ended=place % _ENDED_EACH == _ENDED_EACH - 1)
        for place, person in enumerate(people)
    )
    return create_policies(records).created


def policies_by_number() -> dict[bytes, Policy]:
    """Blind number → policy without its sealed part, so that a case finds its policy without a query."""
    return {bytes(policy.number_blind): policy for policy in Policy.objects.defer("holder")}


def blind_of(person: Person) -> bytes:
    return number_blind(check_policy_number(person.policy_number))


def _record(person: Person, branch: Branch, today: date, *, ended: bool) -> PolicyRecord:
    issued_on = max(person.birth_on + timedelta(days=20), today - timedelta(days=365 * _ISSUED_YEARS))
    return PolicyRecord(
        number=check_policy_number(person.policy_number),
        holder=Holder(
            surname=person.surname,
            first_name=person.first_name,
            patronymic=person.patronymic,
            birth_on=person.birth_on,
            sex=person.sex,
            phone=person.phone,
        ),
        branch_id=branch.pk,
        valid_from=issued_on,
        valid_to=max(issued_on, today - timedelta(days=40)) if ended else None,
    )
