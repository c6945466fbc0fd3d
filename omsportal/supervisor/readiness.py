"""Waiting until the portal answers, and being sure that the port is ours to take."""

import socket
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException

from omsportal.supervisor.trouble import Trouble


def check_port(port: int) -> None:
    """Raises Trouble when somebody listens on the port or it may not be taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as refused:
            raise Trouble(
                f"Порт {port} система не даёт занять обычному пользователю: возьмите порт больше 1023, "
                "например PORT=8000 make run."
            ) from refused
        except OSError as taken:
            raise Trouble(
                f"Порт {port} уже занят другой программой: остановите её или возьмите другой порт, "
                f"например PORT={port + 1 if port < 65535 else 8000} make run."
            ) from taken


def wait(port: int, look: Callable[[], None], within: float = 120) -> None:
    """Returns when /readyz answers 200; `look` is called meanwhile and may raise."""
    until = time.monotonic() + within
    answer = "нет ответа"
    while time.monotonic() < until:
        look()
        status, text = probe(port)
        if status == 200:
            return
        answer = f"{status} {text}".strip() if status else answer
        time.sleep(0.1)
    raise Trouble(
        f"Портал запущен, но за {within:.0f} с не стал готов к работе. Последний ответ /readyz: "
        f"{answer[:300]}. Посмотрите журналы в каталоге logs."
    )


def probe(port: int) -> tuple[int, str]:
    """Status and body of /readyz; (0, "") when nothing answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return response.status, response.read(2000).decode(errors="replace")
    except (OSError, HTTPException):
        return 0, ""
    finally:
        connection.close()
