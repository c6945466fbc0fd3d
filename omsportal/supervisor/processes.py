"""One child process: started so that it cannot outlive us, stopped gently and then for certain."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from omsportal.supervisor.accounts import Account, before_exec

ROOT = Path(__file__).resolve().parent.parent.parent


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    death_signal: int = signal.SIGKILL,
    directory: Path = ROOT,
) -> subprocess.Popen[bytes]:
    """Starts a child in a session of its own (Ctrl-C reaches only us), its output appended to the log.

    Call from the main thread: the kernel sends death_signal when the thread that started the child ends.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            cwd=directory,
            start_new_session=True,
            preexec_fn=before_exec(account, death_signal),
        )


def stop(process: subprocess.Popen[bytes], *, by: int = signal.SIGTERM, within: float = 10) -> bool:
    """Asks the child to end, waits, then kills its whole session; True when it went by itself."""
    if process.poll() is not None:
        return True
    process.send_signal(by)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        kill_session(process)
        process.wait()
        return False
    return True


def kill_session(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """SIGKILL to the child and to what it started in its own session."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()


def tail(log: Path, lines: int = 5) -> str:
    """The last lines of a log, for a message; empty when there is none."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
