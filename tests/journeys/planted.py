"""A person whose every word would be recognised anywhere, and their way through all corners of the portal."""

import json
import re
from datetime import date
from http.client import HTTPResponse
from secrets import token_hex
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from playwright.sync_api import Page, expect

from insurers.policy_numbers import Sex, enp_for
from tests.journeys.people import choose, go_on, sign_in
from tests.journeys.traces import Planted, Trail
from tests.running import RunningPortal

BIRTH_ON = date(1967, 11, 23)
POLICY = enp_for("76", BIRTH_ON, Sex.FEMALE, 73519)
SURNAME, FIRST_NAME, PATRONYMIC = "Трижильнецкая", "Евстолия", "Поликсеновна"
EMAIL = "kvaklya.zhuk@planted.example"
ADDRESS = "152934, г. Рыбинск, ул. Кряквяная, дом 411"
CLINIC = "Запрудинецкая амбулатория"
STORY = "Мне назначили бурдюльметрию, а в окошке сказали, что аппарат сломан до весны."
LATER = "Добавляю: звонила трижды, обещали хлюпендорф."
REPLY = "Мы позвонили заведующей, вас ждут с чебурахтингом во вторник."
ANSWER = "Нарушение подтвердилось, вас записали на шмурдячество."
FILE_NAME = "vypiska-lyapunduhtina.jpg"
WISH = "Перезвоните, пожалуйста, про жужелючную справку."
QUESTION = "Положена ли мне бурляйкотерапия бесплатно?"


def planted() -> Planted:
    """Every value with the spellings people and programs use."""
    return Planted(
        {
            "surname": [SURNAME, "Трижильнецк"],
            "first name": [FIRST_NAME],
            "patronymic": [PATRONYMIC],
            "policy": [POLICY, " ".join(POLICY[i : i + 4] for i in range(0, 16, 4))],
            "birth date": [f"{BIRTH_ON:%Y-%m-%d}", f"{BIRTH_ON:%d.%m.%Y}", "23 ноября 1967"],
            "phone": ["9037164852", "(903) 716-48-52", "903 716-48-52"],
            "e-mail": [EMAIL, "kvaklya"],
            "address": ["Кряквяная"],
            "clinic": ["Запрудинецк"],
            "story": ["бурдюльметри"],
            "message": ["хлюпендорф"],
            "reply": ["чебурахтинг"],
            "answer": ["шмурдячеств"],
            "file name": ["lyapunduhtin"],
            "wish for a call": ["жужелючн"],
            "question": ["бурляйкотерап"],
        }
    )


def files_an_appeal(page: Page, portal: RunningPortal, photo: bytes, trail: Trail) -> tuple[str, str]:
    """Through every page of filing; number and access code."""
    page.goto(f"{portal.url}/complaints/new/?theme=waiting")
    go_on(page)
    choose(page, "for_whom", "self")
    go_on(page)
    choose(page, "policy_kind", "enp")
    person = {"number": POLICY, "surname": SURNAME, "first_name": FIRST_NAME, "patronymic": PATRONYMIC}
    born = {"birth_on_day": "23", "birth_on_month": "11", "birth_on_year": "1967"}
    _fill(page, {**person, "birth_on_day": "40"})
    go_on(page)
    trail.mark()  # a page that tells an error
    _fill(page, born)
    go_on(page)
    page.select_option("[name=region]", "76")
    page.select_option("[name=insurer]", "sogaz-med")
    go_on(page)
    _fill(page, {"clinic": CLINIC, "story": STORY})
    trail.mark()
    go_on(page)
    page.set_input_files("[name=documents]", [{"name": FILE_NAME, "mimeType": "image/jpeg", "buffer": photo}])
    go_on(page)
    choose(page, "naming_consent", "ask")
    go_on(page)
    choose(page, "answer_channel", "letter")
    _fill(page, {"phone": "8 (903) 716-48-52", "email": EMAIL, "postal_address": ADDRESS})
    page.locator("[name=email_notices]").check()
    go_on(page)
    expect(page.get_by_text(STORY)).to_be_visible()
    trail.mark()
    go_on(page)
    page.wait_for_url("**/sent/")
    trail.mark()
    text = page.locator("main").inner_text()
    number = re.search(r"\d{2}-\d{2}-\d{7}-\d", text)
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", text)
    assert number is not None
    assert code is not None
    return number[0], code[0]


def comes_back(page: Page, portal: RunningPortal, number: str, code: str, trail: Trail) -> None:
    """With a wrong code first; writes; asks for a code to confirm who they are; looks where nothing is."""
    page.context.clear_cookies()
    page.goto(f"{portal.url}/status/")
    for typed in (code[:-1] + str((int(code[-1]) + 1) % 10), code):
        _fill(page, {"number": number, "code": typed})
        page.locator("main form button.button--primary").click()
        page.wait_for_load_state()
        trail.mark()
    page.fill("[name=text]", LATER)
    page.locator("form[action$='/message/'] button.button--primary").click()
    expect(page.locator(".thread").get_by_text(LATER)).to_be_visible()
    page.goto(f"{portal.url}/status/case/identity/")
    page.locator("form[action$='/send/'] button").first.click()
    page.wait_for_load_state()
    trail.mark()


def is_answered(page: Page, portal: RunningPortal, number: str, trail: Trail) -> None:
    """An expert takes it, reveals what is masked, writes and decides."""
    portal.query(
        "UPDATE complaints_complaint SET tier = 3, hop = hop WHERE number = %s AND status = 'new'", [number]
    )
    sign_in(page, portal.url, "expert")
    page.goto(f"{portal.url}/staff/cases/{number}/")
    page.locator("form[action$='/claim/'] [data-act=claim]").click()
    expect(page.get_by_text(STORY)).to_be_visible()
    trail.mark()
    page.locator("form[action$='/unmask/'] button").first.click()
    page.wait_for_load_state()
    trail.mark()
    page.locator("form[action$='/message/'] textarea").fill(REPLY)
    page.locator("form[action$='/message/'] button.button--primary").click()
    expect(page.locator(".thread").get_by_text(REPLY)).to_be_visible()
    page.goto(f"{portal.url}/staff/cases/{number}/resolve/")
    page.locator("[name=outcome]").first.wait_for()
    if page.locator("select[name=outcome]").count():
        page.select_option("select[name=outcome]", "justified")
    else:
        choose(page, "outcome", "justified")
    form = page.locator("form[action$='/resolve/']").first
    form.locator("textarea").fill(ANSWER)
    form.locator("button.button--primary").click()
    page.wait_for_url(f"**/cases/{number}/")
    trail.mark()


def asks_elsewhere(page: Page, portal: RunningPortal, trail: Trail) -> None:
    """Orders a call and asks in the chat."""
    page.goto(f"{portal.url}/call/back/?region=76&insurer=sogaz-med")
    _fill(page, {"phone": "8 (903) 716-48-52", "name": FIRST_NAME, "about": WISH})
    go_on(page)
    page.wait_for_url("**/call/back/sent/")
    trail.mark()
    page.goto(f"{portal.url}/chat/?region=76&insurer=sogaz-med")
    _fill(page, {"text": QUESTION})
    page.get_by_role("button", name="Спросить").click()
    page.wait_for_url("**/chat/talk/")
    expect(page.locator(".thread")).to_contain_text(QUESTION)
    trail.mark()


def is_looked_up_and_taken_along(page: Page, portal: RunningPortal, number: str, trail: Trail) -> None:
    """Staff search by surname and by a word of the story, then take the list along as a file."""
    for typed in (SURNAME, "бурдюльметрия"):
        page.goto(f"{portal.url}/staff/")
        page.fill("[name=query]", typed)
        page.press("[name=query]", "Enter")
        page.wait_for_url(re.compile(r"/staff/(find|cases)/"))
        expect(page.locator("main")).to_contain_text(number)
        trail.mark()
    page.goto(f"{portal.url}/staff/export/?tab=answered")
    page.locator(".radio-card:has([name=format][value=csv]) label").click()
    expect(page.locator("main [name=format][value=csv]")).to_be_checked()
    page.locator("main form button.button--primary").click()
    page.wait_for_url(re.compile(r"/staff/export/[0-9a-f-]+/"))
    trail.mark()
    file = page.request.get(f"{portal.url}{page.locator('a[download]').get_attribute('href')}")
    assert (file.status, bool(re.search(r"\d{2}-\d{2}-\d{7}-\d;", file.text()))) == (200, True)


def meets_every_error(portal: RunningPortal, number: str, code: str) -> dict[int, str]:
    """Through the API, with everything personal in the body: the answers by status."""
    body = {
        "category": "waiting",
        "policy_number": POLICY,
        "patient": {
            "surname": SURNAME, "first_name": FIRST_NAME, "patronymic": PATRONYMIC, "birth_on": str(BIRTH_ON),
        },
        "applicant": {"phone": "+79037164852", "email": EMAIL, "postal_address": ADDRESS},
        "clinic": CLINIC,
        "story": STORY,
        "region": "76",
        "answer_channel": "site",
        "naming_consent": "ask",
    }  # fmt: skip
    filing, case = f"{portal.url}/api/v1/complaints/", f"{portal.url}/api/v1/complaints/{number}/"
    answers = dict(
        [
            _asked(filing, body={**body, "answer_channel": SURNAME, "birth_on": EMAIL}),
            _asked(filing, raw=json.dumps(body)[:-9]),
            _asked(f"{case}messages/", headers={"X-Access-Code": code[::-1]}, body={"text": LATER}),
            _asked(f"{case}messages/", headers={"X-Access-Code": code}, body={"text": LATER}, method="PUT"),
            _asked(f"{portal.url}/api/v1/policies/check/", body={
                "policy_number": POLICY, "surname": SURNAME, "birth_on": str(BIRTH_ON),
            }),
        ]
    )  # fmt: skip
    with _refusing_cards(portal):
        status, text = _asked(filing, body=body)
    assert status >= 500, text
    return {**answers, status: text}


class _refusing_cards:
    """Meanwhile the database refuses every new card, as after a migration that went wrong."""

    def __init__(self, portal: RunningPortal) -> None:
        self.portal = portal

    def __enter__(self) -> None:
        self.portal.query(
            "ALTER TABLE complaints_card ADD CONSTRAINT refused CHECK (complaint_id < 0) NOT VALID"
        )

    def __exit__(self, *_: object) -> None:
        self.portal.query("ALTER TABLE complaints_card DROP CONSTRAINT refused")


def _fill(page: Page, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        page.fill(f"[name={name}]", text)


def _asked(
    url: str, *, body: Any = None, raw: str = "", headers: dict[str, str] | None = None, method: str = "POST"
) -> tuple[int, str]:
    data = (raw or json.dumps(body)).encode()
    common = {"Content-Type": "application/json", "Idempotency-Key": token_hex(8)}
    request = Request(url, data, {**common, **(headers or {})}, method=method)
    try:
        answer: HTTPResponse | HTTPError = urlopen(request, timeout=20)
    except HTTPError as error:
        answer = error
    with answer:
        return answer.status or 0, answer.read().decode()
