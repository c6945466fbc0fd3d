"""The curl lines of docs/api.md do what the text says, and the page that shows the description works."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from complaints.demo import samples
from complaints.models import Complaint
from complaints.services.filing import code_digest
from tests.complaints.api.conftest import Api, World
from tests.complaints.api.test_patient import photo

TEXT = (Path(__file__).parents[3] / "docs/api.md").read_text(encoding="utf-8")
BLOCKS = "\n".join(re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)).replace("\\\n", " ")
LINES = re.findall(r"^curl (?:[^'\n]|'[^']*')*", BLOCKS, re.MULTILINE)


def run(line: str, variables: dict[str, str]) -> Any:
    """One curl line, sent through Django's client."""
    for name, value in variables.items():
        line = line.replace(f"${name}", value)
    words, headers, parts, body, address = iter(shlex.split(line)[1:]), {}, {}, None, ""
    for word in words:
        if word == "-H":
            name, _colon, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        elif word == "-F":
            name, _equals, value = next(words).partition("=")
            parts[name] = photo() if value.startswith("@") else value
        elif word != "-X":
            address = address if word == "POST" else word
    client, kind = Api().client, headers.pop("Content-Type", "")
    if parts:
        return client.post(address, parts, headers=headers)
    if body is not None:
        return client.post(address, body, content_type=kind, headers=headers)
    if "POST" in line.split():
        return client.generic("POST", address, headers=headers)
    return client.get(address, headers=headers)


def demo_appeal(world: World) -> None:
    """The appeal that the demo data bring under a known number and code."""
    sample, case = samples.APPEALS[0], world.filed().complaint
    digest = code_digest(sample.number, sample.access_code.replace(" ", ""))
    Complaint.objects.filter(pk=case.pk).update(number=sample.number, access_code_digest=digest)


@pytest.mark.django_db
def test_every_curl_line_works(world):
    demo_appeal(world)
    world.case()
    variables = {"PORTAL": "", "KEY": world.key_text(), "NUMBER": ""}
    assert len(LINES) == TEXT.count("\ncurl ")
    for line in LINES:
        response = run(line, variables)
        assert response.status_code in {200, 201}, (line, response.content.decode())
        if "queue/take" in line:
            variables["NUMBER"] = response.json()["number"]


@pytest.mark.django_db
def test_it_names_the_demo_policy_and_appeal():
    for text in (samples.POLICIES[0].number, samples.APPEALS[0].number, samples.APPEALS[0].access_code):
        assert text in TEXT


def test_the_page_shows_the_description_under_the_strict_policy(live_server, browser: Browser):
    said: list[str] = []
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"{live_server.url}/api/docs/")
    expect(page.locator(".opblock")).to_have_count(31, timeout=30_000)
    assert "Подать обращение" in page.content()
    context.close()
    assert said == []
    assert [url for url in requested if not url.startswith((live_server.url, "data:"))] == []
