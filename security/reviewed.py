"""What bandit points at and a person has looked at: where, which rule, and why it is no fault.

A finding that is not here fails the run. So does an entry that fits nothing any more.
"""

from fnmatch import fnmatch

_CONSTANTS = "statements built of our own constants; every value is a parameter"
_PARTS = "joins what format_html made; the one text put in by hand is escaped there"
#: (files, rule) → why it is no fault.
REVIEWED: dict[tuple[str, str], str] = {
    ("complaints/escalation/*.py", "B608"): _CONSTANTS,
    ("complaints/migrations/*.py", "B608"): _CONSTANTS,
    (
        "complaints/queue_ranges.py",
        "B608",
    ): "statements that Django's compiler wrote, inside our own constants",
    ("complaints/services/preview.py", "B608"): _CONSTANTS,
    ("complaints/services/rule_changes.py", "B608"): _CONSTANTS,
    ("insurers/services/working_time.py", "B608"): _CONSTANTS,
    ("representatives/coverage_sql.py", "B608"): _CONSTANTS,
    ("omsportal/platform/limiter.py", "B608"): _CONSTANTS,
    (
        "omsportal/platform/inserts.py",
        "B608",
    ): "tables and columns of our own models; every value is a parameter",
    ("omsportal/platform/backup.py", "B608"): "names of our own tables, quoted",
    ("complaints/demo/loading.py", "B311"): "invented people, no secret",
    ("omsportal/alive.py", "B310"): "the address is written in docker-compose.yml",
    ("complaints/templatetags/queue_row.py", "B308"): _PARTS,
    ("complaints/templatetags/queue_row.py", "B703"): _PARTS,
    ("omsportal/platform/condensed.py", "B703"): "texts of our own templates, and what their nodes rendered",
    ("omsportal/platform/templatetags/looks.py", "B308"): "an empty text",
    ("omsportal/platform/widgets.py", "B308"): "one word of our own",
    ("omsportal/platform/templatetags/ui.py", "B308"): "icons are our own files, the rest is empty",
    ("omsportal/platform/templatetags/ui.py", "B703"): "icons are our own files",
}


def not_reviewed(findings: list[tuple[str, str, str]]) -> list[str]:
    """Of (file, rule, words) what nobody has looked at, and entries of the table that fit nothing."""
    used: set[tuple[str, str]] = set()
    new = []
    for path, rule, words in findings:
        fitting = {key for key in REVIEWED if key[1] == rule and fnmatch(path, key[0])}
        used |= fitting
        if not fitting:
            new.append(words)
    return new + [f"reviewed, but not there any more: {path} {rule}" for path, rule in REVIEWED.keys() - used]
