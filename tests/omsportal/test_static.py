"""Static files of `make run`."""

import gzip
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from omsportal import bundles
from omsportal.static import StaticFiles
from omsportal.wsgi import application

STYLES = Path(settings.BASE_DIR) / "static/css/base.css"


def asked(path: str, **headers: str) -> HttpResponse:
    return StaticFiles(application).get_response(RequestFactory().get(path, headers=headers))  # type: ignore[return-value]


def test_a_style_sheet_is_sent_small_to_who_can_unpack_it() -> None:
    answer = asked("/static/css/base.css", accept_encoding="gzip, br")
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) == int(answer["Content-Length"]) < STYLES.stat().st_size / 2
    assert gzip.decompress(answer.content).decode() == bundles.content("css/base.css")
    assert (answer["Vary"], answer["X-Content-Type-Options"]) == ("Accept-Encoding", "nosniff")


def test_it_is_sent_as_it_is_to_others() -> None:
    answer = asked("/static/css/base.css")
    assert "Content-Encoding" not in answer
    assert b"".join(answer).decode() == bundles.content("css/base.css")
    answer.close()
