"""A small demo-like portal at the database's own moment, and people who call its API."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from complaints.api import examples
from complaints.demo import samples
from complaints.models import Complaint
from complaints.services.filing import Filed
from insurers.models import Branch, Policy
from insurers.policy_numbers import check_policy_number
from insurers.services.policies import Holder, PolicyRecord, create_policies
from omsportal.platform.clock import database_now
from representatives import api_keys
from representatives.models import Scope, User
from tests import factories
from tests.standing import standing

BASE = "/api/v1"
JSON = "application/json"


@dataclass
class Api:
    """One caller. `api.post("/complaints/", {...}, idempotency_key="k")`."""

    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(
        default_factory=lambda: Client(enforce_csrf_checks=True, raise_request_exception=False)
    )

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(BASE + path, query, headers=self._headers(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        if body is None:
            return self.client.generic("POST", BASE + path, headers=self._headers(headers))
        return self.client.post(BASE + path, body, content_type=JSON, headers=self._headers(headers))

    def upload(self, path: str, data: dict[str, Any], **headers: str) -> Any:
        return self.client.post(BASE + path, data, headers=self._headers(headers))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): text for name, text in more.items()}
        return self.headers | named


@dataclass
class World:
    """Who and what there is."""

    now: datetime
    branch: Branch
    fund: Branch
    people: dict[str, User]

    def staff(self, name: str) -> Api:
        """Signed in by session; the CSRF token is sent as the pages do."""
        api = Api()
        api.client.force_login(self.people[name], backend="representatives.backends.StaffBackend")
        api.client.cookies["csrftoken"] = "a" * 32
        api.headers = {"X-CSRFToken": "a" * 32}
        return api

    def key(self, *scopes: str, name: str = "МИС", tier: int = 1) -> Api:
        """A system of the branch."""
        return Api({"Authorization": f"Api-Key {self.key_text(*scopes, name=name, tier=tier)}"})

    def key_text(self, *scopes: str, name: str = "МИС", tier: int = 1) -> str:
        user = api_keys.service_representative(branch=self.branch, name=name, tier=tier)
        created = api_keys.create(
            branch=self.branch, user=user, name=name, scopes=list(scopes or Scope.values),
            lifetime=timedelta(days=1), now=self.now,
        )  # fmt: skip
        return created.text

    def case(self, **fields: Any) -> Complaint:
        return factories.make_complaint(self.branch, now=self.now, **fields)

    def filed(self, **fields: Any) -> Filed:
        return factories.file_case(self.branch, now=self.now, **fields)


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Nine people a test, and nobody signs in by password here."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.ScryptPasswordHasher",
    ]


@pytest.fixture(scope="module", autouse=True)
def _standing(request: pytest.FixtureRequest) -> Iterator[None]:
    yield from standing(request, build)


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """For real threads: everything is committed, each request has its own moment."""
    return build()


@pytest.fixture
def anybody() -> Api:
    return Api()


def build() -> World:
    now = database_now()
    branch = factories.make_branch(now=now)
    people = factories.make_everybody(branch)
    fund = factories.make_fund(now=now)
    factories.make_category("waiting", asks_waiting_time=True)
    factories.make_category("question", default_kind="consultation")
    factories.make_category("paid-care", asks_money=True)
    factories.make_category("quality", arrival_tier=3)
    factories.make_category("insurer", about_insurer=True)
    factories.make_rules()
    _load_policies()
    return World(now, branch, fund, people)


def _load_policies() -> None:
    if Policy.objects.exists():
        return
    for sample in samples.POLICIES:
        holder = Holder(
            surname=sample.surname, first_name=sample.first_name, patronymic=sample.patronymic,
            birth_on=sample.birth_on,
        )  # fmt: skip
        number = check_policy_number(sample.number)
        owner = factories.make_branch(sample.insurer)
        create_policies([PolicyRecord(number=number, holder=holder, branch_id=owner.pk)])


def filing(**changes: Any) -> dict[str, Any]:
    """The documented body with some fields changed; None takes a field out."""
    body = examples.FILING | changes
    return {name: value for name, value in body.items() if value is not None}


def problem(response: Any, status: int, code: str = "") -> dict[str, Any]:
    """The problem's body, after checking its shape."""
    assert response.status_code == status, response.content.decode()
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    for name in ("type", "title", "code", "detail", "instance", "request_id"):
        assert isinstance(body[name], str), name
        assert body[name], name
    assert body["status"] == status
    assert "Traceback" not in response.content.decode()
    if code:
        assert body["code"] == code, body
    return body


def fields_of(body: dict[str, Any]) -> dict[str, str]:
    """The code of each wrong field."""
    return {line["field"]: line["code"] for line in body["errors"]}
