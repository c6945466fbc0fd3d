"""The page with what happened: the clinic found by its words, the waiting time counted before sending."""

from datetime import timedelta

import pytest

from complaints.models import Deadline
from insurers.models import Branch, MedicalOrganisation, Region
from omsportal.platform.clock import database_now
from tests import factories
from tests.complaints.public.conftest import Patient, the_only_case, url


def make_clinic(region: Region, number: int, town: str = "Рыбинск") -> MedicalOrganisation:
    return MedicalOrganisation.objects.create(
        region=region,
        code=f"{region.code}{number:04}",
        name=f"ГБУЗ «Городская поликлиника № {number}»",
        short_name=f"Поликлиника № {number}",
        address=f"г. {town}, ул. Мира, д. {number}",
    )


@pytest.fixture
def clinic(branch: Branch) -> MedicalOrganisation:
    make_clinic(branch.region, 3, "Ярославль")
    return make_clinic(branch.region, 3 + 4)


@pytest.fixture
def at_the_story(patient: Patient) -> Patient:
    patient.begin()
    patient.answer("whom", "policy")
    return patient


def search(patient: Patient, words: str) -> str:
    response = patient.post(url("story"), {"look": "clinic", "clinic": words, "story": "Долго жду."})
    assert response.headers["Location"] == url("story") + "#found"
    return patient.get(url("story")).content.decode()


class TestClinic:
    @pytest.mark.parametrize(
        "words", ["поликлиника 7", "Поликлинике № 7, Рыбинск", "городская рыбинск", "ПОЛИКЛИНИКА №7"]
    )
    def test_it_is_found_by_the_words_people_use(
        self, at_the_story: Patient, clinic: MedicalOrganisation, words: str
    ) -> None:
        page = search(at_the_story, words)
        assert f'value="{clinic.pk}"' in page
        assert "Ярославль, ул. Мира, д. 3" not in page
        assert "Долго жду.</textarea>" in page

    def test_the_chosen_one_goes_with_the_appeal(
        self, at_the_story: Patient, clinic: MedicalOrganisation
    ) -> None:
        search(at_the_story, "поликлиника рыбинск")
        chosen = {"clinic": "поликлиника рыбинск", "clinic_searched": "поликлиника рыбинск"}
        at_the_story.answer(
            "story", "files", "naming", "contacts", story={**chosen, "clinic_found": str(clinic.pk)}
        )
        assert "Поликлиника № 7" in at_the_story.get(url("check")).content.decode()
        at_the_story.send()
        case = the_only_case()
        assert (case.medical_organisation, case.region_of_care) == (clinic, clinic.region)
        assert case.card.sealed["details"]["clinic"] == "поликлиника рыбинск"

    def test_words_changed_afterwards_undo_the_choice(
        self, at_the_story: Patient, clinic: MedicalOrganisation
    ) -> None:
        found = {"clinic_searched": "поликлиника рыбинск", "clinic_found": str(clinic.pk)}
        at_the_story.answer(
            "story", "files", "naming", "contacts", story={"clinic": "Больница в Угличе", **found}
        )
        at_the_story.send()
        assert the_only_case().medical_organisation is None

    @pytest.mark.parametrize("code", ["typed", "", "0", "999999999999999999", "1; --", "9" * 40])
    def test_no_choice_or_a_made_up_one_leaves_the_words(
        self, at_the_story: Patient, clinic: MedicalOrganisation, code: str
    ) -> None:
        story = {"clinic": "рыбинск", "clinic_searched": "рыбинск", "clinic_found": code[:20]}
        at_the_story.answer("story", "files", "naming", "contacts", story=story)
        at_the_story.send()
        assert the_only_case().medical_organisation is None

    @pytest.mark.parametrize("words", ["7", "№", "больница в Нарнии", "%%%", "___"])
    def test_nothing_found_is_no_trouble(
        self, at_the_story: Patient, clinic: MedicalOrganisation, words: str
    ) -> None:
        page = search(at_the_story, words)
        assert "больница не нашлась" in page
        assert at_the_story.answer("story", story={"clinic": words}).headers["Location"] == url("files")

    def test_another_region_is_searched_when_the_own_one_has_none(
        self, at_the_story: Patient, clinic: MedicalOrganisation
    ) -> None:
        abroad = MedicalOrganisation.objects.create(
            region=factories.make_region("77", "Москва"),
            code="770001",
            name="Институт",
            short_name="Институт",
        )
        page = search(at_the_story, "институт")
        assert f'value="{abroad.pk}"' in page
        assert "Институт, Москва" in page

    def test_a_longer_list_is_cut(self, at_the_story: Patient, branch: Branch) -> None:
        for number in range(10, 20):
            make_clinic(branch.region, number)
        assert search(at_the_story, "поликлиника").count('name="clinic_found"') == 7


class TestWaitingTime:
    @pytest.fixture(autouse=True)
    def terms(self, branch: Branch) -> None:
        common = {"group": "care", "valid_from": factories.LONG_AGO, "basis": "ПП РФ", "start_event": ""}
        Deadline.objects.create(
            code="LAB", what="УЗИ и другие исследования", value=14, unit="calendar_day", **common
        )
        Deadline.objects.create(
            code="ONCO", what="приём онколога", value=3, unit="working_day", needs_check=True, **common
        )

    def waiting(self, code: str, days: int) -> dict[str, str]:
        since = database_now().date() - timedelta(days=days)
        return {
            "waiting_for": code,
            "waiting_since_day": str(since.day),
            "waiting_since_month": str(since.month),
            "waiting_since_year": str(since.year),
        }

    @pytest.mark.parametrize(
        ("code", "days", "told"),
        [
            ("LAB", 30, "похоже, он нарушен"),
            ("LAB", 3, "Срок ещё не нарушен"),
            ("ONCO", 30, "сами мы не судим"),
        ],
    )
    def test_it_is_counted_on_the_page_and_before_sending(
        self, at_the_story: Patient, code: str, days: int, told: str
    ) -> None:
        typed = self.waiting(code, days)
        response = at_the_story.post(url("story"), {"look": "term", "clinic": "П", "story": "Жду.", **typed})
        assert response.headers["Location"] == url("story") + "#term"
        assert told in at_the_story.get(url("story")).content.decode()
        at_the_story.answer("story", "files", "naming", "contacts", story=typed)
        assert told in at_the_story.get(url("check")).content.decode()

    @pytest.mark.parametrize("changed", [{"waiting_for": "WRONG"}, {"waiting_since_year": "2199"}])
    def test_it_says_nothing_of_what_it_does_not_know(
        self, at_the_story: Patient, changed: dict[str, str]
    ) -> None:
        typed = {**self.waiting("LAB", 30), **changed}
        at_the_story.post(url("story"), {"look": "term", "clinic": "П", "story": "Жду.", **typed})
        assert "похоже, он нарушен" not in at_the_story.get(url("story")).content.decode()

    def test_it_is_asked_only_where_it_fits(self, patient: Patient) -> None:
        patient.begin("paid-care")
        assert "Чего вы ждёте" not in patient.get(url("story")).content.decode()

    def test_a_look_at_the_term_does_not_finish_the_page(self, at_the_story: Patient) -> None:
        at_the_story.post(url("story"), {"look": "term", "clinic": "П", "story": "Жду."})
        assert at_the_story.get(url("check")).headers["Location"] == url("story")
