"""Changing the sealing key: every place, in batches, while others write."""

import base64
import io
import secrets
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from complaints import file_store
from complaints.models import Card, Draft
from omsportal.platform import rotation, sealed
from representatives.adapters import StaffMFAAdapter
from tests.factories import NOW, make_branch, make_complaint, make_staff

pytestmark = pytest.mark.django_db


def key(name: str) -> str:
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


OLD, NEW = key("old"), key("new")


@pytest.fixture(autouse=True)
def _old_key(settings: Any, tmp_path: Path) -> None:
    settings.SEALING_KEYS = [OLD]
    settings.FILES_DIR = tmp_path


def drafts(count: int) -> list[Draft]:
    return Draft.objects.bulk_create(
        Draft(
            token_digest=secrets.token_bytes(32), sealed={"story": f"слово {number}"},
            created_at=NOW, updated_at=NOW, expires_at=NOW.replace(year=2027),
        )
        for number in range(count)
    )  # fmt: skip


def place(name: str) -> rotation.Place:
    return next(one for one in rotation.places() if one.name == name)


def reseal(*arguments: str) -> str:
    said = io.StringIO()
    call_command("reseal", *arguments, stdout=said, stderr=io.StringIO())
    return said.getvalue()


def test_every_sealed_column_and_the_files_are_places() -> None:
    names = {one.name for one in rotation.places()}
    assert {"complaints_card.sealed", "complaints_message.sealed", "insurers_policy.holder", "files"} <= names


def test_rows_and_files_get_the_newest_key_and_say_the_same(settings: Any) -> None:
    case = make_complaint(make_branch())
    name = uuid4()
    file_store.write(name, b"content")
    before = Card.objects.get(pk=case.pk).sealed
    settings.SEALING_KEYS = [NEW, OLD]
    reseal()
    settings.SEALING_KEYS = [NEW]
    assert Card.objects.get(pk=case.pk).sealed == before
    assert file_store.read(name) == b"content"
    assert reseal("--check")


def test_secrets_of_second_factors_get_it_too(settings: Any) -> None:
    adapter = StaffMFAAdapter()
    data = {
        "secret": adapter.encrypt("JBSWY3DP"),
        "used_mask": 3,
        "migrated_codes": [adapter.encrypt("12345678")],
    }
    row = Authenticator.objects.create(user=make_staff("operator"), type=Authenticator.Type.TOTP, data=data)
    settings.SEALING_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match="old 2"):
        reseal("--check")
    reseal()
    settings.SEALING_KEYS = [NEW]
    row.refresh_from_db()
    assert adapter.decrypt(row.data["secret"]) == "JBSWY3DP"
    assert adapter.decrypt(row.data["migrated_codes"][0]) == "12345678"
    assert row.data["used_mask"] == 3


def test_check_changes_nothing_and_fails_while_an_older_key_is_used(settings: Any) -> None:
    drafts(3)
    settings.SEALING_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match="old 3"):
        reseal("--check")
    assert place("complaints_draft.sealed").used_keys() == Counter(old=3)
    reseal()
    assert reseal("--check")


def test_a_run_that_was_broken_off_goes_on_where_it_was(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "ROWS", 2)
    drafts(5)
    settings.SEALING_KEYS = [NEW, OLD]

    def killed(outcome: rotation.Outcome) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place("complaints_draft.sealed").reseal(killed)
    assert place("complaints_draft.sealed").used_keys() == Counter(new=2, old=3)
    assert place("complaints_draft.sealed").reseal(lambda _outcome: None).resealed == 3


def test_a_row_that_was_written_meanwhile_keeps_what_was_written(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, *_others = drafts(3)
    settings.SEALING_KEYS = [NEW, OLD]
    plain = rotation.sealed.resealed

    def slow(blob: bytes, context: bytes) -> bytes:
        row = Draft.objects.get(pk=draft.pk)
        if row.sealed["story"] != "новое":
            row.sealed = {"story": "новое"}
            row.save(update_fields=["sealed"])
        return plain(blob, context)

    monkeypatch.setattr(rotation.sealed, "resealed", slow)
    assert place("complaints_draft.sealed").reseal(lambda _outcome: None).resealed == 2
    assert Draft.objects.get(pk=draft.pk).sealed == {"story": "новое"}
    assert place("complaints_draft.sealed").used_keys() == Counter(new=3)


def test_a_missing_key_is_named_and_the_others_go_on(settings: Any) -> None:
    drafts(2)
    settings.SEALING_KEYS = [key("middle")]
    drafts(2)
    settings.SEALING_KEYS = [NEW, settings.SEALING_KEYS[0]]
    with pytest.raises(CommandError, match="old 2"):
        reseal()
    assert place("complaints_draft.sealed").used_keys() == Counter(new=2, old=2)


def test_a_file_deleted_meanwhile_does_not_come_back(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    name = uuid4()
    file_store.write(name, b"content")
    settings.SEALING_KEYS = [NEW, OLD]
    plain = sealed.resealed

    def slow(blob: bytes, context: bytes) -> bytes:
        file_store.delete(name)
        return plain(blob, context)

    monkeypatch.setattr(sealed, "resealed", slow)
    assert not file_store.reseal(name)
    assert list(file_store.path_of(name).parent.iterdir()) == []


class Writer:
    """A portal that changes drafts all the while; it counts what it wrote."""

    def __init__(self, ids: list[int]) -> None:
        self.ids, self.written, self.stop = ids, 0, threading.Event()
        self.has_begun = threading.Event()
        self.faults: list[Exception] = []
        self.thread = threading.Thread(target=self._write, daemon=True)

    def _write(self) -> None:
        try:
            while not self.stop.is_set():
                with transaction.atomic():
                    row = Draft.objects.select_for_update().get(pk=secrets.choice(self.ids))
                    row.sealed = {"story": row.sealed["story"], "again": row.sealed.get("again", 0) + 1}
                    row.save(update_fields=["sealed"])
                self.written += 1
                self.has_begun.set()
        except Exception as error:
            self.faults.append(error)
        finally:
            connection.close()

    def __enter__(self) -> "Writer":
        self.thread.start()
        assert self.has_begun.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()


def rotate_under_load(settings: Any, count: int) -> float:
    """Nothing that the writer wrote is lost, and nothing stays under the old key. Returns the seconds."""
    stories = {row.pk: row.sealed["story"] for row in drafts(count)}
    settings.SEALING_KEYS = [NEW, OLD]
    with Writer(list(stories)) as writer:
        begun = time.monotonic()
        reseal()
        took = time.monotonic() - begun
    assert writer.faults == []
    assert writer.written > 0
    settings.SEALING_KEYS = [NEW]
    rows = {row.pk: row.sealed for row in Draft.objects.all()}
    assert {pk: row["story"] for pk, row in rows.items()} == stories
    assert sum(row.get("again", 0) for row in rows.values()) == writer.written
    return took


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_while_the_portal_writes(settings: Any) -> None:
    rotate_under_load(settings, 1500)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_rows_while_the_portal_writes(settings: Any) -> None:
    assert rotate_under_load(settings, 100_000) < 300
