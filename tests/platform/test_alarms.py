from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from omsportal.platform import alarms
from omsportal.platform.models import Alarm

BREACH = {"kind": "breach", "subject_kind": "case", "subject_id": 7}
LATER = timedelta(hours=1)


@pytest.mark.django_db
def test_it_is_raised_once_for_a_hop_and_receiver(now: datetime):
    assert alarms.raise_once(now=now, **BREACH)
    assert not alarms.raise_once(now=now + LATER, severity="critical", **BREACH)
    assert alarms.raise_once(now=now, hop=1, **BREACH)
    assert alarms.raise_once(now=now, receiver_branch_id=3, **BREACH)
    assert not alarms.raise_once(now=now, receiver_branch_id=3, **BREACH)
    assert Alarm.objects.count() == 3


@pytest.mark.django_db
def test_the_first_who_acknowledges_stays_on_record(now: datetime):
    alarms.raise_once(now=now, **BREACH)
    alarm = Alarm.objects.get()
    assert alarms.acknowledge(alarm=alarm, by_id=5, now=now + LATER)
    assert not alarms.acknowledge(alarm=alarm, by_id=6, now=now + 2 * LATER)
    alarm.refresh_from_db()
    assert (alarm.acknowledged_by_id, alarm.acknowledged_at) == (5, now + LATER)


@pytest.mark.django_db
def test_it_is_closed_once_and_with_all_about_its_subject(now: datetime):
    alarms.raise_once(now=now, **BREACH)
    alarms.raise_once(now=now, hop=1, **BREACH)
    alarm = Alarm.objects.get(hop=0)
    assert alarms.close(alarm=alarm, now=now)
    assert not alarms.close(alarm=alarm, now=now + LATER)
    assert alarms.close_about(now=now + LATER, **BREACH) == 1
    assert not Alarm.objects.open().exists()


@pytest.mark.django_db
def test_it_is_found_by_receiver_and_subject(now: datetime):
    alarms.raise_once(now=now, receiver_branch_id=3, **BREACH)
    alarms.raise_once(now=now, receiver_branch_id=4, **BREACH)
    assert Alarm.objects.unacknowledged().received_by([3]).about("case", 7).count() == 1


@pytest.mark.django_db
def test_it_refuses_an_unknown_severity(now: datetime):
    with pytest.raises(ValueError, match="mild"):
        alarms.raise_once(now=now, severity="mild", **BREACH)


def test_simultaneous_raisers_raise_one(at_once: Callable[..., list[Any]], now: datetime):
    assert sum(at_once(8, lambda: alarms.raise_once(now=now, **BREACH))) == 1


@pytest.mark.django_db
def test_one_raised_before_the_clock_went_back_can_be_seen_and_closed(now: datetime):
    alarms.raise_once(now=now, **BREACH)
    alarm = Alarm.objects.get()
    assert alarms.acknowledge(alarm=alarm, by_id=5, now=now - LATER)
    assert alarms.close_about(now=now - LATER, **BREACH) == 1
    alarm.refresh_from_db()
    assert alarm.acknowledged_at == alarm.closed_at == now
