"""Who gets a page packed: nobody may learn from its size what stands in it."""

import gzip
import re
from typing import Any

import pytest
from django.conf import settings as the_settings
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from omsportal.platform import headers
from omsportal.platform.middleware import RequestIdMiddleware
from omsportal.platform.packing import PackPages
from omsportal.supervisor.processes import ROOT

BODY = "<p>слова</p>" * 200
PRIVATE = "private, no-store"


def packed(response: HttpResponse, path: str = "/", cookie: str = "", **sent: str) -> HttpResponse:
    request = RequestFactory().get(path, headers={"accept-encoding": "gzip, br", **sent})
    request.COOKIES.update({"draft": cookie} if cookie else {})
    return PackPages(lambda _request: response)(request)


def page(cache: str = "no-cache", kind: str = "text/html; charset=utf-8") -> HttpResponse:
    return HttpResponse(BODY, content_type=kind, headers={"Cache-Control": cache})


def is_packed(response: HttpResponse) -> bool:
    return response.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize(
    ("site", "cookie", "expected"),
    [
        ("same-origin", "token", True),
        ("none", "token", True),
        ("cross-site", "token", False),
        ("same-site", "token", False),
        ("", "token", False),
        ("cross-site", "", True),
        ("", "", True),
    ],
)
def test_a_page_about_a_person_is_packed_when_nobody_else_asked(
    site: str, cookie: str, expected: bool
) -> None:
    sent = {"sec-fetch-site": site} if site else {}
    answer = packed(page(PRIVATE), cookie=cookie, **sent)
    assert is_packed(answer) is expected
    if expected:
        assert gzip.decompress(answer.content).decode() == BODY


def test_its_size_is_blurred() -> None:
    sizes = {len(packed(page(PRIVATE)).content) for _time in range(40)}
    assert len(sizes) > 10


@pytest.mark.parametrize("serves", [True, False])
def test_public_pages_are_left_to_nginx_where_there_is_one(settings: Any, serves: bool) -> None:
    settings.SERVE_STATIC = serves
    assert is_packed(packed(page(), cookie="token")) is serves
    assert is_packed(packed(page(kind="application/json"), "/api/v1/insurers/"))


@pytest.mark.parametrize("kind", ["application/pdf", "image/jpeg", "text/event-stream"])
def test_files_are_left_as_they_are(kind: str) -> None:
    assert not is_packed(packed(page(PRIVATE, kind)))


def test_a_stream_is_left_as_it_is() -> None:
    answer = StreamingHttpResponse([BODY.encode()], headers={"Cache-Control": PRIVATE})
    assert not is_packed(packed(answer))  # type: ignore[arg-type]


def test_a_part_that_has_not_changed_is_not_sent_again() -> None:
    """The mark that packing made weak comes back as the one that was given."""
    seen = []

    def view(request: Any) -> HttpResponse:
        seen.append(request.headers.get("If-None-Match"))
        answer = page(PRIVATE)
        answer.headers["ETag"] = '"mark"'
        return answer

    handler = RequestIdMiddleware(PackPages(view))  # in the order of the portal: it reads headers first
    first = handler(RequestFactory().get("/", headers={"accept-encoding": "gzip"}))
    assert first.headers["ETag"] == 'W/"mark"'
    handler(RequestFactory().get("/", headers={"if-none-match": first.headers["ETag"]}))
    assert seen == [None, '"mark"']


def test_nginx_packs_no_page_about_a_person() -> None:
    """It packs whatever comes unpacked; where people are, the portal decides."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    places = re.findall(r"location ~ \^/\(([^)]*)\) \{([^}]*)\}", text)
    left = [name for names, rules in places if "gzip off;" in rules for name in names.split("|")]
    for path in (*headers.PERSONAL_PATHS, "/chat/", "/api/v1/"):
        assert any(path.startswith(f"/{name}") for name in left), path


def test_it_stands_outside_what_decides_that_a_page_is_personal() -> None:
    order = the_settings.MIDDLEWARE
    assert order.index("omsportal.platform.packing.PackPages") < order.index(
        "omsportal.platform.middleware.StrictHeadersMiddleware"
    )
