"""The hold: begins when a living escalator sees the clock jump, ends after ten minutes or when it returns."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from complaints.escalation import hold, rounds
from complaints.escalation.hold import ClockWatch, Reading
from complaints.escalation.rounds import Round
from complaints.escalation.sweep import Floor, Swept, sweep
from complaints.models import EngineHold
from complaints.reports.staff.watch import watch_of
from complaints.services.engine import release_hold
from omsportal.platform import heartbeats
from omsportal.platform.models import Alarm
from tests.factories import NOW, make_complaint, make_staff, profile

HOUR = timedelta(hours=1)
BOOTED = 1000.0
pytestmark = pytest.mark.django_db


class Machine:
    """A boot-time clock that only goes on, and a wall clock that somebody may set."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.boot = BOOTED

    def read(self, *, after: float = 5, jump: timedelta = timedelta(), answer: float = 0.01) -> Reading:
        """`after` seconds later; the answer takes `answer` seconds, the clock is read at its beginning."""
        self.now += timedelta(seconds=after) + jump
        self.boot += after
        reading = Reading(now=self.now, earliest=self.boot, latest=self.boot + answer)
        self.now += timedelta(seconds=answer)
        self.boot += answer
        return reading


def watching(machine: Machine) -> ClockWatch:
    watch = ClockWatch()
    watch.look(machine.read())
    return watch


@pytest.mark.parametrize("jump", [3 * HOUR, -HOUR, timedelta(seconds=40), timedelta(seconds=-40)])
def test_a_jump_either_way_holds_and_alarms_once(jump: timedelta) -> None:
    machine = Machine()
    watch = watching(machine)
    watch.look(machine.read(jump=jump))
    for _tick in range(3):
        watch.look(machine.read())
    row = EngineHold.objects.get()
    assert (row.jumped_seconds, row.released_at) == (pytest.approx(jump.total_seconds(), abs=1), None)
    assert hold.in_force(now=machine.now)
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.subject_kind, alarm.severity) == ("clock_jumped", "engine", "critical")
    assert (alarm.receiver_branch_id, alarm.closed_at) == (None, None)


def test_small_corrections_and_drift_hold_nothing_however_many() -> None:
    machine = Machine()
    watch = watching(machine)
    for _tick in range(20):
        watch.look(machine.read(jump=timedelta(seconds=20)))
    assert not EngineHold.objects.exists()


def test_a_slow_answer_or_a_stopped_process_proves_nothing() -> None:
    machine = Machine()
    watch = watching(machine)
    watch.look(machine.read(answer=100))
    watch.look(machine.read())
    watch.look(machine.read(after=200))
    assert not EngineHold.objects.exists()


def test_a_clock_that_comes_back_releases_and_closes_the_alarm() -> None:
    machine = Machine()
    watch = watching(machine)
    watch.look(machine.read(jump=3 * HOUR))
    held_until = machine.now
    watch.look(machine.read(jump=-3 * HOUR))
    assert EngineHold.objects.get().released_at is not None
    assert not hold.in_force(now=machine.now)
    assert not hold.in_force(now=held_until)
    assert Alarm.objects.get().closed_at is not None


def test_after_ten_minutes_the_new_clock_is_believed_and_the_alarm_waits_for_a_person() -> None:
    machine = Machine()
    watch = watching(machine)
    watch.look(machine.read(jump=-HOUR))
    held_at = machine.now
    while machine.now < held_at + timedelta(minutes=9, seconds=50):
        watch.look(machine.read())
        assert hold.in_force(now=machine.now)
    for _tick in range(6):
        watch.look(machine.read())
    assert not hold.in_force(now=machine.now)
    assert EngineHold.objects.count() == 1
    assert Alarm.objects.get().closed_at is None


def test_what_a_person_lets_go_is_not_held_again_by_the_same_jump() -> None:
    machine = Machine()
    watch = watching(machine)
    watch.look(machine.read(jump=3 * HOUR))
    watch.look(machine.read())
    admin = make_staff("admin", is_superuser=True)
    own = watch_of(admin, profile(admin))
    row = EngineHold.objects.get()
    assert release_hold(hold_id=row.pk, watch=own, by=admin, now=machine.now)
    for _tick in range(3):
        watch.look(machine.read())
    assert EngineHold.objects.count() == 1
    assert not hold.in_force(now=machine.now)
    watch.look(machine.read(jump=HOUR))
    assert hold.in_force(now=machine.now)


def test_a_second_jump_within_the_hold_is_held_too_but_no_longer_than_ten_minutes_in_all() -> None:
    machine = Machine()
    watch = watching(machine)
    watch.look(machine.read(jump=3 * HOUR))
    for _tick in range(60):
        watch.look(machine.read())
    watch.look(machine.read(jump=2 * HOUR))
    assert hold.in_force(now=machine.now)
    for _tick in range(60):
        watch.look(machine.read())
    assert not hold.in_force(now=machine.now)


def test_a_fresh_start_after_an_outage_holds_nothing() -> None:
    machine = Machine()
    watching(machine)
    watching(Machine(machine.now + 3 * HOUR))
    assert not EngineHold.objects.exists()


def test_an_escalator_that_slept_for_long_starts_afresh() -> None:
    machine = Machine()
    watch = watching(machine)
    watch.look(machine.read(after=400, jump=3 * HOUR))
    assert not EngineHold.objects.exists()


def test_an_escalator_started_within_a_hold_keeps_it_and_knows_the_clock_before() -> None:
    machine = Machine()
    watching(machine).look(machine.read(jump=3 * HOUR))
    second = watching(machine)
    assert hold.in_force(now=machine.now)
    second.look(machine.read(jump=-3 * HOUR))
    assert EngineHold.objects.get().released_at is not None
    assert Alarm.objects.get().closed_at is not None


def test_several_escalators_that_look_at_different_moments_hold_once_and_end_together() -> None:
    machine = Machine()
    watches = [watching(machine) for _one in range(3)]
    for watch in watches:
        watch.look(machine.read(after=2, jump=HOUR if watch is watches[0] else timedelta()))
    for _tick in range(130):
        for watch in watches:
            watch.look(machine.read(after=2))
    assert not hold.in_force(now=machine.now)
    assert (EngineHold.objects.count(), Alarm.objects.count()) == (1, 1)


def test_the_next_jump_is_a_new_hold_with_its_own_alarm() -> None:
    machine = Machine()
    watch = watching(machine)
    for jump in (HOUR, -HOUR, HOUR):
        watch.look(machine.read(jump=jump))
    assert EngineHold.objects.count() == 2
    assert Alarm.objects.filter(closed_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_five_escalators_that_see_it_at_the_same_moment_write_one_row() -> None:
    machine = Machine()
    watches = [watching(machine) for _one in range(5)]
    reading, gate = machine.read(jump=3 * HOUR), threading.Barrier(5)

    def look(watch: ClockWatch) -> None:
        gate.wait()
        watch.look(reading)
        connection.close()

    threads = [threading.Thread(target=look, args=(watch,)) for watch in watches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (EngineHold.objects.count(), Alarm.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("believed", "trusted"),
    [
        ({}, True),
        ({"offset": 0.0}, True),
        ({"offset": 40.0}, False),
        ({"offset": -10800.0}, False),
        ({"offset": 40.0, "boot": -61.0}, True),
        ({"offset": 40.0, "boot_id": "another machine"}, True),
    ],
    ids=["no escalator", "agrees", "behind", "ahead", "escalator silent", "escalator elsewhere"],
)
def test_other_bells_wait_for_the_escalators_judgement(believed: dict[str, float], trusted: bool) -> None:
    watch = ClockWatch()
    reading = hold.read()
    watch.look(reading)
    reference = watch.reference()
    for name, change in believed.items():
        reference[name] = change if name == "boot_id" else float(reference[name] or 0) + change
    if believed:
        heartbeats.beat("escalator", reading.now, reference)
    assert (hold.trusted_now() is not None) is trusted


def test_no_bell_moves_a_case_while_it_is_in_force() -> None:
    case = make_complaint()
    EngineHold.objects.create(held_at=case.due_at, jumped_seconds=10_800)
    swept = sweep(now=case.due_at + timedelta(minutes=9))
    assert (swept.held, swept.escalated, swept.statements) == (True, 0, 1)
    assert heartbeats.age("sweep", case.due_at + timedelta(minutes=9)) == timedelta()
    assert sweep(now=case.due_at + timedelta(minutes=10)).escalated == 1


def test_a_released_hold_holds_nothing() -> None:
    case = make_complaint()
    EngineHold.objects.create(held_at=case.due_at, jumped_seconds=10_800, released_at=case.due_at)
    assert sweep(now=case.due_at + timedelta(minutes=1)).escalated == 1


def test_no_round_is_made_while_it_is_in_force() -> None:
    made: list[datetime] = []
    one = [Round("look", timedelta(minutes=1), made.append)]
    EngineHold.objects.create(held_at=NOW, jumped_seconds=10_800)
    assert rounds.make(now=NOW, rounds=one) == []
    assert rounds.make(now=NOW + hold.KEEP, rounds=one) == ["look"]
    assert made == [NOW + hold.KEEP]


def test_a_sweep_that_was_held_does_not_count_as_made() -> None:
    floor = Floor()
    floor.since()
    floor.swept(Swept(held=True), NOW)
    assert floor.since() is None
    floor.swept(Swept(), NOW)
    floor.since()
    assert floor.since() == NOW - timedelta(minutes=1)
