"""What comes after the case at hand."""

from complaints.models import Complaint
from representatives.profiles import Profile


def has_enough(profile: Profile) -> bool:
    """Holds as many open cases as this person may (index complaint_holder)."""
    held: int = Complaint.objects.held_by(profile.user_id).open().count()
    return held >= profile.ceiling


def next_of_mine(profile: Profile, complaint: Complaint) -> Complaint | None:
    """The most pressing of the other cases in this person's hands (index complaint_holder)."""
    mine = Complaint.objects.visible_to(profile).held_by(profile.user_id).in_work()
    following: Complaint | None = mine.exclude(pk=complaint.pk).urgent_first().first()
    return following
