"""How each table protects personal data, declared on the models and written down in docs/sealed-fields.md.

A model says `PROTECTION = {"field": "sealed: what", "other": "blind index: why", "third": "plain: why"}`;
the ways are those of WAYS.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BinaryField, Field, Model

from omsportal.platform.fields import SealedField

WAYS = ("sealed", "blind index", "digest", "plain")
# A column named with one of these words holds personal data. Addresses and phones alone do not tell: those
# of offices are public.
_PERSONAL = re.compile(
    r"(^|_)(surname|first_name|last_name|patronymic|full_name|birth|born|snils|enp|passport|holder)(_|$)"
)
_INTRODUCTION = """# How personal data are protected

Made by `manage.py sealed_fields` from the models; change it there.

*Sealed*: AES-256-GCM, one blob per row, bound to its row; keys are kept apart from the data.
*Blind index*: a keyed digest that finds equal values and tells nothing else.
*Digest*: a keyed digest that only compares: codes and tokens are never stored themselves.
*Plain*: readable in the database, for the reason given.
"""


def own_models() -> list[type[Model]]:
    """Every model whose code is part of this project."""
    root = settings.BASE_DIR
    own = [config.get_models() for config in apps.get_app_configs() if _is_own(config.path, str(root))]
    return sorted((model for models in own for model in models), key=lambda model: model._meta.label)


def _is_own(path: str, root: str) -> bool:
    return path.startswith(root) and "site-packages" not in path


def declared(model: type[Model]) -> dict[str, str]:
    declaration: dict[str, str] = getattr(model, "PROTECTION", {})
    return declaration


def faults(models: Iterable[type[Model]]) -> list[str]:
    """What the declarations lack or claim wrongly, one line each; empty when they are complete."""
    return [fault for model in models for fault in [*_undeclared(model), *_wrong(model)]]


def _undeclared(model: type[Model]) -> Iterable[str]:
    # The history of a tracked model mirrors its columns; the tracked model answers for both.
    if hasattr(model, "pgh_tracked_model"):
        return
    for column in model._meta.concrete_fields:
        personal = _PERSONAL.search(column.name) or isinstance(column, SealedField)
        if personal and column.name not in declared(model):
            yield f"{model._meta.label}.{column.name} holds personal data: declare it in PROTECTION"


def _wrong(model: type[Model]) -> Iterable[str]:
    for name, text in declared(model).items():
        way, _colon, reason = text.partition(":")
        label = f"{model._meta.label}.{name}"
        if way not in WAYS or not reason.strip():
            yield f"{label}: write one of {', '.join(WAYS)}, a colon and the reason"
        column = _column(model, name)
        if column is None:
            yield f"{label}: there is no such field"
        elif way == "sealed" and not isinstance(column, BinaryField):
            yield f"{label}: only a SealedField, or bytes sealed by other means, is sealed"
        elif way != "sealed" and isinstance(column, SealedField):
            yield f"{label}: a SealedField is sealed"


def _column(model: type[Model], name: str) -> Field[object, object] | None:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None


def document(models: Iterable[type[Model]]) -> str:
    """docs/sealed-fields.md."""
    tables = [_table(model) for model in models if declared(model)]
    return "\n".join([_INTRODUCTION, *tables])


def _table(model: type[Model]) -> str:
    lines = [f"## {model._meta.label}", "", "| field | protection | why |", "|---|---|---|"]
    for name, text in declared(model).items():
        way, _colon, reason = text.partition(":")
        lines.append(f"| `{name}` | {way} | {reason.strip()} |")
    return "\n".join(lines) + "\n"
