"""Filters in addresses, and the views of lists that a person keeps."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import DjangoAssertNumQueries

from complaints.models import Complaint, SavedList
from complaints.services import saved_lists
from insurers.models import Branch, MedicalOrganisation
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_branch, make_category, make_complaint, make_region


def numbers(answer: Any) -> list[str]:
    return [row.number for row in answer.context["listing"].page.rows]


@pytest.fixture
def clinics(branch: Branch) -> list[MedicalOrganisation]:
    return [
        MedicalOrganisation.objects.create(region=branch.region, code=code, name=name, short_name=name)
        for code, name in (
            ("1", "Поликлиника № 3"),
            ("2", "Поликлиника № 33"),
            ("3", "Больница имени Семашко"),
        )
    ]


def test_each_attribute_narrows_the_list(
    branch: Branch, clinics: list[MedicalOrganisation], people: dict[str, User], now: datetime,
    client_of: ClientOf,
) -> None:  # fmt: skip
    plain = make_complaint(branch, now=now)
    fits = make_complaint(branch, now=now, channel="phone", category=make_category("drugs"))
    moscow = make_region("77", "Москва")
    Complaint.objects.filter(pk=fits.pk).update(
        medical_organisation=clinics[0], region_of_care=moscow, registered_at=now - timedelta(days=8),
        received_at=now - timedelta(days=8),
    )  # fmt: skip
    operator = client_of("operator")
    for query in (
        "channel=phone", "category=drugs", "region=77", f"clinic={clinics[0].pk}", "age=7",
        f"branch={branch.pk}&channel=phone", "channel=phone&assignee=nobody",
    ):  # fmt: skip
        assert numbers(operator.get(f"/staff/?{query}")) == [fits.number], query
    assert numbers(operator.get("/staff/?age=14")) == []
    assert set(numbers(operator.get("/staff/?age=nonsense&clinic=x&branch=0"))) == {plain.number, fits.number}


def test_the_holder_narrows_the_list_of_all(
    held_case: Complaint, people: dict[str, User], client_of: ClientOf
) -> None:
    head = client_of("head")
    assert numbers(head.get(f"/staff/all/?assignee={people['operator'].pk}")) == [held_case.number]
    assert numbers(head.get("/staff/all/?assignee=nobody")) == []


@pytest.mark.parametrize("query", ["clinic={clinic}", "region=77", "category=quality"])
def test_what_a_card_does_not_tell_finds_no_cards(
    query: str, branch: Branch, clinics: list[MedicalOrganisation], people: dict[str, User], now: datetime,
    client_of: ClientOf,
) -> None:  # fmt: skip
    case = make_complaint(branch, now=now, category=make_category("quality", arrival_tier=3))
    moscow = make_region("77", "Москва")
    Complaint.objects.filter(pk=case.pk).update(medical_organisation=clinics[0], region_of_care=moscow)
    address = f"/staff/all/?{query.format(clinic=clinics[0].pk)}"
    assert numbers(client_of("operator").get(address)) == []
    assert numbers(client_of("expert").get(address)) == [case.number]


def test_a_typed_clinic_becomes_an_id_in_the_address(
    clinics: list[MedicalOrganisation], client_of: ClientOf
) -> None:
    answer = client_of("operator").post(
        "/staff/narrow/", {"tab": "all", "clinic_words": "поликлиника № 3", "channel": "phone"}
    )
    address = urlsplit(answer["Location"])
    assert address.path == "/staff/all/"
    assert parse_qs(address.query) == {"clinic": [str(clinics[0].pk)], "channel": ["phone"]}
    assert "Поликлиника № 3" in client_of("operator").get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"), [("поликлиника", "№ 33"), ("Иванова", "Нет медицинской"), ("№ 3", "буквы")]
)
def test_a_clinic_that_is_not_clear_is_asked_again_and_kept(
    typed: str, said: str, clinics: list[MedicalOrganisation], client_of: ClientOf
) -> None:
    answer = client_of("operator").post("/staff/narrow/", {"tab": "queue", "clinic_words": typed})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert f'value="{typed}"' in text


def test_a_view_is_saved_opened_and_removed(
    waiting_case: Complaint, now: datetime, people: dict[str, User], client_of: ClientOf
) -> None:
    make_complaint(waiting_case.branch, now=now, channel="phone")
    operator = client_of("operator")
    form = {"title": "Утро", "tab": "queue", "query": "channel=phone&surname=Ivanova&branch=999"}
    answer = operator.post("/staff/views/save/", form)
    assert answer["Location"] == "/staff/?channel=phone"
    page = operator.get("/staff/").content.decode()
    assert '<a class="views__link" href="/staff/?channel=phone">Утро</a>' in page
    view = SavedList.objects.get(user=people["operator"])
    assert client_of("rival").post(f"/staff/views/{view.pk}/remove/").status_code == 404
    assert "Утро" not in client_of("rival").get("/staff/").content.decode()
    operator.post(f"/staff/views/{view.pk}/remove/")
    assert not SavedList.objects.exists()


def test_a_name_used_again_gets_the_new_list(people: dict[str, User], client_of: ClientOf) -> None:
    operator = client_of("operator")
    for query in ("channel=phone", "channel=chat"):
        operator.post("/staff/views/save/", {"title": "Мой", "tab": "mine", "query": query})
    assert [(one.tab, one.query) for one in SavedList.objects.all()] == [("mine", "channel=chat")]


def test_one_view_too_many_is_refused_and_its_name_kept(client_of: ClientOf) -> None:
    operator = client_of("operator")
    for number in range(saved_lists.MOST):
        operator.post("/staff/views/save/", {"title": f"№ {number}", "tab": "queue", "query": ""})
    answer = operator.post("/staff/views/save/", {"title": "Лишний", "tab": "queue", "query": "channel=chat"})
    assert answer.status_code == 422
    assert 'value="Лишний"' in answer.content.decode()
    assert SavedList.objects.count() == saved_lists.MOST


@pytest.mark.parametrize("address", ["/staff/?filter=1", "/staff/?channel=phone&age=7"])
def test_an_open_filter_costs_no_more_than_the_budget(
    address: str, branch: Branch, people: dict[str, User], now: datetime, client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    people["operator"].representative.branches.add(make_branch("reso-med"))
    make_complaint(branch, now=now, channel="phone", urgency="urgent")
    operator = client_of("operator")
    operator.post("/staff/views/save/", {"title": "Мой", "tab": "mine", "query": "channel=chat"})
    with django_assert_max_num_queries(12):
        operator.get(address)
