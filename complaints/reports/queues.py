"""Queues and single cases as systems of a branch read them."""

from complaints.models import Complaint
from complaints.numbers import NotANumber, parse_number
from complaints.queue_ranges import First, Pools, served
from complaints.states import Status
from omsportal.platform.pagination import Page, page
from representatives.profiles import Profile


def queue_page(
    profile: Profile, *, size: int, cursor: str = "", urgency: str = "", kind: str = "", category: str = ""
) -> Page[Complaint]:
    """A page of the pool of this person's tier and branches, by due moment. Raises CursorInvalid.

    Two ranges of the index for each place: the urgent and the ordinary.
    """
    wanted = {"urgency": urgency, "kind": kind, "category__slug": category}
    waiting = Complaint.objects.in_queue_of(profile).with_places().narrowed(**wanted)
    sifted = Complaint.objects.narrowed(**wanted).without_barred(profile)
    pool = Pools(served(profile), (Status.NEW,))
    return page(
        waiting,
        field="due_at",
        size=size,
        cursor=cursor,
        among=lambda rows, seen: rows.first_of(First([pool], sifted, seen)),
    )


def visible_case(profile: Profile, number: str) -> Complaint | None:
    """The case if this person may open its card; the number may be written in any way."""
    try:
        written = parse_number(number)
    except NotANumber:
        return None
    visible = Complaint.objects.visible_to(profile).with_content()
    case: Complaint | None = visible.by_number(written).first()
    return case
