"""What is told about tasks: a count of each and a line for the slow; Celery tells of those that fail."""

import logging
import logging.config
import time
from typing import Any

from celery import signals
from django.conf import settings

from omsportal.platform import log_lines, request_ids, tally

logger = logging.getLogger("omsportal.tasks")

#: A task that took longer is worth a line, seconds.
SLOW = 1.0
_began: dict[str, float] = {}


@signals.setup_logging.connect
def use_the_portals_lines(**_: Any) -> None:
    """Celery would add handlers of its own; every process of the portal writes the same lines."""
    logging.config.dictConfig(settings.LOGGING)


@signals.task_prerun.connect
def begin(task_id: str, **_: Any) -> None:
    """The task's number stands in its lines where a request's number stands in those of a page."""
    request_ids.begin(task_id)
    log_lines.about(None)
    _began[task_id] = time.monotonic()


@signals.task_postrun.connect
def end(task_id: str, task: Any, state: str | None = None, **_: Any) -> None:
    """Counted, and added up when that is due; whatever happens, the next task starts with a clean slate."""
    seconds = time.monotonic() - _began.pop(task_id, time.monotonic())
    outcome = (state or "unknown").lower()
    tally.count("tasks_total", task=task.name, state=outcome)
    tally.observe("task_seconds", seconds, task=task.name)
    if seconds >= SLOW:
        details = {"task": task.name, "state": outcome, "duration_ms": round(seconds * 1000)}
        logger.info("slow task", extra=details)
    # Only now: it looks at the models, which exist once the applications are loaded.
    from omsportal.platform import counters

    counters.add_up_when_due()
    log_lines.about(None)
    request_ids.end()


if log_lines.process_name() in {"worker", "beat"}:
    # Before Celery looks around: what it warns of is a line too.
    use_the_portals_lines()
    logging.captureWarnings(True)
