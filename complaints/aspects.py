"""A verb and its pair of the other aspect: who looks for "записаться" finds "записывался".

No dictionary at hand links the two. Pairs are made by the endings and roots that make them in Russian, and a
made word counts only when the dictionary knows it as a verb of the other aspect; the few pairs of everyday
words that no ending shows stand in a table. Only what is looked for is widened: nothing is stored for it.
"""

from collections.abc import Iterator
from functools import lru_cache

from complaints.lemmas import forms, infinitive_aspects, lemmas

#: Ends of perfective and imperfective infinitives, as they are written without ё.
_ENDS = (
    ("ть", "вать"), ("ать", "ывать"), ("ать", "ивать"), ("ять", "ивать"), ("еть", "ивать"),
    ("еть", "евать"), ("ить", "ять"), ("ить", "ать"), ("ить", "ивать"), ("тить", "чать"),
    ("тить", "щать"), ("тить", "чивать"), ("дить", "ждать"), ("дить", "жать"), ("дить", "живать"),
    ("зить", "жать"), ("зить", "живать"), ("сить", "шать"), ("сить", "шивать"), ("стить", "щать"),
    ("стить", "щивать"), ("стить", "скать"), ("вить", "влять"), ("вить", "вливать"), ("бить", "блять"),
    ("пить", "плять"), ("пить", "пать"), ("мить", "млять"), ("фить", "флять"), ("нуть", "ать"),
    ("нуть", "ивать"), ("нуть", "ывать"), ("нять", "нимать"), ("брать", "бирать"), ("звать", "зывать"),
    ("слать", "сылать"), ("ждать", "жидать"), ("ложить", "кладывать"), ("мереть", "мирать"),
    ("чать", "чинать"), ("мочь", "могать"), ("йти", "ходить"), ("ойти", "ходить"), ("зойти", "сходить"),
    ("ехать", "езжать"),
    ("везти", "возить"), ("вести", "водить"), ("нести", "носить"), ("сти", "дать"), ("нять", "имать"),
    ("ечь", "екать"),
)  # fmt: skip
#: Prefixes change the meaning, so these are told one by one.
_PAIRS = (
    ("сказать", "говорить"), ("взять", "брать"), ("положить", "класть"), ("вернуть", "возвращать"),
    ("купить", "покупать"), ("сделать", "делать"), ("позвонить", "звонить"), ("заплатить", "платить"),
    ("вылечить", "лечить"), ("потребовать", "требовать"), ("попросить", "просить"),
    ("посмотреть", "смотреть"), ("пожаловать", "жаловать"), ("подождать", "ждать"),
    ("написать", "писать"), ("прочитать", "читать"), ("прооперировать", "оперировать"),
    ("нагрубить", "грубить"), ("нахамить", "хамить"), ("найти", "находить"), ("прийти", "приходить"),
    ("уйти", "уходить"), ("поехать", "ехать"), ("пойти", "идти"), ("лечь", "ложиться"),
    ("сесть", "садиться"), ("стать", "становиться"), ("потерять", "терять"), ("сломать", "ломать"),
    ("пообещать", "обещать"), ("поставить", "ставить"), ("увидеть", "видеть"), ("потратить", "тратить"),
    ("посоветовать", "советовать"),
)  # fmt: skip
_REFLEXIVE = ("ся", "сь")
_VOWELS_BEFORE_END = {"perf": ("о", "а"), "impf": ("а", "о")}
_OTHER = {"perf": "impf", "impf": "perf"}


def meant(word: str) -> tuple[str, ...]:
    """What a typed word, folded, may stand as: its dictionary forms, of verbs also of the other aspect."""
    own = lemmas(word)
    return tuple(dict.fromkeys([*own, *(partner for lemma in own for partner in partners(lemma))]))


@lru_cache(maxsize=1_000)
def meant_forms(word: str) -> frozenset[str]:
    """Every form in which one of them may stand in a text."""
    others = (partner for lemma in lemmas(word) for partner in partners(lemma))
    return forms(word).union(*(forms(partner) for partner in others))


@lru_cache(maxsize=5_000)
def partners(lemma: str) -> tuple[str, ...]:
    """Verbs of the other aspect that go with this infinitive; none for any other word."""
    found = [
        made
        for aspect in infinitive_aspects(lemma)
        for made in _candidates(lemma, aspect)
        if _OTHER[aspect] in infinitive_aspects(made)
    ]
    return tuple(dict.fromkeys(found))


def _candidates(lemma: str, aspect: str) -> Iterator[str]:
    """Of a reflexive verb also what goes with it without -ся."""
    yield from _told(lemma, aspect)
    if not lemma.endswith(_REFLEXIVE):
        yield from _made(lemma, aspect)
        return
    stem = lemma[:-2]
    for made in (*_told(stem, aspect), *_made(stem, aspect)):
        yield _ending(made)


def _ending(stem: str) -> str:
    return stem if stem.endswith(_REFLEXIVE) else f"{stem}{'сь' if stem.endswith('и') else 'ся'}"


def _told(word: str, aspect: str) -> Iterator[str]:
    """By the table: the only pairs that one end may tell and the other not (лечь, ложиться)."""
    for perfective, imperfective in _PAIRS:
        mine, other = (perfective, imperfective) if aspect == "perf" else (imperfective, perfective)
        if word == mine:
            yield other


def _made(stem: str, aspect: str) -> Iterator[str]:
    """What could be its pair by its end: the dictionary decides."""
    is_perfective = aspect == "perf"
    for perfective, imperfective in _ENDS:
        mine, other = (perfective, imperfective) if is_perfective else (imperfective, perfective)
        if stem.endswith(mine):
            root = stem.removesuffix(mine)
            yield root + other
            if imperfective.endswith(("ивать", "ывать")):
                yield _with_vowel(root, *_VOWELS_BEFORE_END[aspect]) + other


def _with_vowel(root: str, old: str, new: str) -> str:
    """Спросить, спрашивать: the last vowel of the root changes with the aspect."""
    before, found, after = root.rpartition(old)
    return f"{before}{new}{after}" if found else root
