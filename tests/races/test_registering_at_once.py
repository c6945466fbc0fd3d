"""One card, its button pressed several times at the same moment; one announced call, opened by two people."""

import pytest
from django.db import transaction
from django.test import Client

from complaints.models import Complaint, Draft
from complaints.services import incoming_calls, registering
from complaints.services.intake import Claimed
from complaints.services.registering import Entry
from omsportal.platform.clock import database_now
from representatives.models import KeptForm
from tests.complaints.api.test_races import at_once
from tests.factories import make_branch, make_filing, make_rules, make_staff, profile
from tests.races.test_patients_at_once import apart, somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_card_makes_one_case_and_a_call_has_one_operator() -> None:
    now = database_now()
    branch = make_branch(now=now)
    make_rules()
    people = [make_staff(f"operator{turn}", 1, branch) for turn in range(2)]
    entry = Entry(filing=make_filing(), claimed=Claimed(), desk=branch)
    hand = {"by": people[0], "profile": profile(people[0], on=now.date()), "now": now}

    cases = at_once(4, lambda _turn: registering.register(entry=entry, key="one card", **hand))

    assert len({case.pk for case in cases}) == Complaint.objects.count() == Draft.objects.count() == 1

    call = incoming_calls.announce(branch=branch, phone="+79201234567", call="147", key_id=1, now=now)

    def open_it(turn: int) -> bool:
        person = people[turn]
        try:
            incoming_calls.open_call(
                token=call.token, by=person, profile=profile(person, on=now.date()), now=now
            )
        except incoming_calls.CallGone:
            return False
        return True

    assert sorted(at_once(2, open_it)) == [False, True]


def test_what_is_typed_last_arrives_while_the_card_is_registered_and_is_not_kept() -> None:
    now = database_now()
    branch = make_branch(now=now)
    make_rules()
    operator = make_staff("operator", 1, branch)
    client, done = Client(), list[object]()
    client.force_login(operator)
    entry = Entry(filing=make_filing(), claimed=Claimed(), desk=branch)
    with transaction.atomic():
        registering.register(
            entry=entry, key="one card", by=operator, profile=profile(operator, on=now.date()), now=now
        )
        typed = {"key": "one card", "story": "Ждёт УЗИ"}
        late = apart(lambda: client.post("/staff/intake/keep/", typed).status_code, done)
        somebody_waits()
    late.join()
    assert done == [204]
    assert not KeptForm.objects.exists()
