"""Another system is let in, in a browser: a key from its making to its end, an event that arrives signed."""

import hashlib
import hmac
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from complaints.escalation import case_events
from insurers.models import Branch
from omsportal.platform import delivery
from omsportal.platform.clock import database_now
from representatives.models import User, Webhook
from tests.factories import make_branch, make_complaint
from tests.journeys.looking import no_barriers
from tests.processes import eventually
from tests.providers import Gateway
from tests.seats import Seat

pytestmark = pytest.mark.django_db(transaction=True)
HOME = "/staff/integrations/"


@pytest.fixture
def administrator(seat: Seat, people: dict[str, User], branch: Branch) -> Page:
    """Of an insurer with two branches."""
    make_branch("sogaz-med", "73", now=database_now())
    return seat(people["insurer_admin"], width=768)


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Gateway]:
    settings.WEBHOOK_LOOPBACK = True
    with Gateway() as server:
        yield server


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def shown_once(page: Page) -> str:
    """The secret; afterwards nothing of it is on any page."""
    no_barriers(page)
    text = page.locator("code.secret").inner_text()
    page.get_by_role("link", name="Скопировано").click()
    page.goto(HOME)
    assert text not in page.content()
    return text


def test_a_key_is_made_used_replaced_and_revoked(administrator: Page, seat: Seat) -> None:
    page, system = administrator, seat(None).request

    def opens(key: str) -> bool:
        answer = system.get("/api/v1/queue/", headers={"Authorization": f"Api-Key {key}"})
        return answer.status == 200

    page.goto(HOME)
    no_barriers(page)
    page.get_by_role("link", name="Новый ключ").click()
    no_barriers(page)
    press(page, "Создать ключ")
    expect(page.get_by_role("alert")).to_be_visible()
    no_barriers(page)
    page.get_by_label("Какая система работает по ключу").fill("МИС")
    page.get_by_label("читать очереди и обращения").check()
    page.get_by_label("Все филиалы страховой").check()
    press(page, "Создать ключ")
    first = shown_once(page)
    assert opens(first)
    page.reload()
    expect(page.get_by_role("row", name="МИС")).to_contain_text("все филиалы страховой")
    expect(page.get_by_role("row", name="МИС")).not_to_contain_text("никогда")
    no_barriers(page)
    press(page, "Заменить МИС")
    second = shown_once(page)
    assert (opens(first), opens(second)) == (True, True)
    for _each in range(2):
        page.get_by_role("button", name="Отозвать сразу МИС").first.click()
    assert (opens(first), opens(second)) == (False, False)
    no_barriers(page)


def test_a_receiver_gets_a_real_event_signed_and_once_more(
    administrator: Page, receiver: Gateway, branch: Branch
) -> None:
    page = administrator
    page.goto(f"{HOME}webhooks/new/")
    page.get_by_label("Какая система получает события").fill("МИС")
    page.get_by_label("Адрес получателя").fill(f"http://127.0.0.1:{receiver.port}/oms")
    page.get_by_label("поступило обращение").check()
    page.get_by_label("Все филиалы страховой").check()
    no_barriers(page)
    press(page, "Добавить получателя")
    secret = shown_once(page)
    webhook = Webhook.objects.get()
    case = make_complaint(branch, now=database_now())
    assert eventually(lambda: case_events.look(database_now()) == 1)
    deliver(webhook)
    _line, headers, body = receiver.requests[-1]
    signed = f"{headers['oms-timestamp']}.{body}".encode()
    wanted = hmac.digest(secret.encode(), signed, hashlib.sha256).hex()
    assert headers["oms-signature"].partition("=")[2] == wanted
    page.get_by_role("link", name="МИС").click()
    expect(page.get_by_role("row", name=case.number)).to_contain_text("доставлено")
    no_barriers(page)
    page.get_by_role("row", name=case.number).get_by_role("button").click()
    expect(page.get_by_text("1 событие отправляется заново")).to_be_visible()
    deliver(webhook)
    assert [said["id"] for said in receiver.bodies] == [headers["oms-event-id"]] * 2


def deliver(webhook: Webhook) -> None:
    delivery.deliver(database_now(), lanes=[delivery.Lane("webhook", False, webhook.pk)])
