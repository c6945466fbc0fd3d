"""A web process on an engine's database, and a visitor who measures how long each answer takes."""

import json
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from html import unescape
from http.cookiejar import CookieJar
from typing import Self
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from omsportal.supervisor.processes import kill_session, spawn
from omsportal.supervisor.valkey import free_port
from tests.faults.room import Engine
from tests.processes import eventually

APPEAL = {"category": "question", "region": "76", "story": "Можно ли прикрепиться к другой поликлинике?"}


class Answer:
    def __init__(self, status: int, text: str, seconds: float) -> None:
        self.status, self.text, self.seconds = status, text, seconds

    @property
    def hidden(self) -> dict[str, str]:
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', self.text)
        return {name: unescape(value) for name, value in found}


class Web:
    """`with Web(engine) as web:` a uvicorn as `make run` starts it; one visitor with cookies."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.port = engine, free_port()
        self.log = engine.directory / "web.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.open = build_opener(HTTPCookieProcessor(CookieJar()))

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "uvicorn", "omsportal.asgi:application", "--port", str(self.port)]
        command += ["--no-access-log", "--lifespan", "off"]
        environment = {**self.engine.environment(), "DATA_DIR": str(self.engine.directory)}
        self.process = spawn(command, log=self.log, environment=environment)
        if not eventually(self._answers, within=60):
            raise RuntimeError(self.log.read_text())
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        kill_session(self.process)
        self.process.wait()

    def get(self, path: str) -> Answer:
        return self._ask(Request(f"http://127.0.0.1:{self.port}{path}"))

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        origin = f"http://127.0.0.1:{self.port}"
        return self._ask(Request(f"{origin}{path}", urlencode(form).encode(), {"Origin": origin}))

    def file(self) -> Answer:
        """An appeal by the API, with a key of its own."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        body = json.dumps(APPEAL).encode()
        url = f"http://127.0.0.1:{self.port}/api/v1/complaints/"
        return self._ask(Request(url, body, headers))

    def _ask(self, request: Request) -> Answer:
        request.add_header("Accept-Language", "ru")
        begun = time.monotonic()
        try:
            with self.open.open(request, timeout=60) as response:
                status, body = response.status, response.read()
        except HTTPError as error:
            status, body = error.code, error.read()
        return Answer(status, body.decode(), time.monotonic() - begun)

    def _answers(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except URLError:
            return False
