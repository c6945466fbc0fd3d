"""Rows of the table of access for calendar, hours, rights of tiers and terms of keeping."""

from datetime import date, datetime
from typing import Any

from complaints.models import SettingChange
from insurers.models import Branch
from representatives.models import User

#: The calendar in the addresses is that of the region; the columns are those of tests/access/table.py.
SETTINGS = """
    staff:calendar                          GET  302 302 302 403 403 403 302 302 302 302 302 403 302 302
    staff:calendar_year                     GET  302 302 302 403 403 403 200 200 200 200 200 403 302 302
    staff:calendar_load                     POST 401 401 401 404 404 404 404 404 404 404 404 404 401 401
    staff:calendar_day                      GET  302 302 302 403 403 403 403 403 200 403 200 403 302 302
    staff:calendar_day                      POST 401 401 401 403 403 403 403 403 422 403 422 403 401 401
    staff:hours                             GET  302 302 302 403 403 403 200 200 200 403 403 403 302 302
    staff:branch_hours                      GET  302 302 302 404 404 404 200 200 404 404 404 404 302 302
    staff:branch_hours                      POST 401 401 401 404 404 404 422 422 404 404 404 404 401 401
    staff:rights                            GET  302 302 302 403 403 403 200 200 200 200 200 403 302 302
    staff:rights                            POST 401 401 401 403 403 403 403 403 403 403 409 403 401 401
    staff:keeping                           GET  302 302 302 403 403 403 200 200 200 200 200 403 302 302
    staff:keeping                           POST 401 401 401 403 403 403 403 403 403 403 422 403 401 401
    staff:setting_change                    GET  302 302 302 404 404 404 404 404 200 404 200 404 302 302
    staff:setting_settle                    POST 401 401 401 404 404 404 404 404 422 404 422 404 401 401
    staff:setting_put_back                  POST 401 401 401 404 404 404 404 404 404 404 404 404 401 401
"""


def known(branch: Branch, by: User, now: datetime) -> dict[str, Any]:
    """A day off of the region that the head of its fund prepares, and what else stands in addresses."""
    day = date(now.year, 12, 30)
    change = SettingChange.objects.create(
        noun="calendar", region=branch.region, year=now.year, seen={},
        values={day.isoformat(): ["day_off", None, "Праздник области"]}, version=1, changed_by_id=by.pk,
        changed_at=now,
    )  # fmt: skip
    return {"place": branch.region.code, "year": now.year, "day": day, "change_id": change.pk}
