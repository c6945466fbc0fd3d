"""The watched folder: recordings that the telephone system puts there become cases and leave it.

VOICEMAIL_DIR has one folder for each body: `sogaz-med-76` (insurer and region) or `fund-76`. A file is taken
once nobody has written to it for a while and its own parts say that it is whole. Beside it may lie what
Asterisk writes: `msg0001.txt` with callerid and origtime. What is none goes to `refused`, with an alarm.
"""

import configparser
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from complaints.escalation import rounds
from complaints.models import VoiceMessage
from complaints.services import voicemail
from complaints.services.voicemail import NoRoom, Recording
from complaints.sounds import SoundRefused
from insurers.models import Branch, Region
from omsportal.platform import alarms, bells

log = logging.getLogger(__name__)

TOPIC = "voicemail"
REFUSED, SUBJECT = "recording_refused", "branch"
LOOK_EVERY = timedelta(seconds=15)
#: Nobody has written to a finished recording for so long, seconds.
QUIET_SECONDS = 10.0
#: One look takes no more: a task has its time.
MOST_AT_ONCE = 50
ENDINGS = {".wav", ".mp3", ".ogg", ".oga", ".opus"}
_MOST_BESIDE = 16 * 1024
_FUND = "fund"
_PHONE = re.compile(r"(?<!\d)(\+?7|8)\d{10}(?!\d)")


@dataclass(slots=True)
class Looked:
    """What one look did."""

    taken: int = 0
    known: int = 0
    refused: int = 0


def ring(_now: datetime) -> None:
    """A round: have a worker look; whoever makes rounds never waits for a disk."""
    if settings.VOICEMAIL_DIR:
        bells.ring(TOPIC)


def look(*, now: datetime) -> Looked:
    """Take in what is finished, oldest first. Any number of workers may look at once.

    A file goes away only after its case is committed: whoever dies in between leaves it, known by then.
    """
    done = Looked()
    for folder, branch in _folders():
        for path in _finished(folder)[: MOST_AT_ONCE - done.taken]:
            try:
                _take(path, branch, done, now)
            except OSError as error:  # rights of a file or folder: the others, of all branches, are taken
                log.error("a recording of branch %s cannot be taken: %s", branch.pk, type(error).__name__)
    return done


def branch_of(name: str) -> Branch | None:
    """Whose folder it is: `sogaz-med-76`, `fund-76`."""
    code, _dash, region = name.rpartition("-")
    if code == _FUND:
        where = Region.objects.by_code(region)
        return Branch.objects.fund_of_region(where) if where is not None else None
    return Branch.objects.by_codes(code, region)


def _folders() -> Iterator[tuple[Path, Branch]]:
    if not settings.VOICEMAIL_DIR:
        return
    for folder in sorted(path for path in Path(settings.VOICEMAIL_DIR).iterdir() if path.is_dir()):
        branch = branch_of(folder.name)
        if branch is None:
            log.error("a folder of voice messages belongs to nobody: name it like sogaz-med-76 or fund-76")
        else:
            yield folder, branch


def _finished(folder: Path) -> list[Path]:
    """Recordings to which nobody writes any more, the oldest first. A clock ahead of ours delays nothing."""
    found: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        if path.suffix.lower() not in ENDINGS or path.name.startswith(".") or path.is_symlink():
            continue
        written = _written_at(path)
        if written is not None and not 0 <= time.time() - written < QUIET_SECONDS:
            found.append((written, path))
    return [path for _written, path in sorted(found)]


def _written_at(path: Path) -> float | None:
    """None: another worker has taken it, or it is no file."""
    try:
        return path.stat().st_mtime if path.is_file() else None
    except FileNotFoundError:
        return None


def _take(path: Path, branch: Branch, done: Looked, now: datetime) -> None:
    try:
        recording = _recording(path, branch)
        made = voicemail.take_in(recording=recording, now=now)
    except FileNotFoundError:
        return  # another worker has taken it meanwhile
    except NoRoom:
        return  # the store has said so; the file waits
    except SoundRefused as refusal:
        _refuse(path, branch, refusal, now)
        done.refused += 1
        return
    done.taken += made.is_new
    done.known += not made.is_new
    for each in (path, _beside(path)):
        each.unlink(missing_ok=True)


def _recording(path: Path, branch: Branch) -> Recording:
    with path.open("rb") as file:
        content = file.read(settings.RECORDING_MAX_BYTES + 1)  # one more than allowed is refused for it
    phone, left_at = _told(path)
    written = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    return Recording(
        branch=branch, name=path.name, content=content, phone=phone, left_at=left_at or written,
        source=VoiceMessage.Source.FOLDER,
    )  # fmt: skip


def _told(path: Path) -> tuple[str, datetime | None]:
    """Phone and moment from the file beside it, else the phone from the recording's own name."""
    parser = configparser.ConfigParser(interpolation=None, strict=False, allow_no_value=True)
    try:
        beside = _beside(path)
        if beside.is_symlink() or not beside.is_file():
            raise FileNotFoundError  # a link leads elsewhere, a pipe never ends
        with beside.open(encoding="utf-8", errors="replace") as file:
            parser.read_string(file.read(_MOST_BESIDE))
        told = dict(parser["message"])
    except (FileNotFoundError, configparser.Error, KeyError):
        told = {}
    named = _PHONE.search(told.get("callerid") or "") or _PHONE.search(path.stem)
    return named[0] if named else "", _moment(told.get("origtime") or "")


def _moment(seconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _beside(path: Path) -> Path:
    return path.with_suffix(".txt")


def _refuse(path: Path, branch: Branch, refusal: SoundRefused, now: datetime) -> None:
    """Out of the way, kept for a person; one alarm a day for a branch. Names of files may hold phones."""
    aside = path.parent / "refused"
    aside.mkdir(mode=0o700, exist_ok=True)
    path.rename(aside / path.name)
    log.error("a recording of branch %s is refused: %s", branch.pk, refusal.fault.value)
    alarms.raise_once(
        kind=REFUSED, subject_kind=SUBJECT, subject_id=branch.pk, hop=int(now.timestamp()) // 86400,
        receiver_branch_id=branch.pk, payload={"fault": refusal.fault.value}, now=now,
    )  # fmt: skip


def register() -> None:
    """Called once, when the app is ready."""
    rounds.ROUNDS.append(rounds.Round("voicemail", LOOK_EVERY, ring))
