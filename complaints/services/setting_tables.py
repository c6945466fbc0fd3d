"""Two dated tables of the portal as sheets: rights of tiers, and how long data are kept.

Nothing is overwritten: the row in force ends yesterday, another one begins today. A row that began today is
changed itself.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from complaints.models import Deadline, DeadlineUnit
from complaints.services.retention import GROUP
from complaints.services.setting_sheets import Kind, Sheet, Touched, Values, differing
from insurers.services.revisions import Refused
from representatives.models import TierRight
from representatives.roles import Action, Extent, Tier

_DAY = timedelta(days=1)
#: Nothing is kept longer; a higher number is a slip.
MOST = {DeadlineUnit.YEAR: 100, DeadlineUnit.CALENDAR_DAY: 36_500}
#: How far a right may reach beside "in full": what the acts of the workplace tell apart.
EXTENTS: dict[str, tuple[Extent, ...]] = {
    Action.CLOSE_COMPLAINT: (Extent.WITHOUT_REVIEW,),
    Action.OPEN_DOCUMENTS: (Extent.OWN_CASES,),
    Action.ORDER_REVIEW: (Extent.PROPOSE,),
    Action.DEMAND_REFUND: (Extent.DRAFT,),
    Action.CAMPAIGNS: (Extent.OWN_CASES,),
}


def right_key(tier: int, action: str) -> str:
    return f"{tier}_{action}"


def rights(sheet: Sheet, now: datetime) -> Values:  # noqa: ARG001  the form of all sheets
    """`tier_action` → how far."""
    rows = TierRight.objects.valid_on(now.date())
    return {right_key(row.tier, row.action): row.extent for row in rows}


def keeping(sheet: Sheet, now: datetime) -> Values:  # noqa: ARG001
    """Code → [number, unit]."""
    rows = Deadline.objects.terms_of(GROUP).valid_on(now.date()).filter(region=None)
    return {row.code: [row.value, row.unit] for row in rows}


def days(value: list[Any]) -> float:
    """About how long, to compare terms of different units."""
    number, unit = value
    return float(number) * (365.25 if unit == DeadlineUnit.YEAR else 1)


def is_shorter(before: Values, after: Values) -> bool:
    """Something would be erased earlier than before."""
    return any(days(after[code]) < days(before[code]) for code in differing(before, after) if code in before)


def _check_rights(sheet: Sheet, before: Values, after: Values, now: datetime) -> None:  # noqa: ARG001
    """What somebody may do today, somebody may do tomorrow: nobody is locked out of the work."""
    had, left = _actions(before), _actions(after)
    for action in sorted(had - left):
        text = _("Nobody could do this any more: %(action)s. Leave it to one tier at least.")
        raise Refused({"": text % {"action": Action(action).label}})
    insurer = {action for action in had if any(right_key(tier, action) in before for tier in (1, 2, 3))}
    for action in sorted(insurer):
        if not any(right_key(tier, action) in after for tier in (1, 2, 3)):
            text = _("Nobody of the insurers could do this any more: %(action)s.")
            raise Refused({"": text % {"action": Action(action).label}})


def _actions(values: Values) -> set[str]:
    return {key.partition("_")[2] for key in values}


def _write_rights(sheet: Sheet, before: Values, after: Values, now: datetime) -> Touched:  # noqa: ARG001
    today = now.date()
    for key in differing(before, after):
        tier, _sep, action = key.partition("_")
        rows = TierRight.objects.filter(tier=int(tier), action=action)
        _replace(rows, {"extent": after.get(key)} if key in after else None, today, _right(tier, action))
    return Touched()


def _right(tier: str, action: str) -> TierRight:
    return TierRight(tier=Tier(int(tier)), action=action)


def _check_keeping(sheet: Sheet, before: Values, after: Values, now: datetime) -> None:  # noqa: ARG001
    for code in differing(before, after):
        if code not in before or code not in after:
            raise Refused({"": _("Kinds of data are neither added nor taken away here.")})
        number, unit = after[code]
        if unit not in MOST or not 1 <= number <= MOST[unit]:
            raise Refused({f"{code}_value": _("Write a number from 1; at most 100 years.")})


def _write_keeping(sheet: Sheet, before: Values, after: Values, now: datetime) -> Touched:  # noqa: ARG001
    today = now.date()
    for code in differing(before, after):
        number, unit = after[code]
        rows = Deadline.objects.terms_of(GROUP).filter(code=code, region=None)
        _replace(rows, {"value": number, "unit": unit}, today, None)
    return Touched()


def _replace(rows: Any, wanted: dict[str, Any] | None, today: date, blank: Any) -> None:
    """The row of today ends; one as `wanted` begins, a copy of it or `blank`.

    It lasts until the one of today would have ended, or the next planned one begins.
    """
    present = rows.valid_on(today).select_for_update().first()
    following = rows.filter(valid_from__gt=today).order_by("valid_from").first()
    if present is not None and present.valid_from == today:
        _change(present, wanted)
        return
    ends = following.valid_from - _DAY if following else None
    if present is not None:
        ends, blank = present.valid_to or ends, rows.model(**_columns(present))
        present.valid_to = today - _DAY
        present.save(update_fields=["valid_to"])
    if wanted is not None:
        blank.valid_from, blank.valid_to = today, ends
        _change(blank, wanted)


def _change(row: Any, wanted: dict[str, Any] | None) -> None:
    if wanted is None:
        row.delete()
        return
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save()


def _columns(row: Any) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }


def _nothing_follows(touched: Touched, by_id: int, now: datetime) -> int | None:  # noqa: ARG001
    """Rights hold from the next click on, terms from the next look."""
    return None


def _nobody_else(before: Values, after: Values) -> bool:  # noqa: ARG001
    return False


RIGHTS = Kind(rights, _check_rights, _write_rights, _nothing_follows, _nobody_else, is_tried=False)
KEEPING = Kind(keeping, _check_keeping, _write_keeping, _nothing_follows, is_shorter, is_tried=True)
