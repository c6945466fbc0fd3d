"""An operator with the phone at the ear: a question from ring to closed case in few keys; and a complaint."""

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint, Template
from complaints.services import incoming_calls
from insurers.models import Branch
from omsportal.platform.clock import database_now
from representatives.models import KeptForm, User
from tests.complaints.staff.test_intake import BORN, POLICY, SCRIPT, insure
from tests.factories import LONG_AGO, make_category
from tests.journeys.people import picture
from tests.representatives.test_browser import assert_clean

pytestmark = pytest.mark.django_db(transaction=True)
#: Of a question: a click into the list, the answer, on to the button, the button: well within half a minute.
MOST_STEPS = 8


def ring(branch: Branch) -> str:
    """The address that telephone software got for the caller."""
    made = incoming_calls.announce(branch=branch, phone="+79201234567", call="", key_id=1, now=database_now())
    return f"/staff/intake/{made.token}/"


class Hands:
    """Click and press, and count."""

    def __init__(self, page: Page) -> None:
        self.page, self.steps = page, 0

    def click(self, selector: str) -> None:
        self.page.locator(selector).focus()  # the system's own list of a select is not the page's
        self.steps += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.steps += 1


def test_a_question_by_phone_takes_few_keys_and_a_complaint_loses_nothing(
    operator: Page, branch: Branch, people: dict[str, User]
) -> None:
    theme = make_category("question", default_kind="consultation")
    Template.objects.create(
        code="choose", category=theme, title="Как выбрать поликлинику", body=SCRIPT, valid_from=LONG_AGO
    )
    insure(branch)
    operator.set_viewport_size({"width": 1280, "height": 900})
    operator.goto(ring(branch))
    hands = Hands(operator)
    hands.click("#id_script")
    hands.press("ArrowDown")
    expect(operator.locator("#id_answer")).to_have_value(SCRIPT)
    hands.press("Tab", "Tab", "Tab", "Enter")
    operator.wait_for_url("**/staff/intake/registered/**")
    assert hands.steps <= MOST_STEPS
    case = Complaint.objects.get()
    assert (case.status, case.outcome) == ("answered", "clarified")
    expect(operator.locator(".spoken").first).to_contain_text(case.number[-9:-2])
    assert_clean(operator, "registered")
    picture(operator, "registered-1280")

    operator.get_by_role("link", name="Следующая карточка").click()
    operator.wait_for_url("**/staff/intake/")
    operator.get_by_label("Номер полиса").fill(POLICY)
    expect(operator.locator("#callers")).to_contain_text("Соколова Вера Ильинична")
    operator.get_by_role("button", name="Внести в карточку").click()
    expect(operator.get_by_label("Фамилия пациента")).to_have_value("Соколова")
    operator.locator("label[for=id_kind_0]").click()
    expect(operator.locator("input[name=kind][value=complaint]")).to_be_checked()
    operator.locator("#id_story").fill("Просят заплатить за рентген")
    operator.get_by_role("button", name="Зарегистрировать", exact=True).click()
    expect(operator.locator(".error-summary")).to_contain_text("поликлиник")
    expect(operator.locator("#id_story")).to_have_value("Просят заплатить за рентген")
    assert_clean(operator, "registration card")
    picture(operator, "intake-1280")
    assert BORN.year == 1950


@pytest.mark.slow
def test_what_the_server_could_not_keep_goes_once_more_when_the_tab_is_left(
    operator: Page, branch: Branch, people: dict[str, User]
) -> None:
    """It is being renewed just then, and nothing more is typed afterwards."""
    address = "**/staff/intake/keep/"
    operator.goto("/staff/intake/")
    operator.route(address, lambda route: route.fulfill(status=503), times=1)
    with operator.expect_response(address) as lost:
        operator.locator("#id_story").fill("Ждёт УЗИ")
    assert lost.value.status == 503
    with operator.expect_response(address) as kept:
        operator.evaluate(
            "Object.defineProperty(document, 'hidden', { value: true });"
            "setInterval(() => document.dispatchEvent(new Event('visibilitychange')), 100)"
        )
    assert kept.value.status == 204


@pytest.mark.slow
def test_a_card_is_kept_on_after_a_sign_in_in_another_tab(
    operator: Page, branch: Branch, people: dict[str, User]
) -> None:
    address, sign = "**/staff/intake/keep/", operator.locator("[data-kept-sign]")
    operator.goto("/staff/intake/")
    operator.route(address, lambda route: route.abort(), times=1)
    operator.locator("#id_story").fill("Ждёт УЗИ")
    expect(sign).to_be_visible()
    expect(sign).to_contain_text("Пока не сохранено")
    assert_clean(operator, "a card that is not kept")

    before = operator.locator("form.intake [name=csrfmiddlewaretoken]").input_value()
    operator.context.clear_cookies(name="csrftoken")
    beside = operator.context.new_page()
    beside.goto("/staff/call-backs/")
    with operator.expect_response(lambda answer: "/keep/" in answer.url and answer.status == 204):
        operator.locator("#id_story").fill("Ждёт УЗИ два месяца")
    expect(sign).to_be_hidden()
    assert operator.locator("form.intake [name=csrfmiddlewaretoken]").input_value() != before
    assert dict(KeptForm.objects.get().sealed["fields"])["story"] == "Ждёт УЗИ два месяца"
