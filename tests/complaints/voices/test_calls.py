"""A voice message at night, the call in the morning; tries, then a letter; an appeal of what was said."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.plans import explained
from complaints.call_windows import Window
from complaints.escalation import call_backs as promises
from complaints.kinds import Kind
from complaints.models import CallAttempt, Card, Category, Complaint, History, Message
from complaints.permissions import NotAllowed
from complaints.reports.staff import call_backs as report
from complaints.services import call_attempts, call_requests, patient_sessions, voicemail, work, writing_down
from complaints.services.transitions import RuleBroken
from complaints.services.writing_down import Words
from insurers.models import Branch, WorkingSchedule
from omsportal.platform.models import Alarm, ReadLog
from representatives.models import User
from representatives.roles import Tier
from tests.complaints.crowd import copies
from tests.complaints.escalation.test_recount import fresh
from tests.complaints.escalation.test_recount_dates import change
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.voices.sounds import wav
from tests.complaints.voices.test_voicemail import recording
from tests.factories import make_category, make_complaint, make_staff, profile

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Wednesday, 23:30 in Yaroslavl; the office works from 9 to 18.
NIGHT = datetime(2026, 3, 18, 20, 30, tzinfo=UTC)
MORNING = datetime(2026, 3, 19, 6, 0, tzinfo=UTC)
CLOSING = datetime(2026, 3, 19, 15, 0, tzinfo=UTC)


@pytest.fixture
def clerk(office: Branch) -> User:
    return make_staff("operator", 1, office)


def hand(person: User, at: datetime) -> dict[str, Any]:
    return {"by": person, "profile": profile(person, on=at.date()), "now": at}


@pytest.fixture
def message(office: Branch) -> Complaint:
    """Left in the night."""
    return voicemail.take_in(recording=recording(office, left_at=NIGHT), now=NIGHT).complaint


@pytest.fixture
def taken(message: Complaint, clerk: User) -> Complaint:
    """The operator has taken it in the morning."""
    return work.claim(complaint=message, **hand(clerk, MORNING))


def words(category: Category, kind: str = Kind.COMPLAINT, **changed: Any) -> Words:
    person = {"surname": "Соколова", "first_name": "Вера", "patronymic": "", "address": ""}
    patient = {"surname": "Соколова", "first_name": "Вера", "birth_on": "1950-12-31"}
    told: dict[str, Any] = {
        "kind": kind, "category": category, "story": "Не записывают на УЗИ", "clinic": "Поликлиника № 2",
        "applicant": person, "patient": patient,
    }  # fmt: skip
    return Words(**{**told, **changed})


class TestNightAndMorning:
    def test_the_night_promises_the_next_working_day_and_the_morning_sees_it_first(
        self, message: Complaint, clerk: User
    ) -> None:
        assert message.call_back_until == CLOSING
        later = voicemail.take_in(
            recording=recording(message.branch, content=wav(tone=700)), now=MORNING + HOUR
        ).complaint
        shown = report.page_of(profile(clerk), "").rows
        assert shown == [message, later]
        (first, _second) = report.described(shown, MORNING)
        assert (first.tried, first.left, first.voice.seconds, first.is_wanted_now) == (0, 3, 2, True)

    def test_the_call_keeps_the_promise_and_an_appeal_comes_of_it(
        self, taken: Complaint, clerk: User
    ) -> None:
        theme = make_category("waiting")
        done = writing_down.write_down(complaint=taken, words=words(theme), **hand(clerk, MORNING + HOUR))
        case = done.complaint
        assert (case.kind, case.category, case.form, case.call_back_until) == (
            "complaint",
            theme,
            "written",
            None,
        )
        assert (case.registered_on, case.answer_due_on) == (date(2026, 3, 19), date(2026, 4, 17))
        assert [line.event for line in History.objects.timeline().filter(complaint=case)][-5:] == [
            "called_back", "reacted", "written_down", "code_renewed", "reclassified",
        ]  # fmt: skip
        card = Card.objects.get(pk=case.pk)
        assert (card.sealed["details"]["story"], card.is_anonymous) == ("Не записывают на УЗИ", False)
        assert card.sealed["applicant"]["phone"] == "+79201234567"
        assert promises.not_called_back(CLOSING + HOUR) == 0

    def test_the_caller_gets_number_and_code_once(self, taken: Complaint, clerk: User) -> None:
        done = writing_down.write_down(
            complaint=taken, words=words(make_category("waiting")), **hand(clerk, MORNING)
        )
        assert done.access is not None
        opened = patient_sessions.prove(
            number=done.access.number, code=done.access.access_code, address="::1", now=MORNING
        )
        assert opened == taken

    def test_a_question_stays_a_conversation(self, taken: Complaint, clerk: User) -> None:
        asked = words(taken.category, Kind.CONSULTATION)
        case = writing_down.write_down(complaint=taken, words=asked, **hand(clerk, MORNING)).complaint
        assert (case.form, case.answer_due_on, case.kind) == ("oral", None, "consultation")

    def test_what_belongs_to_experts_goes_up_at_once(self, taken: Complaint, clerk: User) -> None:
        grave = make_category("quality", arrival_tier=Tier.EXPERTS)
        case = writing_down.write_down(complaint=taken, words=words(grave), **hand(clerk, MORNING)).complaint
        assert (case.tier, case.status, case.form) == (3, "new", "written")

    def test_it_is_written_down_once_and_only_by_who_holds_it(
        self, taken: Complaint, clerk: User, office: Branch
    ) -> None:
        theme = make_category("waiting")
        colleague = make_staff("colleague", 1, office)
        with pytest.raises(NotAllowed):
            writing_down.write_down(complaint=taken, words=words(theme), **hand(colleague, MORNING))
        writing_down.write_down(complaint=taken, words=words(theme), **hand(clerk, MORNING))
        with pytest.raises(RuleBroken, match="is_written"):
            writing_down.write_down(complaint=taken, words=words(theme), **hand(clerk, MORNING))

    def test_whoever_ordered_the_call_on_the_site_keeps_their_code(self, office: Branch, clerk: User) -> None:
        case = make_complaint(office, form="oral", kind="consultation", now=MORNING, held_by=clerk)
        done = writing_down.write_down(
            complaint=case, words=words(make_category("waiting")), **hand(clerk, MORNING)
        )
        assert done.access is None


class TestInVain:
    def call(self, case: Complaint, clerk: User, at: datetime) -> CallAttempt:
        return call_attempts.failed(complaint=case, result="no_answer", **hand(clerk, at))

    def test_the_next_call_is_promised_for_the_next_working_day(self, taken: Complaint, clerk: User) -> None:
        assert self.call(taken, clerk, MORNING + HOUR).place == 1
        line = History.objects.get(event="call_failed")
        assert (line.until_before, line.until_after) == (CLOSING, MORNING + HOUR + DAY)
        assert fresh(taken).call_back_until == MORNING + HOUR + DAY
        assert fresh(taken).first_reaction_at is None

    def test_calls_one_right_after_the_other_are_one(self, taken: Complaint, clerk: User) -> None:
        self.call(taken, clerk, MORNING)
        with pytest.raises(RuleBroken, match="too_soon"):
            self.call(taken, clerk, MORNING + HOUR / 2)
        assert self.call(taken, clerk, MORNING + HOUR).place == 2

    def test_after_the_third_one_a_letter_takes_their_place(self, taken: Complaint, clerk: User) -> None:
        card = Card.objects.get(pk=taken.pk)
        card.sealed["applicant"]["address"] = "Рыбинск, Ленина, 1"
        card.save()
        for day in range(3):
            self.call(taken, clerk, MORNING + day * DAY)
        assert fresh(taken).call_back_until is None
        assert Card.objects.get(pk=taken.pk).answer_channel == "letter"
        assert "Напишите письмо" in Message.objects.get(complaint=taken).sealed["text"]
        with pytest.raises(RuleBroken, match="no_promise"):
            self.call(taken, clerk, MORNING + 3 * DAY)

    def test_without_an_address_staff_are_told_what_is_left(self, taken: Complaint, clerk: User) -> None:
        for day in range(3):
            self.call(taken, clerk, MORNING + day * DAY)
        assert Card.objects.get(pk=taken.pk).answer_channel == "site"
        assert "адрес неизвестен" in Message.objects.get(complaint=taken).sealed["text"]

    def test_each_broken_promise_is_an_alarm_of_its_own(self, taken: Complaint, clerk: User) -> None:
        assert promises.not_called_back(CLOSING) == 1
        self.call(taken, clerk, CLOSING + HOUR)
        assert not Alarm.objects.open().filter(kind="call_back_late").exists()
        promised = fresh(taken).call_back_until
        assert promises.not_called_back(promised - HOUR) == 0
        assert promises.not_called_back(promised) == 1
        assert promises.not_called_back(promised + HOUR) == 0

    def test_the_persons_own_hours_hold_for_the_next_call(self, taken: Complaint, clerk: User) -> None:
        evening = Window(frozenset(range(5)), time(16), time(20), "Europe/Moscow")
        call_requests.keep_hours(complaint=taken, window=evening)
        self.call(taken, clerk, MORNING + HOUR)
        assert fresh(taken).call_back_until == CLOSING + DAY  # Friday 16:00 to the end of work

    def test_a_changed_calendar_counts_from_the_last_call(self, taken: Complaint, clerk: User) -> None:
        self.call(taken, clerk, MORNING + HOUR)
        WorkingSchedule.objects.update(follows_calendar=True)
        change("day_off", date(2026, 3, 20), now=MORNING + 2 * HOUR)
        assert fresh(taken).call_back_until == MORNING + HOUR + 4 * DAY  # Friday is off: Monday

    def test_a_colleague_cannot_note_it(self, taken: Complaint, office: Branch) -> None:
        with pytest.raises(NotAllowed):
            self.call(taken, make_staff("colleague", 1, office), MORNING)


class TestHours:
    EVENING = Window(frozenset({0, 2}), time(18), time(20), "Asia/Vladivostok")

    def test_they_are_the_persons_own(self) -> None:
        at_18 = datetime(2026, 3, 18, 8, 0, tzinfo=UTC)  # Wednesday, 18:00 in Vladivostok
        assert report.is_within(self.EVENING, at_18)
        assert not report.is_within(self.EVENING, at_18 - timedelta(seconds=1))
        assert not report.is_within(self.EVENING, at_18 + 2 * HOUR)
        assert report.next_opening(self.EVENING, at_18 - HOUR) == at_18
        assert report.next_opening(self.EVENING, at_18) == at_18 + 5 * DAY  # Monday


class TestPages:
    LIST = "/staff/call-backs/"

    @pytest.fixture
    def waiting(
        self, question: Category, branch: Branch, people: dict[str, User], now: datetime
    ) -> Complaint:
        return voicemail.take_in(recording=recording(branch), now=now).complaint

    def test_an_operator_calls_writes_down_and_dictates(
        self, waiting: Complaint, client_of: ClientOf
    ) -> None:
        client, address = client_of("operator"), f"{self.LIST}{waiting.number}/"
        assert waiting.number in client.get(self.LIST).content.decode()
        before = client.get(address).content.decode()
        assert "<audio" in before
        assert "123-45-67" not in before
        called = client.post(address).content.decode()
        assert "8 920 123-45-67" in called.replace("\u00a0", " ").replace("(", "").replace(")", "")
        assert ReadLog.objects.filter(what="unmask", subject_id=waiting.pk).count() == 1
        typed = {"story": "Не записывают", "kind": "complaint", "category": make_category("waiting").pk}
        refused = client.post(f"{address}write-down/", typed)
        assert refused.status_code == 422
        assert "Не записывают" in refused.content.decode()
        more = {"surname": "Соколова", "clinic": "Поликлиника № 2", "confirmed": "on"}
        done = client.post(f"{address}write-down/", {**typed, **more}).content.decode()
        assert re.search(r"\d{4}", done)
        assert fresh(waiting).form == "written"
        assert waiting.number not in client.get(self.LIST).content.decode()

    def test_a_phone_that_the_line_did_not_tell_is_written_down(
        self, question: Category, branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf
    ) -> None:
        hidden = voicemail.take_in(recording=recording(branch, phone=""), now=now).complaint
        client, address = client_of("operator"), f"{self.LIST}{hidden.number}/"
        client.post(address)
        typed = {
            "story": "Не записывают", "kind": "consultation", "category": question.pk, "confirmed": "on",
            "phone": "8 920 123 45 67",
        }  # fmt: skip
        assert client.post(f"{address}write-down/", typed).status_code == 200, "number and code to dictate"
        card = Card.objects.get(pk=hidden.pk)
        assert card.sealed["applicant"]["phone"] == "+79201234567"
        assert card.phone_blind, "a later call from there finds it"

    def test_nobody_answered(self, waiting: Complaint, client_of: ClientOf) -> None:
        client, address = client_of("operator"), f"{self.LIST}{waiting.number}/"
        client.post(address)
        assert client.post(f"{address}failed/", {"result": "busy"})["Location"] == self.LIST
        again = client.post(f"{address}failed/", {"result": "busy"})
        assert (again.status_code, CallAttempt.objects.count()) == (422, 1)
        assert "считаются одним" in again.content.decode()

    def test_a_call_is_noted_once(self, waiting: Complaint, client_of: ClientOf) -> None:
        client, address = client_of("operator"), f"{self.LIST}{waiting.number}/"
        client.post(address)
        for _press in range(2):
            client.post(f"{address}reached/", {"text": "Объяснили", "token": "a"})
        assert Message.objects.filter(complaint=waiting, is_call=True).count() == 1
        assert fresh(waiting).call_back_until is None

    @pytest.mark.parametrize("who", ["specialist", "expert", "rival", "fund", "admin"])
    def test_others_see_none_of_them(self, waiting: Complaint, client_of: ClientOf, who: str) -> None:
        assert waiting.number not in client_of(who).get(self.LIST).content.decode()

    def test_the_list_costs_the_same_however_long_it_is(
        self, waiting: Complaint, client_of: ClientOf, branch: Branch, now: datetime
    ) -> None:
        client = client_of("operator")
        client.get(self.LIST)
        with CaptureQueriesContext(connection) as few:
            client.get(self.LIST)
        for tone in range(300, 305):
            voicemail.take_in(recording=recording(branch, content=wav(tone=tone)), now=now)
        with CaptureQueriesContext(connection) as more:
            client.get(self.LIST)
        assert len(more) == len(few) <= 12

    def test_it_reads_only_promises(
        self, waiting: Complaint, people: dict[str, User], branch: Branch
    ) -> None:
        copies(make_complaint(branch), 3000)
        with explained() as plans:
            report.described(report.page_of(profile(people["operator"]), "").rows, waiting.registered_at)
        assert plans.whole_tables() == {}
