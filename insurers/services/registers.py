"""The official registers of insurers and of clinics: the good lines go in, nothing goes out.

What the register does not have any more ends, if the person says that the file is all there is; not what a
bad line may be about. The names by which patients know a company stay as they are here: registers write them
in capitals and in full.
"""

from typing import IO

import pghistory

from insurers.models import RegistryImport, RegistryKind
from insurers.policy_lines import LineWrong
from insurers.register_lines import read_line
from insurers.services import register_clinics, register_insurers
from insurers.services.register_plan import Plan
from insurers.services.register_reading import records
from omsportal.platform import dry_runs


def try_out(found: RegistryImport, file: IO[bytes]) -> Plan:
    """What loading it would do: it is done and taken back. Raises TableBroken."""
    with dry_runs.rolled_back():
        return carry_out(found, file)


def carry_out(found: RegistryImport, file: IO[bytes]) -> Plan:
    """Load the good lines, in the caller's transaction; each change is kept with who made it.

    Raises TableBroken; nothing is written then.
    """
    plan, good = Plan(), []
    for line, values in records(file):
        plan.lines += 1
        try:
            good.append(read_line(line, values))
        except LineWrong as wrong:
            plan.refuse(line, wrong, values)
    writer = register_insurers if found.kind == RegistryKind.INSURERS else register_clinics
    with pghistory.context(user=found.approved_by_id or found.requested_by_id):
        writer.write(found, good, plan)
    plan.good = plan.lines - plan.bad
    return plan
