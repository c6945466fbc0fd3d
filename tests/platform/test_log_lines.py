"""What a line of the log says, and what it never says."""

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from omsportal.platform import log_lines, request_ids
from omsportal.platform.log_lines import Json, Plain, process_name

SECRET = "Иванов-4719"


def record_of(act: Callable[[], object]) -> logging.LogRecord:
    """The record of a line about what `act` raises."""
    try:
        act()
    except Exception:
        return logging.LogRecord("omsportal", logging.ERROR, __file__, 1, "broken %s", (7,), sys.exc_info())
    raise AssertionError("it raises nothing")


def line(record: logging.LogRecord) -> dict[str, object]:
    found: dict[str, object] = json.loads(Json().format(record))
    return found


def a_value_in_its_words() -> None:
    story = SECRET
    raise ValueError(f"cannot read {story}")


def a_cause_with_a_value() -> None:
    try:
        int(SECRET)
    except ValueError as error:
        raise LookupError(SECRET) from error


def a_slip_of_the_program() -> None:
    len(7)  # type: ignore[arg-type]


def test_it_is_one_json_object_even_when_the_message_has_lines() -> None:
    record = logging.LogRecord("web", logging.INFO, __file__, 1, 'two\n"lines"', None, None)
    text = Json().format(record)
    assert "\n" not in text
    assert json.loads(text)["message"] == 'two\n"lines"'
    assert json.loads(text)["time"].endswith("+00:00")


def test_it_carries_request_case_and_what_was_given() -> None:
    record = logging.LogRecord("web", logging.INFO, __file__, 1, "request", None, None)
    record.__dict__.update(route="case", status=200, user=5, password=SECRET)
    request_ids.begin("proxy-0123456789")
    log_lines.about(41)
    try:
        shown = line(record)
    finally:
        request_ids.end()
        log_lines.about(None)
    assert (shown["request"], shown["case"], shown["route"], shown["user"]) == (
        "proxy-0123456789",
        41,
        "case",
        5,
    )
    assert SECRET not in json.dumps(shown, ensure_ascii=False)
    assert "case" not in line(record)


@pytest.mark.parametrize("formatter", [Json(), Plain()])
@pytest.mark.parametrize("act", [a_value_in_its_words, a_cause_with_a_value])
def test_it_shows_where_it_broke_and_no_value(formatter: logging.Formatter, act: Callable[[], None]) -> None:
    text = formatter.format(record_of(act))
    assert SECRET not in text
    assert "ValueError" in text
    assert "tests/platform/test_log_lines.py:" in text
    assert act.__name__ in text


def test_it_tells_the_cause_too() -> None:
    links = line(record_of(a_cause_with_a_value))["error"]
    assert isinstance(links, list)
    assert [link["type"] for link in links] == ["LookupError", "ValueError"]


def test_it_keeps_the_words_of_a_slip_of_the_program() -> None:
    assert "has no len()" in Json().format(record_of(a_slip_of_the_program))


@pytest.mark.django_db
@pytest.mark.parametrize("formatter", [Json(), Plain()])
def test_a_refused_row_shows_its_constraint_and_not_itself(formatter: logging.Formatter) -> None:
    """PostgreSQL repeats the whole row in its words."""

    def act() -> None:
        statement = "INSERT INTO platform_alarm (kind, subject_kind, subject_id, severity, raised_at)"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} VALUES (%s, 'x', 1, 'odd', now())", [SECRET])

    record = record_of(act)
    assert isinstance(record.exc_info, tuple)
    assert SECRET in str(record.exc_info[1])
    assert isinstance(record.exc_info[1], DatabaseError)
    text = formatter.format(record)
    assert SECRET not in text
    assert "alarm_severity_known" in text
    assert "23514" in text


def test_a_line_of_django_names_the_route_and_not_the_address() -> None:
    record = logging.LogRecord(
        "django.request", logging.ERROR, __file__, 1, "%s: %s", ("Error", "/no/such/"), None
    )
    record.__dict__["request"] = RequestFactory().get("/no/such/", {"q": SECRET})
    assert line(record)["message"] == "Error: unknown"


def test_a_line_of_celery_names_the_type_and_not_the_error() -> None:
    record = record_of(a_value_in_its_words)
    record.msg, record.args = "Task %(name)s: %(exc)s", {"name": "deliver", "exc": f"ValueError({SECRET})"}
    assert line(record)["message"] == "Task deliver: ValueError"


def test_an_error_that_ends_the_process_is_a_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = lines.append  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    log_lines.log_uncaught()
    logging.getLogger("omsportal").addHandler(handler)
    try:
        record = record_of(a_value_in_its_words)
        assert isinstance(record.exc_info, tuple)
        sys.excepthook(*record.exc_info)
    finally:
        logging.getLogger("omsportal").removeHandler(handler)
    assert [one.levelname for one in lines] == ["CRITICAL"]


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["manage.py", "escalator"], "escalator"),
        (["/venv/bin/celery", "--quiet", "--app=omsportal", "worker", "--pool=prefork"], "worker"),
        (["/x/celery/__main__.py", "--quiet", "-A", "omsportal", "beat"], "beat"),
        (["/venv/bin/gunicorn", "omsportal.wsgi:application"], "gunicorn"),
        (["/x/uvicorn/__main__.py", "omsportal.asgi:application"], "uvicorn"),
        (["manage.py"], "manage"),
    ],
)
def test_it_knows_which_process_it_is(arguments: list[str], name: str) -> None:
    assert process_name(arguments) == name


def test_it_names_no_directory_of_this_machine() -> None:
    assert str(Path(__file__).parent) not in Json().format(record_of(a_slip_of_the_program))
