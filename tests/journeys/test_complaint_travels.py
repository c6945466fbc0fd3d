"""One complaint, from a patient's phone through three tiers on a timer, to an answer that helped.

Everything is real: Chromium, web server, Celery worker, beat, escalator, PostgreSQL, Valkey.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.journeys import chatting, planted
from tests.journeys.people import DESK, PHONE, choose, go_on, picture, sign_in, visitor, wait_for
from tests.journeys.traces import Listener, Planted, Trail, in_files, in_rows
from tests.running import RunningPortal

pytestmark = pytest.mark.journey

STORY = "Терапевт дал направление на УЗИ, а записывают только через два месяца. Пожалуйста, помогите."
#: Limits of this journey by tier, seconds. People act as long as they need; then what is left of the limit is
#: taken away in the first two tiers, and waited for in the last.
LIMITS = {1: 600, 2: 300, 3: 4}
TICK = 5


@dataclass
class Appeal:
    """What the patient holds in hand."""

    number: str = ""
    code: str = ""
    pages: dict[str, Page] = field(default_factory=dict)


@pytest.fixture
def hurried(portal: RunningPortal) -> RunningPortal:
    hurry(portal)
    return portal


def hurry(portal: RunningPortal) -> None:
    """The demo's rules for newly filed cases, in seconds instead of minutes."""
    for tier, seconds in LIMITS.items():
        for table in ("escalationrule", "effectiverule"):
            portal.query(
                f"UPDATE complaints_{table} SET resolution_limit = %(seconds)s, resolution_unit = 'second',"
                " reaction_limit = CASE WHEN tier = 1 THEN %(reaction)s END,"
                " reaction_unit = CASE WHEN tier = 1 THEN 'second' ELSE '' END"
                " WHERE tier = %(tier)s AND edition_id ="
                " (SELECT id FROM complaints_ruleedition ORDER BY filed_from DESC LIMIT 1)",
                {"seconds": seconds, "reaction": LIMITS[1], "tier": tier},
            )


@pytest.fixture
def referral(tmp_path: Path) -> Path:
    return photo_of_a_referral(tmp_path)


def photo_of_a_referral(directory: Path) -> Path:
    """As a phone takes it."""
    picture_of_paper = BytesIO()
    Image.effect_noise((900, 1200), 40).convert("RGB").save(picture_of_paper, "JPEG")
    file = directory / "napravlenie.jpg"
    file.write_bytes(picture_of_paper.getvalue())
    return file


@pytest.fixture
def people(browser: Browser) -> Iterator[dict[str, Page]]:
    pages = {"patient": visitor(browser, PHONE)}
    for name in ("operator", "specialist", "expert", "rival", "head", "admin"):
        pages[name] = visitor(browser, DESK)
    yield pages
    for page in pages.values():
        page.context.close()


def test_a_complaint_travels_from_a_phone_through_three_tiers_to_an_answer(
    hurried: RunningPortal, people: dict[str, Page], referral: Path
) -> None:
    appeal = Appeal()
    the_patient_files(people["patient"], hurried, referral, appeal)
    the_operator_takes_it_and_writes(people["operator"], hurried, appeal)
    the_patient_answers(people["patient"], hurried, appeal)
    the_timer_moves_it(people, hurried, appeal)
    the_expert_resolves_it(people["expert"], hurried, appeal)
    the_answer_waits_for_who_is_asking(people["patient"], hurried)
    the_expert_confirms_who_is_asking(people["expert"], hurried, appeal)
    the_patient_reads_the_answer_and_confirms(people["patient"], hurried, appeal)


def the_patient_files(page: Page, portal: RunningPortal, referral: Path, appeal: Appeal) -> None:
    page.goto(portal.url)
    expect(page.locator("a[href='tel:103'], a[href='tel:112']").first).to_be_visible()
    picture(page, "help-now-360")
    page.get_by_role("link", name=re.compile("Слишком долго жду")).click()
    expect(page.locator("main ol.numbered")).to_be_visible()
    expect(page.get_by_role("heading", name="Кому звонить")).to_be_visible()
    picture(page, "theme-360")
    page.get_by_role("link", name="Подать обращение").first.click()
    go_on(page)
    choose(page, "for_whom", "self")
    go_on(page)
    choose(page, "policy_kind", "enp")
    page.fill("[name=number]", "7656 4108 3400 0120")
    page.fill("[name=surname]", "соколов")
    page.fill("[name=first_name]", "Андрей")
    for part, value in (("day", "15"), ("month", "3"), ("year", "1985")):
        page.fill(f"[name=birth_on_{part}]", value)
    go_on(page)
    expect(page.get_by_text("СОГАЗ-Мед")).to_be_visible()
    page.fill("[name=clinic]", "Учебная поликлиника № 3, Ярославль")
    page.fill("[name=story]", STORY)
    picture(page, "filing-story-360")
    go_on(page)
    page.set_input_files("[name=documents]", referral)
    go_on(page)
    choose(page, "naming_consent", "yes")
    go_on(page)
    page.fill("[name=phone]", "8 (920) 123-45-67")
    choose(page, "answer_channel", "site")
    go_on(page)
    expect(page.get_by_text(STORY)).to_be_visible()
    expect(page.get_by_text("napravlenie")).to_be_visible()
    go_on(page)
    page.wait_for_url("**/sent/")
    text = page.locator("main").inner_text()
    appeal.number = re.search(r"\d{2}-\d{2}-\d{7}-\d", text)[0]  # type: ignore[index]
    appeal.code = re.search(r"\d{4} \d{4} \d{4} \d{4}", text)[0]  # type: ignore[index]
    expect(page.get_by_text("59-ФЗ")).to_be_visible()
    picture(page, "sent-360")


def the_operator_takes_it_and_writes(page: Page, portal: RunningPortal, appeal: Appeal) -> None:
    sign_in(page, portal.url, "operator")
    row = page.locator("li, tr, article").filter(has_text=appeal.number).first
    expect(row).to_contain_text("осталось")
    picture(page, "queue-1280")
    page.goto(f"{portal.url}/staff/cases/{appeal.number}/")
    page.locator("form[action$='/claim/'] [data-act=claim]").click()
    expect(page.get_by_text(STORY)).to_be_visible()
    page.locator("form[action$='/message/'] textarea").fill(
        "Здравствуйте! Уже звоню в поликлинику. Какой день вам удобен?"
    )
    page.locator("form[action$='/message/'] [name=no_health_facts]").check()
    page.locator("form[action$='/message/'] button.button--primary").click()
    expect(page.locator(".thread").get_by_text("Уже звоню в поликлинику")).to_be_visible()
    picture(page, "case-1280")


def the_patient_answers(page: Page, portal: RunningPortal, appeal: Appeal) -> None:
    page.context.clear_cookies()
    page.goto(f"{portal.url}/status/")
    page.fill("[name=number]", appeal.number.replace("-", " "))
    page.fill("[name=code]", appeal.code.replace(" ", ""))
    page.locator("main form button.button--primary").click()
    expect(page.get_by_text("Уже звоню в поликлинику")).to_be_visible()
    page.fill("[name=text]", "Любой день после обеда, спасибо")
    page.locator("form[action$='/message/'] button.button--primary").click()
    expect(page.locator(".thread").get_by_text("Любой день после обеда")).to_be_visible()
    picture(page, "status-360")


def tier_and_hop(portal: RunningPortal, appeal: Appeal) -> tuple[int, int]:
    rows = portal.query("SELECT tier, hop FROM complaints_complaint WHERE number = %s", [appeal.number])
    return rows[0][0], rows[0][1]


def history(portal: RunningPortal, appeal: Appeal, *events: str) -> list[tuple[str, int, int]]:
    return portal.query(
        "SELECT event, hop, to_tier FROM complaints_history WHERE event = ANY(%s) AND complaint_id ="
        " (SELECT id FROM complaints_complaint WHERE number = %s) ORDER BY id",
        [list(events), appeal.number],
    )


def its_time_is_over(portal: RunningPortal, appeal: Appeal, tier: int) -> None:
    """The rest of the limit, counted by the rule, is taken away; the timer finds it at its next tick."""
    [(limit,)] = portal.query(
        "SELECT round(extract(epoch FROM due_at - entered_at)) FROM complaints_complaint"
        " WHERE number = %s AND tier = %s AND escalate_at = due_at",
        [appeal.number, tier],
    )
    assert limit == LIMITS[tier]
    portal.query(
        "UPDATE complaints_complaint SET due_at = now(), escalate_at = now(), warn_at = now()"
        " WHERE number = %s AND tier = %s",
        [appeal.number, tier],
    )


def the_timer_moves_it(people: dict[str, Page], portal: RunningPortal, appeal: Appeal) -> None:
    address = f"{portal.url}/staff/cases/{appeal.number}/"
    sign_in(people["specialist"], portal.url, "specialist")
    sign_in(people["expert"], portal.url, "expert")
    its_time_is_over(portal, appeal, tier=1)
    wait_for(lambda: tier_and_hop(portal, appeal) == (2, 1), "the hop to tier 2", 4 * TICK)
    people["specialist"].goto(f"{portal.url}/staff/")
    expect(people["specialist"].get_by_text(appeal.number).first).to_be_visible()
    its_time_is_over(portal, appeal, tier=2)
    wait_for(lambda: tier_and_hop(portal, appeal) == (3, 2), "the hop to tier 3", 4 * TICK)
    people["expert"].goto(f"{portal.url}/staff/")
    expect(people["expert"].get_by_text(appeal.number).first).to_be_visible()
    wait_for(lambda: bool(alarms(portal, appeal)), "the alarm", LIMITS[3] + 4 * TICK)
    assert history(portal, appeal, "escalated", "breached") == [
        ("escalated", 1, 2),
        ("escalated", 2, 3),
        ("breached", 2, 3),
    ]
    assert len(alarms(portal, appeal)) == 2  # the head's branch and the fund, once each
    # The operator keeps the card and can answer a caller; the story is the experts' now.
    assert people["operator"].goto(address).status == 200  # type: ignore[union-attr]
    expect(people["operator"].get_by_text(STORY)).to_have_count(0)
    expect(people["operator"].get_by_text(appeal.number).first).to_be_visible()
    sign_in(people["rival"], portal.url, "rival")
    assert people["rival"].goto(address).status == 404  # type: ignore[union-attr]
    sign_in(people["head"], portal.url, "head")
    people["head"].goto(f"{portal.url}/staff/alarms/")
    expect(people["head"].get_by_text(appeal.number).first).to_be_visible()
    picture(people["head"], "alarms-1280")
    people["head"].goto(f"{portal.url}/staff/dashboard/")
    picture(people["head"], "dashboard-1280")


def alarms(portal: RunningPortal, appeal: Appeal) -> list[tuple[str]]:
    return portal.query(
        "SELECT kind FROM platform_alarm WHERE kind = 'tier_breach' AND payload->>'number' = %s",
        [appeal.number],
    )


def the_expert_resolves_it(page: Page, portal: RunningPortal, appeal: Appeal) -> None:
    page.goto(f"{portal.url}/staff/cases/{appeal.number}/")
    page.locator("form[action$='/claim/'] [data-act=claim]").click()
    expect(page.get_by_text("передано дальше по таймеру").first).to_be_visible()
    page.goto(f"{portal.url}/staff/cases/{appeal.number}/resolve/")
    outcome = page.locator("[name=outcome]").first
    if outcome.evaluate("element => element.tagName") == "SELECT":
        page.select_option("[name=outcome]", "justified")
    else:
        choose(page, "outcome", "justified")
    form = page.locator("form[action$='/resolve/']").first
    form.locator("textarea").fill("Срок нарушен. Поликлиника записала вас на УЗИ на ближайшую среду в 15:00.")
    form.locator("button.button--primary").click()
    expect(page.get_by_text("ответ дан").first).to_be_visible()


def the_answer_waits_for_who_is_asking(page: Page, portal: RunningPortal) -> None:
    page.goto(f"{portal.url}/status/case/")
    expect(page.get_by_text("на ближайшую среду в 15:00")).to_have_count(0)
    page.locator("#answer ~ .button-row a").click()
    expect(page.get_by_text("В офисе страховой компании")).to_be_visible()
    picture(page, "identity-360")


def the_expert_confirms_who_is_asking(page: Page, portal: RunningPortal, appeal: Appeal) -> None:
    """They have seen a copy of the passport."""
    page.goto(f"{portal.url}/staff/cases/{appeal.number}/identify/")
    form = page.locator("form[action$='/identify/']").first
    form.locator("[name=proof]").select_option("copy_passport")
    form.locator("button.button--primary").click()
    expect(page.get_by_text("личность подтверждена").first).to_be_visible()


def the_patient_reads_the_answer_and_confirms(page: Page, portal: RunningPortal, appeal: Appeal) -> None:
    page.goto(f"{portal.url}/status/case/")
    expect(page.get_by_text("на ближайшую среду в 15:00").first).to_be_visible()
    picture(page, "answer-360")
    page.locator("form[action$='/confirm/'] button").click()
    page.wait_for_load_state()
    rows = portal.query("SELECT status, helped FROM complaints_complaint WHERE number = %s", [appeal.number])
    assert rows == [("closed", True)]


@pytest.mark.slow
def test_i_ask_in_the_chat_see_the_answer_without_a_reload_and_make_an_appeal_of_it(
    portal: RunningPortal, people: dict[str, Page]
) -> None:
    patient, operator = people["patient"], people["operator"]
    number = chatting.asks(patient, portal)
    chatting.is_typing(patient)
    chatting.takes_it_and_answers(operator, portal, number)
    chatting.sees_the_answer_where_they_are(patient)
    chatting.sees_the_reply(operator)
    chatting.makes_an_appeal_of_it(patient)
    rows = portal.query(
        "SELECT chat.status, made.kind, made.channel, l.kind FROM complaints_link l"
        " JOIN complaints_complaint chat ON chat.id = l.earlier_id"
        " JOIN complaints_complaint made ON made.id = l.later_id WHERE chat.number = %s",
        [number],
    )
    assert rows == [("closed", "complaint", "site", "chat")]


def test_an_admin_changes_a_hotline_and_the_page_shows_it_at_the_next_load(
    portal: RunningPortal, people: dict[str, Page]
) -> None:
    admin, patient = people["admin"], people["patient"]
    [(hotline,)] = portal.query(
        "SELECT h.id FROM insurers_hotline h JOIN insurers_branch b ON b.id = h.branch_id"
        " JOIN insurers_insurer i ON i.id = b.insurer_id"
        " WHERE i.code = 'sogaz-med' AND h.purpose = 'rights_protection'"
    )
    address = f"{portal.url}/call/?region=76&insurer=sogaz-med"
    sign_in(admin, portal.url, "admin")
    admin.goto(f"{portal.url}/admin/insurers/hotline/{hotline}/change/")
    admin.fill("[name^=phone]", "8 (4852) 12")
    admin.locator("[name=_save]").click()
    expect(admin.locator(".errorlist").first).to_be_visible()
    picture(admin, "admin-hotline-1280")
    admin.fill("[name^=phone]", "8 (4852) 31-99-99")
    admin.locator("[name=_save]").click()
    expect(admin.locator(".success").first).to_be_visible()
    patient.goto(address)
    assert patient.locator("a[href='tel:+74852319999']").count() == 1
    picture(patient, "call-360")


@pytest.mark.slow
def test_nothing_of_a_person_is_left_where_it_should_not_be(
    portal: RunningPortal, people: dict[str, Page], referral: Path
) -> None:
    values, patient, expert = planted.planted(), people["patient"], people["expert"]
    trails = [Trail(patient), Trail(expert)]
    with Listener(portal.redis_url) as valkey:
        number, code = planted.files_an_appeal(patient, portal, referral.read_bytes(), trails[0])
        values.add("access code", code, code.replace(" ", ""), code.replace(" ", "-"))
        planted.comes_back(patient, portal, number, code, trails[0])
        planted.asks_elsewhere(patient, portal, trails[0])
        planted.is_answered(expert, portal, number, trails[1])
        planted.is_looked_up_and_taken_along(expert, portal, number, trails[1])
        errors = planted.meets_every_error(portal, number, code)
        wait_for(lambda: not waiting_notices(portal, number), "every notice of the case", 30)
        kept = valkey.keys()
    assert set(errors) >= {400, 404, 405}
    assert {f"{status}: {name}" for status, text in errors.items() for name in values.found_in(text)} == set()
    assert values.found_in("\n".join(trails[0].seen + trails[1].seen)) == set()
    assert values.found_in("\n".join([*valkey.heard, kept])) == set()
    assert values.found_in(portal.said()) == set()
    assert in_files(portal, values) == []
    assert in_rows(portal, values) == []
    assert valkey.heard
    assert_it_would_be_found(portal, values, code)


def waiting_notices(portal: RunningPortal, number: str) -> list[tuple[int]]:
    return portal.query(
        "SELECT o.id FROM platform_outbox o JOIN complaints_complaint c"
        " ON o.subject_kind = 'complaint' AND o.subject_id = c.id"
        " WHERE c.number = %s AND sent_at IS NULL AND skipped_at IS NULL AND available_at <= now()",
        [number],
    )


def assert_it_would_be_found(portal: RunningPortal, values: Planted, code: str) -> None:
    """The search finds what it is asked to find, in a row, in a payload, in bytes and in a file."""
    portal.query(
        "INSERT INTO platform_heartbeat (name, beat_at, detail) VALUES ('control', now(), %s)",
        [f'{{"of": "{planted.SURNAME}"}}'],
    )
    note = portal.data_dir / "logs" / "control.log"
    note.write_text(f"GET /status/?code={code.replace(' ', '')}\n", encoding="utf-8")
    try:
        assert in_rows(portal, values) == ["platform_heartbeat.detail: surname"]
        assert in_files(portal, values) == ["logs/control.log: access code"]
    finally:
        note.unlink()
        portal.query("DELETE FROM platform_heartbeat WHERE name = 'control'")
