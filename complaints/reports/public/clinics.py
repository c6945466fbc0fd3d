"""Clinics of the register by the words that a person uses for them."""

import re
from datetime import date

from insurers.models import MedicalOrganisation, Region
from omsportal.platform import ready_sql
from omsportal.platform.ready_sql import DAY, ID

#: More is no help on a phone: a further word narrows it down.
MOST = 6
#: The index knows three letters in a row; a number alone would look at every clinic.
_SHORTEST_INFLECTED = 6
_LONG_WORD = re.compile(r"\w{3}")
_MARKS = re.compile(r"[^\w\s-]|№")
_CODE = re.compile(r"\d{1,18}")
#: Stands for the name of a clinic.
_NAME = "the name of a clinic"


def search(words: str, *, region: Region | None, today: date) -> list[MedicalOrganisation]:
    """Those in whose name every word occurs: in the region of the policy, by address too; else anywhere."""
    wanted = [_stem(word) for word in _MARKS.sub(" ", words.lower()).split()]
    if not any(_LONG_WORD.search(word) for word in wanted):
        return []
    known = MedicalOrganisation.objects.valid_on(today).select_related("region").alphabetical()
    nearby = list(known.in_region(region).described_by(wanted)[:MOST]) if region else []
    return nearby or list(known.named_like(" ".join(wanted))[:MOST])


def _stem(word: str) -> str:
    """Without the ending of a long word: "поликлинике" finds "поликлиника"."""
    return word[:-2] if len(word) > _SHORTEST_INFLECTED else word


def by_code(code: str, *, today: date) -> MedicalOrganisation | None:
    """The one that was chosen from a list; None for whatever else a form may bring."""
    if not _CODE.fullmatch(code):
        return None
    found = ready_sql.objects(
        "clinic", {ID: int(code), DAY: today},
        lambda: MedicalOrganisation.objects.valid_on(DAY).select_related("region").filter(pk=ID),
    )  # fmt: skip
    return found[0] if found else None


def chosen(*, code: str, name: str, region: Region | None, today: date) -> MedicalOrganisation | None:
    """The one that was chosen from a list, else the one of the region that has this very name."""
    if _CODE.fullmatch(code):
        return by_code(code, today=today)
    if region is None or not name.strip():
        return None
    found = ready_sql.objects(
        "clinic of this name", {ID: region.pk, DAY: today, _NAME: name.strip()},
        lambda: MedicalOrganisation.objects.filter(region=ID).valid_on(DAY).select_related("region")
        .filter(short_name=_NAME).order_by("pk")[:1],
    )  # fmt: skip
    return found[0] if found else None


def code_of(clinic: MedicalOrganisation) -> str:
    return str(clinic.pk)


def place_and_name(clinic: MedicalOrganisation) -> str:
    """As a person tells one polyclinic No. 3 from another."""
    return ", ".join(part for part in (clinic.short_name, clinic.address or clinic.region.name) if part)
