"""What PDF and Word documents of strangers may hold. They are taken apart by a process of its own.

That process has no secrets in its environment and little memory and time: a document that unpacks to
gigabytes, loops for ever or breaks the library breaks only this process, and is refused.
"""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent.parent
#: Longer than the child's own limit of processor time: a machine may be busy.
PATIENCE_SECONDS = 40


class Reason(StrEnum):
    """Why a document is not taken."""

    DAMAGED = "damaged"
    KIND = "kind"  # an archive that is no Word document
    LOCKED = "locked"  # opens only with a password
    PROGRAM = "program"  # macros
    ACTIVE = "active"  # runs or loads something that cannot be taken out
    NESTED = "nested"  # an envelope: what matters are the files inside


class Removed(StrEnum):
    """What was taken out of a document that is kept."""

    SCRIPTS = "scripts"  # programs, and commands to start one or to send something
    FILES = "files"  # embedded files
    LINKS = "links"  # parts loaded from elsewhere
    MEDIA = "media"  # film and sound


class Refused(Exception):
    """The document is not taken."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The bytes to keep: as they came, unless something had to be taken out."""

    content: bytes
    removed: tuple[Removed, ...] = ()


def clean(kind: str, content: bytes) -> Cleaned:
    """`kind` is pdf or word. Raises Refused."""
    command = [sys.executable, "-E", "-s", "-m", "complaints.documents.child", kind]
    try:
        done = subprocess.run(  # noqa: S603  our own program
            command,
            input=content,
            cwd=ROOT,
            env={},
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        logger.warning("a %s document ended the process that looked into it: %s", kind, type(error).__name__)
        raise Refused(Reason.DAMAGED) from error
    head, _, changed = done.stdout.partition(b"\n")
    said = json.loads(head)
    if "broke" in said:
        logger.warning("a %s document broke the program that reads it: %s", kind, said["broke"])
    if said["refused"]:
        raise Refused(Reason(said["refused"]))
    return Cleaned(changed or content, tuple(Removed(each) for each in said["removed"]))
