"""How the two dates of a case were counted, for people. Nothing is counted anew."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise

from complaints.deadlines import ANSWER_DAYS, MOST_EXTENSION_DAYS, SATURDAY
from complaints.kinds import Stage
from complaints.models import Complaint, Deadline, EffectiveRule, History, LimitUnit
from complaints.querysets import DatedQuerySet
from complaints.reports import dates_words as words
from complaints.states import HOPS, Event, Status
from insurers.models import CalendarDay, DayKind, WorkingSchedule, WorkingSpan
from omsportal.platform.said import plainly

#: More spans than these are told as "and so on": a year of them helps nobody.
MOST_SPANS = 20
ROUND_THE_CLOCK = {LimitUnit.SECOND, LimitUnit.MINUTE}


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """One piece of working time in which the clock ran, in the branch's time."""

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
class Pause:
    """The clock stood still; `ended_at` is None while it still does."""

    began_at: datetime
    ended_at: datetime | None
    why: str | Promise


@dataclass(frozen=True, slots=True)
class Change:
    """The due moment moved, or was set for the first time."""

    event: str
    at: datetime
    before: datetime | None
    after: datetime
    why: str | Promise
    by: str  # name of the member of staff, for staff only


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day on which the answer cannot fall due."""

    day: date
    title: str


@dataclass(frozen=True, slots=True)
class LegalChange:
    """The date of the answer moved."""

    at: datetime
    before: date
    after: date
    why: str | Promise


@dataclass(frozen=True, slots=True)
class LegalDate:
    """The date of the answer: calendar days from registration, moved off days off, and every change of it."""

    registered_on: date
    days: int
    extended_by: int
    due_on: date
    counted_on: date
    days_off: Sequence[DayOff]
    basis: str
    changes: Sequence[LegalChange] = ()
    counted_from: date | None = None  # the event became known before this appeal was registered

    @property
    def is_moved(self) -> bool:
        return self.due_on != self.counted_on


@dataclass(frozen=True, slots=True)
class Stay:
    """Since when and by whose limit the clock of the tier runs; a returned case runs on the tier above's."""

    tier: int
    stage: str
    starts_at: datetime
    returned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything the page and the API tell."""

    stay: Stay
    due_at: datetime
    rule: EffectiveRule | None
    schedule: WorkingSchedule
    hours: Sequence[tuple[str, str]]
    special_days: Sequence[CalendarDay]
    spans: Sequence[WorkingDay]
    more_spans: bool
    pauses: Sequence[Pause]
    changes: Sequence[Change]
    legal: LegalDate | None
    seconds_left: int | None

    @property
    def limit(self) -> int | None:
        if self.rule is None:
            return None
        value = self.rule.reaction_limit if self.is_reaction else self.rule.resolution_limit
        return None if value is None else int(value)

    @property
    def unit(self) -> str:
        if self.rule is None:
            return ""
        return str(self.rule.reaction_unit if self.is_reaction else self.rule.resolution_unit)

    @property
    def is_reaction(self) -> bool:
        return self.stay.stage == Stage.REACTION and self.rule is not None and bool(self.rule.reaction_limit)

    @property
    def round_the_clock(self) -> bool:
        return self.unit in ROUND_THE_CLOCK

    @property
    def rule_text(self) -> str:
        """The rule as a sentence without tier numbers."""
        return words.rule(self.stay.tier, self.is_reaction, self.limit, self.unit)

    @property
    def left_text(self) -> str:
        return words.hours_left(self.seconds_left) if self.seconds_left is not None else ""


def how_counted(
    complaint: Complaint, history: Iterable[History] | None = None, *, named: bool = False
) -> Counted:
    """The rule in force for the case, the working time it was laid over, and every change of the moment.

    `history` are its lines in order, if the caller has read them already; `named` tells who changed a date.
    """
    lines = list(complaint.history.order_by("id") if history is None else history)
    stay, schedule = _stay(complaint, lines), complaint.branch.schedule
    rule, pauses = _rule(complaint, stay.tier), list(_pauses(lines, stay.starts_at))
    bare = Counted(
        stay=stay, due_at=complaint.due_at, rule=rule, schedule=schedule, hours=week_of(schedule),
        special_days=[], spans=[], more_spans=False, pauses=pauses,
        changes=[_change(line, named) for line in lines if _moved(line)],
        legal=_legal(complaint, lines) if complaint.answer_due_on else None,
        seconds_left=complaint.remaining_seconds if complaint.status == Status.WAITING else None,
    )  # fmt: skip
    return bare if bare.round_the_clock else _with_days(bare, complaint)


def _with_days(counted: Counted, complaint: Complaint) -> Counted:
    running = list(_running(counted))
    zone = complaint.branch.zone
    first, last = running[0][0], max(end for _start, end in running)
    spans = WorkingSpan.objects.of(counted.schedule).overlapping(first, last)
    read = list(spans[: MOST_SPANS + 1])
    clipped = [
        WorkingDay(max(span.starts_at, start).astimezone(zone), min(span.ends_at, end).astimezone(zone))
        for span in read[:MOST_SPANS]
        for start, end in running
        if span.starts_at < end and span.ends_at > start
    ]
    special = list(_special_days(counted.schedule, first.astimezone(zone), last.astimezone(zone)))
    return replace(counted, spans=clipped, more_spans=len(read) > MOST_SPANS, special_days=special)


def _running(counted: Counted) -> Iterator[tuple[datetime, datetime]]:
    """From when to when the clock ran, pause by pause."""
    start = counted.stay.starts_at
    for pause in counted.pauses:
        yield start, min(pause.began_at, counted.due_at)
        if pause.ended_at is None:
            return
        start = pause.ended_at
    yield start, max(start, counted.due_at)


def _stay(complaint: Complaint, lines: Sequence[History]) -> Stay:
    """As escalation.recount_sql finds it."""
    hops = {line.hop: line for line in lines if line.event in HOPS}
    last = hops.get(complaint.hop)
    if last is None or last.event != Event.RETURNED or last.from_tier is None:
        return Stay(complaint.tier, complaint.stage, complaint.entered_at, None)
    climbed = hops.get(complaint.hop - 1)
    reacted = any(line.event == Event.REACTED and line.hop == complaint.hop - 1 for line in lines)
    stage = Stage.RESOLUTION if reacted else Stage.REACTION
    return Stay(last.from_tier, stage, climbed.at if climbed else complaint.registered_at, last.at)


def _pauses(lines: Sequence[History], since: datetime) -> Iterator[Pause]:
    for number, line in enumerate(lines):
        if line.event == Event.WAITED and line.at >= since:
            end = next((later for later in lines[number:] if later.event == Event.RESUMED), None)
            yield Pause(line.at, end.at if end else None, words.pause(end.cause if end else ""))


def _change(line: History, named: bool) -> Change:
    assert line.due_after is not None
    by = str(line.by) if named and line.by else ""
    return Change(line.event, line.at, line.due_before, line.due_after, words.change(line.event), by)


def _moved(line: History) -> bool:
    return line.due_after is not None and line.due_after != line.due_before


def _rule(complaint: Complaint, tier: int) -> EffectiveRule | None:
    """By the unique key effective_rule_key, as the engine finds it."""
    return EffectiveRule.objects.filter(
        edition=complaint.rule_edition_id,
        insurer_key=complaint.branch.insurer_id or 0,
        kind=complaint.kind,
        category=complaint.category_id,
        urgency=complaint.urgency,
        tier=tier,
    ).first()


def week_of(schedule: WorkingSchedule) -> list[tuple[str, str]]:
    """Ordinary hours as people write them: ("mon–fri", "09:00–18:00")."""
    pieces: dict[int, list[str]] = {}
    for row in schedule.hours.all():
        ends = "24:00" if not (row.ends.hour or row.ends.minute) else f"{row.ends:%H:%M}"
        pieces.setdefault(row.weekday, []).append(f"{row.starts:%H:%M}–{ends}")
    days = [(weekday, ", ".join(sorted(texts))) for weekday, texts in sorted(pieces.items())]
    # Days that follow each other with the same hours differ from their place by the same number.
    groups = groupby(enumerate(days), key=lambda each: (each[1][0] - each[0], each[1][1]))
    return [(_days_text([day for _place, (day, _text) in group]), key[1]) for key, group in groups]


def _days_text(days: Sequence[int]) -> str:
    names = [str(WEEKDAYS_ABBR[day]).lower() for day in days]
    return names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"


def _special_days(schedule: WorkingSchedule, first: datetime, last: datetime) -> Iterator[CalendarDay]:
    """Days unlike their weekday; the region's own win over the country's."""
    if not schedule.follows_calendar or schedule.round_the_clock:
        return
    rows = CalendarDay.objects.of(schedule.region_id).between(first.date(), last.date())
    found = {row.date: row for row in sorted(rows, key=lambda row: row.region_id or 0)}
    yield from (found[day] for day in sorted(found))


def _legal(complaint: Complaint, lines: Sequence[History]) -> LegalDate:
    registered_on, due_on = complaint.registered_on, complaint.answer_due_on
    assert due_on is not None
    row = _term(registered_on)
    days = row.value if row else ANSWER_DAYS
    extended = min(complaint.extended_by_days, MOST_EXTENSION_DAYS)
    counted_on = (complaint.counts_from_on or registered_on) + timedelta(days=days + extended)
    days_off = list(_days_off(complaint, due_on, counted_on)) if due_on < counted_on else []
    basis = plainly(row, "basis") if row else ""
    changes = [
        LegalChange(line.at, line.answer_before, line.answer_after, words.legal_change(line.event))
        for line in lines
        if line.answer_before is not None and line.answer_after is not None
    ]
    return LegalDate(
        registered_on, days, extended, due_on, counted_on, days_off, basis, changes, complaint.counts_from_on
    )


def _days_off(complaint: Complaint, due_on: date, counted_on: date) -> Iterator[DayOff]:
    """Those between the two, with the holiday's name. A date that had passed when the calendar changed keeps
    working days between them."""
    rows = CalendarDay.objects.of(complaint.branch.region_id).between(due_on, counted_on)
    special = {row.date: row for row in sorted(rows, key=lambda row: row.region_id or 0)}
    for offset in range(1, (counted_on - due_on).days + 1):
        day = due_on + timedelta(days=offset)
        row = special.get(day)
        if row.kind == DayKind.DAY_OFF if row else day.weekday() >= SATURDAY:
            yield DayOff(day, row.title if row else "")


def _term(day: date) -> Deadline | None:
    terms: DatedQuerySet = (
        Deadline.objects.terms_of("appeal").valid_on(day).filter(code="ANSWER", region=None)
    )
    return terms.order_by("pk").first()
