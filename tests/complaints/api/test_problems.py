import logging

import pytest
from django.db import OperationalError

from complaints.api import problems
from complaints.permissions import Act, NotAllowed, Refusal
from tests.complaints.api.conftest import Api, filing, problem

pytestmark = pytest.mark.django_db


def raw(api, body, content_type="application/json", **headers):
    return api.client.post(
        "/api/v1/complaints/", body, content_type=content_type, headers={"Idempotency-Key": "k"} | headers
    )


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[", b"\xff\xfe", b'{"story": NaN}', b'{"story": "\xff"}', b"\x00",
        b"[" * 100_000, b'{"a":' * 100_000, b'{"story": ' + b"9" * 5_000 + b"}",
    ],
)  # fmt: skip
def test_no_json_is_a_malformed_request(world, anybody, body):
    problem(raw(anybody, body), 400)


@pytest.mark.parametrize("body", [b"[]", b"5", b'"text"', b"null", b"true"])
def test_json_that_is_no_object_is_malformed(world, anybody, body):
    problem(raw(anybody, body), 400)


def test_a_lone_surrogate_is_malformed(world, anybody):
    body = b'{"category": "question", "region": "76", "story": "\\ud800"}'
    problem(raw(anybody, body), 400)


def test_a_form_is_no_json(world, anybody):
    problem(raw(anybody, b"story=1", "application/x-www-form-urlencoded"), 415)


def test_a_body_above_the_limit_is_too_large(world, anybody, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    problem(raw(anybody, b'{"story": "' + b"a" * 2000 + b'"}'), 413)


def test_a_format_that_is_not_served_is_not_acceptable(world, anybody):
    problem(anybody.get("/insurers/", Accept="image/png"), 406)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_not_allowed(world, anybody, method):
    response = getattr(anybody.client, method)("/api/v1/insurers/")
    problem(response, 405)
    assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v2/x/", "/api/v1/insurers", "/api/v1/x/"])
def test_an_unknown_address_is_a_problem_too(anybody, path):
    problem(anybody.client.get(path), 404)
    problem(anybody.client.post(path, {}, content_type="application/json"), 404)


def test_a_forged_host_is_a_problem_too(anybody):
    problem(anybody.client.get("/api/v1/regions/", headers={"Host": "evil.example"}), 400)


def test_a_mistake_of_ours_tells_nothing_of_its_inside(world, anybody, monkeypatch, caplog):
    from complaints.reports import reference

    def broken():
        raise RuntimeError("secret detail")

    monkeypatch.setattr(reference, "regions", broken)
    with caplog.at_level(logging.ERROR):
        response = anybody.get("/regions/")
    body = problem(response, 500, "internal")
    assert "secret" not in response.content.decode()
    assert body["request_id"] == response["X-Request-ID"]
    assert "secret detail" in caplog.text


def test_a_database_that_is_away_is_told_with_when_to_come_back(world, anybody, monkeypatch):
    from complaints.reports import reference

    def away():
        raise OperationalError

    monkeypatch.setattr(reference, "regions", away)
    response = anybody.get("/regions/")
    problem(response, 503, "unavailable")
    assert response["Retry-After"] == "5"


def test_a_mistake_before_any_view_is_a_problem_too(rf):
    response = problems.server_error(rf.get("/api/v1/regions/"))
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")


@pytest.mark.parametrize("why", list(Refusal))
def test_each_refusal_says_why(why):
    told = problems.problem_of(NotAllowed(Act.CLAIM, why))
    assert told.status == (409 if why is Refusal.STATUS else 403)
    assert told.detail.endswith(".")


def test_its_language_is_told_and_varies(world, anybody):
    response = anybody.post("/complaints/", filing(), Accept_Language="en")
    assert response["Content-Language"] == "en"
    assert {"Accept-Language", "Accept"} <= set(response["Vary"].split(", "))


def test_it_repeats_the_callers_request_id():
    response = Api().get("/nothing/", X_Request_ID="caller-0001")
    assert response.json()["request_id"] == response["X-Request-ID"] == "caller-0001"
