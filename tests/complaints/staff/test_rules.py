"""Rules of time: tried out first; shorter holds at once, longer for open cases only when the funds agree."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from complaints.models import Complaint, EscalationRule, RuleConsent, RuleEdition, RuleProposal
from complaints.services import rule_proposals
from complaints.services.rule_proposals import ProposalRefused
from insurers.models import Branch
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_complaint, make_fund, make_region, make_staff, profile

DAY = timedelta(days=1)


@pytest.fixture
def admin(client_of: ClientOf) -> Client:
    return client_of("insurer_admin")


@pytest.fixture
def case(branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
    """Of tier 2, which has five working days."""
    return make_complaint(branch, tier=2, now=now)


def propose(admin: Client, branch: Branch, days: int, **typed: Any) -> RuleProposal:
    """Tier 2 shall have so many working days; counted."""
    known = {
        "insurer": branch.insurer_id, "tier": "2", "urgency": "ordinary", "resolution_limit": str(days),
        "resolution_unit": "working_day",
    }  # fmt: skip
    answer = admin.post("/staff/rules/new/", known | typed)
    assert answer.status_code == 302, answer.content.decode()
    work()
    return RuleProposal.objects.latest("pk")


def work() -> None:
    while jobs.run_next(database_now()):
        pass


def settle(client: Client, proposal: RuleProposal, act: str) -> str:
    """The state afterwards."""
    client.post(f"/staff/rules/proposals/{proposal.pk}/settle/", {"act": act})
    work()
    return str(RuleProposal.objects.get(pk=proposal.pk).state)


def decide(client: Client, proposal: RuleProposal, **typed: str) -> int:
    return int(client.post(f"/staff/rules/proposals/{proposal.pk}/decide/", typed).status_code)


def page(client: Client, proposal: RuleProposal) -> str:
    return str(client.get(f"/staff/rules/proposals/{proposal.pk}/").content.decode())


def due(case: Complaint) -> datetime:
    return Complaint.objects.get(pk=case.pk).due_at


def test_a_shorter_limit_is_tried_out_and_then_moves_open_cases(
    admin: Client, branch: Branch, case: Complaint
) -> None:
    proposal = propose(admin, branch, 3)
    assert "Срок станет раньше: 1, из них сразу просрочены: 0" in page(admin, proposal)
    assert due(case) == case.due_at
    assert not EscalationRule.objects.filter(insurer=branch.insurer).exists()
    assert settle(admin, proposal, "in_force") == "done"
    assert due(case) < case.due_at
    assert "3 рабочих дня" in admin.get("/staff/rules/").content.decode()
    assert settle(admin, proposal, "drop") == "done"


def test_another_insurer_keeps_its_limits(
    admin: Client, branch: Branch, case: Complaint, now: datetime
) -> None:
    other = make_complaint(make_branch("reso-med", now=now), tier=2, now=now)
    settle(admin, propose(admin, branch, 3), "in_force")
    assert due(other) == other.due_at


def test_a_longer_limit_holds_for_new_cases_only(
    admin: Client, branch: Branch, case: Complaint, now: datetime
) -> None:
    proposal = propose(admin, branch, 9)
    assert "остаются с прежним сроком: 1" in page(admin, proposal)
    assert settle(admin, proposal, "in_force") == "done"
    assert due(case) == case.due_at
    later = database_now()
    assert make_complaint(branch, tier=2, now=later).due_at > case.due_at + 2 * DAY


def test_open_cases_follow_once_the_fund_agrees(
    admin: Client, client_of: ClientOf, branch: Branch, case: Complaint
) -> None:
    proposal = propose(admin, branch, 9)
    assert settle(admin, proposal, "ask") == "waits"
    assert due(case) == case.due_at
    fund = client_of("fund")
    assert "Решение вашего фонда" in page(fund, proposal)
    assert decide(fund, proposal, agree="1") == 302
    work()
    assert RuleProposal.objects.get(pk=proposal.pk).state == "done"
    assert due(case) > case.due_at + 2 * DAY
    assert not RuleEdition.objects.filter(approved_by_fund=True).exists()
    assert decide(fund, proposal, agree="1") == 403


def test_a_refusal_needs_a_reason_and_leaves_the_rule_from_before(
    admin: Client, client_of: ClientOf, branch: Branch, case: Complaint
) -> None:
    proposal = propose(admin, branch, 9)
    settle(admin, proposal, "ask")
    fund = client_of("fund")
    assert decide(fund, proposal) == 422
    assert decide(fund, proposal, reason="Люди и так ждут.") == 302
    assert RuleConsent.objects.get().agreed is False
    assert "Люди и так ждут." in page(admin, proposal)
    assert due(case) == case.due_at
    assert not EscalationRule.objects.filter(insurer=branch.insurer).exists()


def test_every_fund_has_to_agree(
    admin: Client, client_of: ClientOf, branch: Branch, case: Complaint, now: datetime
) -> None:
    make_region("73", "Ульяновская область")
    make_branch("sogaz-med", "73", now=now)
    make_staff("second fund", 4, make_fund("73", now=now), heads=make_fund("73", now=now))
    proposal = propose(admin, branch, 9)
    settle(admin, proposal, "ask")
    decide(client_of("fund"), proposal, agree="1")
    assert RuleProposal.objects.get(pk=proposal.pk).state == "waits"
    client = Client()
    client.force_login(User.objects.get(username="second fund"))
    decide(client, proposal, agree="1")
    assert RuleProposal.objects.get(pk=proposal.pk).state == "done"


def test_from_a_later_day_it_is_an_edition_of_its_own(
    admin: Client, branch: Branch, case: Complaint, now: datetime
) -> None:
    day = now.date() + 20 * DAY
    proposal = propose(admin, branch, 9, starts_on=f"{day:%d.%m.%Y}")
    assert "Ничего: правило действует" in page(admin, proposal)
    settle(admin, proposal, "in_force")
    assert due(case) == case.due_at
    edition = RuleEdition.objects.latest("filed_from")
    assert edition.filed_from.date() in {day, day - DAY}
    assert edition.rules.filter(insurer=branch.insurer).get().resolution_limit == 9
    assert edition.rules.filter(insurer=None).exists()
    settle(admin, propose(admin, branch, 3, tier="3"), "in_force")
    assert edition.rules.filter(insurer=branch.insurer, tier=3).get().resolution_limit == 3


def test_nobody_else_changes_them(client_of: ClientOf, admin: Client, branch: Branch) -> None:
    proposal = propose(admin, branch, 9)
    for role in ("operator", "head", "fund_operator", "admin", "rival"):
        client = client_of(role)
        assert client.get("/staff/rules/new/").status_code == 403
        assert client.get(f"/staff/rules/proposals/{proposal.pk}/").status_code == 404
        assert decide(client, proposal, agree="1") == 404
        assert settle(client, proposal, "in_force") == "tried"


def test_a_fund_sees_only_what_it_is_asked(client_of: ClientOf, admin: Client, branch: Branch) -> None:
    proposal = propose(admin, branch, 9)
    fund = client_of("fund")
    assert fund.get(f"/staff/rules/proposals/{proposal.pk}/").status_code == 404
    settle(admin, proposal, "ask")
    assert fund.get(f"/staff/rules/proposals/{proposal.pk}/").status_code == 200
    assert settle(fund, proposal, "drop") == "waits"


def test_the_head_of_a_fund_reads_the_limits_of_the_own_queue(client_of: ClientOf, admin: Client) -> None:
    page = client_of("fund").get("/staff/rules/").content.decode()
    assert "Какие сроки действуют в очереди фонда" in page
    assert "4 рабочих часа" in page
    assert "Какие сроки действуют в очереди фонда" not in admin.get("/staff/rules/").content.decode()


def test_what_makes_no_sense_is_explained(admin: Client, branch: Branch) -> None:
    known = {
        "insurer": branch.insurer_id, "tier": "2", "resolution_limit": "3", "resolution_unit": "working_day",
    }  # fmt: skip
    for typed in (
        {"resolution_limit": "0"}, {"resolution_limit": ""}, {"reaction_limit": "4"}, {"tier": "4"},
        {"starts_on": "01.01.2020"}, {"kind": "xxx"},
    ):  # fmt: skip
        assert admin.post("/staff/rules/new/", known | typed).status_code == 422, typed
    assert not RuleProposal.objects.exists()


def test_two_who_settle_at_once_do_it_once(admin: Client, branch: Branch, people: dict[str, User]) -> None:
    proposal = propose(admin, branch, 3)
    by = people["insurer_admin"]
    hand: dict[str, Any] = {"by": by, "profile": profile(by, on=database_now().date()), "now": database_now()}
    rule_proposals.put_in_force(proposal=proposal, **hand)
    with pytest.raises(ProposalRefused, match="settled"):
        rule_proposals.take_back(proposal=proposal, **hand)


def test_it_is_settled_no_earlier_than_it_was_proposed(
    admin: Client, branch: Branch, people: dict[str, User]
) -> None:
    proposal, by = propose(admin, branch, 3), people["insurer_admin"]
    hand: dict[str, Any] = {"by": by, "profile": profile(by, on=database_now().date())}
    gone_back = proposal.made_at - timedelta(minutes=1)
    settled = rule_proposals.take_back(proposal=proposal, now=gone_back, **hand)
    assert settled.settled_at == proposal.made_at
