"""What the person chose by environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from omsportal.supervisor.processes import ROOT
from omsportal.supervisor.trouble import Trouble

DEFAULT_PORT = 8000


@dataclass(frozen=True)
class Options:
    """`demo` None: nothing was said, so demo data go only into a database that this command makes."""

    data_dir: Path
    port: int
    database_url: str
    redis_url: str
    demo: bool | None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def read(environment: Mapping[str, str]) -> Options:
    """Raises Trouble that names the variable and says what to write."""
    return Options(
        data_dir=(ROOT / (environment.get("DATA_DIR", "").strip() or ".local")).resolve(),
        port=_port(environment.get("PORT", "").strip()),
        database_url=_database_url(environment.get("DATABASE_URL", "").strip()),
        redis_url=environment.get("REDIS_URL", "").strip(),
        demo=_demo(environment.get("DEMO", "").strip().lower()),
    )


def _port(text: str) -> int:
    if not text:
        return DEFAULT_PORT
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        raise Trouble(
            f"PORT должен быть числом от 1 до 65535, а задано «{text}». Например: PORT=8001 make run."
        )
    return int(text)


def _database_url(text: str) -> str:
    if text and not text.startswith(("postgresql://", "postgres://")):
        raise Trouble(
            "DATABASE_URL должен начинаться с postgresql://, например "
            "postgresql://имя:пароль@127.0.0.1:5432/omsportal. Портал работает только с PostgreSQL."
        )
    return text


def _demo(text: str) -> bool | None:
    if text not in {"", "0", "1", "false", "true", "no", "yes"}:
        raise Trouble(f"DEMO должен быть 1 или 0, а задано «{text}».")
    return text in {"1", "true", "yes"} if text else None
