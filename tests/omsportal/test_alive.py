"""The health checks of docker-compose.yml."""

import os
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from omsportal import alive
from omsportal.platform import clock, heartbeats


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 500)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_it_asks_over_http() -> None:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert alive.main(["http", f"{address}/healthz"]) == 0
        assert alive.main(["http", f"{address}/broken"]) == 1
        server.shutdown()
        thread.join()
    assert alive.main(["http", f"{address}/healthz"]) == 1


def test_it_asks_when_a_file_was_written(tmp_path: Path) -> None:
    schedule = tmp_path / "beat"
    assert alive.main(["file", str(schedule), "60"]) == 1
    schedule.touch()
    assert alive.main(["file", str(schedule), "60"]) == 0
    old = time.time() - 61
    os.utime(schedule, (old, old))
    assert alive.main(["file", str(schedule), "60"]) == 1


@pytest.mark.django_db
def test_it_asks_for_a_sign_of_life() -> None:
    assert alive.main(["heartbeat", "escalator", "60"]) == 1
    heartbeats.beat("escalator", clock.database_now())
    assert alive.main(["heartbeat", "escalator", "60"]) == 0
    heartbeats.beat("escalator", clock.database_now() - timedelta(seconds=61))
    assert alive.main(["heartbeat", "escalator", "60"]) == 1
