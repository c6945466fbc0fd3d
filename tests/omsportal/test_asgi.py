"""The uvicorn entry."""

from a2wsgi import WSGIMiddleware
from asgiref.testing import ApplicationCommunicator
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from omsportal.asgi import THREADS, application
from omsportal.bodies import PatientReceiver
from omsportal.static import StaticFiles
from tests.threads import run_apart


def test_it_serves_pages_as_wsgi_in_eight_threads() -> None:
    received = application.application_mapping["http"]
    assert isinstance(received, PatientReceiver)
    pages = received.application
    assert isinstance(pages, WSGIMiddleware)
    assert not isinstance(pages, ASGIHandler)
    assert pages.executor._max_workers == THREADS == 8


async def _first_answer(*, origin: bytes) -> str:
    headers = [(b"origin", origin), (b"host", b"127.0.0.1:8000")]
    scope = {"type": "websocket", "path": "/ws/nothing/", "headers": headers, "subprotocols": []}
    communicator = ApplicationCommunicator(application, scope)
    await communicator.send_input({"type": "websocket.connect"})
    answer = await communicator.receive_output(timeout=10)
    await communicator.wait()
    return str(answer["type"])


def test_it_refuses_a_socket_from_a_foreign_page() -> None:
    assert run_apart(_first_answer(origin=b"https://evil.example")) == "websocket.close"


def test_it_refuses_a_socket_that_nobody_serves() -> None:
    assert run_apart(_first_answer(origin=b"http://127.0.0.1:8000")) == "websocket.close"


def test_it_has_no_file_outside_the_static_folders() -> None:
    request = RequestFactory().get("/static/x")
    request.path = request.path_info = "/static/../../manage.py"
    assert StaticFiles(WSGIHandler()).get_response(request).status_code == 404
