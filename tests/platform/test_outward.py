"""Addresses that somebody typed: the portal reaches the internet by them and nothing of ours."""

import socket
import ssl
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from omsportal.platform import outward
from omsportal.platform.checks import closed_networks_usable, no_loopback_receivers
from omsportal.platform.outward import AddressRefused, NoAnswer
from tests.certificates import made_for
from tests.providers import Gateway

#: A public address that nobody is asked at: the socket that would go there is watched.
PUBLIC = "93.184.216.34"


def refusal(url: str) -> str:
    with pytest.raises(AddressRefused) as caught:
        outward.checked_url(url)
    return caught.value.code


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.ru/oms", "scheme"),
        ("ftp://example.ru/oms", "scheme"),
        ("https://example.ru:22/", "port"),
        ("https://example.ru:99999/", "malformed"),
        ("https://user:word@example.ru/", "password"),
        ("https://@example.ru/", "password"),
        ("https:///oms", "malformed"),
        ("https://example.ru/ oms", "malformed"),
        ("https://example.ru/\r\nHost: other", "malformed"),
        ("https://example.ru\\@127.0.0.1/", "malformed"),
        ("https://example.ru/#part", "malformed"),
        ("https://пример.рф/", "malformed"),
        ("https://localhost/", "private"),
        ("https://intranet/", "private"),
        ("https://127.0.0.1/", "private"),
        ("https://10.1.2.3:8443/", "private"),
        ("https://169.254.169.254/latest/meta-data/", "private"),
        ("https://[::1]/", "private"),
        ("https://[::ffff:10.0.0.1]/", "private"),
        ("http://127.0.0.1:8000/", "scheme"),
    ],
)
def test_it_refuses_what_may_not_be_written_down(url: str, code: str) -> None:
    assert refusal(url) == code


@pytest.mark.parametrize(
    "url", ["https://example.ru/oms?x=1", "https://a.example.ru:8443", f"https://{PUBLIC}/"]
)
def test_it_takes_addresses_of_the_internet(url: str) -> None:
    assert outward.checked_url(url).geturl() == url


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1",
        "192.168.1.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "203.0.113.9", "224.0.0.1",
        "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::a00:1",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "fc00::1", "fd00:ec2::254",
        "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "not an address",
    ],
)  # fmt: skip
def test_it_knows_what_is_not_public(address: str) -> None:
    assert not outward.is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "2a02:6b8::2:242", f"::ffff:{PUBLIC}"])
def test_it_knows_what_is_public(address: str) -> None:
    assert outward.is_public(address)


def test_own_public_networks_are_closed_by_a_setting(settings: Settings) -> None:
    settings.WEBHOOK_CLOSED_NETWORKS = ["93.184.216.0/24", "2a02:6b8::/32"]
    assert not outward.is_public(PUBLIC)
    assert not outward.is_public("2a02:6b8::2:242")
    assert refusal(f"https://{PUBLIC}/") == "private"


def test_the_portal_does_not_start_with_a_slip_in_the_closed_networks(settings: Settings) -> None:
    settings.WEBHOOK_CLOSED_NETWORKS = ["198.51.100.0/24", "2a02:6b8::/32"]
    assert closed_networks_usable(None) == []
    settings.WEBHOOK_CLOSED_NETWORKS.append("198.51.100/24x")
    [found] = closed_networks_usable(None)
    assert found.id == "platform.E013"


def test_a_deployment_does_not_open_this_machine(settings: Settings) -> None:
    settings.WEBHOOK_LOOPBACK = False
    assert no_loopback_receivers(None) == []
    settings.WEBHOOK_LOOPBACK = True
    assert [found.id for found in no_loopback_receivers(None)] == ["platform.E014"]


class Names:
    """What the name server says, one answer after the other; it counts how often it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        self.asked += 1
        families = {True: socket.AF_INET6, False: socket.AF_INET}
        return [
            (families[":" in address], socket.SOCK_STREAM, 6, "", (address, port))
            for address in self.answers.pop(0)
        ]


@pytest.fixture
def gone_to(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where sockets would have connected to; the network is not touched."""
    places: list[Any] = []

    def connect(self: socket.socket, place: Any) -> None:
        places.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return places


@pytest.mark.parametrize(
    "answer", [["10.0.0.5"], [PUBLIC, "127.0.0.1"], ["::1"], ["::ffff:169.254.169.254"], ["fd00:ec2::254"]]
)
def test_a_name_that_leads_inside_is_refused_before_any_connection(
    monkeypatch: pytest.MonkeyPatch, gone_to: list[Any], answer: list[str]
) -> None:
    Names(monkeypatch, answer)
    with pytest.raises(AddressRefused, match="private"):
        outward.post("https://hook.example.ru/", b"{}", {})
    assert gone_to == []


def test_a_name_that_changes_its_mind_leads_to_the_address_that_was_judged(
    monkeypatch: pytest.MonkeyPatch, gone_to: list[Any]
) -> None:
    """DNS rebinding: public when it is judged, inside a moment later."""
    names = Names(monkeypatch, [PUBLIC], ["127.0.0.1"], ["127.0.0.1"])
    with pytest.raises(NoAnswer, match="connection"):
        outward.post("https://hook.example.ru/", b"{}", {})
    assert (names.asked, gone_to) == (1, [(PUBLIC, 443)])


def test_a_name_with_thousands_of_dead_addresses_holds_nobody_for_hours(
    monkeypatch: pytest.MonkeyPatch, gone_to: list[Any]
) -> None:
    """The attempts together take no longer than one exchange may."""
    clock = iter(range(0, 100_000, 5))
    monkeypatch.setattr(outward, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))
    Names(monkeypatch, [f"93.184.{high}.{low}" for high in range(1, 17) for low in range(1, 200)])
    with pytest.raises(NoAnswer, match="connection"):
        outward.post("https://hook.example.ru/", b"{}", {})
    assert 1 <= len(gone_to) <= outward.WHOLE / outward.PATIENCE


def test_a_name_that_nobody_knows_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NoAnswer, match="name"):
        outward.post("https://hook.example.ru/", b"{}", {})


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Gateway]:
    settings.WEBHOOK_LOOPBACK = True
    with Gateway() as server:
        yield server


def url_of(receiver: Gateway) -> str:
    return f"http://127.0.0.1:{receiver.port}/oms?branch=76"


def test_it_sends_what_it_is_given(receiver: Gateway) -> None:
    assert outward.post(url_of(receiver), b'{"a":1}', {"OMS-Event-Id": "evt_1"}) == 200
    [(line, headers, body)] = receiver.requests
    assert (line, body) == ("POST /oms?branch=76 HTTP/1.1", '{"a":1}')
    assert (headers["host"], headers["oms-event-id"]) == (f"127.0.0.1:{receiver.port}", "evt_1")


def test_loopback_is_closed_without_the_setting(receiver: Gateway, settings: Settings) -> None:
    settings.WEBHOOK_LOOPBACK = False
    with pytest.raises(AddressRefused):
        outward.post(url_of(receiver), b"{}", {})
    assert receiver.requests == []


def test_redirects_are_not_followed(receiver: Gateway) -> None:
    receiver.answer = (302, "")
    assert outward.post(url_of(receiver), b"{}", {}) == 302
    assert len(receiver.requests) == 1


def test_who_says_nothing_is_left_after_some_seconds(
    receiver: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outward, "PATIENCE", 0.2)
    receiver.behave = "silent"
    with pytest.raises(NoAnswer, match="timeout"):
        outward.post(url_of(receiver), b"{}", {})


def test_the_certificate_must_be_that_of_the_name(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, tls_receiver: "TlsReceiver"
) -> None:
    """Whoever stands at the judged address without a certificate for the name hears nothing."""
    monkeypatch.setattr(outward, "is_public", lambda _address: True)
    monkeypatch.setattr(outward, "PORTS", frozenset({tls_receiver.port}))
    Names(monkeypatch, ["127.0.0.1"], ["127.0.0.1"])
    url = f"https://hook.example.ru:{tls_receiver.port}/oms"
    with pytest.raises(NoAnswer, match="certificate"):
        outward.post(url, b"{}", {})
    monkeypatch.setenv("SSL_CERT_FILE", str(tls_receiver.authority))
    assert outward.post(url, b"{}", {}) == 200
    assert tls_receiver.asked_for == ["hook.example.ru", "hook.example.ru"]
    assert tls_receiver.hosts == [f"hook.example.ru:{tls_receiver.port}"]


class TlsReceiver:
    """An HTTPS server on loopback with a certificate of hook.example.ru."""

    def __init__(self, directory: Any) -> None:
        self.authority, certificate, key = made_for("hook.example.ru", directory)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.asked_for: list[str | None] = []
        self.hosts: list[str] = []
        self.context.sni_callback = lambda _sock, name, _context: self.asked_for.append(name)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])

    def serve(self) -> None:
        while True:
            try:
                plain, _address = self.listener.accept()
            except OSError:
                return
            try:
                with self.context.wrap_socket(plain, server_side=True) as secure:
                    head = secure.recv(65536).decode()
                    self.hosts += [
                        line[6:] for line in head.split("\r\n") if line.lower().startswith("host: ")
                    ]
                    secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            except OSError:
                plain.close()


@pytest.fixture
def tls_receiver(tmp_path: Any) -> Iterator[TlsReceiver]:
    server = TlsReceiver(tmp_path)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server
    server.listener.shutdown(socket.SHUT_RDWR)
    server.listener.close()
    thread.join(5)
