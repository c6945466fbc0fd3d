"""The row of lists with their counts."""

from typing import Any

from complaints.reports.staff import lists
from complaints.reports.staff.lists import Tab


def tabs_of(summary: lists.Summary) -> list[dict[str, Any]]:
    """Each list with its address, title and count."""
    return [
        {
            "name": tab.value,
            "url": f"staff:{tab.value}",
            "title": lists.TITLES[tab],
            "count": lists.count_text(summary.counts[tab]),
            "is_alarming": tab is Tab.ALARMS and summary.counts[tab] > 0,
        }
        for tab in Tab
    ]
