"""Whole pages' worth of reading: which numbers to call now, who works in a region."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils.translation import get_language
from phonenumber_field.phonenumber import PhoneNumber

from insurers import names
from insurers.hours_text import in_english
from insurers.models import (
    Branch,
    CalendarDay,
    ClinicPost,
    DayKind,
    Hotline,
    Insurer,
    Office,
    Region,
    WorkingSpan,
)
from insurers.production_calendar import is_public_holiday

Row = TypeVar("Row", Region, Insurer)
RUSSIAN = "ru"
#: Nobody looks for more words than that.
MOST_WORDS = 5


def hours_said(shown: str) -> str:
    """Hours in the language of whoever reads; they are kept as they are read in Russian."""
    return shown if (get_language() or RUSSIAN).startswith(RUSSIAN) else in_english(shown)


@dataclass(frozen=True, slots=True)
class NumberToCall:
    """A phone and whether somebody answers it at the moment.

    `answers_now` is None while the hours are not confirmed: the page says that, and does not guess.
    `opens_at` is set only for a phone known to be silent now; `time_zone` is the one to show it in.
    """

    hotline: Hotline
    answers_now: bool | None
    opens_at: datetime | None

    @property
    def phone(self) -> PhoneNumber:
        phone: PhoneNumber = self.hotline.phone
        return phone

    @property
    def owner(self) -> Insurer | Branch:
        return self.hotline.owner

    @property
    def time_zone(self) -> str | None:
        return self.hotline.schedule.time_zone if self.hotline.schedule else None

    @property
    def hours_confirmed(self) -> bool:
        return self.answers_now is not None


@dataclass(frozen=True, slots=True)
class Entry:
    """One branch or fund of the directory."""

    branch: Branch
    numbers: Sequence[NumberToCall]
    offices: Sequence[Office]
    clinic_posts: Sequence[ClinicPost]


@dataclass(frozen=True, slots=True)
class RegionDirectory:
    """Who answers for the insured of a region; `fund` is None while nobody has entered it."""

    region: Region
    fund: Entry | None
    insurers: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Company:
    """An insurer found by its name: its phones for the whole country, and its branches by region."""

    insurer: Insurer
    numbers: Sequence[NumberToCall]
    branches: Sequence[Branch]


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What was found: one region with everybody in it, or several regions and companies to choose from.

    `is_narrowed`: of the region only the companies with the typed name are shown.
    """

    directory: RegionDirectory | None = None
    regions: Sequence[Region] = ()
    companies: Sequence[Company] = ()
    is_narrowed: bool = False

    @property
    def is_empty(self) -> bool:
        return self.directory is None and not self.regions and not self.companies


def look_up(*, region: Region | None, name: str, now: datetime) -> LookedUp:
    """By region, by the name of an insurer or region, or by both; a mistyped name is found too."""
    regions, insurers = _named(name, today_in(region, now))
    if region is None and len(regions) == 1:
        region = regions[0]
    if region is None:
        return LookedUp(regions=regions, companies=_companies(insurers, now))
    whole = directory(region=region, now=now)
    wanted = [entry for entry in whole.insurers if entry.branch.insurer in insurers]
    if not wanted:
        return LookedUp(directory=whole)
    return LookedUp(RegionDirectory(region, whole.fund, wanted), is_narrowed=True)


def numbers_to_call(*, region: Region | None, insurer: Insurer | None, now: datetime) -> list[NumberToCall]:
    """The insurer's numbers, those of its branch in the region first; the fund's when it has none there.

    Those that answer come first, then those whose hours nobody confirmed, the silent ones last.
    """
    today = today_in(region, now)
    own = _of_insurer(region, insurer, today) if insurer else []
    hotlines = own or _of_fund(region, today)
    # sorted() is stable: among equals the branch stays before the whole country.
    return sorted(with_answers(hotlines, now), key=_readiness)


def directory(*, region: Region, now: datetime) -> RegionDirectory:
    """Every branch of the region and its fund, with phones, offices and posts in clinics."""
    today = today_in(region, now)
    posts = ClinicPost.objects.valid_on(today).select_related("medical_organisation")
    branches = Branch.objects.in_region(region).valid_on(today).with_names().alphabetical()
    offices = Prefetch("offices", Office.objects.valid_on(today))
    branches = branches.prefetch_related(offices, Prefetch("clinic_posts", posts))
    hotlines = Hotline.objects.in_region(region).valid_on(today).with_owners().in_order()
    numbers = with_answers(hotlines, now)
    entries = [_entry(branch, numbers) for branch in branches]
    fund = next((entry for entry in entries if entry.branch.is_fund), None)
    return RegionDirectory(region, fund, [entry for entry in entries if not entry.branch.is_fund])


def with_answers(hotlines: Iterable[Hotline], now: datetime) -> list[NumberToCall]:
    """The same phones in the same order, each with its answer; two queries for all of them."""
    hotlines = list(hotlines)
    spans = WorkingSpan.objects.of_schedules({line.schedule_id for line in hotlines if line.schedule_id})
    open_now = spans.covering(now).schedule_ids()
    openings = spans.next_openings(now)
    return [_answered(line, open_now, openings) for line in hotlines]


def today_in(region: Region | None, now: datetime) -> date:
    """The date where the reader is; in Moscow when nobody knows where."""
    return now.astimezone(region.zone if region else ZoneInfo("Europe/Moscow")).date()


def _named(name: str, today: date) -> tuple[list[Region], list[Insurer]]:
    """Each word narrows the regions, the insurers or both; one that fits neither is ignored."""
    words = names.folded_name(name).split()[:MOST_WORDS]
    if not words:
        return [], []
    regions = list(Region.objects.alphabetical())
    insurers = list(Insurer.objects.valid_on(today).alphabetical())
    known = {row.name_key for row in regions} | {row.name_key for row in insurers}
    fitting = [names.named(word, known) for word in words]
    return _narrowed(regions, fitting), _narrowed(insurers, fitting)


def _narrowed(rows: Sequence[Row], fitting: Sequence[frozenset[str]]) -> list[Row]:
    """Those whose name fits every word that fits any of them; none when no word does."""
    kept = {row.name_key: row for row in rows}
    telling = [those.intersection(kept) for those in fitting if not those.isdisjoint(kept)]
    left = frozenset.intersection(*telling) if telling else frozenset()
    return [row for key, row in kept.items() if key in left]


def _companies(insurers: Sequence[Insurer], now: datetime) -> list[Company]:
    """Three queries, however many there are."""
    today = today_in(None, now)
    lines = Hotline.objects.valid_on(today).of_insurers(insurers).with_owners().in_order()
    numbers = with_answers(lines, now)
    branches = list(Branch.objects.valid_on(today).of_all(insurers).with_names().by_region())
    return [
        Company(
            insurer,
            [number for number in numbers if number.hotline.insurer_id == insurer.pk],
            [branch for branch in branches if branch.insurer_id == insurer.pk],
        )
        for insurer in insurers
    ]


def _of_insurer(region: Region | None, insurer: Insurer, today: date) -> list[Hotline]:
    valid = Hotline.objects.valid_on(today).with_owners().in_order()
    local = valid.of_branch_in(insurer, region, today) if region else valid.none()
    return [*local, *valid.of_insurer(insurer)]


def _of_fund(region: Region | None, today: date) -> list[Hotline]:
    if region is None:
        return []
    return list(Hotline.objects.valid_on(today).of_fund_in(region).with_owners().in_order())


def calendar_gap(year: int) -> str | None:
    """What the country's calendar of a year lacks: "empty" without any day, "no_decree" without a moved one.

    Eight days of January are holidays by law; the weekend among them is moved each year by a decree. None
    when the calendar is complete.
    """
    days = list(CalendarDay.objects.countrywide().between(date(year, 1, 1), date(year, 12, 31)))
    if not days:
        return "empty"
    moved = [day for day in days if day.kind == DayKind.DAY_OFF and not is_public_holiday(day.date)]
    return None if moved else "no_decree"


def _answered(line: Hotline, open_now: set[int], openings: dict[int, datetime]) -> NumberToCall:
    schedule = line.schedule_id
    if schedule is None or not (schedule in open_now or schedule in openings):
        return NumberToCall(line, None, None)
    if schedule in open_now:
        return NumberToCall(line, True, None)
    return NumberToCall(line, False, openings[schedule])


def _readiness(number: NumberToCall) -> int:
    return {True: 0, None: 1, False: 2}[number.answers_now]


def _entry(branch: Branch, numbers: Sequence[NumberToCall]) -> Entry:
    own = [number for number in numbers if number.hotline.branch_id == branch.pk]
    countrywide = [
        number for number in numbers if branch.insurer_id and number.hotline.insurer_id == branch.insurer_id
    ]
    return Entry(branch, [*own, *countrywide], list(branch.offices.all()), list(branch.clinic_posts.all()))
