"""Database triggers that several tables share."""

import pgtrigger


def append_only() -> pgtrigger.Trigger:
    """Rows are written once: UPDATE and DELETE fail in the database, whoever asks.

    Such a table therefore holds no personal data, or a person's data could never be erased.
    Put it into `Meta.triggers`.
    """
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
