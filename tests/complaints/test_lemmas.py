"""Words in their dictionary forms."""

import pytest

from complaints.lemmas import forms, lemmas, lemmas_of, words


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("приём", "приёма"), ("приём", "приемов"), ("запись", "записи"), ("записаться", "записалась"),
        ("отказ", "отказом"), ("ребёнок", "детям"), ("идти", "шла"), ("Ярославле", "ярославлю"),
        ("УЗИ", "узи"), ("поликлинику", "поликлиник"), ("платный", "платную"), ("деньги", "денег"),
    ],
)  # fmt: skip
def test_two_forms_of_a_word_share_a_lemma(typed: str, written: str) -> None:
    (one,), (other,) = words(typed), words(written)
    assert set(lemmas(one)) & set(lemmas(other))


def test_different_words_share_none() -> None:
    assert not set(lemmas("прием")) & set(lemmas("прививка"))


@pytest.mark.parametrize("word", ["и", "на", "не", "который", "она"])
def test_words_of_every_text_have_none(word: str) -> None:
    assert lemmas(word) == ()


def test_every_form_that_has_the_lemma_is_marked_in_a_text() -> None:
    assert {"приема", "приемам", "прием"} <= forms("приемов")


def test_numbers_foreign_words_and_parts_of_hyphenated_ones_are_words() -> None:
    assert words("МРТ-диагностика, COVID за 2500 ₽: Римский-Корсаков") == [
        "мрт", "диагностика", "covid", "за", "2500", "римский", "корсаков",
    ]  # fmt: skip
    assert {"covid", "2500"} <= set(lemmas_of("COVID 2500"))
