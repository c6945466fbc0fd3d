"""How an applicant found the work: once, from 1 to 5, with words if they like."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import disclosure
from complaints.escalation import daily_counts
from complaints.models import Answer, Card, Complaint, Rating
from complaints.services import transitions
from complaints.services.transitions import RuleBroken

WORST, BEST = 1, 5
MOST_CHARACTERS = 1000


def check(case: Complaint) -> None:
    """Raises RuleBroken when the work on this appeal is not to be rated, or not any more."""
    card, answer = Card.objects.get(pk=case.pk), Answer.objects.filter(complaint=case).first()
    if card.patient_died:
        raise RuleBroken("died", _("We do not ask this about the appeal of somebody who has died."))
    if not disclosure.may_judge(case, card, answer):
        raise RuleBroken("nothing_to_rate", _("There is nothing to rate yet: first read the answer."))
    if Rating.objects.filter(complaint=case).exists():
        raise RuleBroken("rated", _("You have rated our work already. Thank you."))


@transaction.atomic
def rate(*, complaint: Complaint, stars: int, text: str, now: datetime) -> Rating:
    """Keep the rating. Raises RuleBroken: not answered yet or not readable, rated before, after a death."""
    case = transitions.locked(complaint.pk)
    check(case)
    if not WORST <= stars <= BEST:
        raise RuleBroken("stars", _("Choose a mark from 1 to 5."))
    words = text.replace("\x00", "").strip()
    if len(words) > MOST_CHARACTERS:
        raise RuleBroken("too_long", _("The text is longer than 1000 characters. Shorten it."))
    rated: Rating = Rating.objects.create(complaint=case, stars=stars, sealed={"text": words}, given_at=now)
    daily_counts.rated(case.pk)
    return rated
