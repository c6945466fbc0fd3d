"""What people type into forms, and what they are told."""

import pytest
from django import forms
from django.utils import translation

from insurers import policy_messages
from insurers.forms import (
    HotlineForm,
    MedicalOrganisationForm,
    OfficeForm,
    PhoneField,
    PolicyNumberField,
    SnilsField,
)
from insurers.policy_numbers import Doubt, Fault, PolicyNumberError

USUAL = [
    "8 (4852) 31-38-28",
    "84852313828",
    "+7 4852 313828",
    "4852313828",
    "8-4852-31–38–28",
    " +7 (4852) 31 38 28 ",
]


class Numbers(forms.Form):
    phone = PhoneField(required=False)
    policy = PolicyNumberField(required=False)
    snils = SnilsField(required=False)


def errors(**typed):
    form = Numbers(typed)
    return {name: list(found) for name, found in form.errors.items()}


@pytest.mark.parametrize("typed", USUAL)
def test_it_understands_a_phone_in_any_usual_spelling(typed):
    form = Numbers({"phone": typed})
    assert form.is_valid()
    assert form.cleaned_data["phone"].as_e164 == "+74852313828"


@pytest.mark.parametrize(
    "typed", ["31-38-28", "позвоните мне", "+7", "8 800 555 35 3", "+7 4852 31382899999"]
)
def test_it_refuses_a_malformed_phone_and_shows_how_to_write_it(typed):
    with translation.override("en"):
        assert errors(phone=typed) == {
            "phone": ["This is not a full phone number. Write it with the area code: 8 (4852) 31-38-28."]
        }
    assert Numbers({"phone": typed})["phone"].value() == typed


@pytest.mark.parametrize("typed", ["+375 17 226-00-00", "+7 727 258-00-00"])
def test_it_says_that_a_phone_is_of_another_country(typed):
    with translation.override("en"):
        assert "another country" in errors(phone=typed)["phone"][0]


@pytest.mark.parametrize(
    "extension", ["доб. 5", "(доб. 5)", ", доб 5", "добавочный 5", "внутр. 5", "вн.5", "ext. 5", "#5", "x5"]
)
def test_it_keeps_an_extension_however_it_is_typed(extension):
    form = Numbers({"phone": f"8 (4852) 31-38-28 {extension}"})
    assert form.is_valid(), extension
    assert (form.cleaned_data["phone"].as_e164, form.cleaned_data["phone"].extension) == ("+74852313828", "5")


def test_it_lets_fields_stay_empty():
    form = Numbers({})
    assert form.is_valid()
    assert form.cleaned_data == {"phone": None, "policy": None, "snils": ""}


def test_it_shows_a_stored_phone_nationally():
    form = Numbers(
        initial={"phone": HotlineForm({"phone": "+74852313828"}).fields["phone"].clean("84852313828")}
    )
    assert form["phone"].value().replace("\N{NO-BREAK SPACE}", " ") == "8 (4852) 31-38-28"


def test_it_says_how_many_digits_of_a_policy_were_typed():
    with translation.override("en"):
        assert errors(policy="765641083400012") == {
            "policy": ["A policy number has 16 digits, a temporary certificate has 9. You typed 15 digits."]
        }
        assert "You typed 1 digit." in errors(policy="7")["policy"][0]


def test_it_tells_the_number_of_the_form_from_the_number_of_the_policy():
    with translation.override("en"):
        assert "11-digit number of the paper form" in errors(policy="12345678901")["policy"][0]


def test_it_gives_canonical_numbers():
    form = Numbers({"policy": "7656 4108 3400 0120", "snils": "112-233-445 95"})
    assert form.is_valid()
    assert form.cleaned_data["policy"].value == "7656410834000120"
    assert form.cleaned_data["snils"] == "11223344595"


def test_it_refuses_a_broken_snils():
    with translation.override("en"):
        assert errors(snils="112-233-445 96")["snils"] == [
            "There is a mistake in one of the digits. Compare the SNILS with the document."
        ]


@pytest.mark.parametrize("code", Fault)
def test_it_has_words_for_every_fault(code):
    assert policy_messages.explain(PolicyNumberError(code, 3))


@pytest.mark.parametrize("doubt", Doubt)
def test_it_has_words_for_every_doubt(doubt):
    assert policy_messages.explain_doubt(doubt)


def test_it_moves_an_extension_into_its_own_field(branch):
    form = HotlineForm(hotline(branch, phone="8 (4852) 31-38-28 доб. 12"))
    assert form.is_valid(), form.errors
    line = form.save()
    line.refresh_from_db()
    assert (line.phone.as_e164, line.extension) == ("+74852313828", "12")


def test_it_does_not_choose_between_two_extensions(branch):
    form = HotlineForm(hotline(branch, phone="84852313828 доб. 12", extension="13"))
    assert set(form.errors) == {"extension"}


def test_an_office_keeps_an_extension_too(branch):
    form = OfficeForm({"branch": branch.pk, "address": "ул. Свободы, 1", "phone": "84852313828 доб. 12"})
    assert form.is_valid(), form.errors
    office = form.save()
    assert (office.phone.as_e164, office.extension) == ("+74852313828", "12")


def test_it_does_not_drop_an_extension_where_there_is_no_room_for_it(branch):
    typed = {"region": branch.region_id, "code": "1", "name": "Больница", "short_name": "ГБ"}
    form = MedicalOrganisationForm(typed | {"phone": "84852313828 доб. 12"})
    assert set(form.errors) == {"phone"}


def test_it_refuses_an_overlapping_phone_before_the_database_does(branch):
    first = HotlineForm(hotline(branch, valid_from="2026-01-01", valid_to="2026-03-31"))
    assert first.is_valid(), first.errors
    first.save()
    with translation.override("en"):
        again = HotlineForm(hotline(branch, valid_from="2026-03-31"))
        assert not again.is_valid()
        assert "already listed for this purpose in an overlapping period" in again.non_field_errors()[0]
    assert HotlineForm(hotline(branch, valid_from="2026-04-01")).is_valid()


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"branch": ""}, "choose one"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "before the first one"),
    ],
)
def test_it_says_what_the_database_would_refuse(branch, broken, words):
    with translation.override("en"):
        assert words in str(HotlineForm(hotline(branch, **broken)).errors)


def hotline(owner, **fields):
    usual = {"branch": owner.pk, "purpose": "duty", "phone": "84852313828", "after_hours": "unknown"}
    return usual | fields
