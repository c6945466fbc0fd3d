"""Ctrl-C, SIGTERM and SIGHUP become one exception, raised once."""

import signal
from types import FrameType

from omsportal.supervisor.trouble import Stopped

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def raise_on_signals() -> None:
    """Under nohup SIGHUP is ignored from the start, and stays so."""
    for number in STOPPING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)


def ignore_signals() -> None:
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Only the first counts: what follows is the stopping itself."""
    ignore_signals()
    raise Stopped
