"""Every process of a deployment writes one JSON object a line: the whole portal, and gunicorn."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from omsportal.supervisor.processes import ROOT
from omsportal.supervisor.valkey import free_port
from tests.processes import eventually
from tests.running import RunningPortal


def lines(log: Path) -> list[dict[str, Any]]:
    """All lines of a log; one that is no JSON object fails."""
    found = [json.loads(text) for text in log.read_text().splitlines()]
    assert all(isinstance(line, dict) for line in found)
    return found


def told(log: Path, **wanted: object) -> dict[str, Any] | None:
    """The last line with these values."""
    fitting = [line for line in lines(log) if all(line.get(name) == value for name, value in wanted.items())]
    return fitting[-1] if fitting else None


def ask(url: str, number: str) -> int:
    try:
        with urlopen(Request(url, headers={"X-Request-ID": number}), timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


@pytest.mark.parametrize("name", ["web", "worker", "beat", "escalator"])
def test_every_process_of_the_portal_writes_json(portal: RunningPortal, name: str) -> None:
    log = portal.data_dir / "logs" / f"{name}.log"
    assert eventually(lambda: log.exists() and log.read_text().strip())
    for line in lines(log):
        assert {"time", "level", "logger", "message", "process", "pid", "request"} <= set(line)
        assert line["process"] == {"web": "uvicorn"}.get(name, name)


def test_a_page_has_a_line_with_its_route_and_without_its_address(portal: RunningPortal) -> None:
    log = portal.data_dir / "logs" / "web.log"
    assert ask(f"{portal.url}/call/?region=76&surname=Secretov", "request-of-a-page") == 200
    assert eventually(lambda: told(log, request="request-of-a-page"))
    line = told(log, request="request-of-a-page", logger="omsportal.requests")
    assert line is not None
    assert (line["method"], line["status"], line["route"]) == ("GET", 200, "public:call")
    assert line["duration_ms"] >= 0
    assert "Secretov" not in log.read_text()


def test_a_missing_page_has_a_line_with_its_number(portal: RunningPortal) -> None:
    log = portal.data_dir / "logs" / "web.log"
    assert ask(f"{portal.url}/no/such/page/", "request-of-nothing") == 404
    assert eventually(lambda: told(log, request="request-of-nothing"))
    assert [line["status"] for line in lines(log) if line["request"] == "request-of-nothing"] == [404]
    assert "/no/such/page" not in log.read_text()


def test_gunicorn_writes_json_from_its_first_line_to_its_last(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "gunicorn.log"
    command = [
        sys.executable, "-m", "gunicorn", "omsportal.wsgi:application", f"--bind=127.0.0.1:{port}",
        "--workers=1", "--no-control-socket", "--logger-class=omsportal.server_log.ServerLog",
    ]  # fmt: skip
    environment = {**os.environ, "LOG_FORMAT": "json", "LOG_LEVEL": "INFO"}
    with log.open("wb") as output, subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
    ) as server:  # fmt: skip
        try:
            assert eventually(
                lambda: told(log, process="gunicorn") and "Booting" in log.read_text(), within=60
            )
            assert eventually(lambda: _answers(f"http://127.0.0.1:{port}/no/such/page/"), within=60)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    assert told(log, logger="omsportal.requests", status=404)
    assert told(log, logger="gunicorn.error", message="Shutting down: Master")


def _answers(url: str) -> bool:
    try:
        return ask(url, "request-of-gunicorn") == 404
    except OSError:
        return False
