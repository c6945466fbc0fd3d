"""Answering in a real browser: what is typed is kept while it is typed, texts are put in, case after case."""

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint, Message, WorkDraft
from complaints.services import work
from omsportal.platform.clock import database_now
from representatives.models import User
from tests.complaints.staff.test_answering import make_text
from tests.factories import profile
from tests.journeys.looking import violations

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_answer_is_typed_kept_filled_in_sent_and_the_next_case_is_there(
    operator: Page, cases: list[Complaint], people: dict[str, User]
) -> None:
    first, second = cases
    hand = people["operator"]
    work.claim(complaint=first, by=hand, profile=profile(hand), now=database_now())
    make_text()
    operator.goto(f"/staff/cases/{first.number}/")
    assert violations(operator) == []
    box = operator.locator("#write textarea")
    box.fill("Пишу, и свет гаснет")
    expect(operator.locator("#write [data-draft-sign]")).not_to_be_empty()
    assert WorkDraft.objects.get().sealed["fields"]["text"] == "Пишу, и свет гаснет"
    operator.reload()
    expect(box).to_have_value("Пишу, и свет гаснет")
    operator.select_option("#message_template", index=1)
    operator.click("#write [data-insert]")
    expect(box).to_have_value(
        f"Пишу, и свет гаснет\n\nЗдравствуйте, Соколова Вера Ильинична! Обращение № "
        f"{first.number} о поликлинике Поликлиника № 2 мы получили."
    )
    box.press("Control+Shift+Enter")
    operator.wait_for_url(f"**/staff/cases/{second.number}/")
    assert Message.objects.get().complaint_id == first.pk
    assert not WorkDraft.objects.exists()
    operator.keyboard.press("r")
    expect(operator.locator("form[action$='/resolve/'] select").first).to_be_visible()
