"""After an upgrade that reads words in another way every case is read anew, by itself and seen."""

import pytest
from django.db import connection

from complaints.models import CaseWords, Complaint, WordsDue
from complaints.reports.staff import machinery
from complaints.services import search_again, search_filling, thread
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job
from tests.complaints.services.test_search_filling import lexemes
from tests.factories import NOW, make_complaint

pytestmark = pytest.mark.django_db


@pytest.fixture
def old() -> list[Complaint]:
    """Read before words of threads were: something was written in each."""
    cases = [make_complaint() for _case in range(5)]
    for case in cases:
        thread.post_by_patient(complaint=case, text="Бронхоскопия", now=NOW)
    search_filling.fill_due(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE complaints_casewords SET lexemes = 'old'")
    return cases


def do_all() -> int:
    """As workers do it; how many turns it took."""
    turns = 0
    while job := jobs.take_next(database_now()):
        search_again.work(job, jobs.Progress(job.pk))
        Job.objects.filter(pk=job.pk).update(state="done", finished_at=database_now())
        turns += 1
    return turns


def test_an_upgrade_reads_everything_once(old: list[Complaint]) -> None:
    search_again.look(NOW)
    search_again.look(NOW)
    assert Job.objects.filter(kind=search_again.KIND).count() == 1
    assert do_all() == 1
    assert all(len(lexemes(case)) > 10 for case in old)
    assert not WordsDue.objects.exists()
    search_again.look(NOW)
    assert do_all() == 0


def test_how_far_it_is_stands_on_the_page_of_the_timer(
    old: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_again, "PIECE", 2)
    monkeypatch.setattr(search_again, "SLICE_SECONDS", -1.0)
    search_again.look(NOW)
    job = jobs.take_next(database_now())
    assert job is not None
    search_again._list_next(NOW)
    search_again.work(job, jobs.Progress(job.pk))
    shown = machinery.under_way()[0]
    assert shown.title == machinery.JOB_TITLES[search_again.KIND]
    assert (shown.job.done_count, shown.job.total_count) == (old[1].pk, old[4].pk)


def test_who_takes_over_goes_on_where_the_one_before_stopped(
    old: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_again, "PIECE", 2)
    search_again._list_next(NOW)
    assert set(WordsDue.objects.values_list("pk", flat=True)) == {case.pk for case in old[:2]}
    search_filling.fill_due(now=NOW)
    search_again._list_next(NOW)
    assert set(WordsDue.objects.values_list("pk", flat=True)) == {case.pk for case in old[2:4]}
    search_again.look(NOW)
    do_all()
    assert all(len(lexemes(case)) > 10 for case in old)


def test_a_time_that_is_over_leaves_the_rest_to_the_next_turn(
    old: list[Complaint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_again, "SLICE_SECONDS", -1.0)
    search_again.look(NOW)
    job = jobs.take_next(database_now())
    assert job is not None
    search_again.work(job, jobs.Progress(job.pk))
    assert Job.objects.filter(kind=search_again.KIND, state="queued").count() == 1


def test_what_came_with_the_new_way_is_not_read_anew() -> None:
    search_again.look(NOW)
    make_complaint()
    search_filling.fill_due(now=NOW)
    search_again.look(NOW)
    assert search_again.reached().is_done
    assert not Job.objects.filter(kind=search_again.KIND).exists()


def test_the_next_edition_begins_anew(old: list[Complaint], monkeypatch: pytest.MonkeyPatch) -> None:
    search_again.look(NOW)
    do_all()
    monkeypatch.setattr(search_again, "EDITION", search_again.EDITION + 1)
    CaseWords.objects.update(lexemes="old")
    assert not search_again.reached().is_done
    search_again.look(NOW)
    do_all()
    assert all(len(lexemes(case)) > 10 for case in old)
