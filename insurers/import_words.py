"""What people read about a file of a registry: why it is refused, which line is bad and what to do."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insurers.policy_lines import Wrong

BROKEN: dict[str, str | Promise] = {
    "empty": gettext_lazy("The file is empty. Choose the file with the registry."),
    "not_a_table": gettext_lazy("This is not a table. Save it as CSV with semicolons and choose it again."),
    "too_large": gettext_lazy("The file is too large. Whoever runs the portal can load it from a terminal."),
    "encoding": gettext_lazy("From this line on the letters cannot be read. Save the file as UTF-8."),
    "cut_off": gettext_lazy("The file ends too early: it was not copied to its end. Copy it again."),
    "not_xml": gettext_lazy("The XML is damaged or holds what a register does not need. Take the file anew."),
    "columns": gettext_lazy("The first line must name the columns. These are missing:"),
}
WRONG: dict[str, str | Promise] = {
    Wrong.CELLS: gettext_lazy("not as many cells as the first line names"),
    Wrong.EMPTY: gettext_lazy("is empty"),
    Wrong.TOO_LONG: gettext_lazy("is too long"),
    Wrong.NOT_DIGITS: gettext_lazy("has signs that are no digits"),
    Wrong.LENGTH: gettext_lazy("has too few or too many digits"),
    Wrong.BLANK_NUMBER: gettext_lazy("is the 11-digit number of the paper form, not of the policy"),
    Wrong.CHECK_DIGIT: gettext_lazy("has a wrong digit: the check digit does not fit"),
    Wrong.NOT_A_DAY: gettext_lazy("is no day; write 31.12.1985 or 1985-12-31"),
    Wrong.DAY_OUT_OF_RANGE: gettext_lazy("is a day that cannot be"),
    Wrong.DAYS_IN_ORDER: gettext_lazy("is before the first day of validity"),
    Wrong.UNKNOWN_SEX: gettext_lazy("is not м or ж"),
    Wrong.NOT_TEXT: gettext_lazy("has signs that no text has"),
    Wrong.FOREIGN_BRANCH: gettext_lazy("is unknown, or not yours to fill"),
    Wrong.REPEATED: gettext_lazy("stands in a later line too; that one counts"),
}
COLUMN: dict[str, str | Promise] = {
    "": gettext_lazy("line"),
    "number": gettext_lazy("policy number"),
    "surname": gettext_lazy("surname"),
    "first_name": gettext_lazy("first name"),
    "patronymic": gettext_lazy("patronymic"),
    "birth_on": gettext_lazy("birth date"),
    "sex": gettext_lazy("sex"),
    "snils": gettext_lazy("SNILS"),
    "phone": gettext_lazy("phone"),
    "address": gettext_lazy("address"),
    "valid_from": gettext_lazy("valid from"),
    "valid_to": gettext_lazy("valid to, inclusive"),
    "region": gettext_lazy("region"),
    "insurer": gettext_lazy("insurer"),
    "okato": gettext_lazy("OKATO"),
    "code": gettext_lazy("code"),
    "full_name": gettext_lazy("full name"),
    "short_name": gettext_lazy("short name"),
    "inn": gettext_lazy("INN"),
    "ogrn": gettext_lazy("OGRN"),
    "website": gettext_lazy("website"),
    "email": gettext_lazy("e-mail"),
    "legal_address": gettext_lazy("address"),
}


def why_broken(findings: Mapping[str, Any]) -> str:
    """Of findings with "broken": why the whole file is refused, and where."""
    text = str(BROKEN[findings["broken"]])
    if names := findings.get("columns"):
        return f"{text} {', '.join(column(name) for name in names)}."
    line = findings.get("line", 0)
    return f"{text} {_('Line %(line)s.') % {'line': line}}" if line > 1 else text


def column(name: str) -> str:
    return str(COLUMN.get(name, name))


def wrong(code: str) -> str:
    return str(WRONG.get(code, code))


def fault_lines(faults: Iterable[Iterable[Any]]) -> list[tuple[int, str, str]]:
    """Line, column and reason in words, of faults as they are kept."""
    return [(line, column(name), wrong(code)) for line, name, code in faults]
