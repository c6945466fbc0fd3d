"""Phones that nobody has called for ninety days: the branch is told once, until the last is confirmed."""

from datetime import timedelta

import pytest

from complaints.escalation import stale_phones
from complaints.escalation.stale_phones import CONFIRMED_FOR
from insurers.models import Branch, Hotline
from omsportal.platform import alarms
from omsportal.platform.models import Alarm
from tests.factories import NOW, TODAY, make_branch

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FRESH, STALE = TODAY - CONFIRMED_FOR, TODAY - CONFIRMED_FOR - DAY


@pytest.fixture
def branch() -> Branch:
    return make_branch()


def phone(branch: Branch, number: int, **fields: object) -> Hotline:
    known = {"purpose": "duty", "phone": f"+7485220000{number}", "confirmed_on": STALE}
    return Hotline.objects.create(branch=branch, **(known | fields))


def test_a_branch_hears_once_of_all_its_phones_that_grew_old(branch: Branch) -> None:
    other = make_branch("reso-med")
    phone(branch, 1)
    phone(branch, 2, confirmed_on=None)
    phone(branch, 3, confirmed_on=FRESH)
    phone(other, 4, confirmed_on=FRESH)
    assert stale_phones.look(NOW) == (1, 0)
    alarm = Alarm.objects.open().get()
    assert (alarm.receiver_branch_id, alarm.payload) == (branch.pk, {"phones": 2})
    assert stale_phones.look(NOW + HOUR) == (0, 0)


def test_it_says_nothing_of_phones_that_no_patient_sees(branch: Branch) -> None:
    phone(branch, 1, valid_to=TODAY - DAY)
    phone(branch, 2, valid_from=TODAY + DAY)
    Hotline.objects.create(insurer=branch.insurer, purpose="duty", phone="+74852200003")
    ended = make_branch("reso-med")
    phone(ended, 4)
    Branch.objects.filter(pk=ended.pk).update(valid_to=TODAY - DAY)
    assert stale_phones.look(NOW) == (0, 0)


def test_it_is_withdrawn_with_the_last_confirmation_and_comes_again_unseen(branch: Branch) -> None:
    one, two = phone(branch, 1), phone(branch, 2)
    stale_phones.look(NOW)
    alarms.acknowledge(alarm=Alarm.objects.get(), by_id=1, now=NOW)
    Hotline.objects.filter(pk=one.pk).update(confirmed_on=TODAY)
    assert stale_phones.look(NOW + HOUR) == (0, 0)
    Hotline.objects.filter(pk=two.pk).update(confirmed_on=TODAY)
    assert stale_phones.look(NOW + 2 * HOUR) == (0, 1)
    later = NOW + CONFIRMED_FOR + 2 * DAY
    assert stale_phones.look(later) == (1, 0)
    alarm = Alarm.objects.get()
    assert (alarm.closed_at, alarm.acknowledged_at, alarm.raised_at) == (None, None, later)
