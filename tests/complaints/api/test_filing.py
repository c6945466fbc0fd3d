import json
from datetime import timedelta

import pytest

from complaints.api import examples
from complaints.kinds import Channel, Urgency
from complaints.models import Card, Complaint, Consent, History
from omsportal.platform import limits
from omsportal.platform.models import Limit, Outbox
from representatives.roles import Tier
from tests.complaints.api.conftest import fields_of, filing, problem

pytestmark = pytest.mark.django_db


def send(api, body=None, key="4f9b7e6a", **headers):
    return api.post("/complaints/", filing() if body is None else body, Idempotency_Key=key, **headers)


def test_it_registers_an_appeal_and_tells_number_and_code(world, anybody):
    response = send(anybody)
    assert response.status_code == 201
    told = response.json()
    case = Complaint.objects.get(number=told["number"])
    assert set(told) == {"number", "access_code", "tier", "answer_due_on", "status_url"}
    assert told["tier"] == case.tier == Tier.CONTACT_CENTRE
    assert told["answer_due_on"] == case.answer_due_on.isoformat()
    assert len(told["access_code"].replace(" ", "")) == 16
    assert (case.branch, case.channel) == (world.branch, Channel.API)
    assert response["Cache-Control"] == "no-store"
    assert response["Location"] == told["status_url"]


def test_its_status_address_opens_with_the_code_and_holds_no_secret(world, anybody):
    told = send(anybody).json()
    assert told["access_code"].replace(" ", "") not in told["status_url"]
    path = told["status_url"].removeprefix("http://testserver/api/v1")
    assert anybody.get(path, X_Access_Code=told["access_code"]).status_code == 200


def test_it_seals_what_was_sent(world, anybody):
    card = Card.objects.get(complaint__number=send(anybody).json()["number"])
    assert card.sealed["patient"]["policy_number"] == examples.KNOWN.number
    assert card.sealed["applicant"]["phone"] == "+79101234567"
    assert card.sealed["applicant"]["surname"] == "Соколов"
    assert card.sealed["details"]["waiting_since"] == "2026-01-12"
    assert card.policy is not None
    assert Consent.objects.get().purpose == "email"


def test_it_answers_a_repeat_the_same_with_the_code(world, anybody):
    first, again = send(anybody), send(anybody)
    assert again.status_code == 201
    assert again.json() == first.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Complaint.objects.count() == 1


def test_spaces_and_order_of_the_body_do_not_matter_to_a_repeat(world, anybody):
    first = send(anybody)
    body = json.dumps(dict(reversed(filing().items())), indent=3)
    again = anybody.client.post(
        "/api/v1/complaints/", body, content_type="application/json",
        headers={"Idempotency-Key": "4f9b7e6a"},
    )  # fmt: skip
    assert again.json() == first.json()


def test_it_refuses_the_key_for_another_body(world, anybody):
    send(anybody)
    problem(send(anybody, filing(story="Другое")), 422, "idempotency_key_reused")
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "ключ".encode().decode("latin-1")])
def test_it_asks_for_an_idempotency_key(world, anybody, key):
    body = problem(send(anybody, key=key), 400)
    assert fields_of(body) == {"Idempotency-Key": "malformed"}


def test_it_frees_the_key_when_the_body_was_wrong(world, anybody):
    problem(send(anybody, filing(story="")), 400)
    assert send(anybody).status_code == 201


def test_it_routes_an_unknown_policy_by_the_named_insurer_and_region(world, anybody):
    body = filing(insurer="reso-med", region="76", patient=examples.FILING["patient"] | {"surname": "Иванов"})
    case = Complaint.objects.get(number=send(anybody, body).json()["number"])
    assert (case.branch.insurer.code, case.needs_look) == ("reso-med", False)


def test_it_sends_an_unknown_policy_to_the_fund_of_its_region(world, anybody):
    body = filing(patient=examples.FILING["patient"] | {"surname": "Иванов"})
    told = send(anybody, body).json()
    assert told["tier"] == Tier.FUND
    assert Complaint.objects.get(number=told["number"]).branch == world.fund


def test_it_sends_a_complaint_about_the_insurer_to_the_fund(world, anybody):
    told = send(anybody, filing(category="insurer", clinic=None)).json()
    assert Complaint.objects.get(number=told["number"]).branch == world.fund


def test_an_exhausted_limit_of_recognition_delays_nobody(world, anybody):
    wrong = examples.FILING["patient"] | {"surname": "Иванов"}
    for number in range(10):
        send(anybody, filing(patient=wrong), key=f"guess {number}")
    told = send(anybody, filing(patient=wrong), key="one more").json()
    assert Complaint.objects.get(number=told["number"]).needs_look


def test_a_known_policy_uses_up_no_attempt(world, anybody):
    tiers = {send(anybody, key=f"key {number}").json()["tier"] for number in range(12)}
    assert tiers == {Tier.CONTACT_CENTRE}


def test_it_takes_a_question_without_a_name(world, anybody):
    told = send(anybody, examples.QUESTION).json()
    card = Card.objects.get(complaint__number=told["number"])
    assert card.is_anonymous


def test_it_takes_an_urgent_appeal_past_the_contact_centre(world, anybody):
    told = send(anybody, examples.URGENT).json()
    case = Complaint.objects.get(number=told["number"])
    assert (case.tier, case.urgency) == (Tier.SPECIALISTS, Urgency.URGENT)


def test_quality_of_care_arrives_at_the_experts(world, anybody):
    assert send(anybody, filing(category="quality")).json()["tier"] == Tier.EXPERTS


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"story": None}, "story", "required"),
        ({"story": ""}, "story", "blank"),
        ({"story": 5}, "story", "invalid"),
        ({"story": ["a"]}, "story", "invalid"),
        ({"story": "a\x00b"}, "story", "null_characters_not_allowed"),
        ({"story": "я" * 10_001}, "story", "max_length"),
        ({"category": "нет такой"}, "category", "pattern"),
        ({"urgent": "yes"}, "urgent", "invalid"),
        ({"urgent": 1}, "urgent", "invalid"),
        ({"for_whom": "everybody"}, "for_whom", "invalid_choice"),
        ({"for_whom": {}}, "for_whom", "invalid_choice"),
        ({"region": "7"}, "region", "pattern"),
        ({"region": "76\n"}, "region", "pattern"),
        ({"region": "７６"}, "region", "pattern"),
        ({"care_on": "20260101"}, "care_on", "invalid"),
        ({"care_on": "2026-02-30"}, "care_on", "invalid"),
        ({"care_on": 10**400}, "care_on", "invalid"),
        ({"amount": 2500}, "amount", "invalid"),
        ({"amount": "1e9"}, "amount", "pattern"),
        ({"consents": "email"}, "consents", "not_a_list"),
        ({"consents": ["fax"]}, "consents.0", "invalid_choice"),
        ({"patient": []}, "patient", "invalid"),
        ({"patient": {"surname": 7}}, "patient.surname", "invalid"),
        ({"patient": {"snils": "1"}}, "patient.snils", "unknown"),
        ({"stroy": "опечатка"}, "stroy", "unknown"),
    ],
)
def test_it_tells_what_is_malformed(world, anybody, changes, field, code):
    body = problem(send(anybody, filing(**changes)), 400, "malformed")
    assert fields_of(body)[field] == code
    assert Complaint.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"story": "  \n "}, "story", "empty"),
        ({"category": "no-such"}, "category", "category"),
        ({"region": "00"}, "region", "region"),
        ({"insurer": "no-such"}, "insurer", "insurer"),
        ({"policy_number": "7656410834000121"}, "policy_number", "check_digit"),
        ({"policy_number": "12345678901"}, "policy_number", "blank_number_11"),
        ({"policy_number": "123"}, "policy_number", "length"),
        ({"policy_number": "765641083400012O"}, "policy_number", "not_digits"),
        ({"care_on": "2999-01-01"}, "care_on", "future"),
        ({"waiting_since": "1812-01-01"}, "waiting_since", "too_early"),
        ({"patient": {"surname": "С0колов", "first_name": "А"}}, "patient.surname", "not_a_name"),
        ({"patient": None}, "patient.surname", "anonymous"),
        ({"applicant": {"phone": "123"}}, "applicant.phone", "phone"),
        ({"applicant": {"email": "sokolov"}}, "applicant.email", "email"),
        ({"applicant": {"phone": "+79101234567"}}, "applicant.email", "no_email"),
        ({"applicant": {}, "answer_channel": "site", "consents": []}, "applicant", "no_contact"),
        ({"answer_channel": "letter"}, "applicant.postal_address", "no_address"),
        ({"clinic": None}, "clinic", "clinic"),
    ],
)
def test_it_tells_which_rule_is_broken(world, anybody, changes, field, code):
    body = problem(send(anybody, filing(**changes)), 422, code)
    assert fields_of(body) == {field: code}
    assert Complaint.objects.count() == 0


def test_it_lists_everything_that_is_wrong_at_once(world, anybody):
    body = problem(send(anybody, filing(story="", urgent="no", region="0")), 400)
    assert set(fields_of(body)) == {"story", "urgent", "region"}


def test_nobody_to_send_it_to_is_a_broken_rule(world, anybody):
    problem(send(anybody, {"category": "question", "story": "Кто мне поможет?"}), 422, "no_addressee")


def test_it_speaks_the_callers_language(world, anybody):
    said = {
        language: send(anybody, filing(policy_number="123"), Accept_Language=language).json()["detail"]
        for language in ("ru", "en", "de")
    }
    assert said["en"] == "A policy number has 16 digits, a temporary certificate has 9. You typed 3 digits."
    assert said["ru"] == said["de"] != said["en"]


def test_it_refuses_no_appeal_of_a_crowded_address_and_marks_it(world, anybody, monkeypatch):
    monkeypatch.setitem(limits.TABLE, "filing.api", limits.Rule(2, 3600, "address"))
    keys = ("first", "second", "second", "second", "third")
    told = [send(anybody, key=key).json()["number"] for key in keys]
    marked = [Complaint.objects.get(number=number).needs_look for number in told]
    assert marked == [False, False, False, False, True]
    assert Complaint.objects.get(number=told[-1]).due_at is not None
    assert "127.0.0.1" not in "".join(Limit.objects.values_list("key", flat=True))


def test_it_writes_history_and_tells_the_queue(world, anybody):
    number = send(anybody).json()["number"]
    assert History.objects.get(complaint__number=number).event == "filed"
    notices = {(row.channel, row.receiver_kind) for row in Outbox.objects.all()}
    assert notices == {("portal", "pool"), ("email", "contact")}


def test_a_key_is_free_again_after_a_day(world, anybody):
    from omsportal.platform.models import IdempotencyKey

    send(anybody)
    old = world.now - timedelta(hours=25)
    IdempotencyKey.objects.update(created_at=old, expires_at=old + timedelta(hours=24))
    assert send(anybody, filing(story="Другое")).status_code == 201


def test_a_consent_by_which_nothing_is_sent_turns_nobody_away_and_is_not_kept(world, anybody):
    assert send(anybody, filing(consents=["messenger"])).status_code == 201
    assert not Consent.objects.filter(purpose="messenger").exists()
