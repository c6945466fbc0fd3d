"""deploy/nginx.conf in a real nginx before the real portal: what only the two together can show."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from itertools import chain
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pikepdf import Pdf

from omsportal.supervisor.processes import ROOT
from omsportal.supervisor.valkey import free_port
from tests.complaints.documents import MB, pdf
from tests.processes import eventually
from tests.running import RunningPortal

pytestmark = pytest.mark.slow

NGINX = Path("/usr/sbin/nginx")
CODE = {"X-Access-Code": "2222 3333 4444 5555"}
FILES = "/api/v1/complaints/76-26-0000002-5/files/"
#: The browser's own address, which nobody else in the test has.
OURS, CLAIMED = "127.0.0.7", "203.0.113.9"
SECURE = ssl._create_unverified_context()
Answer = tuple[int, HTTPResponse, bytes]


@dataclass
class Door:
    """A browser before nginx: keeps cookies, comes from an address of its own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        connection = HTTPSConnection(
            "127.0.0.1", self.port, context=SECURE, timeout=60, source_address=(OURS, 0)
        )
        sent = {"Host": "127.0.0.1", "Referer": "https://127.0.0.1/", **self._cookie(), **headers}
        try:
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer, answer.read()
        finally:
            connection.close()

    def sign_in(self, **headers: str) -> "Door":
        _status, _answer, page = self.ask("GET", "/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.decode())
        assert token
        typed = {"csrfmiddlewaretoken": token[1], "login": "operator", "password": "demo"}
        form = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        status, answer, _page = self.ask("POST", "/accounts/login/", urlencode(typed).encode(), **form)
        assert (status, answer.headers["Location"]) == (302, "/staff/")
        return self

    def _cookie(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": pairs} if pairs else {}


def configured(directory: Path, http: int, https: int, portal: int) -> str:
    """The file as it is deployed, with places and ports of this machine; nothing else is changed."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    told = subprocess.run([NGINX, "-v"], capture_output=True, text=True, check=True).stderr
    version = tuple(map(int, re.findall(r"\d+", told)[:3]))
    places = {
        "pid /tmp/nginx.pid;": f"pid {directory}/nginx.pid;",
        "access_log /dev/stdout": f"access_log {directory}/access.log",
        "error_log /dev/stderr": f"error_log {directory}/error.log",
        "listen 80 default_server;": f"listen 127.0.0.1:{http} default_server;",
        "listen 443 ssl default_server;": f"listen 127.0.0.1:{https} ssl default_server;",
        "/tls/": f"{directory}/tls/",
        "alias /static/;": f"alias {directory}/static/;",
        "server web:8000;": f"server 127.0.0.1:{portal};",
        "server websockets:8001;": f"server 127.0.0.1:{portal};",
        "http {\n": f"http {{\n    client_body_temp_path {directory}/bodies;\n",
    }
    for said, here in places.items():
        assert said in text, said
        text = text.replace(said, here)
    text = re.sub(r"\n *listen \[::\]:\d+[^;]*;", "", text)
    return text if version >= (1, 25, 1) else text.replace("http2 on;", "")


def certificate(directory: Path) -> None:
    directory.mkdir()
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (directory / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (directory / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    if not NGINX.exists():
        raise RuntimeError(f"{NGINX} is missing: run `make nginx`, or `apt-get install nginx-light` as root.")
    made = Path(tempfile.mkdtemp(prefix="nginx-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def portal(directory: Path) -> Iterator[RunningPortal]:
    """Behind a proxy, as docker-compose.yml has it."""
    running = RunningPortal(directory, TRUSTED_PROXIES="127.0.0.1/32", SITE_URL="https://127.0.0.1")
    running.start()
    try:
        running.wait_until_ready(within=600)  # demo data take their time on a busy machine
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def plain_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def port(directory: Path, portal: RunningPortal, plain_port: int) -> Iterator[int]:
    """Where nginx answers HTTPS; `nginx -t` has found nothing to say."""
    https = free_port()
    certificate(directory / "tls")
    (directory / "static").mkdir()
    (directory / "static" / "probe.css").write_text("a{}")
    bodies = directory / "bodies"
    bodies.mkdir()
    bodies.chmod(0o777)
    path = directory / "nginx.conf"
    path.write_text(configured(directory, plain_port, https, portal.port))
    words = [str(NGINX), "-c", str(path), "-e", str(directory / "error.log")]
    tested = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr
    running = subprocess.Popen([*words, "-g", "daemon off;"])
    try:
        assert eventually(lambda: listens(https)), (directory / "error.log").read_text()
        yield https
    finally:
        running.terminate()
        running.wait(30)


@pytest.fixture
def door(port: int) -> Door:
    return Door(port)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_no_header_is_given_twice(door: Door, portal: RunningPortal) -> None:
    staff = Door(door.port).sign_in()
    asked = [
        (door, "GET", "/"), (door, "GET", "/nothing/here/"), (door, "GET", "/status/case/"),
        (door, "GET", "/static/probe.css"), (door, "GET", "/static/nothing.css"),
        (door, "GET", "/api/v1/regions/"), (staff, "GET", "/staff/"),
    ]  # fmt: skip
    for who, method, path in asked:
        status, answer, _page = who.ask(method, path)
        counted = Counter(name.lower() for name in answer.headers if name.lower() != "set-cookie")
        assert [name for name, count in counted.items() if count > 1] == [], (path, status)
        for name in ("strict-transport-security", "content-security-policy", "x-content-type-options"):
            assert counted[name] == 1, (path, name)
        assert "nginx/" not in (answer.headers["Server"] or "")


def test_a_page_about_a_person_is_packed_for_nobody_else(door: Door) -> None:
    staff, small = Door(door.port).sign_in(), {"Accept-Encoding": "gzip"}
    for site, encoding in (("same-origin", "gzip"), ("none", "gzip"), ("cross-site", None)):
        _status, answer, _page = staff.ask("GET", "/staff/", **small, **{"Sec-Fetch-Site": site})
        assert answer.headers["Content-Encoding"] == encoding, site
    for path in ("/", "/static/probe.css"):
        _status, answer, page = door.ask("GET", path, **small)
        assert (answer.headers["Content-Encoding"] == "gzip") is (len(page) > 100), path


def test_plain_http_is_led_to_https_and_the_portal_believes_that_it_is_spoken(
    door: Door, plain_port: int
) -> None:
    with socket.create_connection(("127.0.0.1", plain_port), 10) as plain:
        plain.sendall(b"GET /status/?number=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        said = plain.recv(4096).decode()
    assert said.startswith("HTTP/1.1 308")
    assert "https://127.0.0.1/status/?number=1" in said
    door.ask("GET", "/status/")
    assert all(name.startswith("__Host-") for name in door.cookies)


def test_nobody_forges_an_address(door: Door, portal: RunningPortal) -> None:
    """What the browser claims about itself reaches neither limits nor the list of sessions."""
    door.sign_in(**{"X-Forwarded-For": CLAIMED, "Forwarded": f"for={CLAIMED}", "X-Real-IP": CLAIMED})
    assert portal.query("SELECT DISTINCT host(ip) FROM usersessions_usersession WHERE ip <> '127.0.0.1'") == [
        (OURS,)
    ]
    status, _answer, _page = door.ask("GET", "/metrics", **{"X-Forwarded-For": "127.0.0.1"})
    assert status == 404


def weighty(document: Pdf) -> None:
    """Twelve megabytes that cannot be packed."""
    document.pages[0].Contents = document.make_stream(os.urandom(12 * MB))


def test_a_large_file_passes_where_files_are_sent(door: Door) -> None:
    content = pdf(weighty)
    assert 12 * MB < len(content) < 20 * MB
    body = (
        b'--between-parts\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n--between-parts--\r\n"
    )
    kind = {"Content-Type": "multipart/form-data; boundary=between-parts"}
    status, _answer, said = door.ask("POST", FILES, body, **CODE, **kind)
    assert status == 201, said.decode()


def test_a_large_body_elsewhere_is_refused_in_words(door: Door) -> None:
    status, answer, said = door.ask("POST", "/policy/check/", b"x" * (5 * MB))
    assert status == 413
    assert "до 20 МБ" in said.decode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_sockets_pass(door: Door, portal: RunningPortal) -> None:
    staff = Door(door.port).sign_in()
    assert (upgraded(staff, door.port), upgraded(door, door.port)) == (101, 403)


def upgraded(who: Door, port: int) -> int:
    """The status of a websocket's handshake."""
    lines = [
        "GET /ws/staff/ HTTP/1.1", "Host: 127.0.0.1", "Origin: https://127.0.0.1", "Connection: Upgrade",
        "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *(f"{name}: {value}" for name, value in who._cookie().items()), "", "",
    ]  # fmt: skip
    with socket.create_connection(("127.0.0.1", port), 20) as raw, SECURE.wrap_socket(raw) as spoken:
        spoken.sendall("\r\n".join(lines).encode())
        return int(spoken.recv(4096).split()[1])


def test_the_log_has_no_queries(door: Door, directory: Path) -> None:
    door.ask("GET", "/status/?number=76-26-0000002-5")
    assert eventually(lambda: '"GET /status/"' in (directory / "access.log").read_text())
    assert "0000002" not in (directory / "access.log").read_text().replace(FILES, "")


def test_a_portal_that_is_away_is_told_in_words(directory: Path, port: int) -> None:
    """Another nginx of the same file, with nothing behind it."""
    https, apart = free_port(), directory / "apart"
    apart.mkdir()
    for name in ("tls", "static", "bodies"):
        (apart / name).symlink_to(directory / name)
    path = apart / "nginx.conf"
    path.write_text(configured(apart, free_port(), https, free_port()))
    words = [str(NGINX), "-c", str(path), "-e", str(apart / "error.log"), "-g", "daemon off;"]
    running = subprocess.Popen(words)
    try:
        assert eventually(lambda: listens(https)), (apart / "error.log").read_text()
        status, answer, said = Door(https).ask("GET", "/")
        assert (status, answer.headers["Retry-After"]) == (503, "30")
        assert "103 или 112" in said.decode()
    finally:
        running.terminate()
        running.wait(30)


def test_a_flood_is_answered_in_words_and_others_go_on(door: Door) -> None:
    """Last: it uses up what the address may."""

    def knock(_turn: int) -> list[tuple[int, str | None, str]]:
        """Over one connection, as fast as answers come."""
        connection = HTTPSConnection(
            "127.0.0.1", door.port, context=SECURE, timeout=60, source_address=(OURS, 0)
        )
        heard = []
        for _time in range(60):
            connection.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
            answer = connection.getresponse()
            heard.append((answer.status, answer.headers["Retry-After"], answer.read().decode()))
        connection.close()
        return heard

    with ThreadPoolExecutor(16) as pool:
        answers = list(chain.from_iterable(pool.map(knock, range(16))))
    statuses = Counter(status for status, _after, _said in answers)
    assert set(statuses) == {200, 429}, statuses
    refused = next(answer for answer in answers if answer[0] == 429)
    assert refused[1] == "5"
    assert "Подождите несколько секунд" in refused[2]
    other = HTTPSConnection(
        "127.0.0.1", door.port, context=SECURE, timeout=20, source_address=("127.0.0.8", 0)
    )
    other.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
    assert other.getresponse().status == 200
    other.close()


def test_the_portal_takes_bodies_from_one_place_only() -> None:
    """Whatever is written into the file later: no location passes on what the browser says of itself."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "proxy_set_header" not in text.split("location /static/")[1]
