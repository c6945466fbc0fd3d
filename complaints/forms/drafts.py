"""What the editors of rows share: a row as it stands, what is prepared of it, and what was on the screen."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing

from insurers.models import PreparedChange
from insurers.services.organisation_values import Values
from insurers.services.revisions import Seen

_SALT = "complaints.forms.organisations"


class SeenField(forms.CharField):
    """What stood on the screen, signed: nobody can say that they saw something else."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> Seen:
        """What is not ours was not seen."""
        try:
            draft, row = signing.loads(str(value or ""), salt=_SALT)
        except (signing.BadSignature, ValueError):
            return Seen(None, None)
        return Seen(draft, row)

    @staticmethod
    def written(seen: Seen) -> str:
        return signing.dumps([seen.draft, seen.row], salt=_SALT, compress=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """The published row and the draft of it; `fields` are what is compared."""

    fields: tuple[str, ...]
    row: Values | None
    draft: PreparedChange | None

    @property
    def seen(self) -> Seen:
        """What stands in the database now."""
        return Seen(self.draft.values if self.draft else None, self.row)

    @property
    def drift(self) -> tuple[Values, Values] | None:
        """What the published row was when the draft was begun, and what it is, where they differ."""
        before = self.draft.seen if self.draft else None
        return (
            (before, self.row) if before is not None and self.row is not None and before != self.row else None
        )

    def start(self) -> Values:
        """The draft's values over what is published by now; nothing for something new."""
        if self.draft is None:
            return self.row or {}
        return self.merged(self.draft.values, *self.drift) if self.drift else self.draft.values

    def merged(self, typed: Values, seen: Values, current: Values) -> Values:
        """What the person changed, as they typed it; every other field as it is by now."""
        kept = {
            name: typed.get(name) if typed.get(name) != seen.get(name) else current.get(name)
            for name in self.fields
        }
        return typed | kept
