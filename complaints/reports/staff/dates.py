"""How the dates of a case were counted, with the names of those who changed them."""

from complaints.models import Complaint
from complaints.reports import dates
from complaints.reports.dates import Counted


def how_counted(complaint: Complaint) -> Counted:
    """For staff who may see the card."""
    return dates.how_counted(complaint, complaint.history.timeline(), named=True)
