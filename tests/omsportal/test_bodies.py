"""Bodies are received whole before a thread sees the request."""

import asyncio
from typing import Any

import pytest

from omsportal.bodies import Limits, PatientReceiver
from tests.threads import run_apart

LIMITS = Limits(most=300_000, larger={"/registry/": 350_000}, together=400_000, silence=0.05)


class Portal:
    """An application that reads its body, and what the browser was answered."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.answers: list[dict[str, Any]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        self.bodies.append(body)

    async def send(self, message: dict[str, Any]) -> None:
        self.answers.append(message)


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def request(portal: Portal, *parts: dict[str, Any], length: int, path: str = "/") -> PatientReceiver:
    """What is said is said at once; after that the sender is silent."""
    waiting = list(parts)

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.sleep(60)
        return waiting.pop(0)

    scope = {"type": "http", "path": path, "headers": [(b"content-length", str(length).encode())]}
    receiver = PatientReceiver(portal, LIMITS)
    run_apart(receiver(scope, receive, portal.send))  # type: ignore[arg-type]  # plain dictionaries
    return receiver


@pytest.fixture
def portal() -> Portal:
    return Portal()


def test_it_hands_a_whole_body_on_in_order(portal: Portal) -> None:
    big = bytes(range(256)) * 1000
    receiver = request(portal, part(big[:9], more=True), part(big[9:]), length=len(big))
    assert portal.bodies == [big]
    assert receiver.held == 0


def test_it_hands_on_a_request_without_a_body(portal: Portal) -> None:
    request(portal, part(b""), length=0)
    assert portal.bodies == [b""]


def test_it_ends_with_a_silent_sender_and_starts_no_thread(portal: Portal) -> None:
    receiver = request(portal, part(b"a=1", more=True), length=100_000)
    assert portal.answers[0]["status"] == 408
    assert not portal.bodies
    assert receiver.held == 0


@pytest.mark.parametrize("length", [300_001, 10])
def test_it_refuses_too_large_a_body_whatever_was_declared(portal: Portal, length: int) -> None:
    request(portal, part(b"x" * 300_001), length=length)
    assert portal.answers[0]["status"] == 413


def test_one_address_takes_larger_ones(portal: Portal) -> None:
    request(portal, part(b"x" * 300_001), length=300_001, path="/registry/")
    assert [len(body) for body in portal.bodies] == [300_001]
    request(portal, part(b"x" * 350_001), length=10, path="/registry/")
    assert portal.answers[0]["status"] == 413


def test_it_keeps_no_more_of_all_senders_together_than_allowed(portal: Portal) -> None:
    receiver = PatientReceiver(portal, LIMITS)
    receiver.held = 399_999

    async def receive() -> dict[str, Any]:
        return part(b"ab")

    scope = {"type": "http", "headers": [(b"content-length", b"2")]}
    run_apart(receiver(scope, receive, portal.send))  # type: ignore[arg-type]  # plain dictionaries
    assert (portal.answers[0]["status"], receiver.held) == (503, 399_999)


def test_it_forgets_a_sender_who_left(portal: Portal) -> None:
    request(portal, part(b"a", more=True), {"type": "http.disconnect"}, length=10)
    assert not portal.bodies


def test_it_leaves_threads_for_pages_while_files_are_worked_on(portal: Portal) -> None:
    busy = most_at_once = 0

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        nonlocal busy, most_at_once
        busy += 1
        most_at_once = max(most_at_once, busy)
        await asyncio.sleep(0.05)
        busy -= 1

    async def receive() -> dict[str, Any]:
        return part(b"x")

    async def eight(content_type: bytes) -> int:
        nonlocal most_at_once
        most_at_once = 0
        receiver = PatientReceiver(slow, LIMITS)
        scope: Any = {"type": "http", "headers": [(b"content-length", b"1"), (b"content-type", content_type)]}
        await asyncio.gather(*(receiver(scope, receive, portal.send) for _ in range(8)))  # type: ignore[arg-type]
        return most_at_once

    assert run_apart(eight(b"multipart/form-data; boundary=x")) == LIMITS.with_files == 3
    assert run_apart(eight(b"application/x-www-form-urlencoded")) == 8
