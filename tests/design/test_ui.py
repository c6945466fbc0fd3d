"""Tags and form controls of the design system."""

import datetime
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory, override_settings
from django.utils import translation

from omsportal import design_page
from omsportal.platform.templatetags import ui
from omsportal.platform.widgets import DayField, FilesField, RadioCards

NOW = datetime.datetime(2026, 11, 20, 11, 5, tzinfo=datetime.UTC)


class Appeal(forms.Form):
    theme = forms.ChoiceField(
        label="Theme",
        choices=[("money", "Money")],
        widget=RadioCards(hints={"money": "Asked to pay"}, icons={"money": "wallet"}),
    )
    born_on = DayField(label="Born", help_text="31 12 1950")
    story = forms.CharField(label="Story", max_length=10, widget=forms.Textarea)
    email = forms.EmailField(
        label="Mail", required=False, error_messages={"invalid": "Write it as name@post.ru."}
    )


def render(text: str, **context: Any) -> str:
    with translation.override("en"):
        return Template("{% load ui %}" + text).render(Context(context))


def born(**typed: str) -> Appeal:
    return Appeal({f"born_on_{part}": text for part, text in typed.items()})


def born_errors(**typed: str) -> list[str]:
    with translation.override("en"):
        return list(born(**typed).errors["born_on"])


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ({"day": "31", "month": "12", "year": "1950"}, (1950, 12, 31)),
        ({"day": " 5 ", "month": "мая", "year": "1961"}, (1961, 5, 5)),
        ({"day": "5", "month": "March", "year": "1961"}, (1961, 3, 5)),
        ({"day": "05.03.1961"}, (1961, 3, 5)),
        ({"day": "29", "month": "2", "year": "2024"}, (2024, 2, 29)),
    ],
)
def test_it_understands_dates_as_people_type_them(typed: dict[str, str], day: tuple[int, int, int]) -> None:
    form = born(**typed)
    form.is_valid()
    assert form.cleaned_data["born_on"] == datetime.date(*day)


def test_it_understands_a_whole_date_under_the_bare_name() -> None:
    form = Appeal({"born_on": "1950-12-31"})
    form.is_valid()
    assert form.cleaned_data["born_on"] == datetime.date(1950, 12, 31)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Enter the date"),
        ({"day": "5"}, "not complete"),
        ({"day": "x", "month": "5", "year": "1961"}, "in digits"),
        ({"day": "5", "month": "5", "year": "61"}, "four digits"),
        ({"day": "31", "month": "6", "year": "1950"}, "no such day: 31.6.1950"),
        ({"day": "29", "month": "2", "year": "2023"}, "no such day"),
        ({"day": "1", "month": "1", "year": "2999"}, "in the future"),
        ({"day": "1", "month": "1", "year": "1799"}, "1799 is too long ago"),
    ],
)
def test_it_says_what_is_wrong_with_a_date(typed: dict[str, str], words: str) -> None:
    assert words in born_errors(**typed)[0]


def test_it_lets_the_future_in_when_asked() -> None:
    assert DayField(latest=None).clean(["1", "1", "2999"]) == datetime.date(2999, 1, 1)


def test_it_keeps_what_was_typed_and_ties_labels_hint_and_error_to_it() -> None:
    html = render("{% field form.born_on %}", form=born(day="31", month="6", year="1950"))
    assert 'name="born_on_day" id="id_born_on_0" value="31"' in html
    assert 'aria-describedby="id_born_on_helptext id_born_on_error"' in html
    assert 'id="id_born_on_error"' in html
    assert html.count('aria-invalid="true"') == 3


def test_it_fills_a_date_from_a_draft() -> None:
    html = render("{% field form.born_on %}", form=Appeal(initial={"born_on": "1950-12-31"}))
    assert 'value="1950"' in html


def test_it_draws_choices_as_cards_with_hint_and_icon() -> None:
    html = render("{% field form.theme heading=True %}", form=Appeal())
    assert "<legend" in html
    assert "<h1>Theme</h1>" in html
    assert 'aria-describedby="id_theme_0_hint"' in html
    assert "<svg" in html


def test_it_never_cuts_a_long_text_off() -> None:
    html = render("{% field form.story %}", form=Appeal())
    assert "maxlength" not in html
    assert 'data-limit="10"' in html


def test_it_marks_what_may_be_left_empty() -> None:
    assert "(optional)" in render("{% field form.email %}", form=Appeal())
    assert "(optional)" not in render("{% field form.story %}", form=Appeal())


def test_it_gathers_errors_with_links_and_the_name_of_the_field() -> None:
    html = render("{% error_summary form %}", form=Appeal({"email": "anna@"}))
    assert '<a href="#id_theme_0">Theme: Choose one of the answers.</a>' in html
    assert '<a href="#id_born_on_0">Enter the date.</a>' in html
    assert '<a href="#id_story">Story: Fill in this field.</a>' in html
    assert '<a href="#id_email">Write it as name@post.ru.</a>' in html


def test_it_shows_no_summary_when_all_is_well() -> None:
    assert render("{% error_summary form %}", form=Appeal()).strip() == ""


def test_it_escapes_what_people_type() -> None:
    html = render("{% fields form %}", form=Appeal({"born_on_day": '"><script>', "story": "<b>"}))
    assert "<script>" not in html
    assert "<b>" not in html


def test_it_takes_several_files_or_none() -> None:
    class Papers(forms.Form):
        papers = FilesField(required=False)

    form = Papers({}, {})
    assert form.is_valid()
    assert form.cleaned_data["papers"] == []
    assert "multiple" in render("{% field form.papers %}", form=form)


@pytest.mark.parametrize(
    ("number", "text", "href"),
    [
        ("+78001000702", "8 (800) 100-07-02", "tel:+78001000702"),
        ("+74852313828", "8 (4852) 31-38-28", "tel:+74852313828"),
        ("+74951234567", "8 (495) 123-45-67", "tel:+74951234567"),
        ("+79101234567", "8 (910) 123-45-67", "tel:+79101234567"),
        ("8 800 100 07 02", "8 (800) 100-07-02", "tel:+78001000702"),
        ("103", "103", "tel:103"),
    ],
)
def test_it_writes_and_dials_phones(number: str, text: str, href: str) -> None:
    assert ui.phone_text(number).replace("\N{NO-BREAK SPACE}", " ") == text
    assert ui.phone_href(number) == href


@pytest.mark.parametrize(
    ("minutes", "state", "text"),
    [(26 * 60, "ok", "1 d 2 h left"), (25, "soon", "25 min left"), (-190, "late", "late by 3 h 10 min")],
)
def test_it_counts_down(minutes: int, state: str, text: str) -> None:
    html = render("{% countdown due_at now %}", due_at=NOW + datetime.timedelta(minutes=minutes), now=NOW)
    assert f"countdown--{state}" in html
    assert text in html.replace("\N{NO-BREAK SPACE}", " ")


def test_it_stops_the_clock_without_a_deadline() -> None:
    assert "No deadline" in render("{% countdown None now %}", now=NOW)
    assert "Paused" in render("{% countdown now now paused=True %}", now=NOW)


def test_it_writes_dates_in_the_readers_language() -> None:
    english = render("{% day now %}", now=NOW)
    assert "Friday, 20 November 2026" in english.replace("\N{NO-BREAK SPACE}", " ")
    with translation.override("ru"):
        russian = ui.day(NOW)
        assert "20 ноября 2026, пятница" in russian.replace("\N{NO-BREAK SPACE}", " ")
        assert "14:05" in ui.moment(NOW, "Europe/Moscow")
        assert "ноября 2026" in ui.moment(NOW, "", NOW + datetime.timedelta(days=400)).replace("\xa0", " ")
        assert "20 ноября, 14:05" in ui.moment(NOW, "Europe/Moscow", NOW).replace("\xa0", " ")
        assert "20 ноября<" in ui.day(NOW, weekday=False, now=NOW).replace("\xa0", " ")


def test_it_groups_codes() -> None:
    assert ui.code_groups("4816209377510264").count("<span>") == 4
    assert "76-26-4815162-3" in ui.code_groups("76-26-4815162-3")


def test_it_refuses_an_unknown_icon() -> None:
    with pytest.raises(KeyError):
        ui.icon("unicorn")


@override_settings(DEBUG=True)
def test_it_shows_all_components_on_one_page() -> None:
    response = design_page.design(RequestFactory().get("/design/"))
    assert response.status_code == 200
    assert 'class="confirmation"' in response.content.decode()


def test_it_hides_the_page_of_components_outside_debug() -> None:
    with pytest.raises(design_page.Http404):
        design_page.design(RequestFactory().get("/design/"))
