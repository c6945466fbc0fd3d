"""One word for one thing: docs/glossary.md says which words no page uses, and none does."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from omsportal.platform import catalog

ROOT = Path(settings.BASE_DIR)
HEADING = "## Words that no page uses"
#: Russian that stands in code: reference rows as they are loaded.
REFERENCE = ("complaints/reference", "insurers/services")
LETTER = "[а-яё]"


def instead() -> dict[str, str]:
    """What not to say → what to say."""
    section = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").split(HEADING, 1)[1]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.MULTILINE)[1:]
    return {word: right for words, right in rows for word in words.split(", ")}


def looks_for(word: str) -> re.Pattern[str]:
    """The word by itself, in capitals too; its dash is any ending."""
    pattern = re.escape(word).replace(r"\-", f"{LETTER}*")
    return re.compile(rf"(?<!{LETTER}){pattern}(?!{LETTER})", re.IGNORECASE)


def texts() -> Iterator[str]:
    messages, _faults = catalog.read_parts(ROOT / "locale/parts")
    for message in messages.values():
        yield from [message.string] if isinstance(message.string, str) else message.string
    for folder in REFERENCE:
        for path in sorted((ROOT / folder).glob("*.py")):
            yield from re.findall(r'"([^"\n]*[А-яё][^"\n]*)"', path.read_text(encoding="utf-8"))


def test_no_text_uses_a_word_that_has_a_better_one() -> None:
    everything = list(texts())
    assert len(everything) > 3000
    wrong = [
        f"«{found[0]}» → {right}: {text[:120]}"
        for word, right in instead().items()
        for text in everything
        if (found := looks_for(word).search(text))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_word_is_found_by_itself_with_any_ending_and_not_inside_another() -> None:
    assert len(instead()) > 20
    for said in ("Клиника отказала", "в клинике", "сигналы тревоги", "экспорт"):
        assert any(looks_for(word).search(said) for word in instead()), said
    for said in ("Поликлиника отказала", "персональные данные", "очередь"):
        assert not any(looks_for(word).search(said) for word in instead()), said
