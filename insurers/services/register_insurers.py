"""The register of insurers (F002): a record is a company in one region, an insurer and its branch."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.text import slugify

from insurers.models import Branch, BranchKind, Insurer, Region, RegistryImport
from insurers.names import folded_name
from insurers.policy_lines import LineWrong, Wrong
from insurers.register_lines import RegisterLine, last_day
from insurers.services import organisations, register_phones
from insurers.services.reference import office_schedule
from insurers.services.register_plan import Plan
from insurers.services.register_reading import region_of, require_order


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


@dataclass(frozen=True, slots=True)
class Record:
    """A good line with the company that it is about, and the region if it names one."""

    line: RegisterLine
    insurer: Insurer
    region: Region | None


def write(found: RegistryImport, lines: list[RegisterLine], plan: Plan) -> None:
    """Companies and branches; with `replace` those of which no line speaks end.

    Of several records of a company in a region the last one counts, and nothing new comes of one that is
    over: registers keep them.
    """
    known, day = Known(), found.requested_at.date()
    plan.in_force = Branch.objects.of_insurers().valid_on(day).count()
    records: dict[tuple[int, int | None], Record] = {}
    for line in sorted(lines, key=last_day):
        try:
            record = _record(line, known, found, plan)
        except LineWrong as wrong:
            plan.refuse(line.line, wrong, line.place)
            continue
        if record is None:
            plan.unchanged += 1
        else:
            records[record.insurer.pk, record.region.pk if record.region else None] = record
    newest = sorted(records.values(), key=lambda record: last_day(record.line))
    for insurer, line in {record.insurer: record.line for record in newest}.items():
        facts = {"full_name": line.full_name, "inn": line.inn, "ogrn": line.ogrn, "website": line.website}
        _change(insurer, facts, plan, insurer.short_name)
    spoken_of = _branches(newest, known, found, plan)
    if found.replace and spoken_of:
        _end_others(spoken_of, day, plan)


def _record(line: RegisterLine, known: Known, found: RegistryImport, plan: Plan) -> Record | None:
    """None for what is over and was never here. Raises LineWrong for a region that there is not, and for a
    new company of which nothing tells it from others."""
    region = region_of(line, known.regions) if line.okato or line.region else None
    insurer = known.insurer(line)
    is_here = insurer is not None and (region is None or (insurer.pk, region.pk) in known.branches)
    if last_day(line) < found.requested_at.date() and not is_here:
        return None
    return Record(line, insurer or _made(line, known, found, plan), region)


def _branches(records: Iterable[Record], known: Known, found: RegistryImport, plan: Plan) -> set[int]:
    """Those of which a good line speaks."""
    spoken_of: set[int] = set()
    for record in records:
        if record.region is None:
            continue
        row = known.branches.get((record.insurer.pk, record.region.pk))
        try:
            require_order(record.line, row)
        except LineWrong as wrong:
            plan.refuse(record.line.line, wrong, record.line.place)
        else:
            spoken_of.add(_branch(record.line, record.insurer, record.region, known, found, plan).pk)
    return spoken_of


def _made(line: RegisterLine, known: Known, found: RegistryImport, plan: Plan) -> Insurer:
    """A new company. Raises LineWrong."""
    code = "" if line.code.isdecimal() else slugify(line.code)
    if not code or any(row.code == code for row in known.insurers):
        code = f"smo-{line.ogrn}"
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
    for row in others.with_names().alphabetical():
        if plan.spares(row.title, row.region):
            continue
        row.valid_to = max(last, row.valid_from or last)
        row.save(update_fields=["valid_to"])
        plan.note("ended", row.title)
