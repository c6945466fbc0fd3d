"""Where the portal asks whose policy it is: a register outside, if there is one, and our own behind it.

POLICY_REGISTRY names a class by its dotted path; an object of it is asked first. Nothing about it may stop a
patient: one that is away, late or broken counts as one that does not know the person, and ours is asked.
"""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from insurers.models import Branch
from insurers.policy_numbers import PolicyNumber

log = logging.getLogger(__name__)

#: After a failure it is left alone for so long, seconds: nobody waits for it again and again.
LEFT_ALONE = 30.0
#: Questions to it at once, of one process. Further ones are answered by our own registry.
AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Insured:
    """Who insures, as registers outside name it: the company by its OGRN, the region by its OKATO."""

    ogrn: str
    okato: str


@dataclass(frozen=True, slots=True)
class Registered:
    """What a registry tells of a policy. `policy_id` is of our own table, None for one outside."""

    branch: Branch
    policy_id: int | None


class PolicyRegistry(Protocol):
    """A register of the insured: number, surname and birth date together, or nothing.

    It must take the same time for an unknown and for a mismatching person, and tells None for both.
    """

    def find(self, *, number: PolicyNumber, surname: str, birth_on: date) -> Registered | None: ...


class RegistryOutside(Protocol):
    """The same of a register that is not ours, the federal one for example.

    It is asked in a thread of its own and uses no database of ours; it raises whatever it likes when it
    cannot answer.
    """

    def find(self, *, number: PolicyNumber, surname: str, birth_on: date) -> Insured | None: ...


class Behind:
    """`first` within so many seconds; `second` when it does not know the person, does not answer, or names
    an insurer that we do not know."""

    def __init__(self, first: RegistryOutside, second: PolicyRegistry, *, seconds: float) -> None:
        self.first, self.second, self.seconds = first, second, seconds
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="policy-registry")
        self._away_until = 0.0

    def find(self, *, number: PolicyNumber, surname: str, birth_on: date) -> Registered | None:
        outside = self._ask_first(number, surname, birth_on)
        # Ours is asked whatever it said, so that the time tells nothing more than before.
        ours = self.second.find(number=number, surname=surname, birth_on=birth_on)
        branch = Branch.objects.named(ogrn=outside.ogrn, okato=outside.okato) if outside else None
        return Registered(branch, None) if branch else ours

    def _ask_first(self, number: PolicyNumber, surname: str, birth_on: date) -> Insured | None:
        if time.monotonic() < self._away_until:
            return None
        asked = self._threads.submit(self.first.find, number=number, surname=surname, birth_on=birth_on)
        try:
            told = asked.result(timeout=self.seconds)
            # Copied: an object of another shape is a failure of the register, too.
            return Insured(ogrn=str(told.ogrn), okato=str(told.okato)) if told is not None else None
        except TooLate:
            asked.cancel()
            self._leave_alone("late")
        # Whatever goes wrong outside must not stop a patient. Its words may hold the person's data.
        except Exception as error:
            self._leave_alone(type(error).__name__)
        return None

    def _leave_alone(self, why: str) -> None:
        self._away_until = time.monotonic() + LEFT_ALONE
        log.warning("the register of policies outside does not answer (%s): ours is asked", why)


def behind(ours: PolicyRegistry) -> PolicyRegistry:
    """`ours`, with the configured register before it; one object for the whole process."""
    key: Any = ours
    return _chain(settings.POLICY_REGISTRY, settings.POLICY_REGISTRY_SECONDS, key)


@lru_cache(maxsize=4)
def _chain(path: str, seconds: float, ours: Any) -> PolicyRegistry:
    return Behind(import_string(path)(), ours, seconds=seconds) if path else ours


__all__ = ["Behind", "Insured", "PolicyRegistry", "Registered", "RegistryOutside", "behind"]
