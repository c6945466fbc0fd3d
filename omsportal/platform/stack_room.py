"""Room on CPython's data stack for a whole page, taken once.

CPython up to 3.13 keeps the frames of Python functions in chunks of 16 kB and gives a chunk back to the
system as soon as the last frame leaves it. A loop that stands just below the end of a chunk pays two system
calls for every function it calls (python/cpython#142183): the same list of cases cost 15 ms of processor
time or 33, as the depth of the frames above it fell. A frame larger than a chunk gets a chunk of its own,
which has room for all that follow.
"""

from collections.abc import Callable
from types import FunctionType
from typing import TypeVar, cast

from django.http import HttpRequest, HttpResponse

R = TypeVar("R")

#: Words of 8 bytes that the frame asks for: a quarter of a megabyte, for which CPython takes half a megabyte.
#: The system gives out only what is touched.
ROOM = 32 * 1024


def _call(function: Callable[[], R]) -> R:
    return function()


#: Calls the function with no chunk's end within the next ROOM words of frames.
with_room = cast(
    "Callable[[Callable[[], HttpResponse]], HttpResponse]",
    FunctionType(_call.__code__.replace(co_stacksize=ROOM), globals(), "with_room"),
)


class StackRoomMiddleware:
    """Outside of everything: what a request costs does not hang on how deep its frames happen to lie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return with_room(lambda: self.get_response(request))
