import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from omsportal.platform.addresses import client_address, is_direct_loopback


def request(peer: str, forwarded: str = ""):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.7", "203.0.113.5"),  # not our proxy: what it says is not believed
        ("10.0.0.2", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.7", "198.51.100.7"),  # the left part is what the client wrote
        ("10.0.0.2", "198.51.100.7, 10.0.0.3", "198.51.100.7"),
        ("10.0.0.2", "", "10.0.0.2"),
        ("10.0.0.2", "nonsense", "nonsense"),
        ("::ffff:203.0.113.5", "", "203.0.113.5"),
        ("10.0.0.2", "2001:db8::1", "2001:db8::1"),
        ("", "", ""),
    ],
)
def test_it_believes_only_our_proxies(settings: Settings, peer: str, forwarded: str, expected: str):
    settings.TRUSTED_PROXIES = ["10.0.0.0/29", "127.0.0.1"]
    assert client_address(request(peer, forwarded)) == expected


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("127.0.0.1", "", True),
        ("::1", "", True),
        ("127.0.0.1", "198.51.100.7", False),
        ("10.0.0.2", "", False),
    ],
)
def test_it_knows_who_asks_on_this_machine(peer: str, forwarded: str, expected: bool):
    assert is_direct_loopback(request(peer, forwarded)) is expected
