"""Another region's branch helps with one case where the patient is treated, for some days."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.escalation.help_over import ALARM
from complaints.escalation.moves import CHANGED
from complaints.models import Complaint
from complaints.permissions import Act, NotAllowed, Refusal, heads_here
from complaints.services import transitions
from complaints.services.transitions import RuleBroken
from insurers.models import Branch
from omsportal.platform import alarms, bells
from omsportal.platform.kinds import Severity
from representatives.models import HelpAccess, User
from representatives.roles import Tier

if TYPE_CHECKING:
    from representatives.profiles import Profile

#: Longer help is given anew, after somebody has looked whether it is still needed.
MOST_DAYS = 30
#: Branches that help with one case at a time.
MOST_BRANCHES = 3


def may_grant(profile: "Profile", complaint: Complaint) -> bool:
    """The head of the case's branch, and the head of a fund that sees it. Whoever only helps may not."""
    if heads_here(profile, complaint):
        return True
    heads_fund = profile.tier == Tier.FUND and bool(profile.headed_branch_ids)
    return heads_fund and complaint.pk not in profile.helped_case_ids


@transaction.atomic
def grant(
    *, complaint: Complaint, to: Branch, reason: str, days: int, by: User, profile: "Profile", now: datetime
) -> HelpAccess:
    """Let a branch of another region read the case and leave notes for so many days; it hears of it.

    The complaint stays where it is, with its clocks. Raises NotAllowed, RuleBroken.
    """
    case = transitions.locked(complaint.pk)
    if not may_grant(profile, case):
        raise NotAllowed(Act.OPEN, Refusal.HEAD_ONLY)
    _check(case, to, days, now)
    given: HelpAccess = HelpAccess.objects.create(
        case_id=case.pk, branch=to, reason=reason, starts_at=now, ends_at=now + timedelta(days=days),
        granted_by=by, granted_at=now,
    )  # fmt: skip
    alarms.raise_once(
        kind=ALARM, subject_kind="complaint", subject_id=case.pk, hop=given.pk, receiver_branch_id=to.pk,
        severity=Severity.WARNING, payload={"number": case.number}, now=now,
    )  # fmt: skip
    bells.ring(CHANGED)
    return given


@transaction.atomic
def end(*, complaint: Complaint, access: HelpAccess, by: User, profile: "Profile", now: datetime) -> None:
    """Take the access back before its day. Raises NotAllowed. Pressing twice changes nothing."""
    case = transitions.locked(complaint.pk)
    if not may_grant(profile, case):
        raise NotAllowed(Act.OPEN, Refusal.HEAD_ONLY)
    running = HelpAccess.objects.for_case(case.pk).in_force(now=now).filter(pk=access.pk)
    if running.update(ended_at=max(now, access.granted_at), ended_by=by):
        alarms.close_about(kind=ALARM, subject_kind="complaint", subject_id=case.pk, now=now)
        bells.ring(CHANGED)


def _check(case: Complaint, to: Branch, days: int, now: datetime) -> None:
    if not 1 <= days <= MOST_DAYS:
        message = _("Access is given for 1 to %(most)s days.") % {"most": MOST_DAYS}
        raise RuleBroken("help_days", message)
    if to.region_id == case.branch.region_id:
        raise RuleBroken(
            "help_same_region", _("This branch is in the region of the case: forward it instead.")
        )
    if case.category.about_insurer and not to.is_fund:
        raise RuleBroken(
            "help_complained_of", _("An appeal about an insurer is shown to no insurer: choose a fund.")
        )
    running = HelpAccess.objects.for_case(case.pk).in_force(now=now)
    if running.filter(branch=to).exists():
        raise RuleBroken("help_twice", _("This branch helps already. End that first to give other days."))
    if running.count() >= MOST_BRANCHES:
        message = _("%(most)s branches help already. End one of them first.") % {"most": MOST_BRANCHES}
        raise RuleBroken("help_many", message)


__all__ = ["ALARM", "MOST_DAYS", "end", "grant", "may_grant"]
