"""The embedded Valkey."""

import os
from urllib.parse import urlsplit

import pytest
import redis


def test_it_answers_on_the_address_it_gives() -> None:
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        assert client.ping()


def test_it_lets_nobody_in_without_the_password() -> None:
    address = urlsplit(os.environ["REDIS_URL"])
    assert address.port is not None
    with (
        redis.Redis(host="127.0.0.1", port=address.port) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()
