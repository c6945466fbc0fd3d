"""Ordinary rows of acts on many cases and of exports; and what is refused of each."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from complaints.models import BulkAct, BulkLine, Export, ExportPart, ExportShare
from tests.complaints.rows import HOUR, Maker, user
from tests.factories import NOW, make_branch, make_complaint


def bulk_act(**fields: Any) -> BulkAct:
    known = {"kind": "escalate", "made_by": user(), "made_at": NOW, "gathered_at": NOW}
    return BulkAct.objects.create(**(known | fields))


def bulk_line(**fields: Any) -> BulkLine:
    if "bulk" not in fields:
        fields |= {"bulk": bulk_act(), "complaint": make_complaint()}
    return BulkLine.objects.create(**({"version": 0} | fields))


def export(**fields: Any) -> Export:
    known = {
        "format": "csv", "language": "ru", "tab": "queue", "made_by": user(), "made_at": NOW,
        "read_at": NOW, "finished_at": NOW, "expires_at": NOW + timedelta(days=1),
    }  # fmt: skip
    return Export.objects.create(**(known | fields))


def export_part(**fields: Any) -> ExportPart:
    if "export" not in fields:
        fields |= {"export": export()}
    return ExportPart.objects.create(**({"kind": "rows", "position": 0, "sealed": {"rows": []}} | fields))


def export_share(**fields: Any) -> ExportShare:
    if "export" not in fields:
        fields |= {"export": export(), "branch": make_branch()}
    return ExportShare.objects.create(**({"rows_count": 1} | fields))


ROWS: list[tuple[str, Maker, dict[str, Any]]] = [
    ("bulk_act_kind_known", bulk_act, {"kind": "burn"}),
    ("bulk_act_finished_after_gathered", bulk_act, {"finished_at": NOW - HOUR}),
    ("bulk_act_finished_after_gathered", bulk_act, {"finished_at": NOW, "gathered_at": None}),
    ("bulk_act_gathered_after_asked", bulk_act, {"gathered_at": NOW - HOUR}),
    ("bulk_line_result_paired", bulk_line, {"result": "done"}),
    ("bulk_line_result_paired", bulk_line, {"at": NOW}),
    ("bulk_line_result_paired", bulk_line, {"result": "eaten", "at": NOW}),
    ("export_format_known", export, {"format": "doc"}),
    ("export_finished_after_read", export, {"read_at": None}),
    ("export_finished_after_read", export, {"finished_at": NOW - HOUR}),
    ("export_expires_after_asked", export, {"expires_at": NOW}),
    ("export_part_kind_known", export_part, {"kind": "soul"}),
]
TWICE: list[tuple[str, Maker, Callable[[], dict[str, Any]]]] = [
    (
        "bulk_line_once_a_case", bulk_line, lambda: {"bulk": bulk_act(), "complaint": make_complaint()},
    ),
    ("export_part_once", export_part, lambda: {"export": export()}),
    ("export_share_once", export_share, lambda: {"export": export(), "branch": make_branch()}),
]  # fmt: skip
