"""What each tier may do, how long it has, its approved replies. Source: the domain's tables, all defaults."""

from datetime import UTC, date, datetime
from typing import Any

from complaints.kinds import TemplatePurpose
from complaints.models import Category, EffectiveRule, EscalationRule, RuleEdition, Template
from complaints.reference.rows import Line, lines, objects
from complaints.services import rules
from representatives.models import TierRight

VALID_FROM = date(2020, 1, 1)
BASE_TITLE = "Базовые сроки"
BASE_FROM = datetime(2020, 1, 1, tzinfo=UTC)


def load_tier_rights() -> int:
    """Add rights of which a tier has no row at all: one that an administrator ended stays ended."""
    known = set(TierRight.objects.values_list("tier", "action"))
    missing = [
        TierRight(tier=line["tier"], action=line["action"], extent=line["extent"], valid_from=VALID_FROM)
        for line in lines("tier_rights.csv")
        if (int(line["tier"]), line["action"]) not in known
    ]
    return len(TierRight.objects.bulk_create(missing))


def load_templates() -> int:
    """Add approved replies whose code is not there in any version; returns how many."""
    known = set(Template.objects.values_list("code", flat=True))
    categories = {category.slug: category for category in Category.objects.all()}
    missing = [_template(row, categories) for row in objects("templates.json") if row["code"] not in known]
    return len(Template.objects.bulk_create(missing))


def load_base_rules() -> int:
    """Add the base edition once; afterwards its rules are the administrators'. Returns how many rules."""
    edition, new = RuleEdition.objects.get_or_create(filed_from=BASE_FROM, defaults={"title": BASE_TITLE})
    if not new:
        return 0
    return len(EscalationRule.objects.bulk_create(rule(edition, line) for line in lines("base_rules.csv")))


def rule(edition: RuleEdition, line: Line) -> EscalationRule:
    """One line of a table of rules."""
    return EscalationRule(
        edition=edition,
        tier=int(line["tier"]),
        urgency=line["urgency"],
        reaction_limit=int(line["reaction_limit"]) if line["reaction_limit"] else None,
        reaction_unit=line["reaction_unit"],
        resolution_limit=int(line["resolution_limit"]),
        resolution_unit=line["resolution_unit"],
    )


def expand_if_new(*, changed: bool) -> int:
    """Rebuild the effective keys when something they are made of is new; returns how many keys there are."""
    if changed or not EffectiveRule.objects.exists():
        return rules.expand_all()
    return EffectiveRule.objects.count()


def _template(row: dict[str, Any], categories: dict[str, Category]) -> Template:
    return Template(
        code=row["code"],
        purpose=row.get("purpose", TemplatePurpose.REPLY),
        title=row["title"],
        body=row["body"],
        category=categories.get(row["category"]),
        valid_from=VALID_FROM,
    )
