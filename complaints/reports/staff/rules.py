"""The rules of time of an insurer in words, and changes of them on their way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.models import (
    EscalationRule,
    LimitUnit,
    ProposalState,
    RuleConsent,
    RuleEdition,
    RuleProposal,
)
from complaints.services import rule_proposals
from insurers.models import Branch, Insurer
from omsportal.platform.kinds import JobState
from omsportal.platform.models import Job
from representatives.profiles import Profile
from representatives.roles import INSURER_TIERS, Tier

#: Of one page; older ones are of interest to nobody.
MOST = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One rule, or one as it shall be, in words."""

    pk: int
    tier: str
    about: str
    reaction: str
    resolution: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for cases filed now, what is planned, and which changes are under way."""

    insurer: Insurer | None
    insurers: list[Insurer]
    edition: RuleEdition | None
    lines: list[Line]
    of_funds: list[Line]
    planned: list[RuleEdition]
    proposals: list[RuleProposal]


@dataclass(frozen=True, slots=True)
class Findings:
    """The dry run: still counting (`percent`), done (`found`), or not to be known."""

    is_done: bool
    percent: int
    found: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One proposal with everything to decide about it."""

    proposal: RuleProposal
    before: Line | None
    wanted: Line
    findings: Findings | None
    consents: list[RuleConsent]
    missing: list[Branch]
    own_funds: list[Branch]
    is_admin: bool


def rules(profile: Profile, insurer_id: int | None, now: datetime) -> Rules | None:
    """For an administrator of insurers their rules, for a fund what waits for it; None: neither."""
    insurers = list(insurers_of(profile))
    chosen = [one for one in insurers if insurer_id in (None, one.pk)]
    if insurer_id is not None and not chosen:
        return None
    insurer = chosen[0] if chosen else None
    edition = RuleEdition.objects.in_force_at(now)
    visible = _visible(profile).with_names()
    return Rules(
        insurer=insurer,
        insurers=insurers,
        edition=edition,
        lines=_lines(edition, insurer) if edition and insurer else [],
        of_funds=_of_funds(edition) if edition and insurer is None else [],
        planned=list(RuleEdition.objects.filter(filed_from__gt=now).order_by("filed_from"))
        if insurer
        else [],
        proposals=list(visible[:MOST]),
    )


def shown(profile: Profile, proposal_id: int, now: datetime) -> Shown | None:
    """None for whoever neither administers the insurer nor heads a fund of its regions."""
    found = _visible(profile).with_names().filter(pk=proposal_id).first()
    if found is None:
        return None
    consents = list(
        RuleConsent.objects.filter(proposal=found).select_related("fund__region", "by").order_by("pk")
    )
    said = {consent.fund_id for consent in consents}
    waits = found.state == ProposalState.WAITS
    funds = rule_proposals.funds_concerned(found.insurer_id, now) if waits else []
    missing = [fund for fund in funds if fund.pk not in said]
    return Shown(
        proposal=found,
        before=_before(found),
        wanted=line_of(found),
        findings=findings(found.job_id),
        consents=consents,
        missing=missing,
        own_funds=[fund for fund in missing if fund.pk in profile.headed_branch_ids],
        is_admin=found.insurer_id in profile.insurer_ids,
    )


def insurers_of(profile: Profile) -> Any:
    return Insurer.objects.filter(pk__in=profile.insurer_ids).alphabetical()


def rule_of(profile: Profile, rule_id: int) -> EscalationRule | None:
    """A common rule or one of an own insurer, to begin a change with."""
    owners = Q(insurer=None) | Q(insurer__in=profile.insurer_ids)
    return EscalationRule.objects.filter(owners, pk=rule_id).first()


def line_of(rule: Any) -> Line:
    """A rule or a proposal in words."""
    parts = [
        rule.get_urgency_display() if rule.urgency else "",
        rule.get_kind_display() if rule.kind else "",
        rule.category.title if rule.category_id else "",
    ]
    said = "; ".join(part for part in parts if part)
    return Line(
        pk=rule.pk,
        tier=rule.get_tier_display(),
        about=said or _("all appeals"),
        reaction=in_words(rule.reaction_limit, rule.reaction_unit) if rule.reaction_limit else "",
        resolution=in_words(rule.resolution_limit, rule.resolution_unit),
        is_own=rule.insurer_id is not None,
    )


def in_words(limit: int, unit: str) -> str:
    """4 working hours."""
    words = {
        LimitUnit.SECOND: ngettext("%d second", "%d seconds", limit),
        LimitUnit.MINUTE: ngettext("%d minute, round the clock", "%d minutes, round the clock", limit),
        LimitUnit.WORKING_HOUR: ngettext("%d working hour", "%d working hours", limit),
        LimitUnit.WORKING_DAY: ngettext("%d working day", "%d working days", limit),
    }
    return words[LimitUnit(unit)] % limit


def _visible(profile: Profile) -> Any:
    """Own ones; for a head of a fund those of insurers in the region, once they are asked."""
    funds = Branch.objects.funds().filter(pk__in=profile.headed_branch_ids)
    insurers = Branch.objects.of_insurers().filter(region__in=funds.values("region")).values("insurer")
    asked = Q(insurer__in=insurers, for_open=True)
    return RuleProposal.objects.filter(Q(insurer__in=profile.insurer_ids) | asked)


def _lines(edition: RuleEdition, insurer: Insurer) -> list[Line]:
    own = Q(insurer=None) | Q(insurer=insurer)
    found = EscalationRule.objects.filter(own, edition=edition, tier__in=INSURER_TIERS).select_related(
        "category"
    )
    return [line_of(rule) for rule in sorted(found, key=_order)]


def _of_funds(edition: RuleEdition) -> list[Line]:
    """What holds for the queue of every fund."""
    found = EscalationRule.objects.filter(edition=edition, insurer=None, tier=Tier.FUND)
    return [line_of(rule) for rule in sorted(found.select_related("category"), key=_order)]


def _order(rule: EscalationRule) -> tuple[Any, ...]:
    """By tier, the general before the particular."""
    filled = sum(bool(value) for value in (rule.insurer_id, rule.kind, rule.category_id, rule.urgency))
    return rule.tier, rule.urgency, filled, rule.pk


def _before(proposal: RuleProposal) -> Line | None:
    """The rule by which such cases go now: the most particular one that fits the whole key."""
    if proposal.state not in (ProposalState.TRIED, ProposalState.WAITS):
        return None
    edition = RuleEdition.objects.in_force_at(proposal.made_at)
    fitting: Iterable[EscalationRule] = EscalationRule.objects.filter(
        Q(insurer=None) | Q(insurer=proposal.insurer_id),
        edition=edition, tier=proposal.tier, kind__in={"", proposal.kind}, urgency__in={"", proposal.urgency},
    ).select_related("category")  # fmt: skip
    known = [rule for rule in fitting if rule.category_id in (None, proposal.category_id)]
    return line_of(max(known, key=_rank)) if known else None


def _rank(rule: EscalationRule) -> tuple[Any, ...]:
    """Most fields filled wins, ties in the order insurer, kind, category, urgency (services.rules)."""
    filled = [bool(value) for value in (rule.insurer_id, rule.kind, rule.category_id, rule.urgency)]
    return sum(filled), *filled


def findings(job_id: int | None) -> Findings | None:
    job = Job.objects.filter(pk=job_id).first() if job_id else None
    if job is None:
        return None
    total = job.total_count or 0
    return Findings(
        is_done=job.state in {JobState.DONE, JobState.FAILED},
        percent=100 * job.done_count // total if total else 0,
        found=(job.result or {}).get("found"),
    )
