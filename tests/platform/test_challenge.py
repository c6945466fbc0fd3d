from datetime import datetime, timedelta
from itertools import count

import pytest

from omsportal.platform import challenge
from omsportal.platform.challenge import WAIT_SECONDS, Challenge, ChallengeAsked, accept, is_proof

pytestmark = pytest.mark.django_db


def asked(now: datetime, token: str = "", proof: str = "", purpose: str = "status") -> Challenge:
    with pytest.raises(ChallengeAsked) as caught:
        accept(purpose=purpose, token=token, proof=proof, now=now)
    return caught.value.challenge


def solved(given: Challenge) -> str:
    return next(str(number) for number in count() if is_proof(given.text, str(number)))


def test_it_lets_a_calculation_pass_at_once_and_only_once(now: datetime):
    given = asked(now)
    proof = solved(given)
    accept(purpose="status", token=given.token, proof=proof, now=now)
    assert asked(now, given.token, proof).token != given.token


def test_it_lets_whoever_waits_pass_without_scripts(now: datetime):
    given = asked(now)
    assert asked(now + timedelta(seconds=WAIT_SECONDS - 1), given.token).token == given.token
    accept(purpose="status", token=given.token, proof="", now=now + timedelta(seconds=WAIT_SECONDS))


def test_it_tells_how_long_is_still_to_wait(now: datetime):
    given = asked(now)
    with pytest.raises(ChallengeAsked) as caught:
        accept(purpose="status", token=given.token, proof="1", now=now + timedelta(seconds=15))
    assert caught.value.retry_after == WAIT_SECONDS - 15


def test_it_belongs_to_its_purpose(now: datetime):
    given = asked(now)
    assert asked(now, given.token, solved(given), purpose="policy").token != given.token


def test_it_ends(now: datetime):
    given = asked(now)
    late = now + timedelta(seconds=challenge.LIFETIME_SECONDS)
    assert asked(late, given.token, solved(given)).token != given.token


@pytest.mark.parametrize("forged", ["", "x", "eyJmb3IiOiJzdGF0dXMifQ:1:abc"])
def test_nobody_else_makes_one(now: datetime, forged: str):
    assert asked(now, forged).token != forged


@pytest.mark.parametrize("proof", ["", "-1", "1" * 20, "١٢٣", "0x1f", "1e3"])
def test_a_proof_is_a_plain_number(proof: str):
    assert not is_proof("text", proof, bits=0)
