from datetime import datetime, timedelta

import pytest

from omsportal.platform import heartbeats
from omsportal.platform.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_it_knows_how_long_a_process_has_been_silent(now: datetime):
    assert heartbeats.age("sweep", now) is None
    heartbeats.beat("sweep", now, {"escalated": 3})
    assert heartbeats.age("sweep", now + timedelta(seconds=5)) == timedelta(seconds=5)


def test_it_keeps_the_latest_beat_only(now: datetime):
    heartbeats.beat("sweep", now, {"escalated": 3})
    heartbeats.beat("sweep", now + timedelta(seconds=5))
    assert heartbeats.ages(now + timedelta(seconds=6)) == {"sweep": timedelta(seconds=1)}
    assert Heartbeat.objects.get().detail == {}
