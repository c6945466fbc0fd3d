"""The table of limits: what it counts together, and that people can read it."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from omsportal.platform import limits
from omsportal.platform.addresses import network_of
from omsportal.platform.limiter import LimitReached
from omsportal.platform.limits import TABLE, Rule

DOCUMENT = (Path(__file__).parents[2] / "docs" / "security.md").read_text()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_home_with_ipv6_is_one_address(address: str, network: str):
    assert network_of(address) == network


@pytest.mark.django_db
def test_it_counts_addresses_of_one_network_together(now: datetime, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(TABLE, "status.address", Rule(2, 60, "address"))
    limits.spend("status.address", "2001:db8::1", now)
    limits.spend("status.address", "2001:db8::2", now)
    with pytest.raises(LimitReached):
        limits.spend("status.address", "2001:db8::3", now)
    limits.spend("status.address", "2001:db8:0:1::3", now)


@pytest.mark.django_db
def test_it_is_near_from_the_half_on_until_it_is_used_up(now: datetime, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(TABLE, "status.address", Rule(4, 60, "address"))
    seen = []
    for _ in range(5):
        seen.append(limits.is_near("status.address", "192.0.2.1", now))
        limits.exceeded("status.address", "192.0.2.1", now)
    assert seen == [False, False, True, True, False]


def test_people_read_the_same_table():
    rows = re.findall(r"^\| `([a-z_.]+)` \| ([\d,]+) \| (\w+) \| ([^|]+) \| (\w+) \|$", DOCUMENT, re.M)
    written = {name: (most, span, by.strip(), beyond) for name, most, span, by, beyond in rows}
    spans = {60: "minute", 3600: "hour", 86400: "day"}
    assert written == {
        name: (f"{rule.most:,}", spans[rule.seconds], rule.by, rule.beyond.value)
        for name, rule in TABLE.items()
    }
