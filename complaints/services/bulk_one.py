"""One case of an act on many: by the same services as by hand, under the rights of this very moment."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import InterfaceError, OperationalError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.models import BulkAct, BulkLine, Category, Complaint
from complaints.permissions import Act, NotAllowed, Refusal, holds
from complaints.services import closing, hops, reassigning, reclassify, transitions, work
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from complaints.states import Status
from insurers.models import Branch
from omsportal.platform.jobs import Ends
from representatives.models import User
from representatives.profiles import profile_of

if TYPE_CHECKING:
    from representatives.profiles import Profile

log = logging.getLogger(__name__)
Result = BulkLine.Result
#: Reasons of our own, beside those of rights (Refusal) and of rules.
UNSEEN, COLLEAGUE, GONE, RULE = "unseen", "colleague", "gone", "rule"
WHY: Mapping[str, str | Promise] = {
    **dict(Refusal.choices),
    UNSEEN: _("you may not see this case any more"),
    COLLEAGUE: _("this colleague does not work its tier and branch today, or may not see it"),
    GONE: _("the colleague or the body is not there any more"),
    RULE: _("a rule is against it: open the case and do it there"),
    "nothing_changed": _("it is so already"),
    "forward_to_fund": _("about the insurer: forward it to the fund"),
    "forward_to_itself": _("it is with this body already"),
    "forward_complained_of": _("about an insurer: only the fund may get it"),
    "one_at_a_time": _("make it urgent first, then propose the other kind"),
    "note_needed": _("a note that says why is needed"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hands:
    """Who acts, with the rights of now, and what was asked for."""

    bulk: BulkAct
    by: User
    profile: "Profile"
    now: datetime
    #: The colleague, the body or the theme that was chosen.
    to: Any = None
    is_gone: bool = False

    @property
    def note(self) -> str:
        return str((self.bulk.sealed or {}).get("note", ""))

    @property
    def reason(self) -> str:
        return str(self.bulk.arguments.get("reason", ""))

    @property
    def hand(self) -> dict[str, Any]:
        return {"by": self.by, "profile": self.profile, "now": self.now}


def hands_of(bulk: BulkAct, now: datetime) -> Hands:
    """Read anew for each transaction: a right that was taken away counts from the next one on."""
    by = User.objects.get(pk=bulk.made_by_id)
    profile, chosen = profile_of(by, now=now), _CHOSEN.get(bulk.kind)
    try:
        return Hands(bulk, by, profile, now, to=chosen(bulk.arguments) if chosen else None)
    except ObjectDoesNotExist:
        return Hands(bulk, by, profile, now, is_gone=True)


def seen_by(hands: Hands, case_ids: Iterable[int]) -> set[int]:
    """Which of the cases this person sees now."""
    seen = Complaint.objects.visible_to(hands.profile).filter(pk__in=list(case_ids))
    return set(seen.values_list("pk", flat=True))


def done_to(
    case: Complaint, version: int, hands: Hands, *, is_seen: bool, ends: Ends = ()
) -> tuple[BulkLine.Result, str]:
    """Do the act to the locked case; the result and, if it was not done, why.

    Raises OperationalError, InterfaceError and `ends`: then nothing is known about the case.
    """
    if not is_seen:
        return Result.REFUSED, UNSEEN
    if case.version != version:
        return Result.CHANGED, ""
    if hands.is_gone:
        return Result.REFUSED, GONE
    try:
        # What fails in the middle leaves nothing behind.
        with transitions.holding(case), transaction.atomic():
            return _ACTS[hands.bulk.kind](case, hands), ""
    except NotAllowed as error:
        return Result.REFUSED, _why(error, hands)
    except RuleBroken as error:
        return Result.REFUSED, error.code if error.code in WHY else RULE
    except SomebodyWasFirst:
        return Result.CHANGED, ""
    except (OperationalError, InterfaceError):
        raise
    except ends:
        raise
    # One case that breaks something does not keep the others; it stays as it was.
    except Exception:
        log.exception("act %s on many failed at case %s", hands.bulk.pk, case.pk)
        return Result.FAILED, ""


def _why(error: NotAllowed, hands: Hands) -> str:
    """The services judge the receiver by what the receiver could do themselves."""
    of_receiver = hands.bulk.kind == BulkAct.Kind.ASSIGN and error.act == Act.CLAIM
    return COLLEAGUE if of_receiver and hands.bulk.arguments["to"] != hands.by.pk else error.why.value


def _assign(case: Complaint, hands: Hands) -> BulkLine.Result:
    """Out of a queue or from desk to desk; into the own hands like the button "Take"."""
    to = hands.to
    if case.assignee_id == to.pk:
        raise RuleBroken("nothing_changed", WHY["nothing_changed"])
    if case.status != Status.NEW:
        work.hand_over(complaint=case, to=to, reason=hands.reason, note=hands.note, **hands.hand)
    elif to.pk == hands.by.pk:
        work.claim(complaint=case, **hands.hand)
    else:
        reassigning.give(complaint=case, to=to, note=hands.note, **hands.hand)
    return Result.DONE


def _release(case: Complaint, hands: Hands) -> BulkLine.Result:
    act = work.release if holds(hands.profile, case) else reassigning.put_back
    act(complaint=case, reason=hands.reason, **hands.hand)
    return Result.DONE


def _escalate(case: Complaint, hands: Hands) -> BulkLine.Result:
    hops.escalate(complaint=case, reason=hands.reason, note=hands.note, **hands.hand)
    return Result.DONE


def _forward(case: Complaint, hands: Hands) -> BulkLine.Result:
    closing.forward(complaint=case, to=hands.to, reason=hands.reason, **hands.hand)
    return Result.DONE


def _reclassify(case: Complaint, hands: Hands) -> BulkLine.Result:
    """What was left open stays as it is in each case."""
    asked = hands.bulk.arguments
    change = reclassify.propose(
        complaint=case, kind=asked.get("kind") or case.kind, category=hands.to or case.category,
        urgency=asked.get("urgency") or case.urgency, reason=hands.reason, note=hands.note, **hands.hand,
    )  # fmt: skip
    return Result.DONE if change.decided_at is not None else Result.PROPOSED


def _category(asked: Mapping[str, Any]) -> Category | None:
    return Category.objects.get(pk=asked["category"]) if asked.get("category") else None


_CHOSEN: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    BulkAct.Kind.ASSIGN: lambda asked: User.objects.get(pk=asked["to"], is_active=True),
    BulkAct.Kind.FORWARD: lambda asked: Branch.objects.with_names().get(pk=asked["to"]),
    BulkAct.Kind.RECLASSIFY: _category,
}
_ACTS: Mapping[str, Callable[[Complaint, Hands], BulkLine.Result]] = {
    BulkAct.Kind.ASSIGN: _assign,
    BulkAct.Kind.RELEASE: _release,
    BulkAct.Kind.ESCALATE: _escalate,
    BulkAct.Kind.FORWARD: _forward,
    BulkAct.Kind.RECLASSIFY: _reclassify,
}

__all__ = ["WHY", "Hands", "done_to", "hands_of", "seen_by"]
