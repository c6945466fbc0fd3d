"""The drill: a portal is backed up, its machine is lost, and it lives on from the backup and the keys."""

import io
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from complaints import file_store
from complaints.models import Attachment
from complaints.services.filing import Filed
from omsportal.platform import backup, chain, chain_heads
from omsportal.platform.clock import database_now
from omsportal.platform.models import Seal
from tests import factories
from tests.platform.test_rotation import key

pytestmark = pytest.mark.django_db(transaction=True)

OLD, NEW = key("old"), key("new")
STORY = "ждать УЗИ два месяца"


@pytest.fixture(autouse=True)
def _first_machine(settings: Any, tmp_path: Path) -> None:
    settings.SEALING_KEYS = [OLD]
    settings.DATA_DIR = tmp_path / "first"
    settings.FILES_DIR = tmp_path / "first" / "files"


@pytest.fixture
def filed() -> Filed:
    """A case with a file, sealed history and two generations of keys."""
    now = database_now()
    branch = factories.make_branch(now=now)
    factories.make_rules()
    factories.make_everybody(branch)
    filed = factories.file_case(branch, now=now)
    name = uuid4()
    file_store.write(name, b"content")
    Attachment.objects.create(
        complaint=filed.complaint, storage_name=name, sealed={"name": "чек.pdf"},
        media_type="application/pdf", size=7, content_digest=bytes(32), uploaded_at=now,
    )  # fmt: skip
    chain.seal(now)
    chain_heads.export()
    return filed


@pytest.fixture
def made(filed: Filed, settings: Any, tmp_path: Path) -> Path:
    """The backup, made after the key was changed."""
    settings.SEALING_KEYS = [NEW, OLD]
    directory = tmp_path / "backup"
    call_command("backup", directory, stdout=io.StringIO())
    return directory


@pytest.fixture
def new_machine(settings: Any, tmp_path: Path) -> Callable[[], Any]:
    """`with new_machine():` an empty database and an empty disk; afterwards all is as before."""

    @contextmanager
    def move() -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE drill TEMPLATE template0 ENCODING 'UTF8' LC_CTYPE 'C.UTF-8'")
        first, places = connection.settings_dict["NAME"], (settings.DATA_DIR, settings.FILES_DIR)
        connection.close()
        connection.settings_dict["NAME"] = "drill"
        settings.DATA_DIR, settings.FILES_DIR = tmp_path / "second", tmp_path / "second" / "files"
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = first
            settings.DATA_DIR, settings.FILES_DIR = places
            with connection.cursor() as cursor:
                cursor.execute("DROP DATABASE drill WITH (FORCE)")

    return move


def restore(directory: Path) -> str:
    said = io.StringIO()
    call_command("restore", directory, stdout=said)
    return said.getvalue()


def refused(directory: Path) -> str:
    with pytest.raises(CommandError) as caught:
        restore(directory)
    return str(caught.value)


def test_the_portal_lives_on(filed: Filed, made: Path, new_machine: Any) -> None:
    rows, link = backup.counts(), bytes(Seal.objects.latest("pk").link)
    with new_machine():
        assert "строк" in restore(made)
        assert backup.counts() == rows
        assert bytes(Seal.objects.latest("pk").link) == link
        call_command("verify_history", stdout=io.StringIO())
        assert file_store.read(Attachment.objects.get().storage_name) == b"content"
        patient, staff = Client(), Client()
        patient.post("/status/", {"number": filed.number, "code": filed.access_code})
        assert filed.number in patient.get("/status/case/").content.decode()
        assert staff.login(username="operator", password=factories.PASSWORD)
        page = staff.get(f"/staff/cases/{filed.number}/").content.decode()
        assert STORY in page


def test_what_was_written_after_the_backup_began_does_not_spoil_it(
    filed: Filed, new_machine: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain = backup.run_program

    def write() -> None:
        try:
            factories.file_case(filed.complaint.branch, now=database_now())
            file_store.write(uuid4(), b"later")
        finally:
            connection.close()

    def slow(*words: Any) -> None:
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        plain(*words)

    monkeypatch.setattr(backup, "run_program", slow)
    rows = backup.counts()
    call_command("backup", tmp_path / "backup", stdout=io.StringIO())
    monkeypatch.undo()
    assert backup.counts() != rows
    with new_machine():
        restore(tmp_path / "backup")
        assert backup.counts() == rows


def test_no_key_is_in_it_and_it_says_which_are_needed(made: Path, settings: Any) -> None:
    told = json.loads((made / "manifest.json").read_text())
    assert told["sealing_keys"]["old"]["values"] > 0
    secrets = [pair.partition(":")[2] for pair in settings.SEALING_KEYS] + [settings.DIGEST_KEY]
    for path in made.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not any(secret.encode() in content for secret in secrets), path


def test_it_refuses_before_it_writes(made: Path, new_machine: Any, settings: Any, tmp_path: Path) -> None:
    assert "не пуст" in refused(made)  # the first machine's own database
    with new_machine():
        settings.SEALING_KEYS = [NEW]
        assert "old" in refused(made)
        settings.SEALING_KEYS = [NEW, key("old")]  # the same name, another secret
        assert "old" in refused(made)
        settings.SEALING_KEYS = [NEW, OLD]
        settings.DIGEST_KEY, right = "z" * 64, settings.DIGEST_KEY
        assert "DIGEST_KEY" in refused(made)
        settings.DIGEST_KEY = right
        settings.FILES_DIR.mkdir(parents=True)
        (settings.FILES_DIR / "somebody").write_text("else's")
        assert "не пуст" in refused(made)
        assert "manifest.json" in refused(tmp_path)
        damaged = shutil.copytree(made, tmp_path / "damaged")
        with (damaged / "database.dump").open("r+b") as dump:
            (byte,) = dump.read(1)
            dump.seek(0)
            dump.write(bytes([byte ^ 0xFF]))
        assert "database.dump" in refused(damaged)
        assert connection.introspection.table_names() == []


def test_a_file_that_is_not_the_same_is_named(made: Path, new_machine: Any) -> None:
    (path,) = (path for path in (made / "files").rglob("*") if path.is_file())
    path.write_bytes(b"something else")
    with new_machine():
        assert path.name in refused(made)


def test_a_backup_goes_into_a_new_directory_only(made: Path) -> None:
    with pytest.raises(CommandError, match="не пуст"):
        call_command("backup", made)


def test_without_the_programs_it_says_what_to_do(filed: Filed, settings: Any, tmp_path: Path) -> None:
    settings.POSTGRES_PROGRAMS = str(tmp_path)
    with pytest.raises(CommandError, match="POSTGRES_PROGRAMS"):
        call_command("backup", tmp_path / "backup")
    assert not (tmp_path / "backup" / "manifest.json").exists()
