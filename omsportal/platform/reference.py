"""What `manage.py load_reference` loads. Each app registers its loader when it is ready, lower apps first.

The command lives in the bottom layer, where no noun is known; so a loader is named by its dotted path.
"""

from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string

_loaders: dict[str, str] = {}


def register(name: str, loader: str) -> None:
    """`loader` is the dotted path of a function(*, now) that adds what is missing and returns a dataclass."""
    _loaders[name] = loader


def load_all(*, now: datetime) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run the loaders in the order of registration, each in a transaction; yields what each one says."""
    for name, path in _loaders.items():
        with transaction.atomic():
            loaded = import_string(path)(now=now)
        if not is_dataclass(loaded) or isinstance(loaded, type):
            raise TypeError(f"{path} must return a dataclass with what it loaded.")
        yield name, asdict(loaded)
