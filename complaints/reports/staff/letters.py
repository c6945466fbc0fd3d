"""Letters that no program could take in, for the people of the branches they came to."""

from datetime import datetime

from complaints.mail_querysets import ReceivedMailQuerySet
from complaints.models import ReceivedMail
from complaints.reports.staff.places import branches_of
from omsportal.platform import read_log
from omsportal.platform.kinds import Reader, Reading
from omsportal.platform.pagination import CursorInvalid, Page, page
from representatives.profiles import Profile
from representatives.roles import Tier

PAGE_SIZE = 30
SUBJECT = "letter"
#: Who registers what comes: tier 1, the fund's staff, heads.
_REGISTER = (Tier.CONTACT_CENTRE, Tier.FUND)


def may_see(profile: Profile) -> bool:
    """Letters are looked after by who registers appeals, and by heads."""
    return profile.tier in _REGISTER or bool(profile.headed_branch_ids)


def page_of(profile: Profile, cursor: str, now: datetime) -> Page[ReceivedMail]:
    """The oldest first, by the partial index mail_left_for_person. Who saw which is logged before they do."""
    rows = waiting_for(profile)
    try:
        shown = page(rows, field="came_at", size=PAGE_SIZE, cursor=cursor)
    except CursorInvalid:
        shown = page(rows, field="came_at", size=PAGE_SIZE)
    read_log.record_many(
        reader_kind=Reader.USER, reader_id=profile.user_id, subject_kind=SUBJECT,
        subject_ids=[row.pk for row in shown.rows], what=Reading.CONTENT, now=now,
    )  # fmt: skip
    return shown


def letter_of(profile: Profile, letter_id: int) -> ReceivedMail | None:
    """The letter, if it waits for somebody of this person's branches."""
    found: ReceivedMail | None = waiting_for(profile).filter(pk=letter_id).first()
    return found


def waiting_for(profile: Profile) -> ReceivedMailQuerySet:
    """What waits in the mailboxes of this person's branches."""
    rows: ReceivedMailQuerySet = ReceivedMail.objects.left_for(_branches(profile))
    return rows


def _branches(profile: Profile) -> list[int]:
    own = profile.branch_ids if profile.tier in _REGISTER else frozenset[int]()
    ids = own | profile.headed_branch_ids
    return list(branches_of(profile).filter(pk__in=ids).values_list("pk", flat=True))
