"""The demo: contract accounts, a roster, policies, and 400 appeals whose histories could have happened."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command

from complaints import numbers
from complaints.demo import texts
from complaints.demo.crowd import seed
from complaints.demo.loading import DEMO_RULES, NotADemo, NotEmpty, load_demo
from complaints.demo.samples import APPEALS, PASSWORD, POLICIES
from complaints.escalation.sweep import sweep
from complaints.models import Answer, Card, Category, Complaint, DutyCall, History, Link, Message, RuleEdition
from complaints.permissions import Act, can
from complaints.services import patient_sessions
from complaints.services.filing import Filing, file_complaint
from complaints.states import HOPS, OPEN, Event, Status, after
from insurers.models import Branch, ClinicPost, MedicalOrganisation, Office, Policy
from insurers.policy_numbers import check_policy_number
from insurers.services.policies import Reason, recognise
from omsportal.platform import reference
from omsportal.platform.models import Alarm, Outbox
from omsportal.supervisor import banner
from representatives.models import DutyShift, User
from representatives.profiles import profile_of
from representatives.roles import Tier

# A Wednesday, 12:00 in Moscow.
NOW = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker):
    """The demo once for the module; a test's own changes end with the test."""
    with django_db_blocker.unblock():
        for _name, _loaded in reference.load_all(now=NOW):
            pass
        yield load_demo(now=NOW)
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def sogaz():
    return Branch.objects.by_codes("sogaz-med", "76")


def profile(login):
    return profile_of(User.objects.get(username=login), now=NOW)


def test_it_says_how_much_it_made(loaded):
    assert (loaded.policies, loaded.complaints) == (3000, 400)
    assert Policy.objects.count() == 3000
    assert Complaint.objects.count() == 400


def test_it_loads_once():
    with pytest.raises(NotEmpty):
        load_demo(now=NOW)


def test_it_says_that_it_is_there_already(capsys):
    call_command("load_demo")
    assert "ничего не изменилось" in capsys.readouterr().out


def test_it_stays_out_of_a_real_portal(settings):
    settings.DEMO = False
    with pytest.raises(NotADemo):
        load_demo(now=NOW)
    with pytest.raises(CommandError, match="make run"):
        call_command("load_demo")
    with pytest.raises(CommandError, match="make run"):
        call_command("seed_load", "--complaints", "1")


# Accounts


def test_it_makes_the_accounts_that_the_banner_tells():
    logins = [login for login, _who in banner.ACCOUNTS]
    users = User.objects.filter(username__in=logins)
    assert sorted(user.username for user in users) == sorted(logins)
    assert all(user.is_demo for user in User.objects.all())
    assert banner.PASSWORD == PASSWORD
    assert User.objects.get(username="operator").check_password(PASSWORD)
    assert len(set(User.objects.values_list("password", flat=True))) == 1


@pytest.mark.parametrize(("login", "tier"), [("operator", 1), ("specialist", 2), ("expert", 3)])
def test_it_puts_the_three_tiers_into_one_branch(login, tier, sogaz):
    assert profile(login).tier == tier
    assert profile(login).branch_ids == {sogaz.pk}


def test_it_appoints_heads_and_administrators(sogaz):
    fund = Branch.objects.fund_of_region(sogaz.region)
    assert profile("head").headed_branch_ids == {sogaz.pk}
    assert profile("fund").headed_branch_ids == {fund.pk}
    assert profile("fund_operator").tier == Tier.FUND
    assert profile("insurer_admin").insurer_ids == {sogaz.insurer_id}
    assert User.objects.get(username="admin").is_superuser


def test_it_hides_the_branch_from_its_rival(sogaz):
    assert profile("rival").branch_ids == {Branch.objects.by_codes("reso-med", "76").pk}
    own = Complaint.objects.filter(branch=sogaz)
    assert own.visible_to(profile("operator")).exists()
    assert not own.visible_to(profile("rival")).exists()


@pytest.mark.parametrize("tier", [Tier.SPECIALISTS, Tier.EXPERTS])
def test_it_leaves_no_hour_of_two_weeks_without_a_duty_person(tier, sogaz):
    of_tier = DutyShift.objects.of(branch_id=sogaz.pk, tier=tier)
    for hour in range(14 * 24):
        on_duty = of_tier.on_duty(now=NOW + timedelta(hours=hour))
        assert {shift.place for shift in on_duty} == {1, 2}


def test_it_shows_a_duty_person_being_called():
    call = DutyCall.objects.get(acknowledged_at=None)
    assert call.user.username in {"specialist", "expert"}
    assert call.complaint in Complaint.objects.calling(call.user_id).in_queue_of(profile(call.user.username))
    assert Outbox.objects.filter(kind="duty_call", channel="email", receiver_id=call.user_id).exists()


# Places and policies


def test_it_accuses_no_real_clinic():
    assert MedicalOrganisation.objects.count() == 10
    assert all("Учебн" in clinic.short_name for clinic in MedicalOrganisation.objects.all())
    assert ClinicPost.objects.exists()
    assert Office.objects.count() == 4


def test_it_makes_policies_with_numbers_that_could_exist():
    insurers = Counter(Policy.objects.values_list("branch__insurer__code", flat=True))
    assert len(insurers) == 4
    for policy in Policy.objects.order_by("pk")[:200]:
        assert check_policy_number(policy.holder["number"]).value == policy.holder["number"]


@pytest.mark.parametrize("sample", POLICIES, ids=lambda sample: sample.surname)
def test_it_recognises_the_documented_policies(sample):
    found = recognise(
        number=sample.number,
        surname=sample.surname.upper(),
        birth_on=sample.birth_on,
        address_key="test",
        now=NOW,
    )
    assert found.reason == Reason.RECOGNISED
    assert found.branch.insurer.code == sample.insurer


# Appeals


@pytest.mark.parametrize("status", Status)
def test_it_has_appeals_in_every_status(status):
    # Left without an answer by two people of one tier: only where there are two.
    least = 1 if status == Status.LEFT_UNANSWERED else 3
    assert Complaint.objects.filter(status=status).count() >= least


def test_it_has_open_appeals_in_every_tier_urgency_and_state_of_the_clock():
    opened = Complaint.objects.open()
    assert set(opened.values_list("tier", flat=True)) == set(Tier.values)
    assert set(opened.values_list("urgency", flat=True)) == {"ordinary", "urgent"}
    assert opened.filter(breached_at__isnull=False).count() >= 3
    assert opened.waiting().count() >= 10
    assert 90 <= opened.count() <= 130


def test_it_spreads_themes_kinds_channels_and_branches():
    assert set(Complaint.objects.values_list("category__slug", flat=True)) == set(
        Category.objects.values_list("slug", flat=True)
    )
    assert len(set(Complaint.objects.values_list("kind", flat=True))) == 4
    assert len(set(Complaint.objects.values_list("channel", flat=True))) >= 8
    assert len(set(Complaint.objects.values_list("branch", flat=True))) == 6


def test_it_covers_sixty_days_and_never_the_future():
    days = {NOW.date() - day for day in Complaint.objects.values_list("registered_on", flat=True)}
    assert timedelta(days=50) < max(days) <= timedelta(days=60)
    assert not History.objects.filter(at__gt=NOW).exists()
    assert not Message.objects.filter(posted_at__gt=NOW).exists()


def test_it_lets_nothing_fall_due_in_the_first_minutes():
    assert not Complaint.objects.overdue(now=NOW + timedelta(minutes=1)).exists()
    assert Complaint.objects.overdue(now=NOW + timedelta(minutes=20)).count() >= 4
    assert Complaint.objects.overdue(now=NOW + timedelta(minutes=20)).count() <= 15
    swept = sweep(now=NOW)
    assert (swept.escalated, swept.breached, swept.resumed) == (0, 0, 0)


def test_it_lives_by_the_table_of_moves():
    lines = {}
    for line in History.objects.order_by("complaint_id", "id"):
        lines.setdefault(line.complaint_id, []).append(line)
    for case in Complaint.objects.all():
        first, *rest = lines[case.pk]
        assert (first.event, first.to_status) == (Event.FILED, Status.NEW)
        for line in rest:
            assert after(Event(line.event), Status(line.from_status)) == line.to_status
        for earlier, later in pairwise(lines[case.pk]):
            assert earlier.at <= later.at
            assert (earlier.to_status, earlier.to_tier) == (later.from_status, later.from_tier)
        assert (lines[case.pk][-1].to_status, lines[case.pk][-1].to_tier) == (case.status, case.tier)
        assert sum(line.event in HOPS for line in rest) == case.hop


def test_it_keeps_both_clocks():
    for case in Complaint.objects.select_related("branch"):
        moved = [line for line in case.history.order_by("id") if line.due_after is not None]
        assert case.due_at == moved[-1].due_after
        assert (case.answer_due_on is not None) == (case.form == "written")
        assert (case.tier == Tier.FUND) == (case.branch.kind == "fund")


def test_it_escalates_by_the_timer_at_the_due_moment():
    hops = History.objects.filter(event__in=[Event.ESCALATED, Event.BREACHED])
    assert hops.count() >= 20
    for hop in hops:
        assert timedelta(0) <= hop.at - hop.due_before <= timedelta(seconds=10)


def test_it_raised_an_alarm_for_every_breach():
    for case in Complaint.objects.filter(breached_at__isnull=False):
        told = Alarm.objects.filter(kind="tier_breach", subject_id=case.pk)
        assert told.count() == 2
        assert {alarm.payload["number"] for alarm in told} == {case.number}


def test_it_answers_what_it_decided():
    decided = Complaint.objects.exclude(outcome="")
    assert Answer.objects.count() == decided.count() > 200
    assert set(decided.values_list("outcome", flat=True)) >= {
        "justified", "not_justified", "clarified", "organised",
    }  # fmt: skip


def test_it_links_appeals_that_grew_out_of_others():
    assert set(Link.objects.values_list("kind", flat=True)) == {"forward", "reopening"}


def test_it_gives_the_demo_accounts_something_to_do():
    for login in ("operator", "specialist", "expert"):
        person = User.objects.get(username=login)
        held = Complaint.objects.held_by(person.pk).filter(status=Status.IN_WORK)
        assert held.count() >= 2, login
        assert can(profile(login), Act.MESSAGE, held[0])
        assert Complaint.objects.in_queue_of(profile(login)).count() >= 3


def test_it_sends_no_mail_of_the_past():
    mails = Outbox.objects.filter(channel="email")
    assert mails.exists()
    assert not mails.filter(sent_at=None, created_at__lt=NOW).exists()


# Words


def test_it_tells_many_different_stories():
    told = texts.stories()
    assert len({story.text for story in told}) >= 40
    assert {story.for_whom for story in told} == {"self", "child", "relative"}


def test_it_leaves_no_placeholder_in_a_letter():
    letters = [card.sealed["details"]["story"] for card in Card.objects.all()]
    letters += [message.sealed["text"] for message in Message.objects.all()]
    letters += [answer.sealed["text"] for answer in Answer.objects.all()]
    assert [letter for letter in letters if re.search(r"[{}<>|\[\]]", letter)] == []
    assert len(set(letters)) > 400


def test_it_writes_numbers_with_their_nouns():
    assert [texts.years(number) for number in (1, 2, 5, 11, 12, 21, 64, 71)] == [
        "1 год", "2 года", "5 лет", "11 лет", "12 лет", "21 год", "64 года", "71 год",
    ]  # fmt: skip


def test_it_names_no_reachable_phone_or_mailbox():
    for card in Card.objects.all():
        contact = card.sealed["applicant"]
        assert contact.get("phone", "+7000").startswith("+7000")
        assert contact.get("email", "@example.com").endswith("@example.com")


@pytest.mark.parametrize("sample", APPEALS, ids=lambda sample: sample.status)
def test_it_opens_the_documented_appeals_with_number_and_code(sample):
    case = patient_sessions.prove(number=sample.number, code=sample.access_code, address="test", now=NOW)
    assert case.status == sample.status
    assert case.card.sealed["details"]["story"]


# Rules


def test_it_gives_minutes_to_new_appeals_only(sogaz):
    assert RuleEdition.objects.in_force_at(NOW).title == DEMO_RULES
    assert not Complaint.objects.filter(rule_edition__title=DEMO_RULES).exists()
    waiting = Category.objects.by_slug("waiting")
    filed = file_complaint(filing=Filing(category=waiting, branch=sogaz), now=NOW).complaint
    assert filed.due_at == NOW + timedelta(minutes=3)


def test_it_moves_a_new_appeal_through_three_tiers_to_the_alarm_in_minutes(sogaz):
    waiting = Category.objects.by_slug("waiting")
    filed = file_complaint(filing=Filing(category=waiting, branch=sogaz), now=NOW).complaint
    seen = []
    for minute in (3, 8, 13):
        sweep(now=NOW + timedelta(minutes=minute, seconds=5))
        filed.refresh_from_db()
        seen.append((filed.tier, filed.breached_at is not None))
    assert seen == [(2, False), (3, False), (3, True)]


# A crowd for benchmarks


def test_it_seeds_a_crowd_of_which_exactly_the_due_ones_move():
    before = Complaint.objects.open().count()
    seeded = seed(complaints=600, due=50, now=NOW)
    assert (seeded.complaints, seeded.due) == (600, 50)
    assert Complaint.objects.open().count() == before + 600
    assert sweep(now=NOW).escalated == 50
    assert sweep(now=NOW).escalated == 0


def test_it_seeds_appeals_that_pages_can_open():
    seed(complaints=40, due=0, now=NOW)
    seed(complaints=40, due=0, now=NOW)
    crowd = Complaint.objects.filter(number__contains="-00-")
    assert crowd.count() == 80
    for case in crowd.select_related("card"):
        assert numbers.parse_number(case.number) == case.number
        assert case.card.sealed["details"]["story"]
        assert case.history.count() == 1
    assert set(crowd.values_list("status", flat=True)) == {"new", "in_work"}
    assert {Status(status) for status in crowd.values_list("status", flat=True)} <= OPEN


@pytest.mark.parametrize(("complaints", "due"), [("10", "11"), ("-1", "0")])
def test_it_refuses_counts_that_cannot_be(complaints, due):
    with pytest.raises(CommandError, match="--due"):
        call_command("seed_load", "--complaints", complaints, "--due", due)
