"""Is this container's process alive? Asked by docker-compose.yml's health checks.

`python -m omsportal.alive http URL | file PATH SECONDS | heartbeat NAME SECONDS` exits 0 when it is.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen


def http(url: str) -> bool:
    """It answers 200."""
    with urlopen(url, timeout=5) as answer:  # noqa: S310 (the address is written in docker-compose.yml)
        return bool(answer.status == 200)


def file(path: str, seconds: str) -> bool:
    """It was written not longer ago than that."""
    return time.time() - Path(path).stat().st_mtime <= float(seconds)


def heartbeat(name: str, seconds: str) -> bool:
    """Its sign of life in the database is not older than that."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omsportal.settings")
    django.setup()
    from omsportal.platform import clock, heartbeats

    age = heartbeats.age(name, clock.database_now())
    return age is not None and age.total_seconds() <= float(seconds)


QUESTIONS: dict[str, Callable[..., bool]] = {"http": http, "file": file, "heartbeat": heartbeat}


def main(arguments: list[str]) -> int:
    question, *details = arguments
    try:
        alive = QUESTIONS[question](*details)
    except OSError as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    return 0 if alive else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
