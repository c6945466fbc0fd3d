"""The chain over append-only tables: what it seals, when it waits, and what it finds."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from omsportal.platform import chain, chain_check, chain_heads, chain_watch, read_log
from omsportal.platform.chain_check import Wrong
from omsportal.platform.models import Alarm, ReadLog, Seal
from tests.platform.conftest import NOW

pytestmark = pytest.mark.django_db

LOG = "platform_readlog"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _own_directory(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def read(count: int, now: datetime = NOW) -> list[int]:
    """So many readings; their numbers."""
    case = {"reader_kind": "user", "reader_id": 5, "subject_kind": "case", "what": "card", "now": now}
    read_log.record_many(subject_ids=list(range(1, count + 1)), **case)
    return sorted(ReadLog.objects.order_by("-pk").values_list("pk", flat=True)[:count])


@contextmanager
def triggers_set_aside() -> Iterator[Callable[..., None]]:
    """What only a superuser of the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor.execute
        finally:
            cursor.execute("RESET session_replication_role")


def tamper(statement: str, *values: object) -> None:
    with triggers_set_aside() as execute:
        execute(statement, values)


def found(**options: Any) -> list[tuple[Wrong, tuple[int, ...]]]:
    return [(fault.what, fault.ids) for fault in chain_check.verify(**options)]


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that ends in a crash."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class TestSealing:
    def test_it_seals_each_table_once_and_then_only_what_is_new(self) -> None:
        first = read(3)
        (link,) = chain.seal(NOW)
        assert (link.source, link.row_count, link.previous) == (LOG, 3, chain.GENESIS)
        assert (link.from_id, link.to_id) == (1, first[-1])
        assert chain.seal(NOW) == []
        read(1)
        (second,) = chain.seal(NOW)
        assert (second.from_id, second.row_count) == (first[-1] + 1, 1)
        assert bytes(second.previous) == bytes(link.link)

    def test_a_backlog_is_worked_off_in_ranges(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(chain, "ROWS", 2)
        monkeypatch.setattr(chain, "LINKS", 2)
        read(5)
        assert [link.row_count for link in chain.seal(NOW)] == [2, 2]
        assert [link.row_count for link in chain.seal(NOW)] == [1]
        assert found() == []

    def test_numbers_that_were_rolled_back_are_no_finding(self) -> None:
        read(1)
        with undone():
            read(3)
        read(2)
        (link,) = chain.seal(NOW)
        assert link.row_count == 3
        assert found() == []

    def test_settings_of_the_session_do_not_change_a_hash(self) -> None:
        last = read(2)[-1]
        source = next(source for source in chain.sources() if source.table == LOG)
        before = chain.hashed(source, 1, last)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL TimeZone = 'Asia/Kamchatka'; SET LOCAL DateStyle = 'SQL, DMY'")
        assert chain.hashed(source, 1, last) == before

    def test_a_column_that_comes_later_changes_no_hash(self) -> None:
        read(2)
        chain.seal(NOW)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE platform_readlog ADD COLUMN later integer DEFAULT 7")
        assert found() == []

    def test_whoever_comes_second_leaves_it_to_the_first(self, at_once: Any) -> None:
        read(2)
        made = at_once(4, lambda: chain.seal(NOW))
        assert sorted(len(links) for links in made) == [0, 0, 0, 1]
        assert found() == []


@pytest.mark.django_db(transaction=True)
class TestWaiting:
    """Numbers are taken before commit: who commits late must still be sealed."""

    @contextmanager
    def writing(self, *, commit: bool = True) -> Iterator[Callable[[], None]]:
        """Another connection has written two rows and not committed; call to end it."""
        wrote, may_end = threading.Event(), threading.Event()

        def write() -> None:
            try:
                with transaction.atomic():
                    read(2)
                    wrote.set()
                    may_end.wait(20)
                    transaction.set_rollback(not commit)
            finally:
                connection.close()

        thread = threading.Thread(target=write)

        def end() -> None:
            may_end.set()
            thread.join()

        thread.start()
        assert wrote.wait(20)
        try:
            yield end
        finally:
            end()

    def test_a_range_waits_for_who_is_still_writing_into_it(self) -> None:
        with self.writing() as end:
            visible = read(1)
            assert chain.seal(NOW) == []
            assert chain.seal(NOW + MINUTE) == []
            assert chain.waiting_since() == {LOG: NOW}
            end()
            (link,) = chain.seal(NOW + 2 * MINUTE)
        assert (link.row_count, link.to_id) == (3, visible[-1])
        assert chain.waiting_since() == {}
        assert found() == []

    def test_new_writers_do_not_put_it_off_for_ever(self) -> None:
        with self.writing() as end:
            assert chain.seal(NOW) == []
            with self.writing() as end_second:
                end()
                (link,) = chain.seal(NOW + MINUTE)
                assert link.row_count == 2
                end_second()
            (second,) = chain.seal(NOW + 2 * MINUTE)
        assert second.row_count == 2
        assert found() == []

    def test_who_rolls_back_leaves_a_gap(self) -> None:
        with self.writing(commit=False) as end:
            read(1)
            chain.seal(NOW)
            end()
            (link,) = chain.seal(NOW)
        assert link.row_count == 1
        assert found() == []

    def test_one_that_writes_for_hours_is_an_alarm(self) -> None:
        with self.writing():
            chain.seal(NOW)
            chain.seal(NOW + 61 * MINUTE)
            assert not chain_watch.sealing_goes_on(NOW + 61 * MINUTE)
        assert Alarm.objects.get().payload == {"tables": [LOG]}
        chain.seal(NOW + 62 * MINUTE)
        assert chain_watch.sealing_goes_on(NOW + 62 * MINUTE)
        assert not Alarm.objects.open().exists()

    def test_a_crash_before_the_commit_leaves_no_link_and_no_head(self) -> None:
        read(1)
        with undone():
            chain_watch.seal(NOW)
        assert not Seal.objects.exists()
        assert list(chain_heads.written(chain_heads.directory())) == []
        with transaction.atomic():
            chain_watch.seal(NOW)
        assert len(list(chain_heads.written(chain_heads.directory()))) == 1

    def test_a_crash_after_the_commit_is_made_good_by_the_next_round(self) -> None:
        read(1)
        chain.seal(NOW)  # the process died before the head was written
        with transaction.atomic():
            chain_watch.seal(NOW + MINUTE)
        (head,) = chain_heads.written(chain_heads.directory())
        assert head.seal_id == Seal.objects.get().pk


class TestFinding:
    @pytest.fixture
    def ids(self) -> list[int]:
        """Six rows in two links."""
        first = read(3)
        chain.seal(NOW)
        second = read(3, NOW + MINUTE)
        chain.seal(NOW + MINUTE)
        return first + second

    def test_nothing_when_nothing_happened(self, ids: list[int]) -> None:
        assert found() == []

    def test_a_changed_row_by_its_number(self, ids: list[int]) -> None:
        tamper("UPDATE platform_readlog SET reader_id = 6 WHERE id = %s", ids[1])
        assert found() == [(Wrong.CHANGED, (ids[1],))]

    def test_a_removed_row(self, ids: list[int]) -> None:
        tamper("DELETE FROM platform_readlog WHERE id = %s", ids[4])
        assert found() == [(Wrong.REMOVED, (ids[4],))]

    def test_a_row_put_into_a_gap(self, ids: list[int]) -> None:
        tamper("DELETE FROM platform_readlog WHERE id = %s", ids[0])
        tamper("UPDATE platform_readlog SET id = %s WHERE id = %s", ids[0], ids[2])
        assert found() == [(Wrong.CHANGED, (ids[0],)), (Wrong.REMOVED, (ids[2],))]

    def test_a_row_that_was_never_there(self) -> None:
        with undone():
            (gap,) = read(1)
        (row,) = read(1)
        chain.seal(NOW)
        tamper(
            "INSERT INTO platform_readlog (id, reader_kind, reader_id, subject_kind, subject_id, what, at)"
            " SELECT %s, reader_kind, 6, subject_kind, 1, what, at FROM platform_readlog WHERE id = %s",
            gap, row,
        )  # fmt: skip
        assert found() == [(Wrong.INSERTED, (gap,))]

    def test_two_rows_that_changed_places(self, ids: list[int]) -> None:
        tamper("UPDATE platform_readlog SET id = -id WHERE id IN (%s, %s)", ids[0], ids[1])
        tamper(
            "UPDATE platform_readlog SET id = CASE id WHEN %s THEN %s ELSE %s END WHERE id < 0",
            -ids[0], ids[1], ids[0],
        )  # fmt: skip
        assert found() == [(Wrong.CHANGED, (ids[0], ids[1]))]

    def test_a_row_changed_together_with_its_link(self, ids: list[int]) -> None:
        """The digest is made anew as everybody can; the link needs the key."""
        tamper("UPDATE platform_readlog SET reader_id = 6 WHERE id = %s", ids[1])
        link = Seal.objects.earliest("pk")
        source = next(source for source in chain.sources() if source.table == LOG)
        anew = chain.hashed(source, link.from_id, link.to_id)
        tamper("UPDATE platform_seal SET digest = %s WHERE id = %s", anew.digest, link.pk)
        tamper("UPDATE platform_seal SET marks = %s WHERE id = %s", anew.marks, link.pk)
        assert found() == [(Wrong.LINK, ())]

    def test_a_link_taken_out_with_its_rows(self, ids: list[int]) -> None:
        first = Seal.objects.earliest("pk")
        tamper("DELETE FROM platform_readlog WHERE id <= %s", first.to_id)
        tamper("DELETE FROM platform_seal WHERE id = %s", first.pk)
        assert found() == [(Wrong.CHAIN, ()), (Wrong.RANGE, ())]

    def test_a_link_taken_out_and_its_neighbours_joined(self, ids: list[int]) -> None:
        """Where it hangs is part of what the key holds."""
        read(2)
        chain.seal(NOW + 2 * MINUTE)
        first, second, third = Seal.objects.order_by("pk")
        tamper("DELETE FROM platform_readlog WHERE id BETWEEN %s AND %s", second.from_id, second.to_id)
        tamper("DELETE FROM platform_seal WHERE id = %s", second.pk)
        tamper("UPDATE platform_seal SET previous = %s WHERE id = %s", first.link, third.pk)
        assert found() == [(Wrong.LINK, ()), (Wrong.RANGE, ())]

    def test_the_end_cut_off_by_the_heads_written_down(self, ids: list[int]) -> None:
        chain_heads.export()
        tamper("DELETE FROM platform_seal WHERE id = %s", Seal.objects.latest("pk").pk)
        assert found() == []
        assert found(heads=chain_heads.directory()) == [(Wrong.HEAD, ())]

    def test_a_guard_that_was_switched_off(self, ids: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE platform_readlog DISABLE TRIGGER append_only_truncate")
        assert found() == [(Wrong.GUARD, ())]

    def test_only_what_is_younger_when_asked(self, ids: list[int]) -> None:
        tamper("UPDATE platform_readlog SET reader_id = 6 WHERE id = %s", ids[1])
        assert found(since=NOW + MINUTE) == []
        assert found(since=NOW) == [(Wrong.CHANGED, (ids[1],))]

    def test_a_column_that_was_sealed_and_is_gone(self, ids: list[int]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE platform_readlog RENAME COLUMN what TO that")
        assert {what for what, _ids in found()} == {Wrong.TABLE}


class TestCommand:
    def run(self, *arguments: str) -> str:
        said = io.StringIO()
        call_command("verify_history", *arguments, stdout=said)
        return said.getvalue()

    def test_it_says_what_it_looked_at(self) -> None:
        read(3)
        chain.seal(NOW)
        assert "звеньев: 1, строк: 3" in self.run()

    def test_it_names_table_range_and_row_and_fails(self) -> None:
        ids = read(3)
        chain.seal(NOW)
        tamper("UPDATE platform_readlog SET reader_id = 6 WHERE id = %s", ids[1])
        said = io.StringIO()
        with pytest.raises(CommandError, match="1"):
            call_command("verify_history", stdout=said)
        assert f"{LOG} 1–{ids[-1]}" in said.getvalue()
        assert f"({ids[1]})" in said.getvalue()

    def test_it_refuses_a_moment_that_is_none(self) -> None:
        with pytest.raises(CommandError, match="2026-03-18"):
            self.run("--since", "yesterday")
        assert self.run("--since", "2026-03-18")


class TestHeads:
    def test_each_new_head_is_written_once(self) -> None:
        read(1)
        chain.seal(NOW)
        chain_heads.export()
        head = chain_heads.export()
        (line,) = (chain_heads.directory() / "2026-03.jsonl").read_text().splitlines()
        assert json.loads(line)["link"] == head.link == bytes(Seal.objects.get().link).hex()

    def test_half_a_line_of_a_crash_is_left_alone(self) -> None:
        read(1)
        chain.seal(NOW)
        path = chain_heads.directory() / "2026-03.jsonl"
        path.parent.mkdir(parents=True)
        path.write_text('{"seal": 1, "li')
        chain_heads.export()
        assert found(heads=chain_heads.directory()) == []
        assert len(list(chain_heads.written(chain_heads.directory()))) == 1

    def test_a_directory_that_cannot_be_written_stops_nothing(self, settings: Any, tmp_path: Path) -> None:
        (tmp_path / "seals").write_text("a file where the directory should be")
        read(1)
        chain.seal(NOW)
        assert chain_heads.export() is None


class TestWatching:
    def test_before_the_first_look_nothing_has_stopped(self) -> None:
        assert chain_watch.sealing_goes_on(NOW)
        assert chain_watch.probe(NOW) is None

    def test_silence_is_an_alarm_once_and_ends_with_the_next_look(self) -> None:
        chain.seal(NOW)
        late = NOW + 11 * MINUTE
        assert not chain_watch.sealing_goes_on(late)
        assert not chain_watch.sealing_goes_on(late + 5 * MINUTE)
        assert Alarm.objects.get().kind == "sealing_stopped"
        assert "silent" in str(chain_watch.probe(late))
        chain.seal(late)
        assert chain_watch.sealing_goes_on(late)
        assert not Alarm.objects.open().exists()

    def test_a_sample_that_does_not_fit_is_an_alarm(self) -> None:
        ids = read(3)
        chain.seal(NOW)
        assert chain_watch.look_back(NOW) == 0
        tamper("DELETE FROM platform_readlog WHERE id = %s", ids[0])
        assert chain_watch.look_back(NOW) == chain_watch.SAMPLE
        alarm = Alarm.objects.get()
        assert alarm.kind == "history_changed"
        assert alarm.payload == {"table": LOG, "from": 1, "to": ids[-1], "what": "removed"}

    def test_the_rounds_are_made(self) -> None:
        from complaints.escalation import rounds

        assert {"seal", "seal_watch", "seal_sample"} <= {one.name for one in rounds.ROUNDS}
        read(1)
        assert "seal" in rounds.make(now=NOW)
        assert Seal.objects.count() == 1
