"""Whoever is woken at night finds a chapter: for every alarm of the portal and every rule of monitoring."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from complaints.escalation import branch_alarms, rounds
from complaints.reports.staff.alarm_advice import ADVICE
from complaints.reports.staff.alarms import TITLES
from omsportal.platform import alarms as platform_alarms
from omsportal.platform import counters, heartbeats, metrics, outbox, tally
from omsportal.platform.clock import database_now
from omsportal.platform.kinds import Channel
from omsportal.supervisor.check import PACKAGES
from omsportal.supervisor.processes import ROOT

PARTS = ("Means", "Hurts", "Look", "Do", "Closes")
TEXT = (ROOT / "docs" / "runbooks.md").read_text(encoding="utf-8")
CHAPTERS: dict[str, str] = dict(
    re.findall(r"^### (\w+)\n(.*?)(?=^##|\Z)", TEXT, flags=re.MULTILINE | re.DOTALL)
)
RULES: list[dict[str, Any]] = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())["groups"][0][
    "rules"
]
#: How an alarm is raised, and the modules that do it for others.
WAYS = ("raise_once(", "INSERT INTO platform_alarm", "branch_alarms.statement(")
MAKERS = {Path(str(module.__file__)) for module in (platform_alarms, branch_alarms)}
#: Of Prometheus itself.
FOREIGN = {"up"}
#: `SELECT 'kind', 'subject', …` of a statement that raises alarms; one that raises several counts them.
IN_SQL = re.compile(r"SELECT '([a-z_]+)', '[a-z_]+',|\(WHERE kind = '([a-z_]+)'\)")


def modules() -> Iterator[tuple[str, str]]:
    """Every module of ours that raises alarms, with its source."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if any(way in source for way in WAYS) and path not in MAKERS:
                yield ".".join(path.relative_to(ROOT).with_suffix("").parts), source


def given_to_raise_once(name: str, source: str) -> Iterator[str]:
    """The kinds of calls and of statements' values: words, or constants of the module."""
    module = import_module(name)
    for node in ast.walk(ast.parse(source)):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("raise_once"):
            given = [keyword.value for keyword in node.keywords if keyword.arg == "kind"]
        elif isinstance(node, ast.Dict) and "INSERT INTO platform_alarm" in source:
            pairs = zip(node.keys, node.values, strict=True)
            given = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "kind"]
        for value in given:
            yield value.value if isinstance(value, ast.Constant) else getattr(module, ast.unparse(value))


def written_in_sql(name: str) -> Iterator[str]:
    """The kinds in statements, as they are when their constants are filled in."""
    for value in vars(import_module(name)).values():
        if isinstance(value, str) and "INSERT INTO platform_alarm" in value:
            yield from ({one or other for one, other in IN_SQL.findall(value)} - set(Channel.values))


def kinds_in_code() -> dict[str, str]:
    return {
        kind: name
        for name, source in modules()
        for kind in [*given_to_raise_once(name, source), *written_in_sql(name)]
    }


def test_it_finds_the_kinds_that_the_code_raises() -> None:
    """The search itself is not blind: one of each way to raise."""
    one_of_each = {
        "clock_jumped", "tier_breach", "clock_gap", "blocked", "nobody_serves", "empty_shift", "terms_outrun",
    }  # fmt: skip
    assert one_of_each <= set(kinds_in_code())
    silent = [
        name for name, source in modules() if not {*given_to_raise_once(name, source), *written_in_sql(name)}
    ]
    assert silent == []


def test_every_alarm_has_words_advice_and_a_chapter_and_none_is_stale() -> None:
    kinds = set(kinds_in_code())
    chapters = {name for name in CHAPTERS if name.islower()}
    assert (kinds - set(TITLES), kinds - set(ADVICE), kinds - chapters) == (set(), set(), set())
    assert (set(TITLES) - kinds, set(ADVICE) - kinds, chapters - kinds) == (set(), set(), set())


def test_every_rule_has_a_chapter_and_none_is_stale() -> None:
    assert {rule["alert"] for rule in RULES} == {name for name in CHAPTERS if not name.islower()}
    for rule in RULES:
        assert rule["annotations"]["runbook"] == f"docs/runbooks.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"critical", "warning"}


@pytest.mark.parametrize("name", sorted(CHAPTERS))
def test_a_chapter_answers_all_five_questions(name: str) -> None:
    assert tuple(re.findall(r"^- \*\*(\w+)\*\*: \S", CHAPTERS[name], flags=re.MULTILINE)) == PARTS


def test_every_round_that_may_be_late_says_what_stands_still_meanwhile() -> None:
    named = re.findall(r"^\| `(\w+)` \| \S", CHAPTERS["RoundLate"], flags=re.MULTILINE)
    assert sorted(named) == sorted(one.name for one in rounds.ROUNDS)


def test_it_names_commands_that_exist() -> None:
    from django.core.management import get_commands

    named = set(re.findall(r"manage\.py (\w+)", TEXT + (ROOT / "docs" / "operations.md").read_text()))
    assert {"doctor", "banner"} <= named
    assert named - set(get_commands()) == set()


@pytest.mark.django_db
def test_every_rule_asks_for_figures_that_exist() -> None:
    """A portal in which something of each sort has happened shows every figure that a rule names."""
    now = database_now()
    outbox.enqueue(channel="email", kind="hop", subject_kind="case", subject_id=1, now=now)
    platform_alarms.raise_once(
        kind="blocked", subject_kind="case", subject_id=1, severity="critical", now=now
    )
    heartbeats.beat("escalator", now)
    tally.count("requests_total", route="call", status="5xx", method="GET")
    tally.observe("request_seconds", 0.1, route="call", status="5xx")
    tally.count("log_errors_total", process="worker", logger="omsportal")
    counters.add_up()
    shown = set(re.findall(r"^(omsportal_\w+)", metrics.exposition(now), flags=re.MULTILINE))
    asked = {name for rule in RULES for name in re.findall(r"\bomsportal_\w+", rule["expr"])}
    assert len(asked) > 12
    assert asked - shown == set()
    others = {name for rule in RULES for name in re.findall(r"\b([a-z_]+)\{", rule["expr"])} - asked
    assert others <= FOREIGN


def test_the_rules_are_balanced() -> None:
    for rule in RULES:
        for opening, closing in ("()", "{}", "[]"):
            assert rule["expr"].count(opening) == rule["expr"].count(closing), rule["alert"]
