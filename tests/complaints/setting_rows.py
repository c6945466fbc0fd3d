"""Rows of prepared changes of settings, for the tests of constraints."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from complaints.models import SettingChange
from tests.complaints.rows import Maker
from tests.factories import NOW, make_branch, make_region


def change(**fields: Any) -> SettingChange:
    known = {"noun": "rights", "values": {}, "seen": {}, "changed_by_id": 1, "changed_at": NOW}
    return SettingChange.objects.create(**(known | fields))


_SETTLED = {"state": "published", "settled_by_id": 1, "settled_at": NOW}
ROWS: list[tuple[str, Maker, dict[str, Any]]] = [
    ("setting_change_noun_known", change, {"noun": "weather"}),
    ("setting_change_place_fits_noun", change, {"year": 2026}),
    ("setting_change_place_fits_noun", change, {"noun": "calendar"}),
    (
        "setting_change_place_fits_noun",
        change,
        {"noun": "hours", "region": make_region, "branch": make_branch},
    ),
    ("setting_change_by_two_people", change, {"needs_second": True, **_SETTLED}),
    ("setting_change_state_known", change, {"state": "lost", "settled_by_id": 1, "settled_at": NOW}),
    ("setting_change_settled_paired", change, {"state": "published", "settled_at": NOW}),
    ("setting_change_settled_iff_no_draft", change, {"state": "published"}),
    (
        "setting_change_settled_after_change",
        change,
        {**_SETTLED, "settled_at": NOW - timedelta(hours=1)},
    ),
]
TWICE: list[tuple[str, Maker, Callable[[], dict[str, Any]]]] = [
    ("setting_change_one_draft", change, dict),
]
