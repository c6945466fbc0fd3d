"""What is counted in memory is added up in PostgreSQL, by several processes, and read by monitoring."""

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client

from omsportal.platform import counters, metrics, tally
from omsportal.platform.clock import database_now
from omsportal.platform.counters import Counted
from omsportal.platform.models import Counter


@pytest.fixture(autouse=True)
def empty_memory() -> None:
    tally.take()


def figures() -> dict[str, float]:
    text = metrics.exposition(database_now())
    return {
        name: float(value) for name, value in re.findall(r"^omsportal_(\S+) (\S+)$", text, flags=re.MULTILINE)
    }


@pytest.mark.django_db
def test_it_adds_to_what_is_there() -> None:
    for _ in range(2):
        tally.count("tasks_total", task="deliver", state="success")
        tally.observe("task_seconds", 0.3, task="deliver")
        assert counters.add_up()
    assert figures()['tasks_total{state="success",task="deliver"}'] == 2
    assert figures()['task_seconds_count{task="deliver"}'] == 2
    assert figures()['task_seconds_sum{task="deliver"}'] == pytest.approx(0.6)


@pytest.mark.django_db
def test_a_histogram_counts_up_to_each_end() -> None:
    for seconds in (0.05, 0.3, 0.3, 60):
        tally.observe("sweep_seconds", seconds)
    shown = figures()
    reached = [shown[f'sweep_seconds_bucket{{le="{end:g}"}}'] for end in tally.CLASSES]
    assert reached == [1, 1, 1, 3, 3, 3, 3, 3]
    assert shown['sweep_seconds_bucket{le="+Inf"}'] == shown["sweep_seconds_count"] == 4
    text = metrics.exposition(database_now())
    assert "# TYPE omsportal_sweep_seconds histogram\n" in text


@pytest.mark.django_db
def test_a_counter_says_that_it_is_one() -> None:
    tally.count("tasks_total", task="deliver", state="success")
    assert "# TYPE omsportal_tasks_total counter\n" in metrics.exposition(database_now())


def test_it_counts_only_what_it_explains() -> None:
    with pytest.raises(ValueError, match="HELP"):
        tally.count("visitors_total")


@pytest.mark.django_db(transaction=True)
def test_several_processes_lose_nothing() -> None:
    """Each thread has a connection of its own, and takes what is there at the moment, like a process."""

    def work(_: int) -> None:
        for name in ("b", "a", "c"):
            tally.count("tasks_total", task=name, state="success")
            counters.add_up()
        connection.close()

    with ThreadPoolExecutor(6) as workers:
        list(workers.map(work, range(12)))
    assert {json.loads(row.labels)["task"]: row.count for row in Counter.objects.all()} == {
        "a": 12, "b": 12, "c": 12,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_without_a_database_the_sums_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    tally.count("tasks_total", task="deliver", state="success")
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connections["default"].settings_dict, "HOST", "/nowhere")
        assert counters.add_up() is False
    assert counters.add_up() is True
    assert Counter.objects.get().count == 1


@pytest.mark.django_db
def test_every_request_is_counted_by_its_route(client: Client) -> None:
    client.get("/call/?page=secret")
    client.get("/no/such/page/")
    client.get("/complaints/files/secret-token-of-somebody/")
    shown = figures()
    assert shown['requests_total{method="GET",route="public:call",status="2xx"}'] == 1
    assert shown['request_seconds_count{route="public:call",status="2xx"}'] == 1
    assert not any("secret" in name for name in shown)


@pytest.mark.django_db
def test_an_invented_method_is_no_new_figure(client: Client) -> None:
    client.generic("BREW", "/call/")
    assert any('method="other"' in name for name in figures())


@pytest.mark.django_db
def test_errors_in_the_log_are_counted() -> None:
    logging.getLogger("omsportal.test").error("broken")
    shown = {name: value for name, value in figures().items() if name.startswith("log_errors_total")}
    assert list(shown.values()) == [1]
    assert 'logger="omsportal"' in next(iter(shown))


@pytest.mark.django_db
def test_strangers_raise_no_alarm_about_errors(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400
    assert client.post("/chat/", {"text": "а" * 3_000_000}).status_code == 400
    assert [name for name in figures() if name.startswith("log_errors_total")] == []


@pytest.mark.django_db
def test_a_server_adds_up_when_the_answer_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "ADD_EVERY", 0.0)
    tally.count("tasks_total", task="deliver", state="success")
    closed: list[str] = []

    class Body(list[bytes]):
        def close(self) -> None:
            closed.append("the page itself")

    answer = Counted(lambda environ, start_response: Body([b"page"]))({}, None)
    assert list(answer) == [b"page"]
    assert not Counter.objects.exists()
    answer.close()  # type: ignore[attr-defined]
    assert closed == ["the page itself"]
    assert Counter.objects.get().count == 1


@pytest.mark.django_db
def test_it_adds_up_seldom() -> None:
    tally.count("tasks_total", task="deliver", state="success")
    counters.add_up_when_due()
    assert not Counter.objects.exists()


@pytest.mark.django_db
def test_it_tells_of_connections_files_and_cases() -> None:
    shown = figures()
    assert shown['database_connections{state="active"}'] >= 1
    assert shown["database_connections_max"] >= 20
    assert shown["files_total_bytes"] >= shown["files_free_bytes"] > 0
