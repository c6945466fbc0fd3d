"""Rules become a table of keys, so that a sweep finds each limit by equality."""

from typing import Any

from django.db import connection, transaction

from complaints.kinds import Kind, Urgency
from complaints.models import EffectiveRule, RuleEdition
from omsportal.platform import turns
from representatives.roles import Tier

# Most filled fields win, ties in the order insurer, kind, category, urgency.
_EXPAND = """
INSERT INTO complaints_effectiverule (edition_id, insurer_key, kind, category_id, urgency, tier, rule_id,
    reaction_limit, reaction_unit, resolution_limit, resolution_unit)
SELECT DISTINCT ON (insurer.key, kind.key, category.id, urgency.key, tier.key)
    rule.edition_id, insurer.key, kind.key, category.id, urgency.key, tier.key, rule.id,
    rule.reaction_limit, rule.reaction_unit, rule.resolution_limit, rule.resolution_unit
FROM (SELECT id AS key FROM insurers_insurer UNION ALL SELECT 0) AS insurer
CROSS JOIN unnest(%(kinds)s) AS kind (key)
CROSS JOIN complaints_category AS category
CROSS JOIN unnest(%(urgencies)s) AS urgency (key)
CROSS JOIN unnest(%(tiers)s) AS tier (key)
JOIN complaints_escalationrule AS rule ON rule.edition_id = %(edition_id)s AND rule.tier = tier.key
    AND (rule.insurer_id IS NULL OR rule.insurer_id = insurer.key)
    AND rule.kind IN ('', kind.key)
    AND (rule.category_id IS NULL OR rule.category_id = category.id)
    AND rule.urgency IN ('', urgency.key)
ORDER BY insurer.key, kind.key, category.id, urgency.key, tier.key,
    (rule.insurer_id IS NOT NULL)::int + (rule.kind <> '')::int + (rule.category_id IS NOT NULL)::int
        + (rule.urgency <> '')::int DESC,
    rule.insurer_id IS NOT NULL DESC, rule.kind <> '' DESC, rule.category_id IS NOT NULL DESC,
    rule.urgency <> '' DESC
"""


def take_turn() -> None:
    """Nobody else changes rules or builds their keys until the caller's transaction ends. Whoever files goes
    by the keys of before and waits for nobody."""
    turns.take("complaints.rules")


@transaction.atomic
def expand(*, edition: RuleEdition) -> int:
    """Rebuild the effective keys of one edition, in the turn of rules; returns how many."""
    take_turn()
    return build(edition=edition)


def build(*, edition: RuleEdition) -> int:
    """The same for whoever has the turn, or a shadow of the table; in the caller's transaction."""
    EffectiveRule.objects.filter(edition=edition).delete()
    parameters: dict[str, Any] = {
        "edition_id": edition.pk,
        "kinds": [str(kind) for kind in Kind.values],
        "urgencies": [str(urgency) for urgency in Urgency.values],
        "tiers": [int(tier) for tier in Tier.values],
    }
    with connection.cursor() as cursor:
        cursor.execute(_EXPAND, parameters)
        expanded: int = cursor.rowcount
    return expanded


def expand_all() -> int:
    """Every edition; after a new insurer or category."""
    return sum(expand(edition=edition) for edition in RuleEdition.objects.order_by("pk"))


def count_keys(edition: RuleEdition) -> int:
    """How many keys of this edition the timer reads."""
    counted: int = EffectiveRule.objects.filter(edition=edition).count()
    return counted
