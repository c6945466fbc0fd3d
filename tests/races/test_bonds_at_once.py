"""Two people bind, answer or open the same thing at the same moment: it happens once, and all are told."""

from datetime import timedelta

import pytest

from complaints.models import Answer, Complaint, History, IncomingCall, JointAnswer, Link
from complaints.services import incoming_calls, joint_answers, linking
from complaints.services.incoming_calls import CallGone
from complaints.services.transitions import RuleBroken
from omsportal.platform import jobs
from omsportal.platform.models import Job
from tests.complaints.services.leading import DAY, HOUR, TEXT, case, gather, head, opened
from tests.factories import NOW, make_branch, make_complaint, make_staff, profile
from tests.races.test_two_at_once import at_once, of_kind

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


def test_two_appeals_linked_from_both_ends_at_once_are_one_link() -> None:
    operators = [make_staff(f"operator{place}", 1, make_branch()) for place in range(4)]
    for _round in range(4):
        first, second = make_complaint(), make_complaint(now=NOW + DAY)
        ends = [(first, second), (second, first)] * 2
        results = at_once(*(
            lambda one=one, other=other, by=by, who=who: linking.link(
                complaint=one, other=other, reason="same_event", by=by, profile=who, now=NOW + 2 * DAY
            )
            for (one, other), by, who in zip(ends, operators, map(profile, operators), strict=True)
        ))  # fmt: skip
        assert len({link.pk for link in of_kind(results, Link)}) == 1
        assert of_kind(results, Exception) == []
        both = [first.pk, second.pk]
        assert Link.objects.filter(earlier__in=both, later__in=both).count() == 1
        assert History.objects.filter(complaint__in=both, event="linked").count() == 2
        after = Complaint.objects.get(pk=second.pk)
        assert after.counts_from_on == first.registered_on


def test_a_ring_of_three_linked_at_once_ends_with_one_date_for_all() -> None:
    people = [make_staff(f"operator{place}", 1, make_branch()) for place in range(3)]
    cases = [make_complaint(now=NOW + place * DAY) for place in range(3)]
    ring = [(0, 1), (1, 2), (2, 0)]
    results = at_once(*(
        lambda pair=pair, by=by, who=who: linking.link(
            complaint=cases[pair[0]], other=cases[pair[1]], reason="same_event", by=by, profile=who,
            now=NOW + 4 * DAY,
        )
        for pair, by, who in zip(ring, people, map(profile, people), strict=True)
    ))  # fmt: skip
    assert of_kind(results, Exception) == []
    dates = Complaint.objects.filter(pk__in=[one.pk for one in cases]).values_list("answer_due_on", flat=True)
    assert set(dates) == {cases[0].answer_due_on}


def test_two_heads_answering_one_incident_at_once_answer_each_appeal_once() -> None:
    mine, hers = case(), case()
    incident = opened()
    gather(incident)
    heads = [head(incident.branch), head(incident.branch, "deputy")]
    results = at_once(*(
        lambda by=by, who=who: joint_answers.answer_all(
            incident=incident, outcome="justified", text=TEXT, no_health_facts=True, by=by, profile=who,
            now=NOW + HOUR,
        )
        for by, who in zip(heads, map(profile, heads), strict=True)
    ))  # fmt: skip
    assert len(of_kind(results, JointAnswer)) == 1
    (refused,) = of_kind(results, RuleBroken)
    assert refused.code == "answering"
    job = Job.objects.get(kind=joint_answers.ANSWER)
    workers = at_once(
        *(lambda: joint_answers.answer_cases(job, jobs.Progress(job.pk)) for _worker in range(2))
    )
    assert of_kind(workers, Exception) == []
    assert Answer.objects.filter(complaint__in=[mine, hers]).count() == 2
    assert History.objects.filter(event="answered").count() == 2


def test_one_announced_call_opens_in_one_of_the_windows() -> None:
    branch = make_branch()
    people = [make_staff(f"operator{place}", 1, branch) for place in range(5)]
    for number in range(3):
        announced = incoming_calls.announce(
            branch=branch, phone="+79201234567", call=f"call-{number}", key_id=1, now=NOW
        )
        results = at_once(*(
            lambda by=by, who=who, token=announced.token: incoming_calls.open_call(
                token=token, by=by, profile=who, now=NOW + MINUTE
            )
            for by, who in zip(people, map(profile, people), strict=True)
        ))  # fmt: skip
        assert of_kind(results, tuple) == [(branch.pk, "+79201234567")]
        assert len(of_kind(results, CallGone)) == 4
    assert IncomingCall.objects.exclude(opened_by=None).count() == 3


def test_one_person_with_two_windows_sees_the_call_in_both() -> None:
    branch = make_branch()
    operator = make_staff("operator", 1, branch)
    token = incoming_calls.announce(branch=branch, phone="", call="x", key_id=1, now=NOW).token
    who = profile(operator)
    results = at_once(*(
        lambda: incoming_calls.open_call(token=token, by=operator, profile=who, now=NOW + MINUTE)
        for _window in range(2)
    ))  # fmt: skip
    assert results == [(branch.pk, ""), (branch.pk, "")]
