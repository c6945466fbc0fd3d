from datetime import datetime

import pytest
from django.db import DatabaseError, transaction

from omsportal.platform import read_log
from omsportal.platform.models import ReadLog

pytestmark = pytest.mark.django_db
CASE = {"reader_kind": "user", "reader_id": 5, "subject_kind": "case"}


def test_it_answers_who_read_what(now: datetime):
    read_log.record(subject_id=7, what="card", now=now, **CASE)
    read_log.record(subject_id=8, what="file", now=now, **CASE)
    assert [row.what for row in ReadLog.objects.about("case", 7)] == ["card"]
    assert [row.subject_id for row in ReadLog.objects.of_reader("user", 5)] == [8, 7]


def test_it_records_an_export_row_by_row(now: datetime):
    read_log.record_many(subject_ids=[7, 8, 9], what="export", now=now, **CASE)
    assert ReadLog.objects.filter(what="export").count() == 3


@pytest.mark.parametrize("wrong", [{"reader_kind": "cat"}, {"what": "mind"}])
def test_it_refuses_unknown_words(now: datetime, wrong: dict[str, str]):
    with pytest.raises(ValueError, match=next(iter(wrong.values()))):
        read_log.record(**(CASE | {"subject_id": 7, "what": "card", "now": now} | wrong))


@pytest.mark.parametrize("change", [lambda rows: rows.update(reader_id=6), lambda rows: rows.delete()])
def test_it_cannot_be_changed_or_deleted(now: datetime, change: object):
    read_log.record(subject_id=7, what="card", now=now, **CASE)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        change(ReadLog.objects.all())
    assert ReadLog.objects.get().reader_id == 5
