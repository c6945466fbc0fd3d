import pytest
from pytest_django.fixtures import Settings

from omsportal.platform.checks import sms_gateway_usable


@pytest.mark.parametrize(
    ("mode", "url", "found"),
    [
        ("http", "https://sms.example.org/", 0), ("http", "http://127.0.0.1:9/", 0), ("file", "", 0),
        ("http", "http://sms.example.org/", 1), ("http", "", 1),
    ],
)  # fmt: skip
def test_a_gateway_without_tls_is_refused_at_the_start(
    settings: Settings, mode: str, url: str, found: int
) -> None:
    settings.SMS_MODE, settings.SMS_GATEWAY_URL = mode, url
    assert len(sms_gateway_usable(None)) == found
