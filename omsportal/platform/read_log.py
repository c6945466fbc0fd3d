"""Who read what: every opening of a case, its content, a file or hidden data leaves a row."""

from datetime import datetime

from omsportal.platform.kinds import Reader, Reading
from omsportal.platform.models import ReadLog


def record(
    *, reader_kind: str, reader_id: int, subject_kind: str, subject_id: int, what: str, now: datetime
) -> None:
    """Append one reading. Write it before the content leaves: what cannot be logged is not shown."""
    ReadLog.objects.create(
        reader_kind=Reader(reader_kind),
        reader_id=reader_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        what=Reading(what),
        at=now,
    )


def record_many(
    *, reader_kind: str, reader_id: int, subject_kind: str, subject_ids: list[int], what: str, now: datetime
) -> None:
    """Append a reading of each subject, for exports."""
    ReadLog.objects.bulk_create(
        ReadLog(
            reader_kind=Reader(reader_kind),
            reader_id=reader_id,
            subject_kind=subject_kind,
            subject_id=subject_id,
            what=Reading(what),
            at=now,
        )
        for subject_id in subject_ids
    )
