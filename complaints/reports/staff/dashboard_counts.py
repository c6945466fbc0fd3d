"""The kept figures of a period: what came and went by day, how long it took, what is rising.

Every read goes by the unique key of the figures; what it costs goes by branches and days, not by cases.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from complaints.escalation.daily_counts import AGE_STEP, DECISIONS, MARK, TIER_STEP, Standing, bucket_minutes
from complaints.models import Category, CountMark, DailyCount
from complaints.models.counts import COUNTED, Measure
from complaints.states import HOPS, Event
from insurers.models import MedicalOrganisation
from representatives.roles import Tier

#: Counts by measure, key and day.
Flows = Mapping[tuple[str, int, date], int]
MEDIAN, P90 = 0.5, 0.9
#: "Rising" compares the last week with the four before; fewer than these in a week are chance.
WEEK, BEFORE_DAYS, LEAST_IN_A_WEEK, RISEN = 7, 28, 5, 1.5
MOST_RISING = 8
_SPANS = (Measure.REACTION_TIME, Measure.DECISION_TIME, Measure.STARS)
_JUDGED = (Measure.UNTOUCHED, Measure.LAST_TENTH)
_RISING = (Measure.CATEGORY, Measure.CLINIC)


@dataclass(frozen=True, slots=True)
class Spans:
    """How long something took in a tier: about, because times are kept in buckets."""

    count: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True, slots=True)
class TierTimes:
    tier: Tier
    reaction: Spans
    decision: Spans


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Marks from 1 to 5, and what was said to "did it help?"."""

    stars: list[tuple[int, int]]
    helped: int
    asked_again: int

    @property
    def rated(self) -> int:
        return sum(count for _star, count in self.stars)

    @property
    def average(self) -> float | None:
        return round(sum(star * count for star, count in self.stars) / self.rated, 1) if self.rated else None


@dataclass(frozen=True, slots=True)
class Rising:
    """A theme or clinic that is complained about more than usual; `usual` is a week's average before."""

    what: Category | MedicalOrganisation
    name: str
    last_week: int
    usual: float


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends belong to it."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=i) for i in range((self.last - self.first).days + 1)]


def marks() -> tuple[CountMark, bool]:
    """How far the figures are counted; and whether decisions are judged less far, by a count of their own:
    after an upgrade that begins with the oldest."""
    known = CountMark.objects.in_bulk([MARK, DECISIONS])
    counted, judged = known.get(MARK) or CountMark(name=MARK), known.get(DECISIONS)
    return counted, judged is None or judged.last_id < counted.last_id


def flows(ids: Sequence[int], period: Period) -> Flows:
    """What happened, by event, tier and day."""
    kept = DailyCount.objects.of([*(event.value for event in COUNTED), *map(str, _JUDGED)]).of_branches(ids)
    rows = kept.between(period.first, period.last).totals("measure", "key", "day")
    return {(measure, key, day): total for measure, key, day, total in rows}


def by_day(counts: Flows, events: Sequence[Event], period: Period) -> list[int]:
    """How often one of these events happened on each day."""
    wanted = {event.value for event in events}
    sums: dict[date, int] = {}
    for (measure, _tier, day), count in counts.items():
        if measure in wanted:
            sums[day] = sums.get(day, 0) + count
    return [sums.get(day, 0) for day in period.days]


def total(counts: Flows, *events: Event | Measure) -> int:
    wanted = {event.value for event in events}
    return sum(count for (measure, _tier, _day), count in counts.items() if measure in wanted)


def hops(counts: Flows, period: Period) -> list[tuple[date, int]]:
    return list(zip(period.days, by_day(counts, sorted(HOPS), period), strict=True))


def times(ids: Sequence[int], period: Period) -> tuple[list[TierTimes], list[tuple[int, int]]]:
    """Times by tier, and the marks of ratings: one query."""
    kept = DailyCount.objects.of([measure.value for measure in _SPANS]).of_branches(ids)
    found: dict[str, dict[int, int]] = {measure.value: {} for measure in _SPANS}
    for measure, key, count in kept.between(period.first, period.last).totals("measure", "key"):
        found[measure][key] = count
    rows = [
        TierTimes(
            tier, _spans(found[Measure.REACTION_TIME], tier), _spans(found[Measure.DECISION_TIME], tier)
        )
        for tier in Tier
    ]
    stars = [(star, found[Measure.STARS].get(star, 0)) for star in range(5, 0, -1)]
    return [row for row in rows if row.reaction.count or row.decision.count], stars


def _spans(kept: Mapping[int, int], tier: Tier) -> Spans:
    buckets = sorted((key % TIER_STEP, n) for key, n in kept.items() if key // TIER_STEP == tier)
    count = sum(n for _bucket, n in buckets)
    return Spans(count, _quantile(buckets, count, MEDIAN), _quantile(buckets, count, P90))


def _quantile(buckets: Sequence[tuple[int, int]], count: int, share: float) -> timedelta | None:
    """The middle of the bucket in which this share of all is reached."""
    sums = accumulate(n for _bucket, n in buckets)
    reached = (bucket for (bucket, _n), so_far in zip(buckets, sums, strict=True) if so_far >= share * count)
    bucket = next(reached, None)
    return None if bucket is None else timedelta(minutes=bucket_minutes(bucket))


def rising(ids: Sequence[int], today: date, *, clinics: bool) -> tuple[list[Rising], list[Rising]]:
    """Themes and clinics complained about more in the last seven days than in the four weeks before."""
    first_of_week = today - timedelta(days=WEEK - 1)
    measures = _RISING if clinics else _RISING[:1]
    kept = DailyCount.objects.of([measure.value for measure in measures]).of_branches(ids)
    since = first_of_week - timedelta(days=BEFORE_DAYS)
    week = kept.between(first_of_week, today).totals("measure", "key")
    before = kept.between(since, first_of_week - timedelta(days=1)).totals("measure", "key")
    usual = {(measure, key): count * WEEK / BEFORE_DAYS for measure, key, count in before}
    grown = {measure: dict(_grown(measure, week, usual)) for measure in map(str, _RISING)}
    themes = Category.objects.in_bulk(list(grown[Measure.CATEGORY]))
    places = MedicalOrganisation.objects.in_bulk(list(grown[Measure.CLINIC])) if clinics else {}
    return (
        [Rising(themes[key], themes[key].title, *pair) for key, pair in grown[Measure.CATEGORY].items()],
        [Rising(places[key], str(places[key]), *pair) for key, pair in grown[Measure.CLINIC].items()],
    )


def _grown(
    measure: str, week: Sequence[tuple[str, int, int]], usual: Mapping[tuple[str, int], float]
) -> Iterator[tuple[int, tuple[int, float]]]:
    """Those that have risen, by how many more than usual."""
    own = [(key, count, usual.get((measure, key), 0.0)) for of, key, count in week if of == measure]
    up = [row for row in own if row[1] >= LEAST_IN_A_WEEK and row[1] >= RISEN * row[2]]
    for key, count, before in sorted(up, key=lambda row: row[2] - row[1])[:MOST_RISING]:
        yield key, (count, round(before, 1))


def stock(of_day: Mapping[date, Sequence[int]]) -> tuple[dict[tuple[int, int], int], dict[int, int]]:
    """Open cases by (tier, age) and by matter, as last written down; `of_day`: branches by the day there."""
    ages: dict[tuple[int, int], int] = {}
    matters: dict[int, int] = {}
    for day, ids in of_day.items():
        kept = DailyCount.objects.of([Measure.OPEN.value, Measure.STANDING.value]).of_branches(ids)
        for measure, key, count in kept.between(day, day).totals("measure", "key"):
            if measure == Measure.OPEN:
                ages[divmod(key, AGE_STEP)] = ages.get(divmod(key, AGE_STEP), 0) + count
            else:
                matters[key] = matters.get(key, 0) + count
    return ages, matters


def open_by_day(ids: Sequence[int], period: Period) -> list[tuple[date, int]]:
    """How many were open at the end of each day; days on which nothing was written down are left out."""
    kept = DailyCount.objects.of([Measure.STANDING.value]).of_branches(ids).filter(key=Standing.ALL)
    return sorted(kept.between(period.first, period.last).totals("day"))
