"""The register of insurers (F002): a record is a company in one region, an insurer and its branch."""

from datetime import date, timedelta
from typing import Any

from django.utils.text import slugify

from insurers.models import Branch, BranchKind, Insurer, Region, RegistryImport
from insurers.names import folded_name
from insurers.policy_lines import LineWrong, Wrong
from insurers.register_lines import RegisterLine
from insurers.services import organisations, register_phones
from insurers.services.reference import office_schedule
from insurers.services.register_plan import Plan
from insurers.services.register_reading import region_of


class Known:
    """What there is before the first line; a line finds what the lines before it made."""

    def __init__(self) -> None:
        self.insurers = list(Insurer.objects.all())
        self.regions = list(Region.objects.all())
        self.branches = {
            (row.insurer_id, row.region_id): row for row in Branch.objects.of_insurers().with_names()
        }

    def insurer(self, line: RegisterLine) -> Insurer | None:
        """By OGRN; one that has none here by its code or name."""
        for row in self.insurers:
            if line.ogrn and row.ogrn == line.ogrn:
                return row
        names = {folded_name(line.short_name), folded_name(line.full_name)}
        without = (row for row in self.insurers if not (row.ogrn and line.ogrn))
        for row in without:
            if row.code == line.code or {folded_name(row.short_name), folded_name(row.full_name)} & names:
                return row
        return None


def write(found: RegistryImport, lines: list[RegisterLine], plan: Plan) -> None:
    """Companies and branches; with `replace` those of which no line speaks end."""
    known, day = Known(), found.requested_at.date()
    plan.in_force = Branch.objects.of_insurers().valid_on(day).count()
    spoken_of: set[int] = set()
    for line in lines:
        try:
            region = region_of(line, known.regions) if line.okato or line.region else None
            insurer = _insurer(line, known, found, plan)
        except LineWrong as wrong:
            plan.refuse(line.line, wrong)
            continue
        if region is not None:
            spoken_of.add(_branch(line, insurer, region, known, found, plan).pk)
    if found.replace and spoken_of:
        _end_others(spoken_of, day, plan)


def _insurer(line: RegisterLine, known: Known, found: RegistryImport, plan: Plan) -> Insurer:
    """Raises LineWrong for a new company of which nothing tells it from others."""
    row = known.insurer(line)
    if row is not None:
        facts = {"full_name": line.full_name, "inn": line.inn, "ogrn": line.ogrn, "website": line.website}
        _change(row, facts, plan, row.short_name)
        return row
    code = slugify(line.code) if line.code and not line.code.isdecimal() else f"smo-{line.ogrn}"
    if code == "smo-":
        raise LineWrong("ogrn", Wrong.EMPTY)
    row = Insurer.objects.create(
        code=code, short_name=line.short_name, full_name=line.full_name, inn=line.inn, ogrn=line.ogrn,
        website=line.website,
    )  # fmt: skip
    known.insurers.append(row)
    plan.note("added", row.short_name)
    organisations.insurer_added(insurer=row, by_id=found.requested_by_id, now=found.requested_at)
    return row


def _branch(
    line: RegisterLine, insurer: Insurer, region: Region, known: Known, found: RegistryImport, plan: Plan
) -> Branch:
    day = found.requested_at.date()
    row = known.branches.get((insurer.pk, region.pk))
    if row is None:
        row = known.branches[insurer.pk, region.pk] = Branch.objects.create(
            kind=BranchKind.INSURER, insurer=insurer, region=region, schedule=office_schedule(region),
            title=f"{insurer.short_name}, {region.name}", email=line.email, postal_address=line.address,
            valid_from=line.valid_from, valid_to=line.valid_to,
        )  # fmt: skip
        plan.note("added", row.title)
    elif line.is_over and (row.valid_to is None or row.valid_to > (line.valid_to or day)):
        row.valid_to = line.valid_to
        row.save(update_fields=["valid_to"])
        plan.note("ended", row.title)
    else:
        facts = {} if line.is_over else {"valid_to": None}
        _change(row, {"email": line.email, "postal_address": line.address} | facts, plan, row.title)
    register_phones.offer(line, row, found, plan)
    return row


def _change(row: Any, facts: dict[str, Any], plan: Plan, title: str) -> None:
    """An empty text of the register takes nothing away."""
    fresh = {name: value for name, value in facts.items() if value != "" and getattr(row, name) != value}
    if not fresh:
        plan.unchanged += 1
        return
    for name, value in fresh.items():
        setattr(row, name, value)
    row.save(update_fields=list(fresh))
    plan.note("changed", f"{title}: {', '.join(sorted(fresh))}")


def _end_others(spoken_of: set[int], day: date, plan: Plan) -> None:
    last = day - timedelta(days=1)
    others = Branch.objects.of_insurers().valid_on(day).exclude(pk__in=spoken_of)
    for row in others.alphabetical():
        row.valid_to = max(last, row.valid_from or last)
        row.save(update_fields=["valid_to"])
        plan.note("ended", row.title)
