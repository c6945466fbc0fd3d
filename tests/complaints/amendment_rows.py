"""Drafts of what patients read, and rows of one name at the same time, for the tests of constraints."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from complaints.models import Amendment, Deadline, Guide
from tests.complaints.rows import Maker, deadline, guide
from tests.factories import LONG_AGO, NOW, make_region

SETTLED = {"settled_at": NOW, "settled_by_id": 1}


def amendment(**fields: Any) -> Amendment:
    known = {"noun": "guide", "values": {}, "changed_by_id": 1, "changed_at": NOW}
    return Amendment.objects.create(**(known | fields))


def later_guide(**fields: Any) -> Guide:
    guide()
    return guide(**({"slug": "another", "valid_from": LONG_AGO + timedelta(days=9)} | fields))


def later_deadline(**fields: Any) -> Deadline:
    deadline()
    return deadline(**({"code": "B", "valid_from": LONG_AGO + timedelta(days=9)} | fields))


ROWS: list[tuple[str, Maker, dict[str, Any]]] = [
    ("amendment_noun_known", amendment, {"noun": "fax"}),
    ("amendment_region_of_terms_only", amendment, {"region": make_region}),
    ("amendment_state_known", amendment, {"state": "lost", **SETTLED}),
    ("amendment_settled_paired", amendment, {"state": "published", "settled_at": NOW}),
    ("amendment_settled_iff_no_draft", amendment, SETTLED),
    (
        "amendment_settled_after_change",
        amendment,
        {"state": "discarded", "settled_at": NOW - timedelta(hours=1), "settled_by_id": 1},
    ),
    ("guide_one_at_a_time", later_guide, {"slug": "booking"}),
    ("deadline_one_at_a_time", later_deadline, {"code": "A"}),
]
TWICE: list[tuple[str, Maker, Callable[[], dict[str, Any]]]] = [
    ("amendment_one_draft_of_a_row", amendment, lambda: {"row_id": 1}),
]
