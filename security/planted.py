"""The control: a tiny site that is broken on purpose. Tools that find nothing here have not looked.

Never part of the portal. It listens on loopback while a scan runs and reads the scan's own throw-away database.
"""

import threading
from socketserver import ThreadingMixIn
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import psycopg2

_PAGE = """<!doctype html><title>Planted</title>
<form method="get" action="/search"><input name="q" value="x"><button>Search</button></form>
<form method="get" action="/item"><input name="id" value="1"><button>Open</button></form>
<a href="/item?id=1">One</a> <a href="/search?q=x">Search</a>"""


class _Threaded(ThreadingMixIn, WSGIServer):
    """A statement that was told to sleep keeps nobody else waiting."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """A scan makes thousands of lines."""


class Planted:
    """`with Planted(database_url) as control:` — answers at `control.url`."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.server: WSGIServer = make_server("127.0.0.1", 0, self.answer, _Threaded, _Quiet)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """A page that repeats what was sent, and one that puts it into a statement."""
        asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        pages = {"/search": self._search, "/item": self._item}
        status, body = pages.get(environ["PATH_INFO"], self._start)(asked)
        start_response(status, [("Content-Type", "text/html; charset=utf-8")])
        return [body.encode()]

    def _start(self, _asked: dict[str, str]) -> tuple[str, str]:
        return "200 OK", _PAGE

    def _search(self, asked: dict[str, str]) -> tuple[str, str]:
        return "200 OK", f"<p>Nothing found for {asked.get('q', '')}</p>"

    def _item(self, asked: dict[str, str]) -> tuple[str, str]:
        connection = psycopg2.connect(self.database_url)
        try:
            connection.set_session(readonly=True, autocommit=True)
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = '20s'")
                cursor.execute("SELECT code, name FROM insurers_region WHERE id = " + asked.get("id", "0"))
                return "200 OK", f"<p>{cursor.fetchall()}</p>"
        except psycopg2.Error as error:
            return "500 Internal Server Error", f"<p>{error}</p>"
        finally:
            connection.close()
