"""No depth of frames makes calls dear: a chunk's end is never crossed again and again."""

import resource
import threading
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from omsportal.platform.stack_room import StackRoomMiddleware

CALLS = 2_000
#: More frames than fill two chunks of 16 kB.
DEPTHS = range(300)


def _leaf(value: int) -> int:
    return value


def _loop() -> None:
    for number in range(CALLS):
        _leaf(number)


def _deeper(depth: int) -> None:
    if depth:
        _deeper(depth - 1)
    else:
        _loop()


def _every_depth() -> int:
    """Pages of memory that the system gave out anew at the worst depth."""
    worst = 0
    for depth in DEPTHS:
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
        _deeper(depth)
        worst = max(worst, resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before)
    return worst


def _in_a_thread(work: Callable[[], int]) -> int:
    """As a server's threads do: their stack begins empty."""
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def _within_a_request() -> int:
    found: list[int] = []

    def page(request: HttpRequest) -> HttpResponse:
        found.append(_every_depth())
        return HttpResponse()

    StackRoomMiddleware(page)(HttpRequest())
    return found[0]


def test_a_request_never_stands_at_the_end_of_a_chunk() -> None:
    assert _in_a_thread(_within_a_request) < CALLS // 10
