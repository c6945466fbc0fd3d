"""Where a planted value may be found afterwards: every place of the running portal that one can end in."""

import base64
import re
import threading
from collections.abc import Iterable, Mapping
from email import message_from_bytes, policy
from pathlib import Path
from typing import Self
from urllib.parse import quote, quote_plus

import psycopg2
import redis
from playwright.sync_api import Page

from tests.running import RunningPortal

#: Plain columns in which a surname stands on purpose (docs/sealed-fields.md).
ALLOWED: Mapping[tuple[str, str], frozenset[str]] = {
    ("complaints_card", "patient_surname_key"): frozenset({"surname"}),
    ("complaints_card", "applicant_surname_key"): frozenset({"surname"}),
    ("complaints_surname", "key"): frozenset({"surname"}),
}
#: So many characters of an encoded value do not come about by themselves.
SURELY_NO_ACCIDENT = 12
_COLUMNS = (
    "SELECT c.table_name, c.column_name FROM information_schema.columns c"
    " JOIN information_schema.tables t USING (table_schema, table_name)"
    " WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE'"
    " AND c.data_type NOT IN ('boolean', 'smallint', 'inet', 'uuid')"
    " AND c.data_type NOT LIKE 'timestamp%%' ORDER BY 1, 2"
)


class Planted:
    """Values by name, and each spelling in which one could slip through."""

    def __init__(self, values: Mapping[str, Iterable[str]]) -> None:
        self.spellings: dict[str, list[str]] = {}
        for name, spellings in values.items():
            self.add(name, *spellings)

    def add(self, name: str, *spellings: str) -> None:
        written = [form for plain in spellings for form in _written(plain)]
        self.spellings.setdefault(name, []).extend(written)

    def found_in(self, text: str) -> set[str]:
        """Names of the values that stand in the text, whatever the case of its letters."""
        lower = text.lower().replace("ё", "е")
        return {name for name, forms in self.spellings.items() if any(form in lower for form in forms)}


def _written(plain: str) -> set[str]:
    """As it is, as JSON escapes it, in an address, in hexadecimal, in base64 (whatever precedes it)."""
    value = plain.lower().replace("ё", "е")
    forms = {value, value.encode("unicode_escape").decode(), quote(value).lower(), quote_plus(value).lower()}
    encoded = [value.encode().hex(), plain.encode().hex()]
    for shift in range(3):
        padded = base64.b64encode(b"\0" * shift + plain.encode()).decode()
        encoded.append(padded[4 if shift else 0 : -4].lower())
    return forms | {each for each in encoded if len(each) >= SURELY_NO_ACCIDENT}


class Listener:
    """Everything that is said to Valkey while it listens."""

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(url, decode_responses=False)
        self.heard: list[str] = []
        self.error = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.client.ping()  # one command more, so that the listener wakes up
        self._thread.join(10)
        self.client.close()

    def _listen(self) -> None:
        with self.client.monitor() as monitor:
            while not self._over.is_set():
                self.heard.append(str(monitor.next_command()["command"]))

    def keys(self) -> str:
        """All that is kept there."""
        return "\n".join(str(key) for key in self.client.scan_iter(count=1000))


class Trail:
    """Addresses and titles that a browser comes to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seen: list[str] = []
        page.on("request", lambda request: self.seen.append(request.url))

    def mark(self) -> None:
        """The title of the page that is open now."""
        self.seen.append(self.page.title())


def in_rows(portal: RunningPortal, planted: Planted) -> list[str]:
    """ "table.column: value" for every column of the database that holds one in clear; sealed ones cannot."""
    found: list[str] = []
    connection = psycopg2.connect(portal.database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        for table, column in cursor.fetchall():
            allowed = ALLOWED.get((table, column), frozenset())
            names = [name for name in planted.spellings if name not in allowed]
            forms = [form for name in names for form in planted.spellings[name]]
            cursor.execute(
                f'SELECT "{column}"::text FROM "{table}"'
                f""" WHERE replace(lower("{column}"::text), 'ё', 'е') ~ %s LIMIT 5""",
                ["|".join(re.escape(form) for form in forms)],
            )
            for (text,) in cursor.fetchall():
                found += [f"{table}.{column}: {name}" for name in planted.found_in(text) if name in names]
    connection.close()
    return sorted(set(found))


def in_files(portal: RunningPortal, planted: Planted) -> list[str]:
    """The same for what lies in the data directory: logs, files of patients, mails, SMS. The rows of
    PostgreSQL itself are looked at by `in_rows`; keys.env and demo.txt hold nothing of patients."""
    found: list[str] = []
    for path in sorted(portal.data_dir.rglob("*")):
        inside = path.relative_to(portal.data_dir)
        if not path.is_file() or (inside.parts[0] == "postgres" and path.suffix != ".log"):
            continue
        text = f"{inside}\n{_content(path, inside.parts[0])}"
        found += [f"{inside}: {name}" for name in sorted(planted.found_in(text))]
    return found


def _content(path: Path, kind: str) -> str:
    """What a file says; of notices without the envelope, which has to name the receiver."""
    raw = path.read_bytes()
    if kind == "sms":
        return raw.decode().partition("\n")[2]
    if kind == "mail":
        return "\n".join(_without_receiver(each) for each in raw.split(b"-" * 79 + b"\n"))
    return raw.decode("utf-8", errors="replace")


def _without_receiver(raw: bytes) -> str:
    mail = message_from_bytes(raw, policy=policy.default)
    headers = [f"{name}: {value}" for name, value in mail.items() if name.lower() != "to"]
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*headers, *parts])
