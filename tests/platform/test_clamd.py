"""The client of the virus scanner, against a small daemon on a real socket."""

from collections.abc import Iterator

import pytest

from omsportal.platform import clamd
from tests.platform.clamd_server import VIRUS, Clamd, nobody

MB = 1024 * 1024


@pytest.fixture
def daemon() -> Iterator[Clamd]:
    with Clamd(most=2 * MB) as running:
        yield running


@pytest.mark.parametrize(
    ("content", "virus"), [(b"x", None), (bytes(MB), None), (b"a" * MB + VIRUS, "Planted.Test")]
)
def test_it_brings_the_verdict(daemon: Clamd, content: bytes, virus: str | None) -> None:
    assert clamd.scan(daemon.address, content) == virus


def test_it_tells_who_answers(daemon: Clamd) -> None:
    assert clamd.ping(daemon.address).startswith("ClamAV")


@pytest.mark.parametrize("address", ["", "/nowhere/clamd.ctl"])
def test_it_says_when_nobody_is_there(address: str) -> None:
    with pytest.raises(clamd.Away):
        clamd.scan(address or nobody(), b"x")


@pytest.mark.parametrize("behaviour", ["silent", "dying", "sick"])
def test_it_takes_nothing_but_a_verdict_for_one(daemon: Clamd, behaviour: str) -> None:
    daemon.behave = behaviour
    with pytest.raises(clamd.Broken):
        clamd.scan(daemon.address, bytes(MB), patience=0.5)


@pytest.mark.parametrize(
    ("said", "virus"),
    [
        ([b"stream: O", b"K\0"], None),
        ([b"stream: Win.", b"Test.A FOUND\0"], "Win.Test.A"),
        ([b"stream: OK FOUND\0"], "OK"),
        ([b"stream: Odd.FOUND FOUND\0stream: OK\0"], "Odd.FOUND"),
    ],
)
def test_it_reads_the_verdict_to_its_end(daemon: Clamd, said: list[bytes], virus: str | None) -> None:
    daemon.behave, daemon.said = "saying", said
    assert clamd.scan(daemon.address, b"x") == virus


@pytest.mark.parametrize(
    "said",
    [
        [b"stream: OK"], [b"stream: Win.Test FOUND"], [b"\0"], [b"stream: NOT OK\0"], [b"stream: OK ERROR\0"],
        [b"stream: ok\0"], [b"PONG\0"], [b"stream: OK\n\0"], [b"UNKNOWN COMMAND\0stream: OK\0"],
    ],
)  # fmt: skip
def test_what_is_no_verdict_makes_no_file_clean(daemon: Clamd, said: list[bytes]) -> None:
    daemon.behave, daemon.said = "saying", said
    with pytest.raises(clamd.Broken):
        clamd.scan(daemon.address, b"x")


def test_it_says_when_a_file_is_too_large_for_the_scanner(daemon: Clamd) -> None:
    with pytest.raises(clamd.TooLarge):
        clamd.scan(daemon.address, bytes(8 * MB))
