"""Rules are changed, or tried out, at the same moment as others change theirs and appeals are filed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from complaints.models import Complaint, EscalationRule, RuleEdition, RuleProposal
from complaints.services import preview, rule_proposals, rules
from insurers.models import Branch
from omsportal.platform import dry_runs
from omsportal.platform.jobs import Progress
from representatives.roles import Tier
from tests.factories import NOW, make_branch, make_complaint, make_rules, make_staff, profile
from tests.races.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def filed_meanwhile() -> list[Any]:
    """By somebody who does not wait for locks."""

    def file() -> Complaint:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        return make_complaint()

    return at_once(file)


def test_an_appeal_is_filed_while_keys_are_built() -> None:
    make_complaint()
    with transaction.atomic():
        rules.expand(edition=make_rules())
        [filed] = filed_meanwhile()
    assert isinstance(filed, Complaint), filed


def test_an_appeal_is_filed_while_a_rule_is_tried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    make_complaint(tier=2)
    look, filed = preview._look, []

    def slowly(*asked: Any) -> dict[str, Any]:
        filed.extend(filed_meanwhile())
        return look(*asked)

    monkeypatch.setattr(preview, "_look", slowly)
    rule = EscalationRule.objects.get(edition=make_rules(), tier=Tier.SPECIALISTS, urgency="")
    rule.resolution_limit -= 1
    found = preview.try_rules(dry_runs.change_of(saved=[rule]), Progress(job_id=0))
    assert found["earlier"] == 1
    assert [type(one) for one in filed] == [Complaint], filed


def proposed(branch: Branch) -> Callable[[], RuleProposal]:
    """An administrator of the branch's insurer puts a rule in force that begins on the day of others'."""
    assert branch.insurer is not None
    by = make_staff(f"admin{branch.insurer.code}", administers=branch.insurer)
    hand: dict[str, Any] = {"by": by, "profile": profile(by), "now": NOW}
    values = {"tier": Tier.SPECIALISTS, "resolution_limit": 3, "resolution_unit": "working_day"}
    made = rule_proposals.try_out(insurer=branch.insurer, values=values, starts_at=NOW + DAY, **hand)
    return lambda: rule_proposals.put_in_force(proposal=made, **hand)


def test_two_insurers_whose_rules_begin_on_one_day_share_its_edition() -> None:
    make_rules()
    results = at_once(*(proposed(make_branch(code)) for code in ("sogaz-med", "reso-med")))
    assert [type(one) for one in results] == [RuleProposal] * 2, results
    edition = RuleEdition.objects.get(filed_from=NOW + DAY)
    assert edition.rules.exclude(insurer=None).count() == 2
