"""What a page of results shows of each case: people and the words around what was found, to who may read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from complaints.aspects import meant_forms
from complaints.models import Complaint, Message
from complaints.permissions import Act, can
from complaints.reports.staff.search_surnames import near
from complaints.reports.staff.search_understood import Wanted
from omsportal.platform.folding import folded
from representatives.profiles import Profile

#: Of a story around the first word found, characters.
BEFORE, SHOWN = 70, 220
#: Of all cases of one page, read for the words around.
MOST_MESSAGES = 500
_WORD = re.compile(r"[^\W_]+")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `is_found`: one of the words looked for."""

    text: str
    is_found: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One result. Empty parts: this person sees the card only."""

    case: Complaint
    is_readable: bool
    patient: Sequence[Piece] = ()
    applicant: Sequence[Piece] = ()
    clinic: Sequence[Piece] = ()
    story: Sequence[Piece] = ()
    thread: Sequence[Piece] = ()  # of the first message with a word that the story does not have


def lines(cases: Sequence[Complaint], wanted: Wanted, profile: Profile) -> list[Line]:
    """Opens the cards of those that may be read; whoever shows them has logged it before."""
    readable = [case for case in cases if can(profile, Act.OPEN, case)]
    found = _forms(wanted) if readable else frozenset()
    names = _names(wanted) if readable else frozenset()
    said = _said_in_threads(readable, found, names)
    return [
        _line(case, found, names, said.get(case.pk, "")) if case in readable else Line(case, False)
        for case in cases
    ]


def readable_ids(cases: Sequence[Complaint], profile: Profile) -> list[int]:
    """Those of whose content a line shows something."""
    return [case.pk for case in cases if can(profile, Act.OPEN, case)]


def _forms(wanted: Wanted) -> frozenset[str]:
    """Every form of the words looked for in story and clinic."""
    asked = (*wanted.anywhere, *wanted.story, *wanted.clinic)
    return frozenset(form for word in asked for form in meant_forms(word))


def _names(wanted: Wanted) -> frozenset[str]:
    asked = [*wanted.anywhere, *wanted.surnames]
    return frozenset(name for names in near(asked).values() for name in names) if asked else frozenset()


def _said_in_threads(
    cases: Sequence[Complaint], found: frozenset[str], names: frozenset[str]
) -> dict[int, str]:
    """The first message with a word looked for, of cases whose card shows none of them. One query or none."""
    silent = [case.pk for case in cases if found and not _has(_card_text(case), found | names)]
    if not silent:
        return {}
    texts: dict[int, str] = {}
    for message in Message.objects.written_in(silent)[:MOST_MESSAGES]:
        text = str(message.sealed["text"])
        if message.complaint_id not in texts and _has(text, found):
            texts[message.complaint_id] = text
    return texts


def _card_text(case: Complaint) -> str:
    content = case.card.sealed
    people = (_name(content, "patient"), _name(content, "applicant"))
    return " ".join([_said(content, "details", "story"), _clinic(case, content), *people])


def _has(text: str, found: frozenset[str]) -> bool:
    return any(folded(word[0]) in found for word in _WORD.finditer(text))


def _line(case: Complaint, found: frozenset[str], names: frozenset[str], said: str) -> Line:
    content = case.card.sealed
    patient, applicant = _name(content, "patient"), _name(content, "applicant")
    return Line(
        case=case,
        is_readable=True,
        patient=_marked(patient, found | names),
        applicant=_marked(applicant, found | names) if applicant != patient else (),
        clinic=_marked(_clinic(case, content), found),
        story=_marked(_around(_said(content, "details", "story"), found), found),
        thread=_marked(_around(said, found), found),
    )


def _name(content: Mapping[str, Any], part: str) -> str:
    names = (_said(content, part, name) for name in ("surname", "first_name", "patronymic"))
    return " ".join(name for name in names if name)


def _said(content: Mapping[str, Any], part: str, name: str) -> str:
    return str((content.get(part) or {}).get(name) or "")


def _clinic(case: Complaint, content: Mapping[str, Any]) -> str:
    return str(case.medical_organisation or "") or _said(content, "details", "clinic")


def _around(text: str, found: frozenset[str]) -> str:
    """The neighbourhood of the first word found, cut between words; without any, the beginning."""
    plain = _BLANKS.sub(" ", text).strip()
    first = next((word.start() for word in _WORD.finditer(plain) if folded(word[0]) in found), 0)
    start = 0 if first <= BEFORE else plain.rfind(" ", 0, first - BEFORE) + 1
    end = len(plain) if len(plain) - start <= SHOWN else plain.rfind(" ", start, start + SHOWN)
    end = end if end > start else start + SHOWN
    return f"{'… ' if start else ''}{plain[start:end]}{' …' if end < len(plain) else ''}"


def _marked(text: str, found: frozenset[str]) -> list[Piece]:
    return list(_pieces(text, found)) if text else []


def _pieces(text: str, found: frozenset[str]) -> Iterator[Piece]:
    reached = 0
    for word in _WORD.finditer(text):
        if folded(word[0]) in found:
            if word.start() > reached:
                yield Piece(text[reached : word.start()], False)
            yield Piece(word[0], True)
            reached = word.end()
    if reached < len(text):
        yield Piece(text[reached:], False)
