"""The people of a case at the workplace: a contact entered for them, the death of a patient."""

from complaints.models import Card, Complaint, History
from tests.complaints.staff.conftest import ClientOf


def address(case: Complaint, act: str) -> str:
    return f"/staff/cases/{case.number}/{act}/"


def test_a_contact_is_entered_for_who_showed_a_document(client_of: ClientOf, held_case: Complaint) -> None:
    operator = client_of("operator")
    typed = {"way": "phone", "new": "8 915 987", "proof": "seen_passport"}
    wrong = operator.post(address(held_case, "contact"), typed)
    assert wrong.status_code == 422
    assert "8 915 987" in wrong.content.decode()
    operator.post(address(held_case, "contact"), typed | {"new": "8 (915) 987-65-43"})
    assert Card.objects.get().sealed["applicant"]["phone"] == "+79159876543"
    line = History.objects.get(event="contacts_changed")
    assert (line.reason, line.by.username) == ("phone", "operator")
    page = operator.get(f"/staff/cases/{held_case.number}/").content.decode()
    assert "Контакты или способ ответа изменены" in page
    assert client_of("rival").post(address(held_case, "contact"), typed).status_code == 404


def test_a_death_is_noted_with_its_source_and_taken_back(client_of: ClientOf, held_case: Complaint) -> None:
    operator = client_of("operator")
    assert operator.post(address(held_case, "death"), {"source": "rumour"}).status_code == 422
    operator.post(address(held_case, "death"), {"source": "death_paper"})
    page = operator.get(f"/staff/cases/{held_case.number}/").content.decode()
    assert "Пациент умер" in page
    assert "свидетельство о смерти" in page
    operator.post(address(held_case, "death"), {"source": "mistake"})
    assert not Card.objects.get().patient_died
    assert (
        client_of("specialist").post(address(held_case, "death"), {"source": "death_told"}).status_code == 403
    )
