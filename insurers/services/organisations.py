"""What follows from a new organisation."""

from datetime import datetime

from insurers.models import Insurer
from omsportal.platform import jobs

#: The job that lets others make room for a new insurer; argument: its id.
INSURER_ADDED = "insurer.added"


def insurer_added(*, insurer: Insurer, by_id: int | None, now: datetime) -> None:
    """In the transaction that adds it."""
    jobs.request(kind=INSURER_ADDED, arguments={"insurer": insurer.pk}, by_id=by_id, now=now)
