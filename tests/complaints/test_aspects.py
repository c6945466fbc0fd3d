"""Verbs of both aspects are looked for as one."""

import pytest

from complaints.aspects import _ENDS, _PAIRS, meant, meant_forms, partners
from complaints.lemmas import infinitive_aspects

PAIRS = (
    ("записать", "записывать"), ("записаться", "записываться"), ("отказать", "отказывать"),
    ("назначить", "назначать"), ("проверить", "проверять"), ("оплатить", "оплачивать"),
    ("заплатить", "платить"), ("принять", "принимать"), ("выписать", "выписывать"),
    ("направить", "направлять"), ("ответить", "отвечать"), ("обратиться", "обращаться"),
    ("запретить", "запрещать"), ("получить", "получать"), ("вылечить", "лечить"),
    ("выполнить", "выполнять"), ("нарушить", "нарушать"), ("предупредить", "предупреждать"),
    ("подтвердить", "подтверждать"), ("оформить", "оформлять"), ("отпустить", "отпускать"),
    ("купить", "покупать"), ("спросить", "спрашивать"), ("рассмотреть", "рассматривать"),
    ("отложить", "откладывать"), ("выбрать", "выбирать"), ("вызвать", "вызывать"),
    ("прислать", "присылать"), ("помочь", "помогать"), ("прийти", "приходить"),
    ("перевести", "переводить"), ("привезти", "привозить"), ("вернуть", "возвращать"),
    ("выдать", "выдавать"), ("узнать", "узнавать"), ("закрыть", "закрывать"), ("позвонить", "звонить"),
    ("потребовать", "требовать"), ("пожаловаться", "жаловаться"), ("начать", "начинать"),
    ("умереть", "умирать"), ("сделать", "делать"), ("ошибиться", "ошибаться"),
    ("прикрепить", "прикреплять"), ("лечь", "ложиться"), ("сесть", "садиться"), ("пообещать", "обещать"),
    ("произойти", "происходить"), ("войти", "входить"), ("подойти", "подходить"), ("привлечь", "привлекать"),
    ("поставить", "ставить"), ("посмотреться", "смотреться"),
)  # fmt: skip


@pytest.mark.parametrize(("perfective", "imperfective"), PAIRS)
def test_each_finds_the_other(perfective: str, imperfective: str) -> None:
    assert imperfective in partners(perfective)
    assert perfective in partners(imperfective)


@pytest.mark.parametrize(("perfective", "imperfective"), _PAIRS)
def test_each_line_of_the_table_is_a_pair_the_right_way_round(perfective: str, imperfective: str) -> None:
    assert "perf" in infinitive_aspects(perfective)
    assert "impf" in infinitive_aspects(imperfective)
    assert imperfective in partners(perfective)
    assert perfective in partners(imperfective)


def test_no_line_stands_twice() -> None:
    assert len(set(_PAIRS)) == len(_PAIRS)
    assert len(set(_ENDS)) == len(_ENDS)


def test_whatever_form_is_typed_or_written() -> None:
    assert "записываться" in meant("записалась")
    assert {"записывался", "записываюсь"} <= meant_forms("записаться")
    assert "принимал" in meant_forms("приняли")


@pytest.mark.parametrize("word", ["приём", "врач", "платный", "covid", "2500", "на", "обследовать"])
def test_other_words_have_none(word: str) -> None:
    assert set(partners(word)) <= {word}


@pytest.mark.parametrize(
    ("one", "other"),
    [("отказать", "заказывать"), ("лечить", "лечь"), ("принять", "отнимать"), ("платить", "плакать")],
)
def test_different_verbs_are_not_taken_for_pairs(one: str, other: str) -> None:
    assert other not in partners(one)


def test_a_word_widens_a_search_by_few() -> None:
    assert max(len(partners(one)) for pair in PAIRS for one in pair) <= 3
