"""One act on many cases: each by its own rights, once, whoever dies in between."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from complaints.models import Barring, BulkAct, BulkLine, Complaint, History, Message, Reclassification
from complaints.services import bulk, bulk_group, bulk_one, list_work, reassigning, thread, work
from complaints.services.bulk import Marked
from complaints.services.transitions import RuleBroken
from complaints.states import Event, Status
from insurers.models import Branch
from omsportal.platform import jobs
from omsportal.platform.clock import database_now
from omsportal.platform.models import Job
from representatives.models import Appointment, User
from tests.factories import make_branch, make_category, make_complaint, make_fund, make_staff, profile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, sixteen cases are one transaction."""
    monkeypatch.setattr(bulk_group, "SECONDS", 60.0)


@pytest.fixture
def branch() -> Branch:
    return make_branch(now=database_now())


@pytest.fixture
def head(branch: Branch) -> User:
    return make_staff("head", heads=branch)


@pytest.fixture
def operator(branch: Branch) -> User:
    return make_staff("operator", 1, branch)


def case(branch: Branch, **fields: Any) -> Complaint:
    return make_complaint(branch, now=database_now(), **fields)


def asked(act: str, cases: list[Complaint], by: User, note: str = "", **arguments: Any) -> BulkAct:
    versions = {one.number: one.version for one in Complaint.objects.filter(pk__in=[c.pk for c in cases])}
    return bulk.ask(
        kind=act, marked=Marked(versions=versions), arguments=arguments, note=note, by=by,
        now=database_now(),
    )  # fmt: skip


def done(made: BulkAct) -> dict[int, tuple[str, str]]:
    """Run its jobs to the end; what became of each case."""
    for job in Job.objects.filter(kind=bulk.KIND, arguments={"bulk": made.pk}):
        bulk.work(job, jobs.Progress(job.pk))
    made.refresh_from_db()
    return {line.complaint_id: (line.result, line.why) for line in made.lines.all()}


def begun(made: BulkAct, count: int) -> None:
    """So many of its cases are done, as by a worker that died then."""
    ids = list(made.lines.order_by("id").values_list("pk", flat=True)[:count])
    bulk_group.do_some(bulk_id=made.pk, line_ids=ids, now=database_now())


def test_each_case_gets_its_own_line_of_history(branch: Branch, head: User, operator: User) -> None:
    other = make_staff("other", 1, branch)
    waiting, held = case(branch), case(branch, held_by=operator)
    found = done(asked("assign", [waiting, held], head, "Возьмите", to=other.pk, reason="leave"))
    assert found == {waiting.pk: ("done", ""), held.pk: ("done", "")}
    for one, event in ((waiting, Event.CLAIMED), (held, Event.HANDED_OVER)):
        assert Complaint.objects.get(pk=one.pk).assignee_id == other.pk
        assert History.objects.filter(complaint=one, event=event, by=head).count() == 1
        assert Message.objects.get(complaint=one, is_internal=True).sealed["text"] == "Возьмите"


def test_a_note_is_kept_no_longer_than_the_work(branch: Branch, head: User, operator: User) -> None:
    made = asked("assign", [case(branch)], head, "Возьмите", to=operator.pk, reason="leave")
    assert made.sealed == {"note": "Возьмите"}
    done(made)
    assert (made.sealed, made.finished_at is not None, made.done_count) == (None, True, 1)


def test_rights_are_judged_at_the_moment_of_doing(branch: Branch, head: User, operator: User) -> None:
    first, second = case(branch, held_by=operator), case(branch, held_by=operator)
    made = asked("release", [first, second], head)
    begun(made, 1)
    Appointment.objects.filter(user=head).delete()
    assert done(made) == {first.pk: ("done", ""), second.pk: ("refused", "unseen")}
    assert Complaint.objects.get(pk=second.pk).assignee_id == operator.pk


def test_what_somebody_changed_meanwhile_stays_as_it_is(branch: Branch, head: User, operator: User) -> None:
    one = case(branch, held_by=operator)
    made = asked("release", [one], head)
    work.release(complaint=one, by=operator, profile=profile(operator), now=database_now())
    work.claim(complaint=one, by=operator, profile=profile(operator), now=database_now())
    assert done(made) == {one.pk: ("changed", "")}
    assert Complaint.objects.get(pk=one.pk).assignee_id == operator.pk


def test_a_case_during_which_the_workers_time_is_over_waits_for_the_next(
    branch: Branch, head: User, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = case(branch, held_by=operator), case(branch, held_by=operator)
    made = asked("release", [first, second], head)
    (job,) = Job.objects.filter(kind=bulk.KIND)
    puts_back = reassigning.put_back

    def hang(*, complaint: Complaint, **arguments: Any) -> Complaint:
        if complaint.pk == second.pk:
            raise TimeoutError
        return puts_back(complaint=complaint, **arguments)

    with monkeypatch.context() as patch:
        patch.setattr(reassigning, "put_back", hang)
        with pytest.raises(TimeoutError):
            bulk.work(job, jobs.Progress(job.pk, (TimeoutError,)))
    assert {line.result for line in made.lines.all()} == {"waiting"}
    assert not History.objects.filter(event=Event.RELEASED).exists()
    assert done(made) == {first.pk: ("done", ""), second.pk: ("done", "")}
    assert History.objects.filter(event=Event.RELEASED).count() == 2


def test_it_says_of_each_case_why_it_was_left(branch: Branch, head: User, operator: User) -> None:
    specialist = make_staff("specialist", 2, branch)
    about_them, of_others = case(branch), case(branch, held_by=operator)
    Barring.objects.create(complaint=about_them, user=head, why="complained_of")
    urgent = case(branch, tier=2)
    made = asked("assign", [of_others, urgent], head, to=specialist.pk, reason="leave")
    BulkLine.objects.create(bulk=made, complaint=about_them, version=about_them.version)
    assert done(made) == {
        about_them.pk: ("refused", "unseen"),
        of_others.pk: ("refused", "colleague"),
        urgent.pk: ("done", ""),
    }
    by_operator = asked("escalate", [case(branch)], operator, reason="competence")
    assert set(done(by_operator).values()) == {("refused", "not_holder")}
    by_head = asked("forward", [of_others], head, to=branch.pk, reason="wrong_addressee")
    assert set(done(by_head).values()) == {("refused", "forward_to_itself")}


def test_every_reason_has_words(branch: Branch) -> None:
    assert all(str(words) for words in bulk_one.WHY.values())
    longest = BulkLine._meta.get_field("why").max_length
    assert max(map(len, bulk_one.WHY)) <= longest


def test_it_passes_up_and_forwards_like_by_hand(branch: Branch, head: User) -> None:
    up, away = case(branch), case(branch)
    fund = make_fund(now=database_now())
    assert set(done(asked("escalate", [up], head, reason="competence")).values()) == {("done", "")}
    assert set(done(asked("forward", [away], head, to=fund.pk, reason="wrong_addressee")).values()) == {
        ("done", "")
    }
    assert Complaint.objects.get(pk=up.pk).tier == 2
    assert Complaint.objects.get(pk=away.pk).status == Status.FORWARDED
    assert Complaint.objects.filter(branch=fund).count() == 1


def test_what_lowers_a_duty_is_only_proposed(branch: Branch, head: User) -> None:
    theme = make_category("drugs")
    complaint, consultation = case(branch, kind="complaint"), case(branch, kind="consultation")
    made = asked(
        "reclassify", [complaint, consultation], head, "Вопрос, а не жалоба", kind="consultation",
        category=theme.pk, urgency="", reason="other",
    )  # fmt: skip
    assert done(made) == {complaint.pk: ("proposed", ""), consultation.pk: ("done", "")}
    assert Reclassification.objects.open().get().complaint_id == complaint.pk
    assert Complaint.objects.get(pk=complaint.pk).kind == "complaint"
    assert Complaint.objects.get(pk=consultation.pk).category_id == theme.pk


def test_a_case_that_breaks_something_does_not_keep_the_others(
    branch: Branch, head: User, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, good = case(branch, held_by=operator), case(branch, held_by=operator)
    hears = thread.post_by_staff

    def breaks(*, complaint: Complaint, **words: Any) -> Any:
        if complaint.pk == broken.pk:
            raise ZeroDivisionError
        return hears(complaint=complaint, **words)

    monkeypatch.setattr(thread, "post_by_staff", breaks)
    found = done(asked("escalate", [broken, good], head, "Посмотрите", reason="competence"))
    assert found == {broken.pk: ("failed", ""), good.pk: ("done", "")}
    assert Complaint.objects.get(pk=broken.pk).tier == 1


def test_what_the_database_refuses_in_the_middle_leaves_nothing_behind(
    branch: Branch, head: User, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(one: Complaint, _hands: Any) -> Any:
        Complaint.objects.filter(pk=one.pk).update(assignee=operator, status=Status.IN_WORK)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setitem(bulk_one._ACTS, BulkAct.Kind.ASSIGN, half)
    broken = case(branch)
    found = done(asked("assign", [broken], head, to=operator.pk))
    assert found == {broken.pk: ("failed", "")}
    assert Complaint.objects.get(pk=broken.pk).assignee is None


def test_a_worker_that_died_leaves_the_rest_to_the_next_and_nothing_is_done_twice(
    branch: Branch, head: User
) -> None:
    cases = [case(branch) for _ in range(4)]
    made = asked("escalate", cases, head, reason="competence")
    begun(made, 2)
    begun(made, 2)
    assert set(done(made).values()) == {("done", "")}
    done(made)
    moved = History.objects.filter(event=Event.ESCALATED_BY_HAND, complaint__in=cases)
    assert moved.count() == 4
    assert {one.tier for one in Complaint.objects.filter(pk__in=[c.pk for c in cases])} == {2}


def test_what_the_database_refuses_together_is_done_one_by_one(
    branch: Branch, head: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    writes = bulk_group._write

    def refuses(lines: list[BulkLine]) -> None:
        if len(lines) > 1:
            raise OperationalError
        writes(lines)

    monkeypatch.setattr(bulk_group, "_write", refuses)
    cases = [case(branch) for _ in range(3)]
    assert set(done(asked("escalate", cases, head, reason="competence")).values()) == {("done", "")}
    assert History.objects.filter(event=Event.ESCALATED_BY_HAND).count() == 3
    assert "goes on case by case" in caplog.text


def test_nobody_waits_long_for_a_case_that_is_done_already(
    branch: Branch, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = asked("escalate", [case(branch) for _ in range(3)], head, reason="competence")
    with monkeypatch.context() as patch:
        patch.setattr(bulk_group, "SECONDS", 0.0)
        begun(made, 3)
        assert made.lines.waiting().count() == 2
        assert set(done(made).values()) == {("done", "")}


def test_a_case_costs_few_statements(
    branch: Branch, head: User, operator: User, django_assert_max_num_queries: Any
) -> None:
    """What is asked once for a transaction is not asked for each of its cases."""
    made = asked("assign", [case(branch) for _ in range(16)], head, to=operator.pk, reason="leave")
    with django_assert_max_num_queries(16 * 10 + 20):
        begun(made, 16)
    assert not made.lines.waiting().exists()


def test_a_turn_that_is_over_asks_for_the_rest(
    branch: Branch, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = asked("escalate", [case(branch) for _ in range(3)], head, reason="competence")
    job = jobs.take_next(database_now())
    assert job is not None
    monkeypatch.setattr(bulk, "SLICE_SECONDS", -1.0)
    bulk.work(job, jobs.Progress(job.pk))
    made.refresh_from_db()
    assert made.finished_at is None
    assert Job.objects.filter(kind=bulk.KIND, state="queued", arguments={"bulk": made.pk}).count() == 1
    monkeypatch.undo()
    assert set(done(made).values()) == {("done", "")}


def test_stopped_it_does_no_more(branch: Branch, head: User) -> None:
    first, second = case(branch), case(branch)
    made = asked("escalate", [first, second], head, reason="competence")
    begun(made, 1)
    rival = make_staff("rival", 1, make_branch("reso-med", now=database_now()))
    assert not bulk.stop(bulk=made, by=rival, now=database_now())
    assert bulk.stop(bulk=made, by=head, now=database_now())
    assert done(made) == {first.pk: ("done", ""), second.pk: ("waiting", "")}
    assert made.finished_at is not None
    assert not bulk.stop(bulk=made, by=head, now=database_now())


def test_a_whole_list_is_what_its_reader_sees_when_the_work_begins(
    branch: Branch, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = [case(branch, channel="phone") for _ in range(5)]
    case(branch)
    case(branch, channel="phone", urgency="urgent")
    hidden = case(branch, channel="phone")
    Barring.objects.create(complaint=hidden, user=head, why="complained_of")
    stranger = case(make_branch("reso-med", now=database_now()), channel="phone")
    monkeypatch.setattr("complaints.reports.staff.whole_list.WINDOW", 2)
    made = bulk.ask(
        kind="escalate", marked=Marked(tab="queue", chosen={"channel": "phone"}),
        arguments={"reason": "competence"}, by=head, now=database_now(),
    )  # fmt: skip
    later = case(branch, channel="phone")
    assert done(made) == {one.pk: ("done", "") for one in [*phone, later]}
    assert made.total_count == made.done_count == 6
    assert Complaint.objects.get(pk=stranger.pk).tier == 1


def test_nothing_marked_or_seen_is_nothing_to_do(branch: Branch, head: User) -> None:
    stranger = case(make_branch("reso-med", now=database_now()))
    for cases in ([], [stranger]):
        with pytest.raises(RuleBroken, match="nothing_marked"):
            asked("escalate", cases, head, reason="competence")
    assert not BulkAct.objects.exists()


def test_what_a_worker_left_behind_is_taken_up(branch: Branch, head: User) -> None:
    made = asked("escalate", [case(branch)], head, reason="competence")
    Job.objects.filter(arguments={"bulk": made.pk}).update(
        state="failed", started_at=timezone.now(), beat_at=timezone.now(), finished_at=timezone.now()
    )
    list_work.look(database_now())
    assert not Job.objects.filter(kind=bulk.KIND, state="queued").exists()
    list_work.look(database_now() + 2 * list_work.LEFT_FOR)
    list_work.look(database_now() + 2 * list_work.LEFT_FOR)
    assert Job.objects.filter(kind=bulk.KIND, state="queued").count() == 1


def test_old_results_go_and_newer_ones_stay(branch: Branch, head: User, operator: User) -> None:
    old = asked("release", [case(branch, held_by=operator)], head)
    done(old)
    long_after = database_now() + bulk.KEPT_FOR + timedelta(days=1)
    assert bulk.tidy(database_now()) == 0
    assert bulk.tidy(long_after) == 1
    assert not BulkAct.objects.exists()
