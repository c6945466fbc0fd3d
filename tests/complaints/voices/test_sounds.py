"""What is a recording and what is not, by its content."""

import pytest

from complaints import sounds
from complaints.sounds import Fault, SoundRefused
from tests.complaints.public.conftest import photo_bytes
from tests.complaints.voices.sounds import mp3, wav

OGG = (
    b"OggS\x00\x02" + bytes(8) + b"\x01\x00\x00\x00" + bytes(8) + b"\x01\x1e" + b"\x01vorbis" + bytes(4)
    + b"\x01\x40\x1f\x00\x00" + bytes(12) + b"\xb8\x01"
    + b"OggS\x00\x04" + (16000).to_bytes(8, "little") + b"\x01\x00\x00\x00\x01\x00\x00\x00"
    + bytes(4) + b"\x00"
)  # fmt: skip


def refused(content: bytes, *, most_bytes: int = 10**6, most_seconds: int = 60) -> Fault:
    with pytest.raises(SoundRefused) as error:
        sounds.accept("a.wav", content, most_bytes=most_bytes, most_seconds=most_seconds)
    return error.value.fault


@pytest.mark.parametrize(
    ("content", "ending", "media_type"),
    [(wav(), "wav", "audio/wav"), (mp3(), "mp3", "audio/mpeg"), (OGG, "ogg", "audio/ogg")],
)
def test_it_is_known_by_its_content_whatever_its_name(content: bytes, ending: str, media_type: str) -> None:
    sound = sounds.accept("../+79201234567.exe", content, most_bytes=10**6, most_seconds=60)
    assert (sound.name, sound.media_type) == (f"+79201234567.{ending}", media_type)
    assert (sound.seconds, sound.content) == (2, content)


@pytest.mark.parametrize("content", [photo_bytes(), b"%PDF-1.7 ...", b"<html>ID3</html>", b"MZ" + bytes(200)])
def test_anything_else_is_refused(content: bytes) -> None:
    assert refused(content) is Fault.KIND


def test_a_recording_that_is_still_being_written_waits() -> None:
    assert refused(wav()[:-100]) is Fault.DAMAGED
    unfinished = bytearray(wav())
    unfinished[40:44] = b"\xff\xff\xff\xff"  # what recorders write until they know the length
    assert refused(bytes(unfinished)) is Fault.DAMAGED


def test_what_no_browser_plays_is_refused() -> None:
    gsm = bytearray(wav())
    gsm[20:22] = (0x31).to_bytes(2, "little")
    assert refused(bytes(gsm)) is Fault.KIND


def test_empty_long_and_large_ones_are_refused() -> None:
    assert refused(b"") is Fault.EMPTY
    assert refused(wav(0)) is Fault.EMPTY
    assert refused(wav(3), most_seconds=2) is Fault.TOO_LONG
    assert refused(wav(3), most_bytes=1000) is Fault.TOO_LARGE


@pytest.mark.parametrize("head", [b"RIFF\x00\x00\x00\x00WAVE", b"ID3\x04\x00", b"OggS\x00\x02"])
def test_a_head_without_sound_is_damaged(head: bytes) -> None:
    assert refused(head) is Fault.DAMAGED
    assert refused(head + bytes(range(256)) * 8) is Fault.DAMAGED
