"""Text as search sees it: case, Ё and the number of spaces do not matter."""


def folded(text: str) -> str:
    """Lower case, ё as е, single spaces; PostgreSQL without ICU sorts Ё after Я, so sort on this too."""
    return " ".join(text.lower().replace("ё", "е").split())
