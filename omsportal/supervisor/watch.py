"""Keeps processes alive: a dead one is started again with growing pauses, a hopeless one ends everything."""

import signal
import subprocess
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from omsportal.supervisor import say
from omsportal.supervisor.processes import stop
from omsportal.supervisor.trouble import Trouble

DEATHS_ALLOWED = 5
WINDOW_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.5


@dataclass
class Watched:
    """One process; `launch` starts it without waiting, deaths are moments of the monotonic clock."""

    name: str
    title: str
    log: Path
    launch: Callable[[], "subprocess.Popen[bytes]"]
    stop_signal: int = signal.SIGTERM
    stop_within: float = 10
    process: "subprocess.Popen[bytes] | None" = None
    deaths: deque[float] = field(default_factory=deque)
    start_again_at: float | None = None

    def look(self, now: float) -> None:
        """Notices a death, starts again when the pause is over; raises Trouble on the fifth death."""
        if self.start_again_at is not None:
            if now >= self.start_again_at:
                self.start_again_at = None
                self.process = self.launch()
            return
        if self.process is not None and self.process.poll() is not None:
            self._died(now, self.process.returncode)

    def _died(self, now: float, code: int) -> None:
        self.deaths.append(now)
        while self.deaths[0] < now - WINDOW_SECONDS:
            self.deaths.popleft()
        if len(self.deaths) >= DEATHS_ALLOWED:
            raise Trouble(
                f"{self.title} падает раз за разом ({len(self.deaths)} раз за минуту), портал остановлен. "
                f"Причина — в конце журнала {self.log}; исправьте её и повторите make run."
            )
        pause = FIRST_PAUSE_SECONDS * 2 ** (len(self.deaths) - 1)
        self.start_again_at = now + pause
        say.warning(f"{self.title}: процесс завершился ({_reason(code)}), запускаю снова. Журнал: {self.log}")

    def stop(self) -> None:
        self.start_again_at = None
        if self.process is not None:
            stop(self.process, by=self.stop_signal, within=self.stop_within)

    def ask_to_stop(self) -> None:
        """Only sends the signal, so that several can be stopping at once; `stop` waits."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)


def _reason(code: int) -> str:
    return f"код {code}" if code >= 0 else f"сигнал {signal.Signals(-code).name}"
