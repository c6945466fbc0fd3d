"""Opening a case: every reading is logged before anything is shown."""

from datetime import datetime
from typing import TYPE_CHECKING

from complaints.models import Attachment, Complaint, Message
from complaints.permissions import Act, can, holds, require
from omsportal.platform import read_log
from omsportal.platform.kinds import Reader, Reading
from representatives.models import User

if TYPE_CHECKING:
    from representatives.profiles import Profile

SUBJECT = "complaint"


def open_case(
    *, complaint: Complaint, by: User, profile: "Profile", now: datetime, key_id: int | None = None
) -> bool:
    """Log that the card was opened, or the content where that is allowed; True means: show the content.

    What the holder opens counts as read by us. The case must be visible to this person already. What comes
    through a key of the API is logged as read by that system.
    No transaction: the log is written first and stays even when something later fails.
    """
    allowed = can(profile, Act.OPEN, complaint)
    _log(complaint, by, Reading.CONTENT if allowed else Reading.CARD, now, key_id)
    if allowed and holds(profile, complaint):
        Message.objects.unread_by_staff().filter(complaint=complaint, posted_at__lte=now).update(read_at=now)
    return allowed


def unmask(
    *, complaint: Complaint, by: User, profile: "Profile", now: datetime, key_id: int | None = None
) -> None:
    """Log that policy number and phone were shown in full. Raises NotAllowed."""
    require(profile, Act.OPEN, complaint)
    _log(complaint, by, Reading.UNMASK, now, key_id)


def open_file(*, attachment: Attachment, by: User, profile: "Profile", now: datetime) -> None:
    """Log that a file of a case was opened. Raises NotAllowed."""
    assert attachment.complaint is not None
    require(profile, Act.OPEN, attachment.complaint)
    _log(attachment.complaint, by, Reading.FILE, now)


def _log(complaint: Complaint, by: User, what: Reading, now: datetime, key_id: int | None = None) -> None:
    reader = (Reader.USER, by.pk) if key_id is None else (Reader.API, key_id)
    read_log.record(
        reader_kind=reader[0], reader_id=reader[1], subject_kind=SUBJECT, subject_id=complaint.pk,
        what=what, now=now,
    )  # fmt: skip
