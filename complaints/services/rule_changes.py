"""What a changed rule does to open cases: shorter limits hold at once, longer ones only if the fund agreed.

Without that agreement the rules as they were stay behind as an edition of their own, and the open cases that
would get more time in their tier or a later one keep it: through reactions, hops and changed calendars.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _

from complaints.escalation import recount, recount_sql
from complaints.models import EscalationRule, RuleEdition
from complaints.services import rules
from insurers.models import Branch
from insurers.services.organisations import INSURER_ADDED
from omsportal.platform import jobs
from omsportal.platform.models import Job

#: The job that recounts open cases after a changed rule.
RULES_CHANGED = "rules.changed"
#: The key of funds, which have no insurer.
FUND_KEY = 0
_TICK = timedelta(microseconds=1)
_FIELDS = (
    "insurer_id", "kind", "category_id", "urgency", "tier",
    "reaction_limit", "reaction_unit", "resolution_limit", "resolution_unit",
)  # fmt: skip
_ROUND_THE_CLOCK = "('second', 'minute')"


def _seconds(limit: str, day: str) -> str:
    return f"""{limit}_limit * CASE {limit}_unit WHEN 'working_day' THEN {day} WHEN 'working_hour' THEN 3600
        WHEN 'minute' THEN 60 ELSE 1 END"""


def _not_longer(name: str) -> str:
    """The new limit gives no more time on any schedule: working time takes at least as long as it counts."""
    new, old = f"new.{name}", f"old.{name}"
    return f"""({new}_unit = {old}_unit AND {new}_limit <= {old}_limit
        OR ({new}_unit IN {_ROUND_THE_CLOCK} OR {old}_unit NOT IN {_ROUND_THE_CLOCK})
            AND {_seconds(new, "days.longest")} <= {_seconds(old, "days.shortest")})"""


# A first reaction that nobody asks for any more, or a limit that is gone, is more time too.
_LONGER = f"""(old.id IS NOT NULL AND (new.id IS NULL OR NOT {_not_longer("resolution")}
    OR old.reaction_limit IS NOT NULL AND (new.reaction_limit IS NULL OR NOT {_not_longer("reaction")})))"""
_DAYS = """(SELECT coalesce(min(day_seconds), 86400) AS shortest, coalesce(max(day_seconds), 86400) AS longest
    FROM insurers_workingaxis) AS days"""
_SAME_KEY = """new.insurer_key = old.insurer_key AND new.kind = old.kind AND new.category_id = old.category_id
    AND new.urgency = old.urgency AND new.tier = old.tier"""
_LIMITS = "(new.reaction_limit, new.reaction_unit, new.resolution_limit, new.resolution_unit)"

_COMPARE = f"""
SELECT array_agg(DISTINCT coalesce(new.insurer_key, old.insurer_key)),
    array_agg(DISTINCT coalesce(new.kind, old.kind)),
    array_agg(DISTINCT coalesce(new.category_id, old.category_id)),
    array_agg(DISTINCT coalesce(new.urgency, old.urgency)), array_agg(DISTINCT coalesce(new.tier, old.tier)),
    bool_or({_LONGER})
FROM (SELECT * FROM complaints_effectiverule WHERE edition_id = %(edition)s) AS new
FULL JOIN (SELECT * FROM complaints_effectiverule WHERE edition_id = %(earlier)s) AS old ON {_SAME_KEY}
CROSS JOIN {_DAYS}
WHERE {_LIMITS} IS DISTINCT FROM {_LIMITS.replace("new.", "old.")}
"""  # noqa: S608  constants of our own
# Cases filed before the change whose limit, here or further up, would grow. Primary key, then the unique
# index effective_rule_key.
_KEEP = """
UPDATE complaints_complaint AS row SET rule_edition_id = %(earlier)s
FROM insurers_branch AS b
WHERE row.id = ANY(%(ids)s) AND row.rule_edition_id = %(edition)s AND row.registered_at <= %(changed_at)s
    AND b.id = row.branch_id AND {longer}
"""
#: SQL: a case `row` of branch `b` would get more time than by the earlier edition.
WOULD_GROW = f"""EXISTS (
        SELECT 1 FROM complaints_effectiverule AS old
        LEFT JOIN complaints_effectiverule AS new ON new.edition_id = %(edition)s AND {_SAME_KEY}
        CROSS JOIN {_DAYS}
        WHERE old.edition_id = %(earlier)s AND old.insurer_key = coalesce(b.insurer_id, {FUND_KEY})
            AND old.kind = row.kind AND old.category_id = row.category_id AND old.urgency = row.urgency
            AND old.tier >= row.tier AND {_LONGER})"""  # noqa: S608


@contextmanager
def changing(*, editions: Iterable[RuleEdition], by_id: int | None, now: datetime) -> Iterator[None]:
    """Change rules of these editions inside; then their keys and their open cases follow."""
    with transaction.atomic():
        rules.take_turn()
        before = [(edition, rules_of(edition)) for edition in editions]
        yield
        for edition, earlier in before:
            edition.refresh_from_db()
            apply(edition=edition, earlier=earlier, by_id=by_id, now=now)


def apply(
    *, edition: RuleEdition, earlier: list[dict[str, Any]], by_id: int | None, now: datetime
) -> dict[str, Any] | None:
    """Ask for the recount of what changed; returns that job's arguments, None when no limit changed."""
    arguments = compare(edition=edition, earlier=earlier, now=now)
    if arguments is not None:
        jobs.request(kind=RULES_CHANGED, arguments=arguments, by_id=by_id, now=now)
    return arguments


def compare(*, edition: RuleEdition, earlier: list[dict[str, Any]], now: datetime) -> dict[str, Any] | None:
    """Expand the edition; which keys changed, and the edition that keeps the earlier rules if one must.

    The caller has the turn of rules, or tries it out in a shadow of their keys and keeps nobody waiting.
    """
    rules.build(edition=edition)
    if not earlier:
        return None
    with transaction.atomic():
        kept = _keep(edition, earlier, now)
        changed = _compare(edition, kept)
        is_kept = changed is not None and changed["longer"] and not edition.approved_by_fund
        if not is_kept:
            transaction.set_rollback(True)  # deleting it would look through all cases
    if changed is None:
        return None
    about = {"edition": edition.pk, "earlier": kept.pk if is_kept else None, "changed_at": now.isoformat()}
    return changed | about


def rules_of(edition: RuleEdition) -> list[dict[str, Any]]:
    """Its rules as plain values."""
    return list(edition.rules.order_by("pk").values(*_FIELDS)) if edition.pk else []


def _keep(edition: RuleEdition, earlier: list[dict[str, Any]], now: datetime) -> RuleEdition:
    """The rules as they were, in force for no new case: a tick before the edition they belong to."""
    second_before = edition.filed_from - timedelta(seconds=1)
    older = RuleEdition.objects.filter(filed_from__gt=second_before, filed_from__lt=edition.filed_from)
    first = older.order_by("filed_from").first() or edition
    title = _("%(title)s, as it was until %(moment)s") % {
        "title": edition.title,
        "moment": f"{now:%d.%m.%Y %H:%M} UTC",
    }
    kept: RuleEdition = RuleEdition.objects.create(title=title[-120:], filed_from=first.filed_from - _TICK)
    EscalationRule.objects.bulk_create(EscalationRule(edition=kept, **rule) for rule in earlier)
    rules.build(edition=kept)
    return kept


def _compare(edition: RuleEdition, earlier: RuleEdition) -> dict[str, Any] | None:
    names = ("insurers", "kinds", "categories", "urgencies", "tiers", "longer")
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, {"edition": edition.pk, "earlier": earlier.pk})
        row = cursor.fetchone()
    return None if row[0] is None else dict(zip(names, row, strict=True))


def recount_rules(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    """The job `rules.changed`: cases that may not get more time keep their rules, all are counted anew."""
    which = which_cases(job.arguments)
    kept = keep_rules(job.arguments) if job.arguments["earlier"] else 0
    counted = recount.recount(recount_sql.IDS_OF_KEYS, which, progress)
    if job.arguments["earlier"]:
        _forget_unused(job.arguments["earlier"])
    return counted | {"kept": kept}


def which_cases(arguments: dict[str, Any]) -> dict[str, Any]:
    """Parameters of the statement that finds the open cases of a change."""
    owners = Q(insurer__in=arguments["insurers"])
    if FUND_KEY in arguments["insurers"]:
        owners |= Q(insurer=None)
    return {
        "branches": list(Branch.objects.filter(owners).values_list("pk", flat=True)),
        "editions": [arguments["edition"], arguments["earlier"] or arguments["edition"]],
        **{name: arguments[name] for name in ("kinds", "categories", "urgencies", "tiers")},
    }


def keep_rules(arguments: dict[str, Any]) -> int:
    """Leave cases whose time would grow under the rules as they were; returns how many."""
    about = {name: arguments[name] for name in ("edition", "earlier", "changed_at")}
    kept = 0
    for ids in recount.batches(recount.find(recount_sql.IDS, which_cases(arguments))):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_KEEP.format(longer=WOULD_GROW), {**about, "ids": ids})
            kept += cursor.rowcount
    return kept


def _forget_unused(edition_id: int) -> None:
    """No case stayed under the rules as they were: the edition would only puzzle people."""
    try:
        RuleEdition.objects.filter(pk=edition_id).delete()
    except ProtectedError:
        return


def expand_for_insurer(job: Job, progress: jobs.Progress) -> dict[str, Any]:  # noqa: ARG001  a handler's form
    """The job `insurer.added`: its cases find their limits by keys of their own."""
    return {"keys": rules.expand_all()}


def register() -> None:
    """Called once, when the app is ready."""
    jobs.register(RULES_CHANGED, recount_rules)
    jobs.register(INSURER_ADDED, expand_for_insurer)
