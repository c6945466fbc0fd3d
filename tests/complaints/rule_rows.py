"""Rows of proposed rules and what funds say, for the tests of constraints."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from complaints.models import RuleConsent, RuleProposal
from tests.complaints.rows import Maker, user
from tests.factories import NOW, make_branch, make_fund, make_rules


def proposal(**fields: Any) -> RuleProposal:
    known = {
        "insurer": make_branch().insurer, "edition": make_rules(), "tier": 2, "resolution_limit": 1,
        "resolution_unit": "working_day", "made_by": user(), "made_at": NOW,
    }  # fmt: skip
    return RuleProposal.objects.create(**(known | fields))


def consent(**fields: Any) -> RuleConsent:
    known = {"fund": make_fund(), "agreed": True, "by": user(), "at": NOW}
    own = fields.pop("proposal", None) or proposal()
    return RuleConsent.objects.create(**(known | {"proposal": own} | fields))


ROWS: list[tuple[str, Maker, dict[str, Any]]] = [
    ("rule_proposal_state_known", proposal, {"state": "lost"}),
    ("rule_proposal_settlement_paired", proposal, {"settled_at": NOW}),
    (
        "rule_proposal_settled_after_made",
        proposal,
        {"settled_at": NOW - timedelta(hours=1), "settled_by": user},
    ),
    ("rule_proposal_reaction_paired", proposal, {"reaction_limit": 4}),
    ("rule_proposal_resolution_set", proposal, {"resolution_limit": 0}),
    ("rule_proposal_tier_known", proposal, {"tier": 9}),
    ("rule_consent_refusal_explained", consent, {"agreed": False}),
]
TWICE: list[tuple[str, Maker, Callable[[], dict[str, Any]]]] = [
    ("rule_consent_once", consent, lambda: {"proposal": proposal()}),
]
