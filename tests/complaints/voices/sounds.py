"""Sound made by code: a WAV of so many seconds, each `tone` another recording."""

import io
import math
import struct
import wave

RATE = 8000


def wav(seconds: float = 2.0, *, tone: int = 440) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        frames = (int(8000 * math.sin(2 * math.pi * tone * n / RATE)) for n in range(int(RATE * seconds)))
        file.writeframes(b"".join(struct.pack("<h", frame) for frame in frames))
    return out.getvalue()


def mp3(seconds: float = 2.0) -> bytes:
    """Frames of silence: MPEG 1 layer III, 32 kbit/s, 44.1 kHz, mono, 26 ms each."""
    frame = b"\xff\xfb\x10\xc4" + bytes(100)
    return frame * round(seconds / (1152 / 44100))
