"""Charts of days as server-side SVG, with the same figures as a table behind each."""

from collections.abc import Sequence
from typing import Any

from django import template

register = template.Library()
#: Height of the picture in its own units; a column takes ten of its width, with a gap.
HEIGHT, STEP, GAP = 100, 10, 2


@register.inclusion_tag("components/column_chart.html")
def column_chart(
    title: str, names: Sequence[str], first: Sequence[int], first_label: str,
    second: Sequence[int] = (), second_label: str = "",
) -> dict[str, Any]:  # fmt: skip
    """One or two columns for each name. The highest reaches the top; the names of both ends stand below."""
    most = max([*first, *second], default=0)
    series = [(first_label, first, ""), *([(second_label, second, "--second")] if second else [])]
    bars = [
        bar
        for place, (_label, values, style) in enumerate(series)
        for bar in _bars(values, names, place, len(series), most or 1, style)
    ]
    return {
        "title": title, "bars": bars, "width": max(len(names), 1) * STEP, "height": HEIGHT, "most": most,
        "labels": [(label, style) for label, _values, style in series],
        "rows": list(zip(names, *(values for _label, values, _style in series), strict=True)),
        "ends": (names[0], names[-1]) if names else None,
    }  # fmt: skip


def _bars(
    values: Sequence[int], names: Sequence[str], place: int, of: int, most: int, style: str
) -> list[dict[str, Any]]:
    width = (STEP - GAP) / of
    return [
        {
            "x": round(i * STEP + GAP / 2 + place * width, 2), "width": round(width, 2), "style": style,
            "y": round(HEIGHT - HEIGHT * value / most, 2), "height": round(HEIGHT * value / most, 2),
            "text": f"{name}: {value}",
        }
        for i, (name, value) in enumerate(zip(names, values, strict=True))
        if value
    ]  # fmt: skip
