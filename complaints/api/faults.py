"""What is wrong with a request, field by field: malformed (400) or against a rule (422)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError

#: Codes with this mark are rules of the domain; all others mean that the request breaks the schema.
RULE = "rule."
_WHOLE = "non_field_errors"


class TooLarge(Exception):
    """More bytes than are taken; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of a problem's `errors`. `field` is a path such as "patient.birth_on", empty for the whole."""

    field: str
    code: str
    message: str
    is_rule: bool

    def as_json(self) -> dict[str, str]:
        return {"field": self.field, "code": self.code, "message": self.message}


def broken(code: str, message: object, field: str = "") -> ValidationError:
    """A well-formed value that breaks a rule: the caller gets 422 with this line."""
    detail = ErrorDetail(str(message), code=RULE + code)
    return ValidationError({field: [detail]} if field else [detail])


def faults_of(error: ValidationError) -> list[Fault]:
    """The lines of a validation error, in the order of the fields."""
    return list(_walk(error.detail, ""))


def _walk(detail: Any, path: str) -> Iterator[Fault]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _walk(inner, path if name == _WHOLE else f"{path}.{name}".lstrip("."))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _walk(inner, path)
    else:
        code = str(getattr(detail, "code", "invalid"))
        yield Fault(path, code.removeprefix(RULE), str(detail), code.startswith(RULE))
