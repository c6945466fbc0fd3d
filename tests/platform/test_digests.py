import pytest
from pytest_django.fixtures import Settings

from omsportal.platform import digests


def test_it_finds_equal_values_of_one_purpose():
    assert digests.blind("7600000000000000", "policy") == digests.blind("7600000000000000", "policy")
    assert digests.blind("7600000000000000", "policy") != digests.blind("7600000000000001", "policy")


def test_it_keeps_purposes_apart():
    assert digests.blind("1950-12-31", "birth") != digests.blind("1950-12-31", "policy")


def test_it_depends_on_the_key(settings: Settings):
    before = digests.blind("value", "policy")
    settings.DIGEST_KEY = "x" * 40
    assert digests.blind("value", "policy") != before


def test_it_compares_stored_digests():
    stored = memoryview(digests.blind("1234567812345678", "code"))
    assert digests.matches(stored, digests.blind("1234567812345678", "code"))
    assert not digests.matches(stored, digests.blind("1234567812345679", "code"))


@pytest.mark.parametrize("key", ["", "short"])
def test_it_says_what_to_write_when_the_key_is_unusable(settings: Settings, key: str):
    settings.DIGEST_KEY = key
    with pytest.raises(digests.DigestKeyUnusable, match="32 random characters"):
        digests.blind("value", "policy")
