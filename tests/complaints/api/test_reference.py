import pytest

from complaints.api import examples
from insurers.models import Hotline
from insurers.policy_numbers import Sex, enp_for
from tests.complaints.api.conftest import fields_of, problem

pytestmark = pytest.mark.django_db


def check(api, **changes):
    body = {name: value for name, value in (examples.POLICY_CHECK | changes).items() if value is not None}
    return api.post("/policies/check/", body)


def test_it_lists_categories_in_plain_words(world, anybody):
    found = anybody.get("/categories/").json()
    assert {"waiting", "question"} <= {category["slug"] for category in found}
    assert set(found[0]) == {
        "slug", "plain_title", "plain_hint", "default_kind", "now_steps", "free_of_charge",
    }  # fmt: skip


def test_it_lists_regions(world, anybody):
    assert anybody.get("/regions/").json() == [
        {"code": "76", "name": "Ярославская область", "time_zone": "Europe/Moscow"}
    ]


def test_it_lists_insurers_of_a_region(world, anybody):
    codes = {insurer["code"] for insurer in anybody.get("/insurers/", {"region": "76"}).json()}
    assert codes == {"sogaz-med", "reso-med"}
    assert {insurer["code"] for insurer in anybody.get("/insurers/").json()} == codes


def test_it_lists_numbers_to_call(world, anybody):
    Hotline.objects.create(branch=world.fund, purpose="contact_centre", phone="+74852313828")
    Hotline.objects.create(
        insurer=world.branch.insurer, purpose="contact_centre", phone="+78001000702",
        schedule=world.branch.schedule,
    )  # fmt: skip
    found = anybody.get("/hotlines/", {"region": "76"}).json()
    assert {number["owner_kind"] for number in found} == {"insurer", "fund"}
    fund = next(number for number in found if number["owner_kind"] == "fund")
    assert (fund["phone"], fund["answers_now"], fund["insurer"]) == ("+74852313828", None, "")
    own = anybody.get("/hotlines/", {"region": "76", "insurer": "sogaz-med"}).json()
    assert [number["phone"] for number in own] == ["+78001000702"]


def test_it_tells_hours_in_the_callers_language_and_each_language_has_its_etag(world, anybody):
    Hotline.objects.create(
        branch=world.fund, purpose="duty", phone="+74852313828", hours_text="пн–пт 09:00–18:00"
    )
    told = {
        language: anybody.get("/hotlines/", {"region": "76"}, Accept_Language=language)
        for language in ("ru", "en")
    }
    assert {language: answer.json()[0]["hours"] for language, answer in told.items()} == {
        "ru": "пн–пт 09:00–18:00", "en": "Mon–Fri 09:00–18:00",
    }  # fmt: skip
    assert {language: answer["Content-Language"] for language, answer in told.items()} == {
        "ru": "ru", "en": "en",
    }  # fmt: skip
    assert "Accept-Language" in told["en"]["Vary"]
    again = {
        language: anybody.get(
            "/hotlines/", {"region": "76"}, Accept_Language="en", If_None_Match=answer["ETag"]
        ).status_code
        for language, answer in told.items()
    }
    assert again == {"ru": 200, "en": 304}


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({}, 400, "region"),
        ({"region": "ярославль"}, 400, "region"),
        ({"region": ""}, 400, "region"),
        ({"region": "00"}, 422, "region"),
        ({"region": "76", "insurer": "no-such"}, 422, "insurer"),
        ({"region": "76", "insurer": "a\x00"}, 400, "insurer"),
        ({"region": "76", "page": "2"}, 400, "page"),
    ],
)
def test_it_tells_what_is_wrong_with_the_question(world, anybody, query, status, field):
    assert list(fields_of(problem(anybody.get("/hotlines/", query), status))) == [field]


def test_it_recognises_a_policy_by_all_three(world, anybody):
    body = check(anybody).json()
    assert (body["result"], body["insurer"], body["region"]) == ("recognised", "sogaz-med", "76")
    assert body["warnings"] == []


def test_unknown_and_mismatching_policies_look_the_same(world, anybody):
    birth = examples.KNOWN.birth_on
    unknown = check(anybody, policy_number=enp_for("76", birth, Sex.MALE, 777))
    mismatching = check(anybody, surname="Иванов")
    assert unknown.json() == mismatching.json()
    assert unknown.json()["result"] == "not_recognised"


def test_the_number_alone_is_only_judged(world, anybody):
    body = check(anybody, surname=None, birth_on=None).json()
    assert (body["result"], body["insurer"]) == ("incomplete", None)


def test_it_warns_when_the_birth_date_does_not_fit(world, anybody):
    assert len(check(anybody, birth_on="1985-03-16").json()["warnings"]) == 1


@pytest.mark.parametrize(
    ("number", "code"),
    [("123", "length"), ("12345678901", "blank_number_11"), ("7656410834000121", "check_digit")],
)
def test_it_says_why_a_number_cannot_exist(world, anybody, number, code):
    assert fields_of(problem(check(anybody, policy_number=number), 422)) == {"policy_number": code}


def test_it_limits_guessing(world, anybody):
    answers = [check(anybody, surname=f"Гость{letter}") for letter in "абвгдежзийкл"]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert int(answers[-1]["Retry-After"]) > 0
