"""The number of the request that the current thread or task works for; no Django here, logging imports it."""

import logging
import re
import uuid
from contextvars import ContextVar

NO_REQUEST = "-"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9_-]{8,64}")
_current: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)


def current() -> str:
    return _current.get()


def begin(offered: str) -> str:
    """Take over the caller's number when it is harmless in a log line, or make one."""
    request_id = offered if _ACCEPTABLE.fullmatch(offered) else uuid.uuid4().hex
    _current.set(request_id)
    return request_id


def end() -> None:
    _current.set(NO_REQUEST)


class RequestIdFilter(logging.Filter):
    """Gives each log record a `request_id`, for the formatter."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Django's own lines name their request and may come after its end."""
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", None) or current()
        return True
