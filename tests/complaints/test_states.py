"""The table of moves: every pair of event and status, and the page drawn from it."""

import pytest
from django.core.management import call_command

from complaints.kinds import EVENT_LABELS, STATUS_LABELS
from complaints.management.commands.states_diagram import EVENTS, STATUSES
from complaints.states import CLOCK_RUNS, ENDED, HOPS, MOVES, OPEN, Event, IllegalMove, Status, after

PAIRS = [(event, status) for event in Event for status in Status]


@pytest.mark.parametrize(("event", "status"), PAIRS, ids=[f"{event}-{status}" for event, status in PAIRS])
def test_it_allows_exactly_the_moves_of_the_table(event, status):
    if status in MOVES.get(event, {}):
        assert after(event, status) is MOVES[event][status]
    else:
        with pytest.raises(IllegalMove) as refused:
            after(event, status)
        assert (refused.value.event, refused.value.status) == (event, status)


def test_it_leaves_an_ended_case_only_by_asking_again():
    acting = {event for event, moves in MOVES.items() if ENDED & set(moves)}
    about_the_person = {
        Event.IDENTIFIED, Event.CODE_RENEWED, Event.CONTACT_REFUSED, Event.CONTACTS_CHANGED,
        Event.DEATH_NOTED, Event.DEATH_TAKEN_BACK,
    }  # fmt: skip
    about_the_work = {
        Event.PROPOSAL_LAPSED, Event.TRIED_AGAIN, Event.LOOKED_AT, Event.NAMING_NOTED, Event.LINKED,
        Event.UNLINKED, Event.SET_APART, Event.NOTICE_SENT,
    }  # fmt: skip
    assert acting == {Event.REOPENED} | about_the_person | about_the_work
    assert all(moves[status] is status for moves in MOVES.values() for status in ENDED & set(moves))


def test_it_puts_a_case_that_changed_tiers_into_a_queue():
    assert {to for event in HOPS for to in MOVES[event].values()} == {Status.NEW}


def test_it_stops_the_tier_clock_only_while_the_patient_is_asked():
    assert {Status.WAITING} == OPEN - CLOCK_RUNS


def test_it_has_words_for_every_status_and_event():
    assert set(STATUS_LABELS) == set(STATUSES) == set(Status)
    assert set(EVENT_LABELS) == set(EVENTS) == set(Event)


def test_it_is_drawn_as_the_documentation_shows_it():
    call_command("states_diagram", "--check")
