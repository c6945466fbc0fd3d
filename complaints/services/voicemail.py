"""A voice message becomes a case that somebody calls back: once, however often the recording comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import file_store, sounds
from complaints.contacts import as_e164
from complaints.file_types import Accepted, Fault, FileRefused
from complaints.kinds import Channel, Form, Kind
from complaints.models import Complaint, VoiceMessage
from complaints.services import attachments, themes
from complaints.services.filing import Filing, file_complaint
from complaints.services.transitions import RuleBroken
from complaints.sounds import Sound
from insurers.models import Branch
from omsportal.platform import digests, turns

#: What is older was not left last night: its own moment is not believed, the promise counts from now.
OLDEST = timedelta(days=14)
_PURPOSE = "voice message"


class NoRoom(Exception):
    """The disk has no room for the recording: it stays where it is and comes again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What arrived. `phone` as the telephone system writes it; `left_at`: when the caller spoke."""

    branch: Branch
    name: str
    content: bytes
    phone: str = ""
    left_at: datetime | None = None
    source: str = VoiceMessage.Source.FOLDER


@dataclass(frozen=True, slots=True)
class Taken:
    """The case of a recording; `is_new` is false when the recording had come before."""

    complaint: Complaint
    is_new: bool


def take_in(*, recording: Recording, now: datetime) -> Taken:
    """Make a case of the recording, to be called back by the next working day of its branch.

    The sound is sealed and lies with the case. Raises SoundRefused, NoRoom, RuleBroken (no theme for it).
    """
    sound = sounds.accept(
        recording.name, recording.content,
        most_bytes=settings.RECORDING_MAX_BYTES, most_seconds=settings.RECORDING_MAX_SECONDS,
    )  # fmt: skip
    digest = digests.blind(sound.content, _PURPOSE)
    with transaction.atomic():
        _take_turn(digest)
        known = VoiceMessage.objects.filter(branch=recording.branch, content_digest=digest).first()
        if known is not None:
            return Taken(known.complaint, is_new=False)
        return Taken(_register(recording, sound, digest, now), is_new=True)


def _register(recording: Recording, sound: Sound, digest: bytes, now: datetime) -> Complaint:
    case = file_complaint(filing=_filing(recording, now), now=now).complaint
    file = Accepted(sound.name, sound.media_type, sound.content)
    try:
        kept = attachments.add_to_case(complaint=case, file=file, now=now)
    except FileRefused as refusal:
        if refusal.fault is Fault.NO_ROOM:
            raise NoRoom from refusal
        raise
    try:
        VoiceMessage.objects.create(
            complaint=case, attachment=kept, branch=recording.branch, content_digest=digest,
            seconds=sound.seconds, source=recording.source, taken_at=now,
        )  # fmt: skip
    except BaseException:
        file_store.delete(kept.storage_name)
        raise
    return case


def _filing(recording: Recording, now: datetime) -> Filing:
    """A conversation of nobody in particular: the time of the law begins once it is written down."""
    category = themes.of_question(now.astimezone(recording.branch.zone).date())
    if category is None:
        raise RuleBroken("no_theme", _("No theme is valid for questions: add one in the administration."))
    phone = as_e164(recording.phone)
    return Filing(
        category=category,
        branch=recording.branch,
        kind=Kind.CONSULTATION,
        channel=Channel.VOICEMAIL,
        form=Form.ORAL,
        is_anonymous=True,
        applicant={"phone": phone} if phone else {},
        details={"story": ""},
        received_at=_left_at(recording, now),
    )


def _left_at(recording: Recording, now: datetime) -> datetime:
    """When the caller spoke, unless a wrong clock says so: never later than now, nor long ago."""
    at = recording.left_at
    return at if at is not None and now - OLDEST <= at <= now else now


def _take_turn(digest: bytes) -> None:
    """The same recording from two workers at the same moment: the second one waits and finds the case."""
    turns.take(f"complaints.voicemail:{digest.hex()}")
