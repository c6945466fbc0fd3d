"""A patient with a browser, and a small portal at the database's own moment."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from complaints.models import Category, Complaint
from insurers.models import Branch, Policy
from insurers.policy_numbers import Sex, check_policy_number, enp_for
from insurers.services.policies import Holder, PolicyRecord, create_policies
from omsportal.platform.clock import database_now
from tests import factories
from tests.standing import standing

BIRTH_ON = date(1950, 12, 31)
POLICY = enp_for("76", BIRTH_ON, Sex.FEMALE, 1)
START = "/complaints/new/"
PDF = b"""%PDF-1.4
1 0 obj
<< /Type /Catalog /Pages 2 0 R >>
endobj
2 0 obj
<< /Type /Pages /Kids [3 0 R] /Count 1 >>
endobj
3 0 obj
<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>
endobj
xref
0 4
0000000000 65535 f\x20
0000000009 00000 n\x20
0000000058 00000 n\x20
0000000115 00000 n\x20
trailer
<< /Root 1 0 R /Size 4 >>
startxref
186
%%EOF
"""


def url(step: str) -> str:
    return f"{START}{step}/"


#: What Вера Соколова answers, page by page.
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "whom": {"for_whom": "self"},
    "policy": {
        "policy_kind": "enp",
        "number": POLICY,
        "surname": "Соколова",
        "first_name": "Вера",
        "patronymic": "Ильинична",
        "birth_on_day": "31",
        "birth_on_month": "12",
        "birth_on_year": "1950",
    },
    "story": {
        "clinic": "Поликлиника № 2, Рыбинск",
        "story": "Второй месяц жду УЗИ.",
        "waiting_since_day": "1",
        "waiting_since_month": "10",
        "waiting_since_year": "2025",
    },
    "files": {},
    "naming": {"naming_consent": "yes"},
    "contacts": {"phone": "8 (920) 123-45-67", "answer_channel": "site"},
}


@dataclass
class Patient:
    """Somebody with a browser; `strict` checks CSRF tokens as the real portal does."""

    client: Client = field(default_factory=lambda: Client(headers={"accept-language": "ru"}))

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(path, query or None)

    def post(self, path: str, data: Mapping[str, Any] | None = None) -> HttpResponse:
        return self.client.post(path, data or {})

    def answer(self, *steps: str, **changed: Mapping[str, Any]) -> HttpResponse:
        """Answer these pages as Вера does, `policy={...}` changing some of her answers."""
        response = HttpResponse()
        for step in steps:
            response = self.post(url(step), {**ANSWERS[step], **changed.get(step, {})})
        return response

    def begin(self, theme: str = "waiting", **more: Any) -> HttpResponse:
        return self.post(START, {"theme": theme, **more})

    def answer_everything(self, **changed: Mapping[str, Any]) -> HttpResponse:
        self.begin()
        return self.answer(*ANSWERS, **changed)

    def files(self, *files: SimpleUploadedFile, **more: Any) -> HttpResponse:
        return self.post(url("files"), {"documents": list(files), **more})

    def send(self) -> HttpResponse:
        return self.post(url("send"))

    def file_an_appeal(self, **changed: Mapping[str, Any]) -> tuple[str, str]:
        """Number and code as the page shows them."""
        self.answer_everything(**changed)
        self.send()
        return codes_on(self.get(url("sent")))

    def open(self, number: str, code: str) -> HttpResponse:
        return self.post("/status/", {"number": number, "code": code})


def codes_on(response: HttpResponse) -> tuple[str, str]:
    """Number and access code on the page of a registered appeal."""
    values = re.findall(r'data-copy="([^"]+)"', response.content.decode())
    return values[0], values[1]


def summary(response: HttpResponse) -> list[str]:
    """The lines of the error summary."""
    found = re.search(r'<div class="error-summary".*?</div>', response.content.decode(), re.S)
    return re.findall(r"<li>(?:<a[^>]*>)?([^<]+)", found.group()) if found else []


def photo(name: str = "направление.jpg", size: tuple[int, int] = (64, 48)) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo_bytes(size), content_type="image/jpeg")


def photo_bytes(size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 30).convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


def renamed_program(name: str = "справка.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"MZ\x90\x00" + bytes(600), content_type="image/jpeg")


@pytest.fixture
def now(db: None) -> datetime:
    return database_now()


#: Files about a portal with other places; and one that looks at pages for longer than a transaction may rest.
_EMPTY = {"test_follow.py", "test_lookups.py", "test_pages.py"}


@pytest.fixture(scope="module", autouse=True)
def _standing(request: pytest.FixtureRequest) -> Iterator[None]:
    yield from standing(request, lambda: _build(database_now()), but=_EMPTY)


@pytest.fixture
def branch(now: datetime) -> Branch:
    """СОГАЗ-Мед, Yaroslavl, with Вера's policy; rules, themes and the region's fund are there too."""
    return _build(now)


def _build(now: datetime) -> Branch:
    branch = factories.make_branch(now=now)
    factories.make_fund(now=now)
    factories.make_category("waiting", plain_title="Слишком долго жду", asks_waiting_time=True, icon="clock")
    factories.make_category("paid-care", plain_title="Просят деньги", position=2, asks_money=True)
    factories.make_category("insurer", plain_title="Недоволен страховой", position=3, about_insurer=True)
    factories.make_category("question", plain_title="Хочу спросить", position=4, default_kind="consultation")
    factories.make_rules()
    if not Policy.objects.exists():
        holder = Holder(surname="Соколова", first_name="Вера", birth_on=BIRTH_ON)
        number = check_policy_number(POLICY)
        create_policies([PolicyRecord(number=number, holder=holder, branch_id=branch.pk)])
    return branch


@pytest.fixture
def waiting(branch: Branch) -> Category:
    return factories.make_category("waiting")


@pytest.fixture(autouse=True)
def files_dir(tmp_path: Path, settings: Any) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def patient(branch: Branch) -> Patient:
    return Patient()


def the_only_case() -> Complaint:
    return Complaint.objects.select_related("card", "branch").get()
