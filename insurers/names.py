"""Names as they are compared: people and systems write them differently. Pure."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

_DASHES = re.compile(r"\s*[\u2010-\u2015\u2212-]\s*")


def folded_name(text: str) -> str:
    """Lower case, ё as е, one kind of dash, single spaces."""
    folded = _DASHES.sub("-", text).lower().replace("ё", "е")
    return " ".join(folded.split())


#: From how much likeness on a mistyped word is recognised; shorter words look like too many others.
_ALIKE, _SHORTEST = 0.7, 4


def named(word: str, names: Iterable[str]) -> frozenset[str]:
    """Of folded names those in which the folded word occurs; else those with the word spelled most like it.

    Compares with every name: for the short lists of regions and insurers.
    """
    names = list(names)
    if found := frozenset(name for name in names if word in name):
        return found
    alike = {name: _likeness(word, name) for name in names} if len(word) >= _SHORTEST else {}
    best = max(alike.values(), default=0.0)
    return frozenset(name for name, likeness in alike.items() if likeness == best >= _ALIKE)


def _likeness(word: str, name: str) -> float:
    return max(SequenceMatcher(None, word, part).ratio() for part in re.split(r"[\s-]+", name))
