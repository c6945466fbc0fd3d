"""Ports and the wait for /readyz."""

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from omsportal.supervisor import readiness
from omsportal.supervisor.trouble import Trouble
from omsportal.supervisor.valkey import free_port


class Portal(BaseHTTPRequestHandler):
    """Not ready twice, then ready."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        self.send_response(200 if self.asked > 2 else 503)
        self.end_headers()
        self.wfile.write(b"no sweep has run yet")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    Portal.asked = 0
    with HTTPServer(("127.0.0.1", 0), Portal) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_it_waits_until_the_portal_is_ready(port: int) -> None:
    looks: list[int] = []
    readiness.wait(port, lambda: looks.append(1), within=10)
    assert Portal.asked == 3
    assert len(looks) == 3


def test_it_repeats_the_last_answer_when_it_gives_up(port: int) -> None:
    with pytest.raises(Trouble, match="503 no sweep has run yet"):
        readiness.wait(port, lambda: None, within=0.05)


def test_it_accepts_a_free_port() -> None:
    readiness.check_port(free_port())


def test_it_refuses_a_taken_port_and_names_the_next() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(Trouble, match=rf"Порт {number} уже занят .* PORT={number + 1}"):
            readiness.check_port(number)
