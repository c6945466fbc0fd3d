"""Clinics, posts in them and offices. All invented: each is called «Учебная», none is a real one."""

from dataclasses import dataclass
from datetime import date

from complaints.reference.rows import objects
from insurers.models import Branch, ClinicPost, MedicalOrganisation, Office, Region

SINCE = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Clinic:
    """A medical organisation and its name as it stands after «в»."""

    row: MedicalOrganisation
    inside: str


def load_clinics(region: Region) -> list[Clinic]:
    """Add the invented clinics of the region."""
    lines = objects("demo/clinics.json")
    rows = MedicalOrganisation.objects.bulk_create(
        MedicalOrganisation(
            region=region,
            code=line["code"],
            name=line["name"],
            short_name=line["short_name"],
            address=line["address"],
            valid_from=SINCE,
        )
        for line in lines
    )
    return [Clinic(row, line["inside"]) for row, line in zip(rows, lines, strict=True)]


def load_posts(branch: Branch, clinics: list[Clinic]) -> int:
    """Desks of the insurer in the three largest clinics; no phone is invented."""
    posts = ClinicPost.objects.bulk_create(
        ClinicPost(
            branch=branch,
            medical_organisation=clinic.row,
            place="1-й этаж, стойка «Защита прав пациентов» рядом с регистратурой",
            hours_text="пн–пт 08:00–14:00",
            valid_from=SINCE,
        )
        for clinic in clinics[:3]
    )
    return len(posts)


def load_offices(branches: list[Branch]) -> int:
    """One office for each branch, at an address that does not exist."""
    offices = Office.objects.bulk_create(
        Office(
            branch=branch,
            address=f"г. Ярославль, ул. Учебная, д. {house}, 1-й этаж",
            hours_text="пн–пт 09:00–18:00",
        )
        for house, branch in enumerate(branches, start=1)
    )
    return len(offices)
