"""Surnames that differ from a typed one by a slip or by their ending."""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from omsportal.platform.folding import folded

#: Likeness of the candidates, and how many of them are compared letter by letter.
_LIKENESS = 0.2
_CANDIDATES = 200
#: So many surnames are looked for at once; the nearest first.
MOST = 40
_SHORT = 5

# Index surname_trigram over the surnames that there are: they do not grow with the cases.
_LIKE = """
SELECT typed.word, near.key FROM unnest(%(words)s::text[]) AS typed (word)
CROSS JOIN LATERAL (
    SELECT key FROM complaints_surname WHERE key %% typed.word
    ORDER BY similarity(key, typed.word) DESC, key LIMIT %(most)s
) AS near
"""


def near(typed: Iterable[str]) -> dict[str, list[str]]:
    """For each folded word the surnames within a slip or two of it, the word itself first. Two statements."""
    wanted = list(dict.fromkeys(folded(word) for word in typed))
    found: dict[str, list[str]] = {word: [word] for word in wanted}
    names = [word for word in wanted if not any(sign.isdecimal() for sign in word)]
    for word, key in _candidates(names) if names else ():
        if key != word and distance(word, key) <= _allowed(word):
            found[word].append(key)
    return {word: keys[:MOST] for word, keys in found.items()}


def _candidates(names: Sequence[str]) -> list[tuple[str, str]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(_LIKENESS)])
        cursor.execute(_LIKE, {"words": list(names), "most": _CANDIDATES})
        rows: list[tuple[str, str]] = cursor.fetchall()
    return rows


def _allowed(word: str) -> int:
    return 1 if len(word) <= _SHORT else 2


def distance(one: str, other: str) -> int:
    """Letters to add, drop, change or swap with their neighbour to make one word of the other."""
    before: list[int] = []
    line = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        earlier, before, line = before, line, [row]
        for place, seen in enumerate(other, 1):
            best = min(before[place] + 1, line[-1] + 1, before[place - 1] + (letter != seen))
            if earlier and place > 1 and letter == other[place - 2] and one[row - 2] == seen:
                best = min(best, earlier[place - 2] + 1)
            line.append(best)
    return line[-1]
