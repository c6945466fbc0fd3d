"""The store of files against its rows: what nobody knows is set aside, what is missing is an alarm."""

import json
import os
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command

from complaints import file_store
from complaints.models import Attachment, Complaint
from complaints.services import attachments, store_keeping
from omsportal.platform.models import Alarm
from tests import factories
from tests.complaints.public.conftest import files_dir  # noqa: F401  a fixture
from tests.factories import NOW

DAY = timedelta(days=1)


@pytest.fixture
def case(db: None, files_dir: Path) -> Complaint:  # noqa: F811  the fixture
    return factories.make_complaint(factories.make_branch())


def kept(case: Complaint, folder: str = "ab", content: bytes = b"x-ray", **fields: Any) -> Attachment:
    """A file with its row, both written at NOW."""
    name = stored(folder, content)
    values = {"complaint": case, "storage_name": name, "sealed": {"name": "a.pdf"}, "size": len(content)}
    digest = attachments.digest_of(content)
    return Attachment.objects.create(
        **values | {"media_type": "application/pdf", "content_digest": digest, "uploaded_at": NOW} | fields
    )


def stored(folder: str = "ab", content: bytes = b"x-ray", at: datetime = NOW) -> UUID:
    """A file without a row."""
    name = UUID(folder + uuid4().hex[2:])
    file_store.write(name, content)
    written(file_store.path_of(name), at)
    return name


def written(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_it_sets_aside_what_no_row_knows_after_a_day(case: Complaint, files_dir: Path) -> None:  # noqa: F811
    file, stranger = kept(case), stored()
    young = store_keeping.look_into("ab", now=NOW + DAY)
    assert young.set_aside == 0
    done = store_keeping.look_into("ab", now=NOW + DAY + timedelta(seconds=1))
    assert (done.files, done.set_aside, done.missing) == (2, 1, [])
    assert file_store.read(file.storage_name) == b"x-ray"
    assert (files_dir / "aside" / stranger.hex).exists()
    with pytest.raises(file_store.Missing):
        file_store.read(stranger)


def test_it_throws_away_after_a_month_what_was_set_aside(case: Complaint, files_dir: Path) -> None:  # noqa: F811
    stranger = stored()
    store_keeping.look_into("ab", now=NOW + 2 * DAY)
    aside = files_dir / "aside" / stranger.hex
    written(aside, NOW)
    store_keeping.look(now=NOW + 30 * DAY)
    assert aside.exists()
    store_keeping.look(now=NOW + 31 * DAY)
    assert not aside.exists()


def test_it_sets_aside_what_a_killed_writer_left(case: Complaint, files_dir: Path) -> None:  # noqa: F811
    part = file_store.path_of(stored()).with_suffix(".part")
    part.write_bytes(b"half")
    written(part, NOW)
    assert store_keeping.look_into("ab", now=NOW + 2 * DAY).set_aside == 2
    assert not part.exists()


def test_it_takes_the_file_of_a_removed_row_for_a_stranger(case: Complaint) -> None:
    kept(case, removed_at=NOW)
    assert store_keeping.look_into("ab", now=NOW + 2 * DAY).set_aside == 1


def test_it_touches_nothing_when_the_wrong_database_is_asked(case: Complaint) -> None:
    names = [stored() for _ in range(25)]
    done = store_keeping.look_into("ab", now=NOW + 2 * DAY)
    assert (done.is_strange, done.set_aside) == (True, 0)
    assert all(file_store.path_of(name).exists() for name in names)
    assert Alarm.objects.open().filter(kind="files_missing").count() == 1


def test_it_tells_of_a_missing_file_until_it_is_back(case: Complaint) -> None:
    file = kept(case)
    blob = file_store.path_of(file.storage_name).read_bytes()
    file_store.delete(file.storage_name)
    for _ in range(2):
        assert store_keeping.look_into("ab", now=NOW + 2 * DAY).missing == [file.pk]
    alarm = Alarm.objects.get(kind="files_missing")
    assert alarm.payload == {"missing": [file.pk], "count": 1}
    file_store.path_of(file.storage_name).write_bytes(blob)
    store_keeping.look_into("ab", now=NOW + 2 * DAY)
    assert not Alarm.objects.open().filter(kind="files_missing").exists()


def test_it_goes_round_all_folders(case: Complaint) -> None:
    seen = [store_keeping.look(now=NOW + n * timedelta(minutes=5)).folder for n in range(257)]
    assert seen[0] == seen[256] == "00"
    assert len(set(seen)) == 256


# --- check_files ---


def checked() -> tuple[dict[str, Any], str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("check_files", stdout=out, stderr=err)
    except CommandError as error:
        err.write(str(error))
    return json.loads(out.getvalue()), err.getvalue()


def test_it_finds_every_file_in_order(case: Complaint) -> None:
    last = [kept(case, folder) for folder in ("00", "7f", "ff")][-1]
    faults = dict.fromkeys(store_keeping.FAULTS, 0)
    assert checked() == ({"checked": 3, **faults, "last_id": last.pk}, "")


def test_it_finds_each_kind_of_bad_file(case: Complaint) -> None:
    kept(case)
    lost, moved, short, other = (kept(case) for _ in range(4))
    file_store.delete(lost.storage_name)
    file_store.path_of(moved.storage_name).write_bytes(file_store.path_of(short.storage_name).read_bytes())
    file_store.write(short.storage_name, b"x")
    file_store.write(other.storage_name, b"X-ray")
    said, errors = checked()
    assert said == {"checked": 5, "missing": 1, "unsealable": 1, "size": 1, "digest": 1, "last_id": other.pk}
    for file, what in ((lost, "missing"), (moved, "unsealable"), (short, "size"), (other, "digest")):
        assert f"file {file.pk}: {what}" in errors


def test_it_holds_one_file_at_a_time(case: Complaint, django_assert_num_queries: Any) -> None:
    for _ in range(5):
        kept(case)
    with django_assert_num_queries(4):  # two full batches, a half one, and the end
        assert len(list(store_keeping.check(batch=2))) == 5
