"""The sound of one voice message: a melody made by code, so that a newcomer sees how calls are made."""

import io
import math
import struct
import wave
from datetime import datetime

from complaints.file_types import Accepted
from complaints.kinds import Channel
from complaints.models import Complaint, VoiceMessage
from complaints.services import attachments
from omsportal.platform import digests

RATE, LOUDNESS, NOTE_SECONDS = 8000, 6000, 0.4
#: do re mi sol mi re do
NOTES = (262, 294, 330, 392, 330, 294, 262)


def lend_a_voice(*, insurer: str, now: datetime) -> Complaint | None:
    """Give the latest voice message that this insurer has to call back a recording; None: there is none."""
    waiting = Complaint.objects.to_call_back().filter(channel=Channel.VOICEMAIL)
    case: Complaint | None = waiting.filter(branch__insurer__code=insurer).order_by("tier", "-pk").first()
    if case is None:
        return None
    sound = melody()
    file = Accepted("message.wav", "audio/wav", sound)
    VoiceMessage.objects.create(
        complaint=case, attachment=attachments.add_to_case(complaint=case, file=file, now=now),
        branch=case.branch, content_digest=digests.blind(sound, "voice message"),
        seconds=round(len(NOTES) * NOTE_SECONDS), source=VoiceMessage.Source.FOLDER, taken_at=now,
    )  # fmt: skip
    return case


def melody() -> bytes:
    """A WAV, PCM, of a few seconds."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for pitch in NOTES:
            times = (number / RATE for number in range(round(RATE * NOTE_SECONDS)))
            wave_ = (int(LOUDNESS * math.sin(2 * math.pi * pitch * at)) for at in times)
            file.writeframes(b"".join(struct.pack("<h", sample) for sample in wave_))
    return out.getvalue()
