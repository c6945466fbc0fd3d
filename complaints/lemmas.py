"""Words of a Russian text in their dictionary forms: what search compares."""

import logging
import re
from collections.abc import Iterator
from functools import cache, lru_cache

from pymorphy3.analyzer import MorphAnalyzer

from omsportal.platform.folding import folded

_WORD = re.compile(r"[^\W_]{2,40}")
#: A word may be a form of several others ("стекла": стекло, стечь); rarer readings are left out.
MOST_READINGS = 4
#: Words that stand in every text tell nothing.
_IDLE = frozenset({"PREP", "CONJ", "PRCL", "NPRO", "INTJ", "Apro"})


@cache
def _analyser() -> MorphAnalyzer:
    """The dictionary, read once in a process: 15 MB, a tenth of a second."""
    logging.getLogger("pymorphy3").setLevel(logging.WARNING)  # which files it reads is of no use to anybody
    return MorphAnalyzer(lang="ru")  # type: ignore[no-untyped-call]  # the library has no types


def words(text: str) -> list[str]:
    """Words and numbers of two signs and more in their order, folded; of hyphenated ones each part."""
    return _WORD.findall(folded(text))


@lru_cache(maxsize=50_000)
def lemmas(word: str) -> tuple[str, ...]:
    """The dictionary forms of a folded word; none for a preposition, conjunction or pronoun."""
    readings = _analyser().parse(word)[:MOST_READINGS]
    if not readings:
        return (word,)
    if _IDLE & readings[0].tag.grammemes:
        return ()
    return tuple(dict.fromkeys(folded(reading.normal_form) for reading in readings))


@lru_cache(maxsize=20_000)
def infinitive_aspects(word: str) -> frozenset[str]:
    """ "perf", "impf" or both, if the dictionary knows this very word as an infinitive; else nothing."""
    if not _analyser().word_is_known(word):
        return frozenset()
    readings = (reading.tag for reading in _analyser().parse(word) if "INFN" in reading.tag)
    return frozenset(str(tag.aspect) for tag in readings if tag.aspect)


def lemmas_of(text: str) -> Iterator[str]:
    """Those of all words of a text; one may come more than once."""
    for word in words(text):
        yield from lemmas(word)


@lru_cache(maxsize=1_000)
def forms(word: str) -> frozenset[str]:
    """Every form in which a word that `lemmas` takes for the same may stand in a text, folded."""
    readings = _analyser().parse(word)[:MOST_READINGS]
    return frozenset({word} | {folded(form.word) for reading in readings for form in reading.lexeme})
