"""A question without an appeal and without a name, its answer, and the appeal that is made of it."""

import re
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from complaints.kinds import Channel, Kind
from complaints.models import Complaint, Draft, History, Link
from complaints.reports.public import chat as promises
from complaints.services import becoming, chats, closing, drafts, thread, work
from complaints.services.chats import Question
from complaints.states import Event, Status
from insurers.models import Branch
from omsportal.platform import limits
from omsportal.platform.clock import database_now
from representatives.models import Representative, User
from representatives.roles import Presence
from tests import factories
from tests.complaints.public.conftest import Patient, codes_on, summary, url

CHAT, TALK, APPEAL = "/chat/", "/chat/talk/", "/chat/appeal/"
ASKED = {
    "text": "Нужно ли платить за анализ?",
    "region": "76",
    "insurer": "sogaz-med",
    "starts": "9",
    "ends": "20",
}
PHONE = {"phone": "8 920 123-45-67"}


@pytest.fixture
def operator(branch: Branch) -> User:
    return factories.make_staff("operator", 1, branch)


@pytest.fixture
def asked(patient: Patient) -> Patient:
    """They came from the page about money."""
    patient.post(CHAT, {**ASKED, "theme": "paid-care", "key": chats.new_key()})
    return patient


def the_chat() -> Complaint:
    return Complaint.objects.select_related("card", "branch", "category").get(channel=Channel.CHAT)


def hand(by: User, now: datetime) -> dict[str, Any]:
    return {"by": by, "profile": factories.profile(by, on=now.date()), "now": now}


def test_a_question_is_registered_without_a_name_and_opened_at_once(patient: Patient) -> None:
    key = patient.get(CHAT).context["form"]["key"].value()
    assert patient.post(CHAT, {**ASKED, "key": key}).headers["Location"] == TALK
    case = the_chat()
    assert (case.kind, case.tier, case.status) == (Kind.CONSULTATION, 1, Status.NEW)
    assert case.card.is_anonymous
    assert case.card.sealed["applicant"] == case.card.sealed["patient"] == {}
    page = patient.get(TALK)
    assert ASKED["text"] in page.content.decode()
    assert codes_on(page)[0] == case.number


def test_number_and_code_open_it_elsewhere(asked: Patient) -> None:
    number, code = codes_on(asked.get(TALK))
    other = Patient()
    assert other.open(number, code).headers["Location"] == "/status/case/"
    assert ASKED["text"] in other.get("/status/case/").content.decode()
    assert "data-copy" not in other.get(TALK).content.decode()


def test_who_does_not_know_the_insurer_asks_the_fund(patient: Patient) -> None:
    patient.post(CHAT, {**ASKED, "insurer": "unknown"})
    assert (the_chat().branch.is_fund, the_chat().tier) == (True, 4)


def test_it_says_what_is_missing_and_loses_nothing(patient: Patient) -> None:
    response = patient.post(CHAT, {**ASKED, "region": ""})
    assert response.status_code == 422
    assert summary(response) == ["Выберите регион."]
    assert ASKED["text"] in response.content.decode()
    assert summary(patient.post(CHAT, {**ASKED, "text": " "}))[0].startswith("Напишите вопрос")


def test_pressed_twice_it_is_one_chat(patient: Patient) -> None:
    key = chats.new_key()
    for _press in range(2):
        assert patient.post(CHAT, {**ASKED, "key": key}).headers["Location"] == TALK
    assert Complaint.objects.count() == 1


def test_without_a_key_each_press_is_a_chat_of_its_own(patient: Patient) -> None:
    for _press in range(2):
        patient.post(CHAT, ASKED)
    assert Draft.objects.count() == Complaint.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_pressed_many_times_at_once_it_is_one_chat() -> None:
    now = database_now()
    branch = factories.make_branch(now=now)
    factories.make_rules()
    factories.make_category("question", default_kind="consultation")
    token, made = chats.token_of(chats.new_key(), "Да?"), []

    def press() -> None:
        try:
            made.append(chats.ask(question=Question(text="Да?", branch=branch), token=token, now=now).pk)
        finally:
            connections.close_all()

    presses = [Thread(target=press) for _ in range(4)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert len(made) == 4
    assert len(set(made)) == Complaint.objects.count() == 1


def test_near_the_limit_a_calculation_and_beyond_it_a_pause(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.TABLE, "chat.address", limits.Rule(2, 3600, "address"))
    assert patient.post(CHAT, ASKED).status_code == 302
    near = patient.post(CHAT, ASKED)
    assert near.status_code == 429
    assert "data-challenge" in near.content.decode()
    assert Complaint.objects.count() == 1


def test_the_answer_is_read_without_a_proof(asked: Patient, operator: User, now: datetime) -> None:
    case = work.claim(complaint=the_chat(), **hand(operator, now))
    thread.post_by_staff(complaint=case, text="Анализ бесплатный.", **hand(operator, now))
    page = asked.get(TALK).content.decode()
    assert "Анализ бесплатный." in page
    assert "Специалист взял ваш вопрос" in page
    closing.resolve(complaint=case, outcome="clarified", text="Платить не нужно.", **hand(operator, now))
    assert "Платить не нужно." in asked.get(TALK).content.decode()


def test_a_message_leads_back_into_the_chat(asked: Patient) -> None:
    sent = asked.post("/chat/message/", {"text": "И ещё"})
    assert sent.headers["Location"] == f"{TALK}#write"
    refused = asked.post("/chat/message/", {"text": " "})
    assert refused.status_code == 422
    assert "Сделать обращение" in refused.content.decode()


def test_staff_see_that_it_is_a_chat_and_find_all_of_them(asked: Patient, operator: User) -> None:
    appeal = factories.make_complaint(the_chat().branch, now=database_now())
    asked.client.force_login(operator, backend="representatives.backends.StaffBackend")
    page = asked.get("/staff/", channel="chat").content.decode()
    assert the_chat().number in page
    assert appeal.number not in page
    row = page.partition(f'id="case-{the_chat().number}"')[2].partition("</li>")[0]
    assert re.search(r'<span class="tag tag--accent"><svg.*?</svg>чат</span>', row)


def test_who_leaves_a_phone_is_promised_a_call_in_their_hours(patient: Patient) -> None:
    patient.post(CHAT, {**ASKED, **PHONE, "days": ["0", "2"]})
    case = the_chat()
    assert case.call_back_until is not None
    assert case.call_window.window.days == {0, 2}
    assert case.card.sealed["applicant"] == {"phone": "+79201234567"}
    assert "Мы позвоним вам до" in patient.get(TALK).content.decode()


def test_a_phone_waits_for_three_calls_and_no_more(patient: Patient) -> None:
    for _call in range(3):
        assert patient.post(CHAT, {**ASKED, **PHONE}).status_code == 302
    refused = patient.post(CHAT, {**ASKED, **PHONE})
    assert refused.status_code == 422
    assert "8 920 123-45-67" in refused.content.decode()
    assert Complaint.objects.count() == 3


def test_hours_in_which_nobody_works_are_told(patient: Patient) -> None:
    refused = patient.post(CHAT, {**ASKED, **PHONE, "days": ["5"]})
    assert summary(refused)[0].startswith("В эти дни и часы")
    assert Complaint.objects.count() == 0


# --- an appeal of it ---


def test_nothing_is_typed_twice(asked: Patient) -> None:
    asked.post("/chat/message/", {"text": "Я уже заплатила."})
    assert asked.post(APPEAL).headers["Location"] == url("whom")
    asked.answer("whom", "policy", policy={"policy_kind": "none", "number": ""})
    story = asked.get(url("story")).content.decode()
    assert "Нужно ли платить за анализ?\n\nЯ уже заплатила.</textarea>" in story
    asked.answer("story", "files", "naming", story={"story": "Нужно ли платить за анализ?"})
    asked.answer("contacts")
    assert "СОГАЗ-Мед" in asked.get(url("check")).content.decode()
    asked.send()
    appeal = Complaint.objects.select_related("category", "branch").get(channel=Channel.SITE)
    assert (appeal.category.slug, appeal.branch, appeal.kind) == ("paid-care", the_chat().branch, "complaint")
    link = Link.objects.get()
    assert (link.earlier, link.later, link.kind) == (the_chat(), appeal, Link.Kind.CHAT)
    assert the_chat().status == Status.CLOSED
    assert f"№ {appeal.number}" in asked.get(TALK).content.decode()


def test_the_policy_knows_better_than_what_was_chosen_in_the_chat(patient: Patient, branch: Branch) -> None:
    patient.post(CHAT, {**ASKED, "insurer": "unknown", "theme": "paid-care"})
    patient.post(APPEAL)
    patient.answer("whom", "policy", "story", "files", "naming", "contacts")
    patient.send()
    assert Complaint.objects.get(channel=Channel.SITE).branch == branch


def test_until_the_appeal_is_sent_the_chat_goes_on(asked: Patient) -> None:
    asked.post(APPEAL)
    assert the_chat().status == Status.NEW
    assert asked.post(APPEAL).headers["Location"] == url("whom")  # the same draft
    assert Draft.objects.unsent().count() == 1


def test_another_unsent_appeal_is_not_lost_without_asking(asked: Patient) -> None:
    asked.begin("waiting")
    page = asked.post(APPEAL)
    assert "Слишком долго жду" in page.content.decode()
    asked.post(APPEAL, {"anew": "1"})
    draft = drafts.current(token=asked.client.cookies["draft"].value, now=database_now())
    assert draft is not None
    assert draft.sealed["typed"]["theme"] == {"theme": ["paid-care"]}


def test_a_mere_question_asks_for_the_theme(patient: Patient) -> None:
    patient.post(CHAT, ASKED)
    assert patient.post(APPEAL).headers["Location"] == url("theme")


def test_what_is_no_chat_becomes_nothing(patient: Patient, now: datetime, branch: Branch) -> None:
    filed = factories.file_case(branch, now=now)
    patient.open(filed.number, filed.access_code)
    assert patient.post(APPEAL).headers["Location"] == "/status/case/"
    assert patient.get(TALK).headers["Location"] == "/status/case/"
    assert Draft.objects.count() == 0


def test_made_twice_it_is_bound_once(asked: Patient, branch: Branch, now: datetime) -> None:
    appeal = factories.make_complaint(branch, now=now)
    for _time in range(2):
        becoming.close_chat(chat_id=the_chat().pk, appeal=appeal, now=now)
    assert Link.objects.count() == 1
    assert History.objects.filter(event=Event.BECAME_COMPLAINT).count() == 1


# --- how long it takes ---


@pytest.fixture
def office(db: None) -> Branch:
    factories.make_rules()
    factories.make_category("question", default_kind="consultation")
    return factories.make_branch()


def reacted(office: Branch, by: User, *, minutes: int, begun: datetime) -> None:
    token = chats.token_of("", "?")
    case = chats.ask(question=Question(text="?", branch=office), token=token, now=begun)
    Complaint.objects.filter(pk=case.pk).update(
        status=Status.IN_WORK, assignee=by, first_reaction_at=begun + timedelta(minutes=minutes)
    )


def test_the_promise_is_what_was_usual_of_late(office: Branch) -> None:
    clerk = factories.make_staff("operator", 1, office)
    for days, minutes in enumerate((3, 4, 60, 4, 9)):
        reacted(office, clerk, minutes=minutes, begun=factories.NOW - timedelta(days=days % 2, hours=2))
    assert promises.promise(branch=office, now=factories.NOW).minutes == 5
    for _question in range(3):
        factories.make_complaint(office)
    late = promises.promise(branch=office, now=factories.NOW)
    assert (late.ahead, late.minutes) == (3, 20)


def test_nights_are_no_waiting_time(office: Branch) -> None:
    clerk = factories.make_staff("operator", 1, office)
    for _chat in range(3):
        reacted(office, clerk, minutes=4, begun=factories.NOW - timedelta(hours=1))
    for _chat in range(4):
        reacted(office, clerk, minutes=21 * 60, begun=factories.NOW - timedelta(days=1))
    assert promises.promise(branch=office, now=factories.NOW).minutes == 5


def test_nothing_is_promised_when_nothing_is_known(office: Branch) -> None:
    clerk = factories.make_staff("operator", 1, office)
    few = promises.promise(branch=office, now=factories.NOW)
    assert (few.is_open, few.people, few.minutes) == (True, 1, None)
    for _chat in range(3):
        reacted(office, clerk, minutes=4, begun=factories.NOW - timedelta(hours=1))
    Representative.objects.update(presence=Presence.BREAK)
    nobody = promises.promise(branch=office, now=factories.NOW)
    assert (nobody.people, nobody.minutes) == (0, None)


def test_after_hours_it_says_when_they_are_back(office: Branch) -> None:
    night = promises.promise(branch=office, now=factories.NOW + timedelta(hours=12))
    assert not night.is_open
    assert night.opens_at == factories.NOW.replace(hour=6) + timedelta(days=1)


def test_the_pages_cost_no_more_queries_than_this(asked: Patient, operator: User) -> None:
    asked.get(TALK)
    with CaptureQueriesContext(connection) as queries:
        asked.get(TALK)
    assert len(queries) <= 13, [query["sql"][:100] for query in queries]
    with CaptureQueriesContext(connection) as queries:
        asked.get(CHAT)
    assert len(queries) <= 14, [query["sql"][:100] for query in queries]
