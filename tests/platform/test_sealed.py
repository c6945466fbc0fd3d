import base64
import os

import pytest
from pytest_django.fixtures import Settings

from omsportal.platform import sealed

CONTEXT = b"card:1"
CARD = {"surname": "Ёлкина", "birth_on": "1950-12-31"}


def key(key_id: str) -> str:
    return f"{key_id}:{base64.b64encode(os.urandom(32)).decode()}"


@pytest.fixture(autouse=True)
def one_key(settings: Settings) -> None:
    settings.SEALING_KEYS = [key("k1")]


def test_it_opens_what_it_sealed():
    assert sealed.open_json(sealed.seal(CARD, CONTEXT), CONTEXT) == CARD
    assert sealed.open_(sealed.seal(b"\x00sound", CONTEXT), CONTEXT) == b"\x00sound"


def test_it_shows_nothing_and_never_repeats_itself():
    first, second = sealed.seal(CARD, CONTEXT), sealed.seal(CARD, CONTEXT)
    assert first != second
    assert "Ёлкина".encode() not in first


def test_it_does_not_open_in_another_place():
    with pytest.raises(sealed.Unsealable):
        sealed.open_(sealed.seal(CARD, CONTEXT), b"card:2")


@pytest.mark.parametrize("position", range(24))
def test_it_notices_a_changed_byte(position: int):
    blob = bytearray(sealed.seal(b"something", CONTEXT))
    blob[position] ^= 1
    with pytest.raises(sealed.Unsealable):
        sealed.open_(bytes(blob), CONTEXT)


@pytest.mark.parametrize(
    "blob", [b"", b"\x01", b"\x01\x02k1", b"plain text", b"\x01\x02\xff\xff" + bytes(40)]
)
def test_it_refuses_what_was_never_sealed(blob: bytes):
    with pytest.raises(sealed.Unsealable):
        sealed.open_(blob, CONTEXT)


def test_it_opens_with_an_old_key_and_seals_with_the_newest(settings: Settings):
    old = sealed.seal(CARD, CONTEXT)
    settings.SEALING_KEYS = [key("k2"), *settings.SEALING_KEYS]
    assert sealed.open_json(old, CONTEXT) == CARD
    assert old[2:4] == b"k1"
    assert sealed.seal(CARD, CONTEXT)[2:4] == b"k2"


def test_it_names_the_key_that_is_missing(settings: Settings):
    blob = sealed.seal(CARD, CONTEXT)
    settings.SEALING_KEYS = [key("k2")]
    with pytest.raises(sealed.Unsealable, match="k1"):
        sealed.open_(blob, CONTEXT)


@pytest.mark.parametrize(
    "pairs",
    [[], ["k1"], ["k1:"], ["k1:short"], [":" + base64.b64encode(bytes(32)).decode()], ["k1:c2hvcnQ="]],
)
def test_it_says_what_to_write_when_keys_are_malformed(settings: Settings, pairs: list[str]):
    settings.SEALING_KEYS = pairs
    with pytest.raises(sealed.KeysUnusable, match="docs/operations"):
        sealed.seal(CARD, CONTEXT)


@pytest.mark.parametrize("written", ["{secret}", "{secret}:k2", "k 2{secret}"])
def test_it_tells_nothing_of_a_malformed_key(settings: Settings, written: str):
    secret = base64.b64encode(os.urandom(32)).decode()
    settings.SEALING_KEYS = [key("k1"), written.format(secret=secret)]
    with pytest.raises(sealed.KeysUnusable, match="key 2 of the list") as refused:
        sealed.keyring()
    assert secret[:6] not in str(refused.value)


def test_it_refuses_one_id_for_two_keys(settings: Settings):
    settings.SEALING_KEYS = [key("k1"), key("k1")]
    with pytest.raises(sealed.KeysUnusable, match="twice"):
        sealed.keyring()
