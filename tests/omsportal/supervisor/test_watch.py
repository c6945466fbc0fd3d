"""Keeping processes alive."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from omsportal.supervisor.processes import spawn, stop
from omsportal.supervisor.trouble import Trouble
from omsportal.supervisor.watch import Watched

Maker = Callable[[str], Watched]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Maker]:
    """Makes a watched Python program of one line; nothing of it is left afterwards."""
    log = tmp_path / "logs" / "child.log"
    with ExitStack() as stack:

        def make(program: str) -> Watched:
            def launch() -> "subprocess.Popen[bytes]":
                process = spawn([sys.executable, "-c", program], log=log)
                stack.callback(stop, process, by=signal.SIGKILL)
                return process

            made = Watched("child", "Дочерний процесс", log, launch)
            made.process = made.launch()
            return made

        yield make


def pid(watched: Watched) -> int:
    assert watched.process is not None
    return watched.process.pid


def die(watched: Watched) -> None:
    assert watched.process is not None
    watched.process.kill()
    watched.process.wait()


SLEEP = "import time; time.sleep(60)"


def test_it_leaves_a_living_process_alone(watch: Maker) -> None:
    child = watch(SLEEP)
    before = pid(child)
    child.look(now=1.0)
    assert pid(child) == before


def test_it_starts_a_dead_process_again_after_a_pause_and_says_so(
    watch: Maker, capsys: pytest.CaptureFixture[str]
) -> None:
    child = watch(SLEEP)
    before = pid(child)
    die(child)
    child.look(now=10.0)
    child.look(now=10.4)
    assert pid(child) == before
    child.look(now=10.6)
    assert pid(child) != before
    said = capsys.readouterr().out
    assert "Дочерний процесс" in said
    assert "SIGKILL" in said
    assert str(child.log) in said


def test_it_waits_longer_after_each_death(watch: Maker) -> None:
    child = watch(SLEEP)
    pauses = []
    for moment in (0.0, 10.0, 20.0):
        die(child)
        child.look(now=moment)
        assert child.start_again_at is not None
        pauses.append(child.start_again_at - moment)
        child.look(now=moment + 9)
    assert pauses == [0.5, 1.0, 2.0]


def test_it_gives_up_on_the_fifth_death_in_a_minute(watch: Maker) -> None:
    child = watch(SLEEP)
    for moment in (0.0, 5.0, 10.0, 20.0):
        die(child)
        child.look(now=moment)
        child.look(now=moment + 4.5)
    die(child)
    with pytest.raises(Trouble, match="5 раз за минуту"):
        child.look(now=30.0)


def test_it_forgets_deaths_older_than_a_minute(watch: Maker) -> None:
    child = watch(SLEEP)
    for moment in (0.0, 61.0, 122.0, 183.0, 244.0, 305.0):
        die(child)
        child.look(now=moment)
        child.look(now=moment + 1)
    assert len(child.deaths) == 1


def test_it_kills_a_process_that_does_not_want_to_stop(watch: Maker) -> None:
    child = watch(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        " print(1, flush=True); time.sleep(60)"
    )
    while not child.log.read_text():
        pass
    child.stop_within = 0.2
    child.stop()
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL


def test_it_never_starts_again_what_was_stopped(watch: Maker) -> None:
    child = watch(SLEEP)
    die(child)
    child.look(now=0.0)
    child.stop()
    assert child.start_again_at is None
