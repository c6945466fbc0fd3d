"""Approved texts: a change is a new version, the old one stays for the letters it was used in."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints.models import Template
from complaints.services.transitions import RuleBroken, SomebodyWasFirst
from omsportal.platform import turns
from representatives.models import User

#: What may stand in braces, as people read it. Those of PERSONAL say something about one person.
VARIABLES: dict[str, object] = {
    "number": _("number of the appeal"),
    "registered_on": _("day of registration"),
    "answer_due_on": _("day of the answer by law"),
    "today": _("today"),
    "phone": _("phone of the branch"),
    "branch": _("name of the branch"),
    "signatory": _("who answers"),
    "applicant": _("name of the applicant"),
    "patient": _("name of the patient"),
    "clinic": _("name of the clinic"),
}
PERSONAL = frozenset({"applicant", "patient", "clinic"})
_IN_BRACES = re.compile(r"\{([^{}]*)\}")
_LONGEST_BLANK, _LONGEST_NAME = 40, 200
_LONG = PERSONAL | {"branch", "signatory"}
_SENTENCE_ENDS = (". ", "! ", "? ")
#: A text of hardly more than blanks is like everything that people write.
LEAST_SIGNS = 20


@transaction.atomic
def revise(*, template: Template, by: User, expected: int | None = None, now: datetime) -> Template:
    """Save the changed `template` as the next version in force from today; the one before ends yesterday.

    A version that began today is replaced in the same way: it ends on its first day. `expected` is the
    version that was on screen, 0 for none in force; of two who save at once the second hears of the first.
    Raises RuleBroken (a blank that nothing fills in), SomebodyWasFirst.
    """
    today = now.date()
    check(template.body)
    turns.take(f"complaints.templates:{template.code}")
    versions = Template.objects.filter(code=template.code, branch=template.branch_id)
    latest = versions.select_for_update().order_by("-version").first()
    if expected is not None and expected != _current(latest):
        raise SomebodyWasFirst
    if latest is not None:
        latest.valid_to = max(latest.valid_from, today - timedelta(days=1))
        latest.superseded_at = now
        latest.save(update_fields=["valid_to", "superseded_at"])
    template.pk, template._state.adding = None, True
    template.version = latest.version + 1 if latest is not None else 1
    template.approved_by, template.valid_from = by, today
    template.superseded_at = template.withdrawn_at = template.withdrawn_by = None
    template.save(force_insert=True)
    return template


def _current(latest: Template | None) -> int:
    """The version that whoever changes the text must have seen; 0: there is none, or it was withdrawn."""
    return latest.version if latest is not None and latest.withdrawn_at is None else 0


@transaction.atomic
def withdraw(*, template: Template, by: User, now: datetime) -> bool:
    """Nobody is offered it any more; it stays readable. False: it was withdrawn or replaced already.

    Where it stood in the place of a common text, that one is offered again.
    """
    current = Template.objects.filter(pk=template.pk, superseded_at=None, withdrawn_at=None)
    return bool(current.update(withdrawn_at=now, withdrawn_by=by))


def new_code() -> str:
    """For a text that stands in the place of no other."""
    return f"own-{secrets.token_hex(4)}"


def check(body: str) -> None:
    """Raises RuleBroken when something stands in braces that nothing fills in, or a brace alone."""
    unknown = sorted({name for name in _IN_BRACES.findall(body) if name not in VARIABLES})
    if unknown:
        message = _("Nothing fills in %(unknown)s. These can be used: %(known)s.")
        shown = {
            "unknown": ", ".join(f"{{{name}}}" for name in unknown),
            "known": ", ".join(f"{{{name}}}" for name in VARIABLES),
        }
        raise RuleBroken("unknown_blank", message % shown)
    if any(brace in _IN_BRACES.sub("", body) for brace in "{}"):
        message = _("A brace has no pair. Blanks are written like {number}; other braces cannot be used.")
        raise RuleBroken("loose_brace", message)


def is_ready_made(text: str, *, branch_id: int) -> bool:
    """An approved text of the branch or a common one, of any version, word for word, its blanks filled in."""
    return any(_is_made_of(text, body) for body in _bodies(branch_id))


def names_nobody(text: str, *, branch_id: int) -> bool:
    """It is an approved reply, and of one without blanks for a person or a clinic: it tells no health."""
    impersonal = (body for body in _bodies(branch_id) if not PERSONAL & set(_IN_BRACES.findall(body)))
    return any(_is_made_of(text, body) for body in impersonal)


def _bodies(branch_id: int) -> Iterable[str]:
    """A few hundred at most, whatever all branches together have written (index of the branch)."""
    return Template.objects.of_branches([branch_id]).values_list("body", flat=True)


def _is_made_of(text: str, body: str) -> bool:
    """Each piece of the body follows the one before, after a short blank; one pass, whatever is written."""
    words = " ".join(text.split()).lower()
    parts = _IN_BRACES.split(" ".join(body.split()).lower())
    pieces, blanks = parts[::2], parts[1::2]
    if sum(map(len, pieces)) < LEAST_SIGNS or not words.startswith(pieces[0]):
        return False
    place = len(pieces[0])
    for turn, (name, piece) in enumerate(zip(blanks, pieces[1:], strict=True), 1):
        is_last = turn == len(blanks)
        starts = len(words) - len(piece) if is_last else words.find(piece, place)
        if starts < place or not words.startswith(piece, starts) or not _fills(words[place:starts], name):
            return False
        place = starts + len(piece)
    return place == len(words)


def _fills(blank: str, name: str) -> bool:
    """A number, date or phone is short and no sentence; a name may be long and have dots in it."""
    if name in _LONG:
        return len(blank) <= _LONGEST_NAME
    return len(blank) <= _LONGEST_BLANK and not any(end in blank for end in _SENTENCE_ENDS)
