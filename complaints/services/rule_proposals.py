"""An insurer changes a limit of its own: tried out, in force at once or from a day, or asked of the funds.

A shorter limit holds for open cases at once. A longer one holds for new cases only, unless every fund in
whose region the insurer works agrees; until then the rule from before holds, and one refusal ends it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import EscalationRule, ProposalState, RuleConsent, RuleEdition, RuleProposal
from complaints.services import rule_changes, rules
from complaints.services.preview import RULES_PREVIEW
from insurers.models import Branch, Insurer
from omsportal.platform import dry_runs
from omsportal.platform.models import Job
from representatives.models import Appointment, User
from representatives.roles import AppointmentRole

if TYPE_CHECKING:
    from representatives.profiles import Profile

KEY = ("kind", "category_id", "urgency", "tier")
LIMITS = ("reaction_limit", "reaction_unit", "resolution_limit", "resolution_unit")


class ProposalRefused(Exception):
    """It cannot be done to this proposal (422, or 409 when somebody was first)."""

    def __init__(self, code: str, message: object) -> None:
        super().__init__(code)
        self.code, self.message = code, message


@transaction.atomic
def try_out(
    *, insurer: Insurer, values: dict[str, Any], starts_at: datetime | None, by: User, profile: "Profile",
    now: datetime,
) -> RuleProposal:  # fmt: skip
    """Keep the proposal and count, in the background, what it would do to open cases. Nothing changes yet.

    `values` are the fields of KEY and LIMITS. Raises ProposalRefused, PermissionDenied.
    """
    _require_admin(insurer.pk, profile)
    if starts_at is not None and starts_at <= now:
        raise ProposalRefused("past", _("This day is over or has begun. Choose a later one, or “at once”."))
    edition = RuleEdition.objects.in_force_at(now)
    if edition is None:
        raise ProposalRefused("no_edition", _("No rules are in force: ask the administrator of the portal."))
    made: RuleProposal = RuleProposal.objects.create(
        insurer=insurer, edition=edition, starts_at=starts_at, made_by=by, made_at=now, **values
    )
    if starts_at is None:
        made.job_id = _count(made, by, now).pk
        made.save(update_fields=["job_id"])
    return made


@transaction.atomic
def put_in_force(*, proposal: RuleProposal, by: User, profile: "Profile", now: datetime) -> RuleProposal:
    """At once, or from its day on. No open case gets more time by it.

    Raises ProposalRefused, PermissionDenied.
    """
    row = _locked(proposal, ProposalState.TRIED)
    _require_admin(row.insurer_id, profile)
    if row.starts_at is not None and row.starts_at <= now:
        raise ProposalRefused("past", _("The day of this proposal has begun. Propose it anew."))
    _apply(row, is_agreed=False, by_id=by.pk, now=now)
    return _settled(row, ProposalState.DONE, by, now)


@transaction.atomic
def ask_funds(*, proposal: RuleProposal, by: User, profile: "Profile", now: datetime) -> RuleProposal:  # noqa: ARG001
    """Open cases shall get the longer time too: the funds decide.

    Raises ProposalRefused, PermissionDenied.
    """
    row = _locked(proposal, ProposalState.TRIED)
    _require_admin(row.insurer_id, profile)
    if row.starts_at is not None:
        raise ProposalRefused("later", _("Rules from a later day touch no open case: nobody has to agree."))
    if not funds_concerned(row.insurer_id, now):
        raise ProposalRefused(
            "no_fund", _("No fund of your regions works in the portal yet: nobody can agree.")
        )
    row.state, row.for_open = ProposalState.WAITS, True
    row.save(update_fields=["state", "for_open"])
    return row


@transaction.atomic
def take_back(*, proposal: RuleProposal, by: User, profile: "Profile", now: datetime) -> RuleProposal:
    """Nothing comes of it. Raises ProposalRefused, PermissionDenied."""
    row = _locked(proposal, ProposalState.TRIED, ProposalState.WAITS)
    _require_admin(row.insurer_id, profile)
    return _settled(row, ProposalState.DROPPED, by, now)


@transaction.atomic
def decide(
    *, proposal: RuleProposal, fund: Branch, agreed: bool, reason: str, by: User, profile: "Profile",
    now: datetime,
) -> RuleProposal:  # fmt: skip
    """The fund of one region agrees or refuses; in force once all concerned have agreed.

    Raises ProposalRefused (without a reason, decided already), PermissionDenied for all but the fund's head.
    """
    row = _locked(proposal, ProposalState.WAITS)
    if fund.pk not in profile.headed_branch_ids or fund not in funds_concerned(row.insurer_id, now):
        raise PermissionDenied(_("The head of the fund decides about this."))
    if not agreed and not reason:
        raise ProposalRefused("reason", _("Say why, so that the insurer knows what to change."))
    if RuleConsent.objects.filter(proposal=row, fund=fund).exists():
        raise ProposalRefused("decided", _("Your fund has decided already."))
    RuleConsent.objects.create(proposal=row, fund=fund, agreed=agreed, reason=reason, by=by, at=now)
    if not agreed:
        return _settled(row, ProposalState.REFUSED, by, now)
    said = set(RuleConsent.objects.filter(proposal=row).values_list("fund", flat=True))
    if {one.pk for one in funds_concerned(row.insurer_id, now)} <= said:
        _apply(row, is_agreed=True, by_id=by.pk, now=now)
        return _settled(row, ProposalState.DONE, by, now)
    return row


def funds_concerned(insurer_id: int, now: datetime) -> list[Branch]:
    """The funds of the regions where the insurer works that have a head who may sign in."""
    day = now.date()
    heads = Appointment.objects.valid_on(day).of_people_who_may_sign_in().filter(role=AppointmentRole.HEAD)
    regions = Branch.objects.valid_on(day).filter(insurer=insurer_id).values("region")
    funds = Branch.objects.valid_on(day).funds().filter(region__in=regions, pk__in=heads.values("branch"))
    return list(funds.with_names().alphabetical())


def _count(proposal: RuleProposal, by: User, now: datetime) -> Job:
    rule = _rule_in(proposal.edition, proposal)
    change = dry_runs.change_of(saved=[rule])
    return dry_runs.request(kind=RULES_PREVIEW, change=change, address="", typed=[], by_id=by.pk, now=now)


def _rule_in(edition: RuleEdition, proposal: RuleProposal) -> EscalationRule:
    """The insurer's own rule of this key with the proposed limits; new where it had none."""
    key = {name: getattr(proposal, name) for name in KEY} | {"insurer_id": proposal.insurer_id}
    rule: EscalationRule = EscalationRule.objects.filter(edition=edition, **key).first() or EscalationRule(
        edition=edition, **key
    )
    for name in LIMITS:
        setattr(rule, name, getattr(proposal, name))
    return rule


def _apply(proposal: RuleProposal, *, is_agreed: bool, by_id: int, now: datetime) -> None:
    """Into the edition in force and those of later days; or into one of its own day."""
    rules.take_turn()
    if proposal.starts_at is not None:
        _own_edition(proposal.starts_at)
        editions = list(RuleEdition.objects.filter(filed_from__gte=proposal.starts_at).order_by("filed_from"))
    else:
        current = RuleEdition.objects.in_force_at(now)
        editions = [current, *RuleEdition.objects.filter(filed_from__gt=now).order_by("filed_from")]
    _mark(editions[:1], approved=is_agreed)
    with rule_changes.changing(editions=editions, by_id=by_id, now=now):
        for edition in editions:
            _rule_in(edition, proposal).save()
    _mark(editions[:1], approved=False)


def _mark(editions: Iterable[RuleEdition], *, approved: bool) -> None:
    """The consent is to this change: it is not there for the next one."""
    RuleEdition.objects.filter(pk__in=[one.pk for one in editions]).update(approved_by_fund=approved)


def _own_edition(starts_at: datetime) -> None:
    """The edition of that moment: as the one before it, until it is changed."""
    if RuleEdition.objects.filter(filed_from=starts_at).exists():
        return
    before = RuleEdition.objects.in_force_at(starts_at)
    title = _("Rules from %(day)s") % {"day": f"{starts_at:%d.%m.%Y}"}
    made = RuleEdition.objects.create(title=title, filed_from=starts_at)
    copied = rule_changes.rules_of(before) if before else []
    EscalationRule.objects.bulk_create(EscalationRule(edition=made, **values) for values in copied)


def _locked(proposal: RuleProposal, *states: ProposalState) -> RuleProposal:
    row: RuleProposal = RuleProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if row.state not in states:
        raise ProposalRefused("settled", gettext_lazy("Somebody was first: this is how it stands now."))
    return row


def _settled(row: RuleProposal, state: ProposalState, by: User, now: datetime) -> RuleProposal:
    row.state, row.settled_by, row.settled_at = state, by, max(now, row.made_at)
    row.save(update_fields=["state", "settled_by", "settled_at"])
    return row


def _require_admin(insurer_id: int, profile: "Profile") -> None:
    if insurer_id not in profile.insurer_ids:
        raise PermissionDenied(_("The administrator of the insurer changes its rules."))
