"""What a voice recording really is, by its content: whole sound that a browser plays, not too long.

The name's ending and the sender's word count for nothing. Bytes are kept as they came: a voice is evidence.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from tinytag import TinyTag, TinyTagException

from complaints.file_types import safe_name

#: Codecs inside WAV that browsers play: PCM, float, A-law, µ-law, and PCM in its extended form.
_PLAYABLE_WAV = {1, 3, 6, 7, 0xFFFE}
_RIFF_HEAD, _CHUNK_HEAD, _SHORTEST_FORMAT = 12, 8, 16
_MP3_SYNC = 0xE0


class Fault(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    KIND = "kind"
    DAMAGED = "damaged"


MESSAGES: dict[Fault, str | Promise] = {
    Fault.EMPTY: _("The recording is empty. Send it once more."),
    Fault.TOO_LARGE: _("The recording is too large. Have the telephone system save it at 8 kHz, or as MP3."),
    Fault.TOO_LONG: _("The recording is too long. Have the telephone system end recordings earlier."),
    Fault.KIND: _("This is no recording that a browser plays. Have it saved as WAV (PCM), MP3 or Ogg."),
    Fault.DAMAGED: _("The recording is damaged or not yet whole. Send it once more when it is finished."),
}


class SoundRefused(Exception):
    """The recording is not taken; MESSAGES says why and what to do."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording as it is kept."""

    name: str
    media_type: str
    content: bytes
    seconds: int


def accept(name: str, content: bytes, *, most_bytes: int, most_seconds: int) -> Sound:
    """The recording as it may be kept. Raises SoundRefused."""
    if not content:
        raise SoundRefused(Fault.EMPTY)
    if len(content) > most_bytes:
        raise SoundRefused(Fault.TOO_LARGE)
    ending, media_type, measure = _kind(content)
    try:
        seconds = measure(content)
    except (TinyTagException, ValueError, ArithmeticError, IndexError) as error:
        raise SoundRefused(Fault.DAMAGED) from error
    if seconds <= 0:
        raise SoundRefused(Fault.EMPTY)
    if seconds > most_seconds:
        raise SoundRefused(Fault.TOO_LONG)
    stem = safe_name(name).rpartition(".")[0] or "voice"
    return Sound(f"{stem}.{ending}", media_type, content, max(1, round(seconds)))


def _kind(content: bytes) -> tuple[str, str, Callable[[bytes], float]]:
    """Ending, type and how to measure its length. Raises SoundRefused."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "wav", "audio/wav", _seconds_of_wav
    if content[:4] == b"OggS":
        return "ogg", "audio/ogg", _seconds_by_frames
    is_frame = len(content) > 1 and content[0] == 0xFF and content[1] & _MP3_SYNC == _MP3_SYNC
    if content[:3] == b"ID3" or is_frame:
        return "mp3", "audio/mpeg", _seconds_by_frames
    raise SoundRefused(Fault.KIND)


def _seconds_of_wav(content: bytes) -> float:
    """By its parts: a file that is still being written says too little or too much of its own length."""
    bytes_a_second = 0
    for kind, begin, size in _chunks(content):
        if kind == b"fmt ":
            codec = int.from_bytes(content[begin : begin + 2], "little")
            if size < _SHORTEST_FORMAT or codec not in _PLAYABLE_WAV:
                raise SoundRefused(Fault.KIND)
            bytes_a_second = int.from_bytes(content[begin + 8 : begin + 12], "little")
        if kind == b"data":
            if begin + size > len(content):
                raise SoundRefused(Fault.DAMAGED)
            return size / bytes_a_second
    raise ValueError("no sound in it")


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, begin and size of each part, as the file claims."""
    place = _RIFF_HEAD
    while place + _CHUNK_HEAD <= len(content):
        size = int.from_bytes(content[place + 4 : place + 8], "little")
        yield content[place : place + 4], place + _CHUNK_HEAD, size
        place += _CHUNK_HEAD + size + size % 2


def _seconds_by_frames(content: bytes) -> float:
    """MP3 and Ogg tell it by their frames and pages."""
    told = TinyTag.get(file_obj=BytesIO(content), tags=False)
    if not told.duration:
        raise ValueError("no sound in it")
    return float(told.duration)
