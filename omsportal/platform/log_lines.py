"""What a line of the log says: what happened and where it broke; never a name, a policy or a word of a case.

No Django here, logging imports it. What an exception says is left out, because databases and parsers repeat
the values they refuse; its type, its code and the way through the program stay.
"""

import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from omsportal.platform import request_ids

#: Whose messages name parts of the program only.
SPEAKING = (TypeError, AttributeError, NameError, ImportError, RecursionError)
#: What a line may carry besides its message, as `extra`.
FIELDS = ("method", "route", "status", "duration_ms", "user", "task", "state", "case")
_CODES = ("pgcode", "errno", "smtp_code")
_ROOT = Path(__file__).resolve().parent.parent.parent
_MOST_FRAMES = 40
_case: ContextVar[int | None] = ContextVar("log_case", default=None)


def about(case_id: int | None) -> None:
    """From here on the lines of this request or task name this case (its primary key)."""
    _case.set(case_id)


def process_name(arguments: list[str] | None = None) -> str:
    """Which of the portal's processes this is: web server, worker, beat, escalator or a command."""
    program, *words = arguments or sys.argv or ["python"]
    path = Path(program)
    name = path.parent.name if path.stem == "__main__" else path.stem
    spoken = [word for word in words if not word.startswith("-") and word != "omsportal"]
    return spoken[0] if name in {"manage", "celery", "django"} and spoken else name


def error_of(exc_info: Any) -> list[dict[str, Any]]:
    """The exception and its causes, the last one first: type, codes, and where; no values of variables."""
    error: BaseException | None = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    return [_link(one) for one in _chain(error)]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _link(error: BaseException) -> dict[str, Any]:
    codes = {name: getattr(error, name, None) for name in _CODES}
    diagnosis = getattr(error, "diag", None)
    codes |= {name: getattr(diagnosis, f"{name}_name", None) for name in ("table", "constraint")}
    words = str(error) if isinstance(error, SPEAKING) else None
    frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
    trace = [f"{_shortened(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    link = {"type": type(error).__qualname__, "says": words, **codes, "trace": trace}
    return {name: value for name, value in link.items() if value is not None}


def _shortened(filename: str) -> str:
    """From the portal's directory or the package on: whose machine it is belongs in no log."""
    path = Path(filename)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else path.name


def message_of(record: logging.LogRecord) -> str:
    """Django's lines name the route instead of the path, Celery's the type instead of the error."""
    arguments = record.args
    request = getattr(record, "request", None)
    if request is not None and isinstance(arguments, tuple):
        route, path = route_of(request), getattr(request, "path", None)
        arguments = tuple(route if argument == path else argument for argument in arguments)
    if record.exc_info and isinstance(arguments, dict) and "exc" in arguments:
        arguments = {**arguments, "exc": type(record.exc_info[1]).__qualname__, "traceback": ""}
    return str(record.msg) % arguments if arguments else str(record.msg)


def route_of(request: Any) -> str:
    """The name of the address, never the address itself; all of the admin counts as one."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return "unknown"
    return "admin" if "admin" in match.namespaces else match.view_name or "unnamed"


class Plain(logging.Formatter):
    """One readable line, and where an error happened in lines of its own."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {request_id} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        head = f"{self.formatTime(record)} {record.levelname} {_request(record)} {record.name}"
        details = " ".join(f"{name}={value}" for name, value in _fields(record).items())
        lines = [f"{head} {message_of(record)} {details}".rstrip()]
        for link in error_of(record.exc_info) if record.exc_info else []:
            *trace, at = link.pop("trace") or ["?"]
            lines += [f"    {frame}" for frame in trace]
            lines.append(f"    {at}: " + " ".join(str(value) for value in link.values()))
        return "\n".join(lines)


class Json(logging.Formatter):
    """One JSON object a line, whatever the message holds."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
            "process": process_name(),
            "pid": os.getpid(),
            "request": _request(record),
            **_fields(record),
        }
        if record.exc_info:
            line["error"] = error_of(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _request(record: logging.LogRecord) -> str:
    return getattr(record, "request_id", None) or request_ids.current()


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    found = {name: record.__dict__.get(name) for name in FIELDS}
    found["case"] = found["case"] or _case.get()
    return {name: value for name, value in found.items() if value is not None}


def log_uncaught() -> None:
    """An error that ends the process is a line of the log too, not a page of text with values in it."""
    before = sys.excepthook

    def uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, Exception):  # Ctrl-C
            before(kind, error, trace)
            return
        logging.getLogger("omsportal").critical("the process ends", exc_info=(kind, error, trace))

    sys.excepthook = uncaught
