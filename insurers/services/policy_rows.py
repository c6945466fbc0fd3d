"""What is kept of a policy, computed without a database: digests, the sealed holder, a line for COPY.

Needs only the keys of the settings, so that several processes may do it at once; models are not imported.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from insurers.names import folded_name
from insurers.policy_lines import Fault, LineWrong, PolicyLine, Wrong, read_line
from insurers.policy_numbers import PolicyNumber
from omsportal.platform import digests, sealed

# The last word names what is kept of a record: with another word every row is written anew, once.
_KEPT = "snils"
#: Columns of a staged line, in the order of `copy_line`.
STAGED = (
    "line", "kind", "number_blind", "birth_on_blind", "snils_blind", "surname_key", "holder", "branch_id",
    "valid_from", "valid_to", "digest",
)  # fmt: skip
_NULL = r"\N"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How lines become policies: where the cells are, which branches may be filled.

    `branch_id` is the one branch of the whole file; else each line names its own, looked up in `branches` by
    (insurer, region), both folded. `bound_to` begins what a sealed holder is bound to.
    """

    at: Mapping[str, int]
    width: int
    today: date
    bound_to: bytes
    branch_id: int | None = None
    branches: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(slots=True)
class Prepared:
    """Some lines, ready for COPY; `unreadable` of the faults name no policy at all."""

    copy: bytes = b""
    good: int = 0
    unreadable: int = 0
    faults: list[Fault] = field(default_factory=list)


def prepare(recipe: Recipe, lines: Sequence[tuple[int, list[str]]]) -> Prepared:
    """Judge, digest and seal some lines. A bad one that names its policy is staged by that name alone: the
    policy is in the registry, whatever else is wrong."""
    done, staged = Prepared(), []
    for line, cells in lines:
        try:
            read = read_line(cells, recipe.at, width=recipe.width, today=recipe.today)
            staged.append(_copy_line(line, read, branch_of(read, recipe), recipe.bound_to))
            done.good += 1
        except LineWrong as wrong:
            done.faults.append(Fault(line, wrong.column, str(wrong.code)))
            if wrong.number is None:
                done.unreadable += 1
            else:
                staged.append(_mention(line, wrong.number))
    done.copy = "".join(staged).encode()
    return done


def branch_of(line: PolicyLine, recipe: Recipe) -> int:
    """Raises LineWrong: the branch is missing, unknown, or not this person's to fill."""
    insurer, region = place_key(line.insurer, line.region)
    if not (insurer or region) and recipe.branch_id is not None:
        return recipe.branch_id
    if not region and recipe.branch_id is None:
        raise LineWrong("region", Wrong.EMPTY, line.number)
    found = recipe.branches.get((insurer, region))
    if found is None or recipe.branch_id not in {None, found}:
        raise LineWrong("region" if region else "insurer", Wrong.FOREIGN_BRANCH, line.number)
    return found


def place_key(insurer: str, region: str) -> tuple[str, str]:
    """Insurer and region as they are compared; a table editor drops the zero of "02"."""
    region = folded_name(region)
    return folded_name(insurer), region.zfill(2) if region.isdecimal() else region


def number_blind(number: PolicyNumber) -> bytes:
    """What a policy is found by."""
    return digests.blind(number.value, "policy.number")


def birth_blind(birth_on: date) -> bytes:
    return digests.blind(birth_on.isoformat(), "policy.birth_on")


def snils_blind(snils: str) -> bytes:
    """By its 11 digits."""
    return digests.blind(snils, "policy.snils")


def record_digest(
    holder: Mapping[str, Any], branch_id: int, valid_from: date | None, valid_to: date | None
) -> bytes:
    """Tells an import that nothing changed."""
    whole = [holder, branch_id, str(valid_from), str(valid_to), _KEPT]
    return digests.blind(json.dumps(whole, ensure_ascii=False, sort_keys=True), "policy.record")


def _copy_line(line: int, read: PolicyLine, branch_id: int, bound_to: bytes) -> str:
    blind = number_blind(read.number).hex()
    snils, holder = read.holder["snils"], read.holder
    content = json.dumps(holder, ensure_ascii=False, separators=(",", ":")).encode()
    cells = (
        str(line),
        read.number.kind.value,
        _bytea(blind),
        _bytea(birth_blind(read.birth_on).hex()),
        _bytea(snils_blind(snils).hex()) if snils else _NULL,
        folded_name(holder["surname"]).replace("\\", "\\\\"),
        _bytea(sealed.seal(content, bound_to + blind.encode()).hex()),
        str(branch_id),
        _day(read.valid_from),
        _day(read.valid_to),
        _bytea(record_digest(holder, branch_id, read.valid_from, read.valid_to).hex()),
    )
    return "\t".join(cells) + "\n"


def _mention(line: int, number: PolicyNumber) -> str:
    cells = [_NULL] * len(STAGED)
    cells[:3] = str(line), number.kind.value, _bytea(number_blind(number).hex())
    return "\t".join(cells) + "\n"


def _bytea(digits: str) -> str:
    return "\\\\x" + digits


def _day(day: date | None) -> str:
    return _NULL if day is None else day.isoformat()
