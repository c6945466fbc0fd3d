"""The translations: found in code and templates, translated in locale/parts, merged into one catalogue.

Needs no gettext of the system. Each part of the project keeps its Russian in locale/parts/<part>.po; the
merged locale/ru/LC_MESSAGES/django.po is made from them and never edited by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = r"""# Russian text of the portal. Made by `manage.py messages` from locale/parts; change it there.
msgid ""
msgstr ""
"Language: ru\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && "
"n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

"""
# "%(name)s" and "%s"; "100 % of" and a doubled "%%" are no placeholders.
_PERCENT = re.compile(r"(?<!%)%(?:\((\w+)\)[a-z]|([sd]))")
_BRACE = re.compile(r"{(\w*)[^{}]*}")

Key = tuple[str, str]  # context, singular msgid


@dataclass
class Found:
    """A text in code or templates, and the files where it stands."""

    context: str
    singular: str
    plural: str = ""
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        return self.context, self.singular


@dataclass(frozen=True)
class Merged:
    """The catalogue and what is wrong with it; without faults it may be compiled."""

    catalog: Catalog
    faults: list[str]
    unused: list[str]


def find_messages(root: Path, folders: Iterable[str]) -> dict[Key, Found]:
    """Every marked text under the folders' *.py, *.html and *.txt, sorted by file and order."""
    found: dict[Key, Found] = {}
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                _collect(found, path, path.relative_to(root).as_posix())
    return found


def _collect(found: dict[Key, Found], path: Path, name: str) -> None:
    for context, singular, plural in _extract(path):
        known = found.setdefault((context, singular), Found(context, singular, plural))
        known.plural = known.plural or plural
        known.files.add(name)


def _extract(path: Path) -> Iterator[tuple[str, str, str]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left of a template is no Python: its lines' indentation would stop the tokenizer.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    for _line, texts, _comments, context in extract("python", BytesIO(text.encode()), KEYWORDS):
        singular, plural = (texts, "") if isinstance(texts, str) else (texts[0], texts[1])
        if singular:
            yield context or "", singular, plural


def read_parts(folder: Path) -> tuple[dict[Key, Message], list[str]]:
    """All translations, and a line for each text that two parts translate differently."""
    translations: dict[Key, Message] = {}
    faults = []
    for path in sorted(folder.glob("*.po")):
        for message in _read(path):
            key = _key(message)
            known = translations.setdefault(key, message)
            if known.string != message.string:
                faults.append(f"{path.name}: another part translates {key[1]!r} differently")
    return translations, faults


def _read(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        catalog = read_po(file, locale="ru", abort_invalid=True)
    return (message for message in catalog if message.id and not message.fuzzy)


def _key(message: Message) -> Key:
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return message.context or "", singular


def merge(found: dict[Key, Found], translations: dict[Key, Message], faults: Iterable[str] = ()) -> Merged:
    """The Russian catalogue of what was found, sorted by text, so that two branches seldom collide."""
    catalog = Catalog(locale="ru", charset="utf-8")
    problems = list(faults)
    for key in sorted(found, key=lambda one: (one[1], one[0])):
        entry = found[key]
        string = _string(entry, translations.get(key))
        problems += faults_of(entry, string)
        catalog.add(
            (entry.singular, entry.plural) if entry.plural else entry.singular,
            string if entry.plural else string[0],
            locations=[(name, 0) for name in sorted(entry.files)],
            flags=["python-format"] if _percents(entry.singular) else [],
            context=entry.context or None,
        )
    unused = [singular for (_context, singular) in sorted(set(translations) - set(found))]
    return Merged(catalog, problems, unused)


def _string(entry: Found, translation: Message | None) -> tuple[str, ...]:
    """The translation's forms: three for a counted text, else one; empty where there is none."""
    wanted = 3 if entry.plural else 1
    if translation is None:
        return ("",) * wanted
    string = translation.string or ""
    forms = (string,) if isinstance(string, str) else tuple(string)
    return forms if len(forms) == wanted else ("",) * wanted


def faults_of(entry: Found, forms: tuple[str, ...]) -> list[str]:
    """What is wrong with one translation, in words that say where and what to do."""
    where = f"{entry.singular!r} ({', '.join(sorted(entry.files))})"
    if not all(forms):
        needed = "three Russian forms" if entry.plural else "Russian"
        return [f"{where} has no {needed}: add it to locale/parts"]
    allowed = _placeholders(entry.singular) | _placeholders(entry.plural)
    needed_names = _placeholders(entry.singular) & _placeholders(entry.plural or entry.singular)
    return [
        f"{where}: {form!r} must have the same placeholders"
        for form in forms
        if not needed_names <= _placeholders(form) <= allowed
    ]


def _percents(text: str) -> set[str]:
    return {name or kind for name, kind in _PERCENT.findall(text)}


def _placeholders(text: str) -> set[str]:
    return {f"%{name}" for name in _percents(text)} | {f"{{{name}}}" for name in _BRACE.findall(text)}


def as_text(catalog: Catalog) -> str:
    """The .po file: no dates and no line numbers, so that it changes only with the texts."""
    body = BytesIO()
    write_po(body, catalog, width=100, omit_header=True, include_lineno=False)
    return HEADER + body.getvalue().decode()


def compile_text(text: str) -> bytes:
    """The .mo file of a .po file's text."""
    body = BytesIO()
    write_mo(body, read_po(StringIO(text), locale="ru"))
    return body.getvalue()
