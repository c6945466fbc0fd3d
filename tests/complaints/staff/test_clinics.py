"""The clinic of an appeal that came in other words than the register's: found, chosen, or left in words."""

from typing import Any

import pytest
from django.test import Client

from complaints.models import Complaint, Message
from insurers.models import Branch, MedicalOrganisation
from tests.complaints.staff.conftest import ClientOf


@pytest.fixture
def clinics(branch: Branch) -> list[MedicalOrganisation]:
    return [
        MedicalOrganisation.objects.create(
            region=branch.region, code=f"76000{number}", name=f"Детская поликлиника № {number}",
            short_name=f"Детская поликлиника № {number}", address=f"Ярославль, улица Мира, {number}",
        )
        for number in (2, 3)
    ]  # fmt: skip


def name(client: Client, case: Complaint, **typed: Any) -> Any:
    return client.post(f"/staff/cases/{case.number}/clinic/", typed)


def test_it_is_chosen_from_what_the_words_find_and_the_note_says_what_it_was(
    held_case: Complaint, clinics: list[MedicalOrganisation], client_of: ClientOf
) -> None:
    operator = client_of("operator")
    before = held_case.card.sealed["details"]["clinic"]
    offered = name(operator, held_case, clinic="детская поликлиника")
    assert offered.status_code == 422
    assert "улица Мира, 3" in offered.content.decode()
    assert "checked" not in offered.content.decode().split("clinic_found", 1)[1].split("</form>", 1)[0]
    name(operator, held_case, clinic="детская поликлиника", clinic_found=clinics[1].pk)
    case = Complaint.objects.with_card().get(pk=held_case.pk)
    assert (case.medical_organisation, case.region_of_care) == (clinics[1], case.branch.region)
    assert case.card.sealed["details"]["clinic"] == clinics[1].short_name
    note = Message.objects.get(complaint=case)
    assert (note.is_internal, str(note.author)) == (True, str(held_case.assignee))
    assert before in note.sealed["text"]


def test_one_that_the_register_does_not_have_stays_in_words(
    held_case: Complaint, clinics: list[MedicalOrganisation], client_of: ClientOf
) -> None:
    operator = client_of("operator")
    name(operator, held_case, clinic="Детская поликлиника", clinic_found="none")
    name(operator, held_case, clinic="Кабинет доктора Гааза")
    case = Complaint.objects.with_card().get(pk=held_case.pk)
    assert case.medical_organisation is None
    assert case.card.sealed["details"]["clinic"] == "Кабинет доктора Гааза"


def test_named_twice_it_is_one_note(
    held_case: Complaint, clinics: list[MedicalOrganisation], client_of: ClientOf
) -> None:
    for _press in range(2):
        name(client_of("operator"), held_case, clinic=clinics[0].short_name)
    assert Message.objects.filter(complaint=held_case).count() == 1


def test_whoever_does_not_hold_the_case_names_none(
    held_case: Complaint, clinics: list[MedicalOrganisation], client_of: ClientOf
) -> None:
    assert name(client_of("expert"), held_case, clinic=clinics[0].short_name).status_code == 403
    assert name(client_of("rival"), held_case, clinic=clinics[0].short_name).status_code == 404
    assert not Message.objects.filter(complaint=held_case).exists()
