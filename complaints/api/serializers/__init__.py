"""What comes in and what goes out; never one serializer for both."""

from collections.abc import Iterable
from typing import Any

from rest_framework.serializers import Serializer


def many(kind: type[Serializer[Any]], rows: Iterable[Any]) -> list[Any]:
    """Every row as JSON."""
    return [dict(kind(row).data) for row in rows]
