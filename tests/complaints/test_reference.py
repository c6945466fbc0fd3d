"""Reference rows of every app by one command: complete, believable, never overwritten."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from complaints.kinds import Kind
from complaints.models import (
    Category,
    CategoryCode,
    Deadline,
    EffectiveRule,
    EscalationRule,
    OfficialCode,
    RuleEdition,
    Template,
)
from complaints.reference.loading import load_reference
from complaints.services.templates import VARIABLES
from insurers.models import Branch, Hotline, Region
from omsportal.platform import reference
from representatives.models import TierRight
from representatives.roles import Action, Tier

# A Wednesday, 12:00 in Moscow.
NOW = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
pytestmark = pytest.mark.django_db

#: Computed from the rest, rebuilt with every load.
COMPUTED = {"WorkingSpan", "WorkingAxis"}


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker):
    """Everything loaded once for the module; a test's own changes end with the test."""
    with django_db_blocker.unblock():
        yield dict(reference.load_all(now=NOW))
        call_command("flush", interactive=False, verbosity=0)


def row_counts():
    """Every table, the change history of reference rows among them."""
    tables = set(connection.introspection.table_names())
    models = [model for model in apps.get_models() if model._meta.db_table in tables]
    return {
        model._meta.label: model._base_manager.count() for model in models if model.__name__ not in COMPUTED
    }


def steps_of(category):
    return " ".join([*category.now_steps, category.free_of_charge])


def limits(*, tier, urgency="ordinary", kind="complaint"):
    rule = EffectiveRule.objects.get(
        edition__title="Базовые сроки",
        insurer_key=0,
        kind=kind,
        category__slug="waiting",
        urgency=urgency,
        tier=tier,
    )
    reaction = f"{rule.reaction_limit} {rule.reaction_unit}" if rule.reaction_limit else ""
    return reaction, f"{rule.resolution_limit} {rule.resolution_unit}"


def test_it_loads_the_apps_from_the_bottom_up(loaded):
    assert list(loaded) == ["insurers", "complaints"]


def test_it_prints_what_it_did_and_the_second_time_adds_nothing(capsys):
    before = row_counts()
    call_command("load_reference")
    added = json.loads(capsys.readouterr().out)["complaints"]
    added.pop("effective_rules")
    assert set(added.values()) == {0}
    assert row_counts() == before


def test_it_refuses_a_loader_that_does_not_say_what_it_did(monkeypatch):
    monkeypatch.setattr(reference, "_loaders", {"silent": f"{__name__}.silent"})
    with pytest.raises(TypeError, match="must return a dataclass"):
        list(reference.load_all(now=NOW))


def silent(*, now):
    return None


def test_it_leaves_edited_rows_as_people_left_them():
    Category.objects.filter(slug="waiting").update(plain_title="Очереди", position=999)
    Template.objects.filter(code="received").update(body="Своё", version=2)
    TierRight.objects.filter(tier=1, action="register").update(valid_to=date(2021, 1, 1))
    Deadline.objects.filter(code="ANSWER").update(value=20)
    EscalationRule.objects.filter(tier=1).update(resolution_limit=2)
    RuleEdition.objects.update(title="Сроки области")
    CategoryCode.objects.filter(category__slug="waiting").update(valid_to=date(2023, 1, 1))
    codes = CategoryCode.objects.valid_on(TODAY).count()
    again = load_reference(now=NOW)
    assert (again.new_categories, again.new_templates, again.new_tier_rights) == (0, 0, 0)
    assert (again.new_category_codes, CategoryCode.objects.valid_on(TODAY).count()) == (0, codes)
    assert (again.new_deadlines, again.new_rules) == (0, 0)
    assert Category.objects.get(slug="waiting").plain_title == "Очереди"
    assert Template.objects.get(code="received").body == "Своё"
    assert Deadline.objects.get(code="ANSWER").value == 20
    assert not TierRight.objects.valid_on(TODAY).filter(tier=1, action="register").exists()
    assert EscalationRule.objects.get(tier=1).resolution_limit == 2


def test_it_adds_again_what_is_missing_and_expands_the_rules_to_it():
    CategoryCode.objects.filter(category__slug="transport").delete()
    EffectiveRule.objects.filter(category__slug="transport").delete()
    Category.objects.filter(slug="transport").delete()
    assert load_reference(now=NOW).new_categories == 1
    assert EffectiveRule.objects.filter(category__slug="transport").exists()


def test_it_gives_every_region_a_fund_and_invents_no_phone():
    funds = Branch.objects.funds()
    assert funds.count() == Region.objects.count() == 84
    assert Branch.objects.fund_of_region(Region.objects.get(code="76")).title == "ТФОМС Ярославской области"
    invented = funds.filter(title__startswith="Территориальный фонд ОМС — ")
    assert invented.count() == 81
    assert not Hotline.objects.filter(branch__in=invented).exists()


def test_it_gives_every_fund_working_time_in_its_own_zone():
    for fund in Branch.objects.funds().with_names().select_related("schedule__axis"):
        assert fund.schedule.time_zone == fund.region.time_zone
        assert fund.schedule.axis.day_seconds > 0


def test_it_speaks_of_every_theme_in_short_steps():
    for category in Category.objects.all():
        assert 3 <= len(category.now_steps) <= 5, category.slug
        assert all(len(step) <= 130 for step in category.now_steps), category.slug
        assert category.plain_title


@pytest.mark.parametrize("slug", ["paid-care", "hospital-medicines", "transport", "other"])
def test_it_says_to_call_before_paying(slug):
    assert re.search(r"(пока не позвоните|позвоните)", steps_of(Category.objects.get(slug=slug)))


def test_it_never_promises_money_back():
    texts = [steps_of(category) for category in Category.objects.all()]
    texts += Template.objects.values_list("body", flat=True)
    promises = [text for text in texts if re.search(r"верн[её]м деньги|деньги вернут|вернут деньги", text)]
    assert promises == []


@pytest.mark.parametrize("slug", ["quality", "refusal", "false-records"])
def test_it_sends_grave_themes_to_the_experts_at_once(slug):
    assert Category.objects.get(slug=slug).arrival_tier == Tier.EXPERTS


def test_it_sends_complaints_about_the_insurer_to_the_fund():
    about = Category.objects.filter(about_insurer=True).values_list("slug", flat=True)
    assert set(about) == {"insurer", "choose-insurer"}


def test_it_has_a_theme_for_every_kind_but_the_application():
    kinds = set(Category.objects.values_list("default_kind", flat=True))
    assert kinds == {Kind.COMPLAINT, Kind.CONSULTATION, Kind.PROPOSAL, Kind.THANKS}


def test_it_draws_every_theme_with_an_icon_that_exists():
    drawn = (settings.BASE_DIR / "static/img/icons.svg").read_text()
    for icon in Category.objects.values_list("icon", flat=True):
        assert f'id="{icon}"' in drawn


def test_it_counts_every_theme_into_a_row_of_table_1():
    assert OfficialCode.objects.filter(edition="157n-2022").count() == 246
    codes = CategoryCode.objects.valid_on(TODAY).select_related("official_code", "category")
    assert {code.official_code.table for code in codes} == {"1"}
    assert {code.official_code.kind for code in codes if code.kind == "consultation"} == {"консультация"}
    rows = {
        (code.category.slug if code.category else "", code.kind): code.official_code.code for code in codes
    }
    themes = Category.objects.values_list("slug", "default_kind")
    assert [theme for theme in themes if theme not in rows] == []
    assert [kind for kind in Kind if ("", kind) not in rows] == []
    assert (rows["paid-care", "complaint"], rows["paid-care", "consultation"]) == ("3.1.11", "4.12")
    assert (rows["thanks", "thanks"], rows["", "consultation"]) == ("6", "4.18")


def test_it_doubts_the_terms_that_its_sources_doubt():
    doubtful = set(Deadline.objects.filter(needs_check=True).values_list("code", flat=True))
    assert doubtful == {
        "CARDIO_DIAG", "TFOMS_REVIEW", "CLAIM_ANSWER", "EXPERT_COMPLAINT", "POLICY_ISSUE",
    }  # fmt: skip
    answer = Deadline.objects.terms_of("appeal").valid_on(TODAY).get(code="ANSWER")
    assert (answer.value, answer.unit) == (30, "calendar_day")


def test_it_holds_the_terms_of_care_from_the_programme_on():
    care = Deadline.objects.terms_of("care")
    assert care.valid_on(TODAY).count() == care.count() == 14
    assert not care.valid_on(date(2025, 12, 31)).exists()


@pytest.mark.parametrize(
    ("tier", "action", "extent"),
    [
        (1, Action.CLOSE_COMPLAINT, None),
        (2, Action.CLOSE_COMPLAINT, "without_review"),
        (3, Action.CLOSE_COMPLAINT, "full"),
        (2, Action.ORDER_REVIEW, "propose"),
        (2, Action.DEMAND_REFUND, "draft"),
        (3, Action.DEMAND_REFUND, "full"),
        (1, Action.ESCALATE, "full"),
        (3, Action.ESCALATE, None),
        (1, Action.RETURN, None),
        (3, Action.RETURN, "full"),
        (4, Action.REGISTER, "full"),
        (4, Action.CLOSE_COMPLAINT, "full"),
        (4, Action.FORWARD, "full"),
        (4, Action.ESCALATE, None),
    ],
)
def test_it_gives_each_tier_its_rights(tier, action, extent):
    right = TierRight.objects.valid_on(TODAY).filter(tier=tier, action=action).first()
    assert (right.extent if right else None) == extent


@pytest.mark.parametrize(
    ("tier", "urgency", "expected"),
    [
        (1, "ordinary", ("4 working_hour", "1 working_day")),
        (2, "ordinary", ("", "5 working_day")),
        (2, "urgent", ("15 minute", "120 minute")),
        (3, "ordinary", ("", "2 working_day")),
        (3, "urgent", ("", "60 minute")),
        (4, "ordinary", ("4 working_hour", "1 working_day")),
    ],
)
def test_it_gives_each_tier_its_time(tier, urgency, expected):
    assert limits(tier=tier, urgency=urgency) == expected


def test_it_leaves_no_case_without_a_rule():
    keys = (7 + 1) * len(Kind.values) * Category.objects.count() * 2 * len(Tier.values)
    assert EffectiveRule.objects.filter(edition__title="Базовые сроки").count() == keys


def test_it_fills_templates_only_with_what_they_may_hold():
    for template in Template.objects.all():
        assert set(re.findall(r"{(\w+)}", template.body)) <= set(VARIABLES)
    assert Template.objects.count() >= 8
