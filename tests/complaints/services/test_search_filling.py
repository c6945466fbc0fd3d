"""The index of searched words: filled after the commit, once, and emptied with the case."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from complaints.models import Card, CaseWords, Complaint, Surname, WordsDue
from complaints.services import anonymising, closing, search_filling
from omsportal.platform import metrics
from tests.factories import NOW, make_branch, make_complaint

pytestmark = pytest.mark.django_db


def lexemes(case: Complaint) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT lexemes::text FROM complaints_casewords WHERE complaint_id = %s", [case.pk])
        row = cursor.fetchone()
    return set(row[0].replace("'", "").split()) if row else set()


def test_a_new_case_is_due_and_filled_once() -> None:
    case = make_complaint()
    assert WordsDue.objects.get().pk == case.pk
    assert search_filling.fill_due(now=NOW) == 1
    first = lexemes(case)
    assert len(first) > 10
    assert search_filling.fill_due(now=NOW) == 0
    Card.objects.get(pk=case.pk).save()
    assert search_filling.fill_due(now=NOW) == 1
    assert lexemes(case) == first


def test_old_statistics_of_a_long_list_do_not_choose_the_next_ones_anew_for_each() -> None:
    for _case in range(6):
        make_complaint()
    with connection.cursor() as cursor:
        # What a planner does that believes the list to be empty.
        cursor.execute("SET LOCAL enable_hashagg = off; SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        cursor.execute("EXPLAIN " + search_filling._TAKE, {"now": NOW, "most": 2})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert plan.index("CTE next") < plan.index("LockRows") < plan.index("CTE Scan on next"), plan
    assert search_filling.fill(now=NOW, most=2) == 2
    assert WordsDue.objects.count() == 4


def test_the_database_holds_no_word_of_it() -> None:
    case = make_complaint(story="Бронхоскопия")
    search_filling.fill_due(now=NOW)
    assert not any("бронх" in lexeme for lexeme in lexemes(case))
    assert set(Surname.objects.values_list("key", flat=True)) == {"соколова"}


def test_a_changed_card_is_found_by_its_new_words() -> None:
    case = make_complaint()
    search_filling.fill_due(now=NOW)
    before = lexemes(case)
    card = Card.objects.get(pk=case.pk)
    card.sealed = {**card.sealed, "details": {"story": "Бронхоскопия"}}
    card.save(update_fields=["sealed"])
    search_filling.fill_due(now=NOW)
    assert lexemes(case) - before
    assert before - lexemes(case)


def test_what_changes_no_word_is_not_due() -> None:
    case = make_complaint()
    search_filling.fill_due(now=NOW)
    Card.objects.filter(pk=case.pk).update(identity_level=1)
    assert not WordsDue.objects.exists()


def test_a_card_that_does_not_open_delays_no_other() -> None:
    broken, whole = make_complaint(), make_complaint()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE complaints_card SET sealed = '\\x01' WHERE complaint_id = %s", [broken.pk])
    assert search_filling.fill_due(now=NOW) == 2
    assert lexemes(whole)
    assert WordsDue.objects.get().retry_at == NOW + search_filling.PATIENCE
    assert search_filling.fill_due(now=NOW) == 0
    assert "search_words_unreadable 1" in metrics.exposition(NOW)
    later = NOW + search_filling.PATIENCE + timedelta(minutes=1)
    assert search_filling.fill(now=later) == 1


def test_an_emptied_case_leaves_no_word_and_no_surname_of_its_own() -> None:
    branch = make_branch()
    other = {"surname": "Кузнецова", "first_name": "Анна"}
    gone = make_complaint(branch, applicant=other)
    make_complaint(branch)
    search_filling.fill_due(now=NOW)
    case = closing.withdraw(complaint=gone, now=NOW + timedelta(hours=1))
    assert anonymising.anonymise(complaint_id=case.pk, now=NOW + timedelta(days=1))
    assert not CaseWords.objects.filter(pk=gone.pk).exists()
    assert not WordsDue.objects.exists()
    assert set(Surname.objects.values_list("key", flat=True)) == {"соколова"}


def test_everything_can_be_read_anew() -> None:
    case = make_complaint()
    search_filling.fill_due(now=NOW)
    whole = lexemes(case)
    CaseWords.objects.all().delete()
    assert search_filling.fill_all_again(now=NOW) == 1
    assert lexemes(case) == whole


@pytest.mark.django_db(transaction=True)
def test_a_card_written_while_it_is_read_is_read_once_more() -> None:
    """Whoever fills has taken the case off the list, uncommitted: the writer waits and lists it again."""
    case = make_complaint()

    def write() -> None:
        try:
            Card.objects.get(pk=case.pk).save(update_fields=["sealed"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert search_filling.fill(now=NOW) == 1
            writing = pool.submit(write)
            until = time.monotonic() + 10
            while not _waits() and time.monotonic() < until:
                time.sleep(0.01)
            assert _waits()
            assert not writing.done()
        writing.result(timeout=10)
    assert WordsDue.objects.get().pk == case.pk


def _waits() -> bool:
    """Somebody waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
