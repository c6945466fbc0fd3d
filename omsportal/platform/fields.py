"""Model fields of the platform."""

from __future__ import annotations

import base64
import json
from typing import Any

from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute

from omsportal.platform import sealed


class _Sealed(bytes):
    """What came from the database and nobody has opened yet."""


class SealedAttribute(DeferredAttribute):
    """Opens the value when it is first asked for: lists that show nothing of it pay nothing."""

    field: SealedField

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.__dict__[name] = self._fetch(instance)
        value = instance.__dict__[name]
        if isinstance(value, _Sealed):
            value = instance.__dict__[name] = sealed.open_json(bytes(value), self.field.context(instance))
        return value

    def _fetch(self, instance: models.Model) -> _Sealed | None:
        """A deferred column; Django's own way would load the binding field a second time."""
        rows = type(instance)._base_manager.using(instance._state.db)
        value: _Sealed | None = rows.values_list(self.field.attname, flat=True).get(pk=instance.pk)
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        """Only a descriptor that also sets is asked before the instance's own dictionary."""
        instance.__dict__[self.field.attname] = value


class SealedField(models.BinaryField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A JSON object, sealed as one bytea column; to Python it is a dict (or None).

    `bound_to` names a field of the same row that has its value before the first save and never changes: a
    number, a UUID, the key of the parent row. Table, column and that value are authenticated with the blob:
    copied into another row it does not open. A primary key made by the database comes too late to serve.

    Nothing can be searched by it (use digests.blind and a plain folded key), and QuerySet.update refuses it:
    write through save(), bulk_create() or `seal_for`.
    """

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, bound_to: str, **kwargs: Any) -> None:
        self.bound_to = bound_to
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "bound_to": self.bound_to}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *self._check_bound_to()]

    def _check_bound_to(self) -> list[checks.CheckMessage]:
        try:
            bound = self.model._meta.get_field(self.bound_to)
        except FieldDoesNotExist:
            bound = None
        if isinstance(bound, models.Field) and not isinstance(bound, models.AutoField):
            return []
        hint = "Name a field that is filled before the first save and never changes."
        return [
            checks.Error(f"bound_to={self.bound_to!r} cannot bind.", hint=hint, obj=self, id="platform.E010")
        ]

    def context(self, instance: models.Model) -> bytes:
        """What the blob is bound to. Raises ValueError while the binding field is empty."""
        return self.context_of(getattr(instance, self.bound_to))

    def context_of(self, bound_value: object) -> bytes:
        if bound_value in (None, ""):
            raise ValueError(
                f"{self.model.__name__}.{self.bound_to} must be set before {self.name} is sealed."
            )
        if isinstance(bound_value, bytes | memoryview):  # a digest: the driver gives it back as memoryview
            bound_value = bytes(bound_value).hex()
        return f"{self.model._meta.db_table}.{self.column}:{bound_value}".encode()

    def seal_for(self, bound_value: object, value: dict[str, Any]) -> bytes:
        """The column's content, for statements that write many rows at once."""
        return sealed.seal(value, self.context_of(bound_value))

    def get_default(self) -> Any:
        return self.default() if self.has_default() and callable(self.default) else None

    def from_db_value(self, value: Any, *_how: object) -> _Sealed | None:
        return None if value is None else _Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> _Sealed | None:  # noqa: ARG002  Django's
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, _Sealed):
            return value
        return _Sealed(sealed.seal(value, self.context(model_instance)))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        if value is not None and not isinstance(value, _Sealed):
            raise TypeError(f"{self.name} is sealed: write it through save() or bulk_create().")
        return super().get_db_prep_value(value, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only "is it empty" can be asked of a sealed column."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_to_string(self, obj: models.Model) -> str:
        """Fixtures carry the blob, not its content."""
        blob = self.pre_save(obj, add=False)
        return "" if blob is None else base64.b64encode(blob).decode("ascii")

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            return _Sealed(base64.b64decode(value)) if value else None
        return value

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:  # noqa: ARG002  Django's
        """Anything that JSON can hold is fine; the form that filled it has judged the rest."""
        json.dumps(value, cls=DjangoJSONEncoder)
        return value
