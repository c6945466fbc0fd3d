"""Who sets up how other systems reach branches: heads, and the administrators of an insurer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from insurers.models import Branch
from representatives.models import ApiKey, Webhook
from representatives.profiles import Profile


@dataclass(frozen=True, slots=True)
class Span:
    """What a new key or receiver shall reach: `branch` and others, or all of its insurer."""

    branch: Branch
    others: Sequence[int] = ()
    everywhere: bool = False

    @property
    def columns(self) -> dict[str, Any]:
        others = sorted(set(self.others) - {self.branch.pk})
        return {"branch": self.branch, "everywhere": self.everywhere, "other_branch_ids": others}


def may_integrate(profile: Profile) -> bool:
    """Keys and receivers of at least one branch are this person's to set up."""
    return bool(profile.headed_branch_ids or profile.insurer_ids)


def answers_for(profile: Profile, branch: Branch) -> bool:
    """Keys and receivers of this branch alone are this person's to set up."""
    return branch.pk in profile.headed_branch_ids or branch.insurer_id in profile.insurer_ids


def may_change(profile: Profile, row: ApiKey | Webhook) -> bool:
    """The person answers for every branch that it reaches."""
    return _answers_for_all(profile, row.branch, row.other_branch_ids, everywhere=row.everywhere)


def check(profile: Profile, span: Span) -> None:
    """Raises PermissionDenied; a fund has no other branches."""
    if not _answers_for_all(profile, span.branch, span.others, everywhere=span.everywhere):
        raise PermissionDenied(_("Only a head of the branch or an administrator of the insurer sets this."))


def check_row(profile: Profile, row: ApiKey | Webhook) -> None:
    """Raises PermissionDenied."""
    check(profile, Span(row.branch, row.other_branch_ids, row.everywhere))


def reached(row: ApiKey | Webhook) -> frozenset[int]:
    """Ids of the branches that it reaches today: a query only where it reaches all."""
    if row.everywhere:
        own = Branch.objects.filter(insurer_id=row.branch.insurer_id or 0)
        return frozenset(own.values_list("pk", flat=True))
    return frozenset((row.branch_id, *row.other_branch_ids))


def _answers_for_all(profile: Profile, branch: Branch, others: Collection[int], *, everywhere: bool) -> bool:
    if everywhere:
        return branch.insurer_id is not None and branch.insurer_id in profile.insurer_ids
    rows = list(Branch.objects.filter(pk__in=others)) if others else []
    same_owner = all(row.insurer_id == branch.insurer_id and not row.is_fund for row in rows)
    is_known = len(rows) == len(set(others))
    return is_known and same_owner and all(answers_for(profile, row) for row in (branch, *rows))
