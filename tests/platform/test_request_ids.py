import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from omsportal.platform import request_ids
from omsportal.platform.middleware import RequestIdMiddleware


def answer(offered: str | None) -> tuple[str, str]:
    """The number in the answer, and the one that was current inside."""
    inside: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        inside.append(request_ids.current())
        return HttpResponse()

    headers = {} if offered is None else {"X-Request-ID": offered}
    response = RequestIdMiddleware(view)(RequestFactory().get("/", headers=headers))
    return response["X-Request-ID"], inside[0]


def test_it_takes_over_the_callers_number():
    assert answer("proxy-0123456789") == ("proxy-0123456789", "proxy-0123456789")


@pytest.mark.parametrize(
    "offered", [None, "", "short", "x" * 65, "two words here", "line\nbreak", "<script>alert"]
)
def test_it_makes_a_number_when_the_offered_one_could_harm_a_log(offered: str | None):
    given, inside = answer(offered)
    assert given == inside != offered
    assert len(given) == 32


def test_it_ends_with_the_request():
    answer("proxy-0123456789")
    assert request_ids.current() == request_ids.NO_REQUEST


def test_it_ends_when_the_view_fails():
    def view(request: HttpRequest) -> HttpResponse:
        raise LookupError

    with pytest.raises(LookupError):
        RequestIdMiddleware(view)(RequestFactory().get("/"))
    assert request_ids.current() == request_ids.NO_REQUEST


def test_it_is_in_log_records():
    record = logging.makeLogRecord({})
    request_ids.begin("proxy-0123456789")
    request_ids.RequestIdFilter().filter(record)
    request_ids.end()
    assert record.__dict__["request_id"] == "proxy-0123456789"
