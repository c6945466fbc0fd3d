"""The register of clinics (F003): found by region and code, written in groups."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from insurers.models import MedicalOrganisation, Region, RegistryImport
from insurers.policy_lines import LineWrong, Wrong
from insurers.register_lines import RegisterLine, last_day
from insurers.services.register_plan import Plan
from insurers.services.register_reading import region_of, require_order

GROUP = 500
FIELDS = ("name", "short_name", "address", "phone", "valid_from", "valid_to")
LONGEST_CODE = 10


def write(found: RegistryImport, lines: list[RegisterLine], plan: Plan) -> None:
    """Clinics of the regions that the person may fill; with `replace` those of which no line speaks end."""
    day = found.requested_at.date()
    regions = list(Region.objects.filter(code__in=found.region_codes))
    ours = MedicalOrganisation.objects.filter(region__in=regions).select_related("region")
    known = {(row.region_id, row.code): row for row in ours}
    plan.in_force = ours.valid_on(day).count()
    fresh: list[MedicalOrganisation] = []
    changed: dict[int, MedicalOrganisation] = {}
    spoken_of: set[tuple[int, str]] = set()
    for key, (region, line) in _last_records(lines, regions, plan).items():
        row = known.get(key)
        try:
            require_order(line, None if line.valid_from else row)  # the record's own first day replaces ours
        except LineWrong as wrong:
            plan.refuse(line.line, wrong, line.place)
            continue
        spoken_of.add(key)
        if line.phones.unclear:
            plan.ask_about(line.short_name, line.phones.unclear)
        if row is None:
            fresh.append(_made(line, region))
            plan.note("added", line.short_name)
        else:
            _compare(row, line, changed, plan)
    MedicalOrganisation.objects.bulk_create(fresh, batch_size=GROUP)
    MedicalOrganisation.objects.bulk_update(changed.values(), FIELDS, batch_size=GROUP)
    if found.replace and spoken_of:
        _end_others([row for key, row in known.items() if key not in spoken_of], day, plan)


def _last_records(
    lines: list[RegisterLine], regions: Sequence[Region], plan: Plan
) -> dict[tuple[int, str], tuple[Region, RegisterLine]]:
    """One for each clinic: registers keep records that are over."""
    found: dict[tuple[int, str], tuple[Region, RegisterLine]] = {}
    for line in sorted(lines, key=last_day):
        try:
            region = _region(line, regions)
        except LineWrong as wrong:
            plan.refuse(line.line, wrong, line.place)
        else:
            found[region.pk, line.code] = region, line
    return found


def _region(line: RegisterLine, regions: Sequence[Region]) -> Region:
    """Raises LineWrong: no code, or a region that this person may not fill."""
    if not line.code:
        raise LineWrong("code", Wrong.EMPTY)
    if len(line.code) > LONGEST_CODE:
        raise LineWrong("code", Wrong.TOO_LONG)
    return region_of(line, regions)


def _made(line: RegisterLine, region: Region) -> MedicalOrganisation:
    row = MedicalOrganisation(region=region, code=line.code)
    _fill(row, line)
    return row


def _fill(row: MedicalOrganisation, line: RegisterLine) -> bool:
    """An empty text of the register takes nothing away; True when something is different."""
    facts: dict[str, Any] = {
        "name": line.full_name, "short_name": line.short_name, "address": line.address,
        "phone": next(iter(line.phones.certain), ""), "valid_from": line.valid_from,
    }  # fmt: skip
    fresh = {
        name: value for name, value in facts.items()
        if value not in {"", None} and _plain(getattr(row, name)) != str(value)
    }  # fmt: skip
    if row.valid_to != line.valid_to:
        fresh["valid_to"] = line.valid_to
    for name, value in fresh.items():
        setattr(row, name, value)
    return bool(fresh)


def _plain(value: Any) -> str:
    """A stored value as the register writes it."""
    return str(getattr(value, "as_e164", value) or "")


def _compare(
    row: MedicalOrganisation, line: RegisterLine, changed: dict[int, MedicalOrganisation], plan: Plan
) -> None:
    was_over = row.valid_to is not None
    if not _fill(row, line):
        plan.unchanged += 1
        return
    changed[row.pk] = row
    plan.note("ended" if row.valid_to is not None and not was_over else "changed", row.short_name)


def _end_others(rows: list[MedicalOrganisation], day: date, plan: Plan) -> None:
    last = day - timedelta(days=1)
    for row in rows:
        is_open = row.valid_to is None or row.valid_to >= day
        if is_open and not plan.spares(row.short_name, row.region, row.code):
            row.valid_to = max(last, row.valid_from or last)
            plan.note("ended", row.short_name)
            row.save(update_fields=["valid_to"])
