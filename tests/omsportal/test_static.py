"""Static files and small answers of `make run`."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from omsportal.static import PackPublicPages, StaticFiles
from omsportal.wsgi import application

STYLES = Path(settings.BASE_DIR) / "static/css/base.css"


def asked(path: str, **headers: str) -> HttpResponse:
    return StaticFiles(application).get_response(RequestFactory().get(path, headers=headers))  # type: ignore[return-value]


def test_a_style_sheet_is_sent_small_to_who_can_unpack_it() -> None:
    answer = asked("/static/css/base.css", accept_encoding="gzip, br")
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) == int(answer["Content-Length"]) < STYLES.stat().st_size / 2
    assert gzip.decompress(answer.content) == STYLES.read_bytes()
    assert (answer["Vary"], answer["X-Content-Type-Options"]) == ("Accept-Encoding", "nosniff")


def test_it_is_sent_as_it_is_to_others() -> None:
    answer = asked("/static/css/base.css")
    assert "Content-Encoding" not in answer
    assert b"".join(answer) == STYLES.read_bytes()
    answer.close()


@pytest.mark.parametrize(("cache", "packed"), [("no-cache", True), ("private, no-store", False)])
def test_only_pages_for_everybody_are_packed(cache: str, packed: bool) -> None:
    page = HttpResponse("words " * 200, headers={"Cache-Control": cache})
    answer = PackPublicPages(lambda _request: page)(
        RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    )
    assert ("Content-Encoding" in answer) is packed
