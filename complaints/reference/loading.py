"""The complaint-side part of `manage.py load_reference`."""

from dataclasses import dataclass
from datetime import datetime

from complaints.reference import classifier, consents, english, funds, grounds, guides, rules, terms


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows this load added; `effective_rules` is how many keys the rules have in all."""

    new_funds: int
    new_official_codes: int
    new_categories: int
    new_category_codes: int
    new_guides: int
    new_deadlines: int
    new_in_english: int
    new_tier_rights: int
    new_templates: int
    new_consent_texts: int
    new_grounds: int
    new_rules: int
    effective_rules: int


def load_reference(*, now: datetime) -> Loaded:
    """Add what is missing, in the caller's transaction. Rows that are there stay, edited or not."""
    new_funds = funds.load_funds(now=now)
    official_codes = classifier.load_official_codes()
    categories = classifier.load_categories()
    category_codes = classifier.load_category_codes()
    base_rules = rules.load_base_rules()
    return Loaded(
        new_funds=new_funds,
        new_official_codes=official_codes,
        new_categories=categories,
        new_category_codes=category_codes,
        new_guides=guides.load_guides(),
        new_deadlines=terms.load_deadlines(),
        new_in_english=english.load_english(),
        new_tier_rights=rules.load_tier_rights(),
        new_templates=rules.load_templates(),
        new_consent_texts=consents.load_consent_texts(),
        new_grounds=grounds.load_grounds(),
        new_rules=base_rules,
        effective_rules=rules.expand_if_new(changed=bool(categories or base_rules)),
    )
