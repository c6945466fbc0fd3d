"""Searching cases: by what identifies a person among all cards one sees, by words among those one may read.

A word of a story tells as much as the story: who may not open a case does not find it by words either. Both
ways begin at an index and end in `visible_to` or `on_desk_of` of the same statement that reads the rows.

Words go back in time through windows of weeks, each twice as long as the one before: a frequent word fills a
page from the newest weeks, a rare one costs about ten look-ups, however many cases there are. Before that
the newest cases of all are compared as they come: what a large branch hears all day is among them, and the
index would give each of its thousands first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core import signing
from django.db import connection
from django.db.models import Q

from complaints.aspects import meant
from complaints.lemmas import lemmas
from complaints.lexemes import What, lexeme, monday_of, place, query, week_of
from complaints.models import Card, CaseWords, Complaint
from complaints.querysets import ComplaintQuerySet
from complaints.reports.staff.search_surnames import near
from complaints.reports.staff.search_understood import Wanted
from complaints.states import OPEN
from insurers.models import Policy
from insurers.services import policies
from omsportal.platform import digests
from representatives.profiles import Profile

PAGE_SIZE = 20
#: Of one person or policy; more are no search for somebody.
MOST_OF_A_PERSON = 1000
#: Cases with the words that are fetched at a time, and looked at for one page.
CHUNK = 1000
MOST_LOOKED_AT = 15_000
#: The newest cases, of all branches, that are compared one by one, and how many with the words are enough.
NEWEST, ENOUGH = 5000, 200
#: They are asked for the week of the search and for the two before: on a Monday the new week is empty.
QUICK_WINDOWS = 2
_SALT = "complaints.search"

# Index case_words. The sum keeps the planner from walking along the primary key and comparing every row.
_CANDIDATES = """
SELECT complaint_id FROM complaints_casewords
WHERE lexemes @@ %(query)s::tsquery AND complaint_id + 0 < %(before)s
ORDER BY complaint_id + 0 DESC LIMIT %(most)s
"""
# The primary key, backwards, until enough are found.
_AMONG_THE_NEWEST = """
SELECT complaint_id FROM (
    SELECT complaint_id, lexemes FROM complaints_casewords
    WHERE complaint_id < %(before)s ORDER BY complaint_id DESC LIMIT %(newest)s
) AS newest WHERE lexemes @@ %(query)s::tsquery LIMIT %(most)s
"""
_NEWER_THAN_ALL = 2**62


@dataclass(frozen=True, slots=True)
class Found:
    """A page, newest first. `looked_since`: the search stopped there, and goes on from the cursor."""

    rows: list[Complaint]
    next_cursor: str = ""
    looked_since: date | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a search by words stands: the week it began, the number of its window, the case it came to."""

    first_week: int
    window: int = 0
    before: int = _NEWER_THAN_ALL

    @property
    def weeks(self) -> range:
        """Of the window, the newest first: 1, 2, 4, 8 … of them."""
        newest = self.first_week - (2**self.window - 1)
        return range(newest, newest - 2**self.window, -1)


def find(wanted: Wanted, profile: Profile, *, cursor: str = "") -> Found:
    """The page after the cursor; one that does not fit shows the first page."""
    if wanted.number:
        return Found(list(_narrowed(Complaint.objects.visible_to(profile), wanted).by_number(wanted.number)))
    if wanted.identifies:
        return _of_person(wanted, profile, _read(cursor))
    return _by_words(wanted, profile, _read(cursor)) if wanted.has_words else Found([])


def case_number(wanted: Wanted, profile: Profile) -> str | None:
    """The number that was asked for, if there is such a case for this person."""
    if not wanted.number:
        return None
    cases = Complaint.objects.visible_to(profile).by_number(wanted.number)
    found: str | None = cases.values_list("number", flat=True).first()
    return found


def _narrowed(cases: ComplaintQuerySet, wanted: Wanted) -> Any:
    """By plain attributes, with what a line shows."""
    if wanted.branch_id is not None:
        cases = cases.filter(branch_id=wanted.branch_id)
    if wanted.since:
        cases = cases.filter(registered_on__gte=wanted.since)
    if wanted.until:
        cases = cases.filter(registered_on__lte=wanted.until)
    if wanted.is_open is not None:
        cases = cases.open() if wanted.is_open else cases.exclude(status__in=OPEN)
    return cases.with_places().select_related("card")


# --- by what identifies a person ---


def _of_person(wanted: Wanted, profile: Profile, begun: _Place | None) -> Found:
    ids = _ids_of_person(wanted)
    cases = Complaint.objects.visible_to(profile)
    if wanted.has_words:  # beside the identification: only where one may read
        words = query(_groups(replace(wanted, surnames=())))
        ids = list(CaseWords.objects.filter(pk__in=ids).matching(words).values_list("pk", flat=True))
        cases = Complaint.objects.on_desk_of(profile)
    if begun is not None:
        ids = [pk for pk in ids if pk < begun.before]
    rows = list(_narrowed(cases, wanted).filter(pk__in=ids).order_by("-pk")[: PAGE_SIZE + 1])
    return _page(rows, _Place(0))


def _ids_of_person(wanted: Wanted) -> list[int]:
    """Each by its own index of the card; several agree."""
    cards = Card.objects.all()
    if wanted.phone and wanted.snils:  # eleven digits that are both
        cards = cards.filter(Q(phone_blind=digests.blind(wanted.phone, "phone")) | _of_snils(wanted.snils))
    elif wanted.phone:
        cards = cards.filter(phone_blind=digests.blind(wanted.phone, "phone"))
    elif wanted.snils:
        cards = cards.filter(_of_snils(wanted.snils))
    if wanted.policy:
        cards = cards.filter(policy_blind=digests.blind(wanted.policy, "policy number"))
    if wanted.birth_on and wanted.surnames:
        birth = digests.blind(wanted.birth_on.isoformat(), "birth date")
        cards = cards.filter(patient_surname_key__in=_surnames(wanted.surnames), birth_blind=birth)
    return list(cards.values_list("pk", flat=True)[:MOST_OF_A_PERSON])


def _of_snils(snils: str) -> Q:
    """Of the registry: cards do not hold it. The few policies of one person first."""
    known = Policy.objects.by_snils(policies.snils_blind(snils)).values_list("pk", flat=True)
    return Q(policy__in=list(known[:MOST_OF_A_PERSON]))


def _surnames(typed: Iterable[str]) -> set[str]:
    return {name for names in near(typed).values() for name in names}


# --- by words ---


def _by_words(wanted: Wanted, profile: Profile, begun: _Place | None) -> Found:
    groups, branches = _groups(wanted), _branches(wanted, profile)
    if not groups or not branches:
        return Found([])
    standing, lowest = begun or _Place(_newest_week(wanted, profile)), _oldest_week(wanted)
    cases = _narrowed(Complaint.objects.on_desk_of(profile), wanted)
    rows: list[Complaint] = []
    looked_at, quick = 0, QUICK_WINDOWS
    while standing.weeks[0] >= lowest and looked_at < MOST_LOOKED_AT:
        wanting = PAGE_SIZE + 1 - len(rows)
        if quick:
            newest = _candidates(_AMONG_THE_NEWEST, groups, branches, standing, ENOUGH)
            found = rows + _rows(cases, newest, wanting)
            if len(found) > PAGE_SIZE:
                return _page_until(found, standing)
            quick -= 1
        ids = _candidates(_CANDIDATES, groups, branches, standing, CHUNK)
        looked_at += len(ids)
        rows += _rows(cases, ids, wanting)
        if len(rows) > PAGE_SIZE:
            return _page_until(rows, standing)
        standing = _further(standing, ids)
    if standing.weeks[0] < lowest:
        return Found(rows)
    return Found(rows, _write(standing), monday_of(standing.weeks[-1]))


def _page_until(rows: Sequence[Complaint], standing: _Place) -> Found:
    """The next page begins in the window of the last row that is shown."""
    return _page(rows, replace(standing, window=_window_of(rows[PAGE_SIZE - 1], standing)))


def _rows(cases: Any, ids: Sequence[int], most: int) -> list[Complaint]:
    """Those of them that may be shown. The newest come first, and a few of them are enough most often."""
    rows: list[Complaint] = []
    for part in (ids[:ENOUGH], ids[ENOUGH:]):
        if part and len(rows) < most:
            rows += cases.filter(pk__in=part).order_by("-pk")[: most - len(rows)]
    return rows


def _further(standing: _Place, ids: Sequence[int]) -> _Place:
    """The rest of a window that has more than a chunk, or the next window."""
    if len(ids) == CHUNK:
        return replace(standing, before=min(ids))
    return replace(standing, window=standing.window + 1, before=_NEWER_THAN_ALL)


def _window_of(case: Complaint, standing: _Place) -> int:
    """In which window a case lies that was found in this one or in one before."""
    gone = standing.first_week - week_of(case.registered_at)
    return min(max((gone + 1).bit_length() - 1, 0), standing.window)


def _groups(wanted: Wanted) -> list[set[str]]:
    """For each word the lexemes of which a case must have one. Words that stand everywhere are left out."""
    like = near([*wanted.anywhere, *wanted.surnames])
    groups = [_anywhere(word, like[word]) for word in wanted.anywhere if lemmas(word)]
    groups += [{lexeme(What.STORY, lemma) for lemma in meant(word)} for word in wanted.story if lemmas(word)]
    groups += [
        {lexeme(What.CLINIC, lemma) for lemma in lemmas(word)} for word in wanted.clinic if lemmas(word)
    ]
    if wanted.surnames and not wanted.birth_on:
        groups += [{lexeme(What.NAME, name) for name in like[word]} for word in wanted.surnames]
    return groups


def _anywhere(word: str, surnames: Iterable[str]) -> set[str]:
    found = {lexeme(what, lemma) for what in What for lemma in lemmas(word)}
    found |= {lexeme(What.STORY, lemma) for lemma in meant(word)}
    return found | {lexeme(What.NAME, name) for name in surnames}


def _candidates(
    sql: str, groups: Sequence[Iterable[str]], branches: Iterable[int], standing: _Place, most: int
) -> list[int]:
    """The cases of the window that have the words."""
    where = [place(branch, week) for branch in branches for week in standing.weeks]
    values: dict[str, Any] = {
        "query": query([where, *groups]), "before": standing.before, "newest": NEWEST, "most": most,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def _branches(wanted: Wanted, profile: Profile) -> set[int]:
    """Where the cases lie that this person may read: also the few elsewhere that they hold or help with."""
    own = profile.branch_ids | profile.headed_branch_ids | {branch for branch, _tier in profile.covered}
    elsewhere = [Complaint.objects.held_by(profile.user_id).open()]
    if profile.helped_case_ids:
        elsewhere.append(Complaint.objects.filter(pk__in=profile.helped_case_ids))
    found = own.union(*(cases.values_list("branch_id", flat=True) for cases in elsewhere))
    return set(found if wanted.branch_id is None else found & {wanted.branch_id})


def _newest_week(wanted: Wanted, profile: Profile) -> int:
    """One more than that of the day: a day ends later in the west."""
    now = week_of(profile.at)
    return now if wanted.until is None else min(now, _week_of_day(wanted.until) + 1)


def _oldest_week(wanted: Wanted) -> int:
    """That of the first case there is, or of the day from which is asked."""
    first = Complaint.objects.order_by("pk").values_list("registered_at", flat=True).first()
    lowest = week_of(first) - 1 if first else 0
    return lowest if wanted.since is None else max(lowest, _week_of_day(wanted.since) - 1)


def _week_of_day(day: date) -> int:
    return (day - monday_of(0)).days // 7


# --- pages ---


def _page(rows: Sequence[Complaint], standing: _Place) -> Found:
    shown = list(rows[:PAGE_SIZE])
    more = len(rows) > PAGE_SIZE
    return Found(shown, _write(replace(standing, before=shown[-1].pk)) if more else "")


def _write(standing: _Place) -> str:
    """Numbers of a week, a window and a row: an address may show them."""
    return signing.dumps([standing.first_week, standing.window, standing.before], salt=_SALT)


def _read(cursor: str) -> _Place | None:
    if not cursor:
        return None
    try:
        first_week, window, before = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    return _Place(int(first_week), int(window), int(before))
