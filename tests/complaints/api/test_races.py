"""Many callers at the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection

from complaints.models import Attachment, Complaint, Message
from omsportal.platform.models import IdempotencyKey
from tests.complaints.api.conftest import Api, filing
from tests.complaints.api.test_patient import photo


def at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    gate = threading.Barrier(count)

    def one(place: int) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            return call(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_forty_equal_requests_file_one_appeal(committed_world):
    responses = at_once(40, lambda _: Api().post("/complaints/", filing(), Idempotency_Key="one"))
    assert {response.status_code for response in responses} == {201}
    assert len({response.content for response in responses}) == 1
    assert responses[0].json()["tier"] == 1
    assert Complaint.objects.count() == IdempotencyKey.objects.count() == 1


def test_ten_keys_file_ten_appeals(committed_world):
    responses = at_once(
        10, lambda place: Api().post("/complaints/", filing(), Idempotency_Key=f"key {place}")
    )
    assert len({response.json()["number"] for response in responses}) == 10


def test_two_bodies_with_one_key_file_one_appeal(committed_world):
    responses = at_once(
        2, lambda place: Api().post("/complaints/", filing(story=f"№ {place}"), Idempotency_Key="one")
    )
    assert sorted(response.status_code for response in responses) == [201, 422]
    assert Complaint.objects.count() == 1


def test_one_case_claimed_by_eight_systems_has_one_holder(committed_world):
    case = committed_world.case()
    keys = [committed_world.key(name=f"Система {place}") for place in range(8)]
    responses = at_once(8, lambda place: keys[place].post(f"/cases/{case.number}/claim/"))
    assert sorted(response.status_code for response in responses) == [200] + [409] * 7


def test_eight_systems_take_eight_different_cases(committed_world):
    for _ in range(8):
        committed_world.case()
    keys = [committed_world.key(name=f"Система {place}") for place in range(8)]
    responses = at_once(8, lambda place: keys[place].post("/queue/take/"))
    assert len({response.json()["number"] for response in responses}) == 8


def test_a_message_sent_five_times_at_once_is_one(committed_world):
    filed = committed_world.filed()
    path = f"/complaints/{filed.number}/messages/"
    headers = {"X_Access_Code": filed.access_code, "Idempotency_Key": "m"}
    responses = at_once(5, lambda _: Api().post(path, {"text": "Алло"}, **headers))
    assert {response.status_code for response in responses} == {201}
    assert Message.objects.count() == 1


def test_a_photo_sent_four_times_at_once_is_one(committed_world):
    filed = committed_world.filed()
    path = f"/complaints/{filed.number}/files/"
    headers = {"X_Access_Code": filed.access_code, "Idempotency_Key": "f"}
    responses = at_once(4, lambda _: Api().upload(path, {"file": photo()}, **headers))
    assert {response.status_code for response in responses} == {201}
    assert Attachment.objects.count() == 1
