"""A database server for measuring: on disk, with synchronous commits, as a deployment has it."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from omsportal.supervisor.postgres import EmbeddedPostgres
from tests.template import DATABASE as MIGRATED
from tests.template import Template

SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "track_commit_timestamp": "on",  # when a hop became visible, for the lag
}


@contextmanager
def django_on(directory: Path) -> Iterator[None]:
    """Django with migrations and reference data on a fresh cluster; stopped and forgotten afterwards."""
    # The server may run under another account: it must be able to walk to its data.
    directory.chmod(0o755)
    server = EmbeddedPostgres(directory / "postgres", log=directory / "postgres.log", settings=SETTINGS)
    kept = Template(server.directory)  # migrated by the last test run, if nothing has changed since
    kept.take()
    server.directory.mkdir(exist_ok=True)
    server.start()
    server.create_database(template=MIGRATED if kept.taken else "template1")
    os.environ.update(
        DATABASE_URL=server.url(),
        DATA_DIR=str(directory),
        DEMO="1",
        LOG_LEVEL="WARNING",
        SEALING_KEYS="bench:" + base64.b64encode(bytes(32)).decode(),
        DIGEST_KEY="benchmark-" * 5,
        DJANGO_SETTINGS_MODULE="omsportal.settings",
    )
    try:
        _prepare()
        yield
    finally:
        from django.db import connection

        connection.close()
        server.stop()


def _prepare() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from django.db import connection

    # Nothing is measured yet: some hundred commits need not wait for the disk.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    call_command("migrate", verbosity=0)
    call_command("load_reference", stdout=open(os.devnull, "w"))  # noqa: PTH123, SIM115  (a sink)
    connection.close()
