"""How the two dates of a case were counted, for people: rule, schedule, days. Nothing is counted anew."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from complaints.models import Complaint, Deadline, EffectiveRule, History, LimitUnit
from complaints.querysets import DatedQuerySet
from complaints.services.legal import ANSWER_DAYS
from insurers.models import WorkingSpan
from insurers.querysets import WorkingSpanQuerySet

#: More spans than these are told as "and so on": a year of them helps nobody.
MOST_SPANS = 20


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """One span of working time between the start and the due moment, in the branch's time."""

    starts_at: datetime
    ends_at: datetime

    @property
    def hours(self) -> float:
        return round((self.ends_at - self.starts_at).total_seconds() / 3600, 1)

    @property
    def starts_text(self) -> str:
        return f"{self.starts_at:%H:%M}"

    @property
    def ends_text(self) -> str:
        """Midnight as the end of a day, not as its beginning."""
        return "24:00" if self.ends_at.date() != self.starts_at.date() else f"{self.ends_at:%H:%M}"


@dataclass(frozen=True, slots=True)
class LegalDate:
    """The date of the answer: calendar days from registration, moved off a day off."""

    registered_on: date
    days: int
    due_on: date
    counted_on: date
    basis: str

    @property
    def is_moved(self) -> bool:
        return self.due_on != self.counted_on


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything the page tells."""

    rule: EffectiveRule | None
    round_the_clock: bool
    spans: list[WorkingDay]
    more_spans: bool
    changes: list[History]
    legal: LegalDate | None

    @property
    def reaction_unit(self) -> str:
        return str(LimitUnit(self.rule.reaction_unit).label) if self.rule else ""

    @property
    def resolution_unit(self) -> str:
        return str(LimitUnit(self.rule.resolution_unit).label) if self.rule else ""


def how_counted(complaint: Complaint) -> Counted:
    """The rule in force for the case, the working time it was laid over, and every change of the moment."""
    rule = _rule(complaint)
    always = rule is not None and _unit(rule, complaint) in {"second", "minute"}
    spans = [] if always else list(_spans(complaint)[: MOST_SPANS + 1])
    return Counted(
        rule=rule,
        round_the_clock=always,
        spans=[_clipped(span, complaint) for span in spans[:MOST_SPANS]],
        more_spans=len(spans) > MOST_SPANS,
        changes=[line for line in complaint.history.timeline() if _moved(line)],
        legal=_legal(complaint) if complaint.answer_due_on else None,
    )


def _rule(complaint: Complaint) -> EffectiveRule | None:
    """By the unique key effective_rule_key, as the engine finds it."""
    return EffectiveRule.objects.filter(
        edition=complaint.rule_edition_id,
        insurer_key=complaint.branch.insurer_id or 0,
        kind=complaint.kind,
        category=complaint.category_id,
        urgency=complaint.urgency,
        tier=complaint.tier,
    ).first()


def _unit(rule: EffectiveRule, complaint: Complaint) -> str:
    return rule.reaction_unit if complaint.stage == "reaction" else rule.resolution_unit


def _spans(complaint: Complaint) -> WorkingSpanQuerySet:
    schedule = WorkingSpan.objects.of(complaint.branch.schedule)
    return schedule.overlapping(complaint.entered_at, complaint.due_at)


def _clipped(span: WorkingSpan, complaint: Complaint) -> WorkingDay:
    zone = complaint.branch.zone
    starts_at = max(span.starts_at, complaint.entered_at)
    return WorkingDay(starts_at.astimezone(zone), min(span.ends_at, complaint.due_at).astimezone(zone))


def _moved(line: History) -> bool:
    return line.due_after is not None and line.due_after != line.due_before


def _legal(complaint: Complaint) -> LegalDate:
    registered_on, due_on = complaint.registered_on, complaint.answer_due_on
    assert due_on is not None
    row = _term(registered_on)
    days = (row.value if row else ANSWER_DAYS) + complaint.extended_by_days
    counted_on = registered_on + timedelta(days=days)
    return LegalDate(registered_on, days, due_on, counted_on, row.basis if row else "")


def _term(day: date) -> Deadline | None:
    terms: DatedQuerySet = Deadline.objects.terms_of("appeal").valid_on(day).filter(code="ANSWER")
    return next(iter(terms), None)
