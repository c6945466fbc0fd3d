"""The end of a shift by every way there is: nothing stays with somebody who is gone."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from complaints.escalation import coverage, presence
from complaints.models import Complaint, History, Message
from complaints.services import shifts, work
from insurers.models import Branch
from omsportal.platform.models import Outbox
from representatives import sessions
from representatives.models import Representative, User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_complaint, make_staff, profile


def presence_of(user: User) -> str:
    return Representative.objects.get(user=user).presence


def test_signing_out_with_work_in_hand_asks_first(
    held_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    operator = client_of("operator")
    assert operator.post("/accounts/logout/")["Location"] == "/staff/shift/end/"
    assert operator.get("/staff/").status_code == 200
    assert operator.post("/staff/shift/end/", {"work": "back"})["Location"] == "/accounts/login/"
    held_case.refresh_from_db()
    assert held_case.assignee_id is None


def test_signing_out_with_empty_hands_is_one_press_and_away(
    people: dict[str, User], client_of: ClientOf
) -> None:
    operator = client_of("operator")
    assert operator.post("/accounts/logout/")["Location"] != "/staff/shift/end/"
    assert operator.get("/staff/").status_code == 302
    assert presence_of(people["operator"]) == "away"


def test_somebody_without_a_second_factor_can_always_leave(branch: Branch, now: datetime) -> None:
    person = make_staff("newcomer", 1, branch, is_demo=False)
    case = make_complaint(branch, now=now)
    work.claim(complaint=case, by=person, profile=profile(person, on=now.date()), now=now)
    client = Client()
    client.force_login(person)
    assert client.post("/accounts/logout/")["Location"] != "/staff/shift/end/"
    assert client.get("/staff/")["Location"].startswith("/accounts/login/")


def test_a_chat_goes_back_even_when_the_rest_is_kept(
    held_case: Complaint, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    chat = make_complaint(held_case.branch, now=now, held_by=people["operator"], channel="chat")
    operator = client_of("operator")
    assert operator.get("/staff/shift/end/").context["holdings"] == {"in_work": 2, "waiting": 0, "chats": 1}
    operator.post("/staff/shift/end/", {"work": "keep"})
    assert Complaint.objects.get(pk=chat.pk).assignee is None
    assert Complaint.objects.get(pk=held_case.pk).assignee == people["operator"]


def test_a_session_that_ended_by_itself_leaves_the_desk(
    people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    operator.get("/staff/")
    session = operator.session
    session[sessions.SEEN] = (now - 2 * sessions.IDLE).timestamp()
    session.save()
    operator.get("/staff/", headers={"X-By-Itself": "1"})
    assert presence_of(people["operator"]) == "away"


@pytest.mark.parametrize(("hours", "expected"), [(11, "free"), (13, "away")])
def test_nobody_is_present_for_longer_than_a_session_lasts(
    hours: int, expected: str, people: dict[str, User], now: datetime
) -> None:
    Representative.objects.filter(user=people["operator"]).update(presence_since=now - timedelta(hours=hours))
    presence.look(now)
    assert presence_of(people["operator"]) == expected


@pytest.mark.parametrize(("minutes", "expected"), [(29, "free"), (32, "away")])
def test_a_browser_that_was_closed_without_a_word_leaves_the_desk(
    minutes: int, expected: str, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    operator.post("/staff/presence/", {"presence": "free"})
    session = operator.session
    session[sessions.SEEN] = (now - timedelta(minutes=5)).timestamp()
    session.save()
    Representative.objects.filter(user=people["operator"]).update(seen_at=now - timedelta(hours=1))
    operator.get("/staff/")  # a deed; what the page asks for by itself is none
    operator.get("/staff/", headers={"X-By-Itself": "1"})
    presence.look(now + timedelta(minutes=minutes))
    assert presence_of(people["operator"]) == expected


@pytest.mark.parametrize(("silent", "idle", "expected"), [(4, 20, "free"), (6, 20, "away"), (6, 2, "free")])
def test_pages_that_fall_silent_leave_the_desk_within_minutes(
    silent: int, idle: int, expected: str, people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    """An open page says that it is there, a closed one nothing. Whoever does something is there anyway."""
    operator, minute = client_of("operator"), timedelta(minutes=1)
    operator.post("/staff/presence/", {"presence": "free"})
    assert operator.post("/staff/here/", headers={"X-By-Itself": "1"}).status_code == 204
    here = Representative.objects.filter(user=people["operator"])
    assert here.get().here_at is not None
    here.update(here_at=now - silent * minute, seen_at=now - idle * minute)
    presence.look(now)
    assert presence_of(people["operator"]) == expected


@pytest.mark.parametrize(("here", "goes_back"), [(None, True), (6, True), (1, False)])
def test_chats_of_who_closed_the_browser_go_back_and_the_rest_waits_for_its_timer(
    here: int | None, goes_back: bool, held_case: Complaint, people: dict[str, User], now: datetime
) -> None:
    chat = make_complaint(held_case.branch, now=now, held_by=people["operator"], channel="chat")
    minute = timedelta(minutes=1)
    Representative.objects.filter(user=people["operator"]).update(
        presence="away", seen_at=now - 6 * minute, here_at=None if here is None else now - here * minute
    )
    coverage.look(now)
    assert (Complaint.objects.get(pk=chat.pk).assignee is None) == goes_back
    assert Complaint.objects.get(pk=held_case.pk).assignee == people["operator"]


def test_an_open_page_keeps_no_session_alive(
    people: dict[str, User], now: datetime, client_of: ClientOf
) -> None:
    operator = client_of("operator")
    operator.get("/staff/")
    session = operator.session
    session[sessions.SEEN] = (now - 2 * sessions.IDLE).timestamp()
    session.save()
    assert operator.post("/staff/here/", headers={"X-By-Itself": "1"}).status_code == 401
    assert presence_of(people["operator"]) == "away"


def test_whoever_is_away_is_asked_on_the_queue(people: dict[str, User], client_of: ClientOf) -> None:
    operator = client_of("operator")
    assert "at-desk" not in operator.get("/staff/").content.decode().replace("at-desks", "")
    operator.post("/staff/presence/", {"presence": "away"})
    assert "at-desk" in operator.get("/staff/").content.decode().replace("at-desks", "")


def test_a_handed_case_comes_with_its_note_and_its_mark(
    held_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    colleague = make_staff("colleague", 1, held_case.branch)
    form = {"to": colleague.representative.pk, "reason": "leave", "text": "Перезвонить в среду"}
    client_of("operator").post(f"/staff/cases/{held_case.number}/hand-over/", form)
    told = Outbox.objects.get(kind="handed_over")
    assert (told.receiver_kind, told.receiver_id, told.subject_id) == ("user", colleague.pk, held_case.pk)
    assert Message.objects.get(complaint=held_case, is_internal=True).sealed["text"] == "Перезвонить в среду"
    theirs = Client()
    theirs.force_login(colleague)
    (row,) = theirs.get("/staff/mine/").context["listing"].page.rows
    assert (row.number, row.last_event) == (held_case.number, "handed_over")
    assert "передано вам" in theirs.get("/staff/mine/").content.decode()
    assert "Перезвонить" not in str(told.payload)


def test_ending_a_shift_twice_puts_back_once(
    held_case: Complaint, people: dict[str, User], now: datetime
) -> None:
    operator = people["operator"]
    put_back = [
        shifts.end_shift(hand_back=True, by=operator, profile=profile(operator), now=now) for _ in range(2)
    ]
    assert put_back == [1, 0]
    assert History.objects.filter(complaint=held_case, event="released").count() == 1


def test_the_keys_have_a_page_of_their_own(client_of: ClientOf) -> None:
    page = client_of("operator").get("/staff/keys/").content.decode()
    assert page.count("<kbd>j</kbd>") == 2  # and the sheet of every page
