"""Pages beside the work on a case, and those of incidents, as people press them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from complaints.models import Card, Complaint, Incident, JointAnswer, Leaving, Link, NoAnswerGround, WorkDraft
from complaints.reference import grounds
from complaints.services import incidents, joint_answers
from complaints.states import Status
from insurers.models import Branch, MedicalOrganisation
from omsportal.platform import jobs
from omsportal.platform.models import Job, ReadLog
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_complaint, make_region, make_staff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def clinic(branch: Branch) -> MedicalOrganisation:
    row: MedicalOrganisation = MedicalOrganisation.objects.create(
        region=branch.region, code="001", name="Поликлиника № 2", short_name="Поликлиника № 2"
    )
    return row


@pytest.fixture
def held(branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
    """With the specialist; they and a colleague may decide it."""
    grounds.load_grounds()
    case = make_complaint(branch, now=now)
    Complaint.objects.filter(pk=case.pk).update(tier=2, status="in_work", assignee=people["specialist"])
    return Complaint.objects.get(pk=case.pk)


def address(name: str, case: Complaint, **parts: Any) -> str:
    return reverse(f"staff:{name}", kwargs={"number": case.number, **parts})


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def run_jobs(now: datetime) -> None:
    """As the worker does, in the test's own transaction."""
    handlers = {incidents.GATHER: incidents.gather_cases, joint_answers.ANSWER: joint_answers.answer_cases}
    for job in Job.objects.filter(state="queued", kind__in=handlers).order_by("pk"):
        Job.objects.filter(pk=job.pk).update(state="running", attempts=1, started_at=now, beat_at=now)
        handlers[job.kind](job, jobs.Progress(job.pk))
        Job.objects.filter(pk=job.pk).update(state="done", finished_at=now + DAY)


# --- the same event ---


def test_what_looks_like_the_same_event_is_linked_with_one_press(
    held: Complaint, branch: Branch, now: datetime, client_of: ClientOf
) -> None:
    other = make_complaint(branch, now=now, channel="letter")
    client = client_of("specialist")
    assert address("links", held) in text_of(client.get(address("case", held)))
    assert other.number in text_of(client.get(address("beside", held)))
    client.post(address("links", held), {"number": other.number, "reason": "same_event"})
    assert Link.objects.of_one_event().count() == 1
    page = text_of(client.get(address("links", held)))
    assert "Это другое событие" not in page
    link = Link.objects.get()
    ended = {"reason": "other_event"}
    assert client.post(address("unlink", held, link_id=link.pk), ended).status_code == 403
    head = client_of("head")
    assert "Это другое событие" in text_of(head.get(address("links", held)))
    head.post(address("unlink", held, link_id=link.pk), ended)
    assert not Link.objects.of_one_event().exists()


def test_a_number_with_a_slip_or_of_another_insurer_comes_back_with_words(
    held: Complaint, client_of: ClientOf, now: datetime
) -> None:
    client = client_of("specialist")
    answer = client.post(address("links", held), {"number": "76-26-1234567-0", "reason": "same_event"})
    assert (answer.status_code, "76-26-1234567-0" in text_of(answer)) == (422, True)
    from tests.factories import make_branch

    rival = make_complaint(make_branch("reso-med", now=now), now=now)
    answer = client.post(address("links", held), {"number": rival.number, "reason": "same_event"})
    assert (answer.status_code, "с таким номером вы не видите" in text_of(answer)) == (422, True)


def test_the_panel_costs_few_queries(
    held: Complaint, branch: Branch, now: datetime, client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    from complaints.reports.staff.beside_case import beside
    from representatives.profiles import profile_of

    for _ in range(3):
        make_complaint(branch, now=now)
    case = Complaint.objects.with_content().get(pk=held.pk)
    profile = profile_of(User.objects.get(username="specialist"), now=now)
    with django_assert_max_num_queries(5):
        assert len(beside(case, profile).likely) == 3


# --- what is typed there ---


@pytest.mark.parametrize(
    ("page", "typed", "word"),
    [
        ("links", {"number": "76-26-1234567", "reason": ""}, "76-26-1234567"),
        ("without_answer", {"text": "Брань на трёх страницах"}, "Брань на трёх страницах"),
    ],
)
def test_an_unsent_word_is_kept_for_who_typed_it(
    page: str, typed: dict[str, str], word: str, held: Complaint, client_of: ClientOf
) -> None:
    mine = client_of("specialist")
    assert f'data-draft="{address("keep_draft", held, act=page)}"' in text_of(mine.get(address(page, held)))
    headers = {"X-While-Typing": "1"}
    first = mine.post(address("keep_draft", held, act=page), typed, headers=headers).json()
    assert word in text_of(mine.get(address(page, held)))
    assert word not in text_of(client_of("head").get(address(page, held)))
    other = mine.post(address("keep_draft", held, act=page), {**typed, "number": "1", "text": "Иначе"}).url
    assert other.startswith(f"{address(page, held)}?draft=")
    assert f"?draft={first['draft']}" in text_of(mine.get(other))


def test_what_was_sent_is_kept_no_longer(held: Complaint, branch: Branch, client_of: ClientOf) -> None:
    make_staff("colleague", 2, branch)
    ground, texts = NoAnswerGround.objects.get(code="insults"), ("Брань", "Согласна")
    asked = {"ground": ground.pk, "urgency_looked": "on", "verdict": "approve"}
    for who, page, act, text in (
        ("specialist", "without_answer", "without_answer", texts[0]),
        ("colleague", "decide_without_answer", "decide_without_answer", texts[1]),
    ):
        client = Client()
        client.force_login(User.objects.get(username=who))
        headers, words = {"X-While-Typing": "1"}, {"text": text}
        kept = client.post(address("keep_draft", held, act=act), words, headers=headers).json()
        assert text in text_of(client.get(address("without_answer", held)))
        waiting = Leaving.objects.open().first()
        sent = {**asked, **words, "draft": kept["draft"], "leaving": waiting.pk if waiting else ""}
        assert client.post(address(page, held), sent).status_code == 302
        assert not WorkDraft.objects.exists()


# --- without an answer ---


def test_two_people_leave_an_appeal_without_an_answer(
    held: Complaint, branch: Branch, client_of: ClientOf
) -> None:
    make_staff("colleague", 2, branch)
    mine, colleague = client_of("specialist"), Client()
    colleague.force_login(User.objects.get(username="colleague"))
    page = address("without_answer", held)
    ground = NoAnswerGround.objects.get(code="insults").pk
    refused = mine.post(page, {"ground": ground, "text": "Одна брань"})
    assert (refused.status_code, "Одна брань" in text_of(refused)) == (422, True)
    assert (
        mine.post(page, {"ground": ground, "text": "Одна брань", "urgency_looked": "on"}).status_code == 302
    )
    assert "Решает второй сотрудник" in text_of(mine.get(page))
    leaving = Leaving.objects.get()
    verdict = {"leaving": leaving.pk, "verdict": "approve", "urgency_looked": "on"}
    assert mine.post(address("decide_without_answer", held), verdict).status_code == 403
    shown = text_of(colleague.get(address("case", held)))
    assert "Предложено оставить без ответа" in shown
    assert colleague.post(address("decide_without_answer", held), verdict).status_code == 302
    held.refresh_from_db()
    assert held.status == Status.LEFT_UNANSWERED
    assert "103" in text_of(colleague.get(page))


def test_the_letter_is_recorded_on_the_same_page(held: Complaint, client_of: ClientOf) -> None:
    Card.objects.filter(pk=held.pk).update(answer_channel="letter")
    page = address("without_answer", held)
    ground = NoAnswerGround.objects.get(code="illegible").pk
    client_of("specialist").post(page, {"ground": ground, "text": "Не прочесть", "urgency_looked": "on"})
    head = client_of("head")
    verdict = {"leaving": Leaving.objects.get().pk, "verdict": "approve", "urgency_looked": "on"}
    head.post(address("decide_without_answer", held), verdict)
    assert "Сообщить заявителю до" in text_of(head.get(page))
    head.post(address("record_notice", held), {"way": "letter", "outgoing_number": "7-б"})
    assert "7-б" in text_of(head.get(page))


# --- incidents ---


def test_a_head_goes_from_a_case_to_answers_for_everybody(
    branch: Branch, people: dict[str, User], clinic: MedicalOrganisation, now: datetime, client_of: ClientOf
) -> None:
    cases = [make_complaint(branch, now=now, medical_organisation=clinic) for _ in range(3)]
    Card.objects.filter(pk=cases[0].pk).update(naming_consent="yes")
    head = client_of("head")
    form = head.get(reverse("staff:incident_new"), {"case": cases[0].number})
    assert f'value="{clinic.pk}" selected' in text_of(form)
    typed = {
        "title": "Сломан аппарат УЗИ", "category": cases[0].category_id, "medical_organisation": clinic.pk,
        "starts_on": cases[0].registered_on.isoformat(), "banner": "УЗИ в поликлинике № 2 не делают",
        "banner_until": (now + DAY).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    assert head.post(reverse("staff:incident_new"), typed).status_code == 302
    incident = Incident.objects.get()
    page = reverse("staff:incident", kwargs={"incident_id": incident.pk})
    assert "Собрать подходящие обращения: 3" in text_of(head.get(page))
    head.post(f"{page}gather/")
    assert "Собираются обращения" in text_of(head.get(page))
    run_jobs(now)
    due = (now + 5 * DAY).date().isoformat()
    head.post(f"{page}ask/", {"text": "Когда починят?", "outgoing_number": "5-и", "reply_due_on": due})
    letter = head.get(f"{page}inquiries/{incident.inquiries.get().pk}/")
    assert [case.number for case in cases if case.number in text_of(letter)] == [cases[0].number]
    assert ReadLog.objects.filter(subject_id=cases[0].pk, what="export", reader_id=people["head"].pk).exists()
    answered = head.post(
        f"{page}answer/", {"outcome": "justified", "text": "№ {number}: починили", "no_health_facts": "on"}
    )
    assert answered.status_code == 302
    run_jobs(now)
    assert {Complaint.objects.get(pk=case.pk).status for case in cases} == {Status.ANSWERED}
    assert "3" in text_of(head.get(page))
    assert head.post(f"{page}close/").status_code == 302
    assert JointAnswer.objects.get().finished_at is not None


def test_what_was_typed_comes_back_with_the_reason(
    branch: Branch, people: dict[str, User], clinic: MedicalOrganisation, now: datetime, client_of: ClientOf
) -> None:
    case, head = make_complaint(branch, now=now, medical_organisation=clinic), client_of("head")
    incident = Incident.objects.create(
        title="Сломан аппарат", branch=branch, region=branch.region, category=case.category,
        medical_organisation=clinic, starts_on=case.registered_on, opened_by=people["head"], opened_at=now,
    )  # fmt: skip
    Complaint.objects.filter(pk=case.pk).update(incident=incident)
    page = reverse("staff:incident", kwargs={"incident_id": incident.pk})
    answer = head.post(f"{page}answer/", {"outcome": "justified", "text": "Аппарат починили"})
    assert answer.status_code == 422
    assert "Аппарат починили" in text_of(answer)
    assert "вставьте {number}" in text_of(answer)
    closing = head.post(f"{page}close/")
    assert (closing.status_code, "есть открытые обращения" in text_of(closing)) == (422, True)


def test_patients_of_the_region_read_the_banner_until_it_ends(
    branch: Branch, people: dict[str, User], now: datetime, client: Client
) -> None:
    make_region("73", "Ульяновская область")
    incident = Incident.objects.create(
        title="Заметка своим", branch=branch, region=branch.region,
        category=make_complaint(branch, now=now).category, starts_on=now.date(), opened_by=people["head"],
        opened_at=now, banner="УЗИ в поликлинике № 2 не делают до пятницы", banner_until=now + DAY,
    )  # fmt: skip
    page = text_of(client.get("/"))
    assert incident.banner in page
    assert incident.title not in page
    client.cookies["place"] = "73."
    assert incident.banner not in text_of(client.get("/"))
    client.cookies["place"] = "76."
    assert incident.banner in text_of(client.get("/"))
    Incident.objects.filter(pk=incident.pk).update(banner_until=now - DAY)
    assert incident.banner not in text_of(client.get("/"))
