"""What comes out of a printer: all that is needed to go on by phone or in an office, and nothing to press."""

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from insurers.models import Branch, Hotline
from insurers.models.hotlines import Purpose
from tests.complaints.public.conftest import Patient
from tests.complaints.public.following import Followed
from tests.complaints.public.test_browser import visit  # noqa: F401  the fixture
from tests.journeys.looking import widths

#: Words of the screen only.
CHROME = (
    "Версия для слабовидящих", "Страховщики", "Для сотрудников", "Перейти к", "Распечатать", "Отправить",
    "Как показывать сайт", "English",
)  # fmt: skip
#: A4 between its margins, in pixels of CSS.
PAPER = widths(658)


@pytest.fixture
def phones(branch: Branch) -> None:
    Branch.objects.filter(pk=branch.pk).update(
        postal_address="150000, Ярославль, ул. Свободы, 1", email="yaroslavl@example.org"
    )
    Hotline.objects.create(branch=branch, purpose=Purpose.RIGHTS_PROTECTION, phone="+74852313828")


def printed(page: Page) -> str:
    """The words on the sheets that Chromium prints; nothing is cut off at their edge."""
    page.emulate_media(media="print")
    assert PAPER(page, page.url, None) == []
    sheets = PdfReader(BytesIO(page.pdf(format="A4"))).pages
    return " ".join(
        " ".join(sheet.extract_text() for sheet in sheets).replace("\N{NO-BREAK SPACE}", " ").split()
    )


def as_in_the_browser_of(patient: Patient, page: Page, path: str) -> Page:
    site = page.url.removesuffix("privacy/")
    cookies = [
        {"name": name, "value": one.value, "url": site} for name, one in patient.client.cookies.items()
    ]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # what it wants has more fields
    page.goto(path)
    return page


def missing_in(text: str, *wanted: str) -> list[str]:
    return [word for word in wanted if word not in text]


def superfluous_in(text: str) -> list[str]:
    return [word for word in CHROME if word in text]


def test_i_print_number_and_code(visit: Any, patient: Patient, phones: None) -> None:  # noqa: F811
    number, code = patient.file_an_appeal()
    text = printed(as_in_the_browser_of(patient, visit("/privacy/"), "/complaints/new/sent/"))
    wanted = ("Осторожно, мошенники", "31-38-28", "/status/", "Что будет дальше")
    assert missing_in(text, *wanted, code, number) == []
    assert superfluous_in(text) == []


def test_i_print_my_appeal_with_all_messages(
    visit: Any,  # noqa: F811
    branch: Branch,
    now: datetime,
    phones: None,
) -> None:
    followed = Followed.begun(branch, now)
    followed.answered()
    text = printed(as_in_the_browser_of(followed.patient, visit("/privacy/"), "/status/case/"))
    assert missing_in(text, followed.filed.number, "Срок соблюдён.", "Что уже сделано") == []
    assert superfluous_in(text) == []


def test_i_print_the_insurers_of_my_region_with_their_addresses(
    visit: Any,  # noqa: F811
    branch: Branch,
    phones: None,
) -> None:
    Branch.objects.funds().update(feedback_link="https://pos.gosuslugi.ru/landing/")
    text = printed(visit("/insurers/?region=76"))
    wanted = ("31-38-28", "150000, Ярославль", "yaroslavl@example.org", "https://pos.gosuslugi.ru/landing/")
    assert missing_in(text, "Ярославская область", *wanted) == []
    assert superfluous_in(text) == []
