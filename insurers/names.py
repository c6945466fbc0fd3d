"""Names as they are compared: people and systems write them differently. Pure."""

import re

_DASHES = re.compile(r"\s*[\u2010-\u2015\u2212-]\s*")


def folded_name(text: str) -> str:
    """Lower case, ё as е, one kind of dash, single spaces."""
    folded = _DASHES.sub("-", text).lower().replace("ё", "е")
    return " ".join(folded.split())
