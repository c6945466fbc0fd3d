"""Reads of this app in domain words."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import Case, F, Min, Q, When

if TYPE_CHECKING:
    from insurers.models import (  # noqa: F401  (annotations name them)
        Branch,
        CalendarDay,
        Hotline,
        Insurer,
        MedicalOrganisation,
        Policy,
        Region,
        Revision,
        WorkingSchedule,
        WorkingSpan,
    )

Row = TypeVar("Row", bound=models.Model, covariant=True)
#: An 8 or 7 before fewer digits than these may be part of the number itself.
_LEAST_AFTER_PREFIX = 3


class ValidQuerySet(models.QuerySet[Row]):
    """Rows with a period of validity; both ends belong to it, an empty end is open."""

    def valid_on(self, day: date) -> Self:
        started = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        not_ended = Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        return self.filter(started, not_ended)

    def not_over(self, day: date) -> Self:
        """In force on this day or later."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))

    def over(self, day: date) -> Self:
        """They ended before this day."""
        return self.filter(valid_to__lt=day)


class PlaceQuerySet(ValidQuerySet[Row]):
    """What stands in a branch: offices, posts in clinics."""

    def of_branch(self, branch: "Branch") -> Self:
        return self.filter(branch=branch)

    def of_branches(self, branches: Any) -> Self:
        return self.filter(branch__in=branches)

    def with_owners(self) -> Self:
        return self.select_related("branch__insurer", "branch__region", "branch__schedule")


class RegionQuerySet(models.QuerySet["Region"]):
    def by_code(self, code: str) -> "Region | None":
        return self.filter(code=code).first()

    def alphabetical(self) -> Self:
        """Ё stands beside Е: PostgreSQL without ICU would put it after Я."""
        return self.order_by("name_key")


class InsurerQuerySet(ValidQuerySet["Insurer"]):
    def by_code(self, code: str) -> "Insurer | None":
        return self.filter(code=code).first()

    def alphabetical(self) -> Self:
        return self.order_by("name_key")


class BranchQuerySet(ValidQuerySet["Branch"]):
    def of_insurers(self) -> Self:
        return self.filter(kind="insurer")

    def funds(self) -> Self:
        return self.filter(kind="fund")

    def in_region(self, region: "Region") -> Self:
        return self.filter(region=region)

    def of_insurer(self, insurer: "Insurer") -> Self:
        return self.filter(insurer=insurer)

    def of_all(self, insurers: Iterable["Insurer"]) -> Self:
        return self.filter(insurer__in=insurers)

    def by_region(self) -> Self:
        return self.order_by("region__name_key")

    def fund_of_region(self, region: "Region") -> "Branch | None":
        return self.funds().in_region(region).with_names().first()

    def by_codes(self, insurer_code: str, region_code: str) -> "Branch | None":
        """The insurer's branch in a region, by codes: ("sogaz-med", "76")."""
        found = self.filter(insurer__code=insurer_code, region__code=region_code)
        return found.with_names().first()

    def named(self, *, ogrn: str, okato: str) -> "Branch | None":
        """The insurer's branch in a region, as official registers name both; None for empty names."""
        found = self.filter(insurer__ogrn=ogrn, region__okato=okato) if ogrn and okato else self.none()
        return found.with_names().first()

    def of_insurer_or_fund(self, insurer_code: str, region_code: str) -> "Branch | None":
        """The insurer's branch in a region, by codes; the region's fund when it has none there."""
        either = Q(insurer__code=insurer_code) | Q(kind="fund")
        found = self.filter(either, region__code=region_code).with_names()
        return found.order_by(F("kind").desc(), "pk").first()

    def looked_after_by(
        self, *, branches: Iterable[int], insurers: Iterable[int], funds: Iterable[int]
    ) -> Self:
        """These branches, all of these insurers, and all in the regions of these branches' funds."""
        regions = self.model.objects.funds().filter(pk__in=funds).values("region")
        own = Q(pk__in=branches) | Q(insurer__in=insurers) | Q(region__in=regions)
        return self.filter(own)

    def named_like(self, words: str) -> Self:
        """Every typed word occurs in the title, the insurer or the region. Branches are a few hundred."""
        found = self
        for word in words.lower().replace("ё", "е").split():
            named = Q(title_key__contains=word) | Q(insurer__name_key__contains=word)
            found = found.filter(named | Q(region__name_key__contains=word) | Q(region__code=word))
        return found

    def with_names(self) -> Self:
        return self.select_related("insurer", "region", "schedule")

    def alphabetical(self) -> Self:
        """Insurers first, the fund last, as patients look for them."""
        return self.order_by(F("kind").desc(), "title_key", "pk")

    def nearest_first(self, region: "Region") -> Self:
        """Those of the region as `alphabetical`, then region by region."""
        far = Case(When(region=region, then=0), default=1)
        return self.order_by(far, "region__name_key", F("kind").desc(), "title_key", "pk")


class HotlineQuerySet(ValidQuerySet["Hotline"]):
    def of_branch(self, branch: "Branch") -> Self:
        return self.filter(branch=branch)

    def of_branch_in(self, insurer: "Insurer", region: "Region", day: date) -> Self:
        """None of a branch that has ended by that day."""
        own = self.filter(branch__insurer=insurer, branch__region=region)
        return own.filter(Q(branch__valid_to__isnull=True) | Q(branch__valid_to__gte=day))

    def of_fund_in(self, region: "Region") -> Self:
        return self.filter(branch__region=region, branch__kind="fund")

    def of_insurer(self, insurer: "Insurer") -> Self:
        """The insurer's own numbers, valid in the whole country; its branches' numbers are not among them."""
        return self.filter(insurer=insurer)

    def of_insurers(self, insurers: Iterable["Insurer"]) -> Self:
        return self.filter(insurer__in=insurers)

    def owned(self, *, branches: Any, insurers: Iterable[int]) -> Self:
        """Of these branches, or of these insurers in the whole country."""
        return self.filter(Q(branch__in=branches) | Q(insurer__in=insurers))

    def with_digits(self, digits: str) -> Self:
        """Phones with these digits in a row, typed with 8, with +7 or without. Phones are a few thousand."""
        found = Q(phone__contains=digits)
        if digits[0] in "78" and len(digits) > _LEAST_AFTER_PREFIX:
            found |= Q(phone__contains=digits[1:])
        return self.filter(found)

    def unconfirmed_since(self, day: date) -> Self:
        """Nobody has called them since this day, or ever; those that wait longest first."""
        waiting = self.filter(Q(confirmed_on__isnull=True) | Q(confirmed_on__lt=day))
        return waiting.order_by(F("confirmed_on").asc(nulls_first=True), "pk")

    def in_region(self, region: "Region") -> Self:
        """The region's own numbers, and the country-wide ones of insurers that work there."""
        here = Q(branch__region=region)
        countrywide = Q(insurer__branches__region=region)
        return self.filter(here | countrywide).distinct()

    def ever_listed(self, *, owner: "Insurer | Branch", purpose: str, phone: str) -> bool:
        """Whether the owner has, or once had, this phone for this purpose: the history of changes knows."""
        events = apps.get_model("insurers", "HotlineEvent").objects.filter(purpose=purpose, phone=phone)
        found: bool = events.filter(**{owner._meta.model_name or "": owner}).exists()
        return found

    def with_owners(self) -> Self:
        return self.select_related("insurer", "branch__insurer", "branch__region", "schedule")

    def in_order(self) -> Self:
        return self.order_by("purpose", "phone", "extension", "pk")


class MedicalOrganisationQuerySet(ValidQuerySet["MedicalOrganisation"]):
    def in_region(self, region: "Region") -> Self:
        return self.filter(region=region)

    def named_like(self, words: str) -> Self:
        """Every typed word occurs in the name; served by the trigram index on the folded name."""
        found = self
        for word in words.lower().replace("ё", "е").split():
            found = found.filter(name_key__contains=word)
        return found

    def described_by(self, words: Iterable[str]) -> Self:
        """Every word occurs in name or address. Only for the few of one region: addresses have no index."""
        found = self
        for word in words:
            found = found.filter(Q(name_key__contains=word.replace("ё", "е")) | Q(address__icontains=word))
        return found

    def alphabetical(self) -> Self:
        return self.order_by("name_key", "pk")


class WorkingScheduleQuerySet(models.QuerySet["WorkingSchedule"]):
    def by_code(self, code: str) -> "WorkingSchedule | None":
        return self.filter(code=code).first()

    def with_hours(self) -> Self:
        return self.prefetch_related("hours").order_by("code")

    def computed_before(self, moment: datetime) -> Self:
        """Those whose working time is older than that, or was never computed although they have hours."""
        has_hours = Q(round_the_clock=True) | Q(hours__isnull=False)
        old = Q(axis__isnull=True) | Q(axis__computed_at__lt=moment)
        return self.filter(has_hours, old).distinct()

    def touched_by(self, region_id: int | None) -> Self:
        """Schedules that a changed calendar day of this region (None: the whole country) may move."""
        followers = self.filter(follows_calendar=True, round_the_clock=False)
        return followers if region_id is None else followers.filter(region_id=region_id)


class CalendarDayQuerySet(models.QuerySet["CalendarDay"]):
    def of(self, region_id: int | None) -> Self:
        """The country's days and the region's own."""
        return self.filter(Q(region__isnull=True) | Q(region_id=region_id))

    def between(self, first: date, last: date) -> Self:
        return self.filter(date__gte=first, date__lte=last)

    def countrywide(self) -> Self:
        return self.filter(region__isnull=True)


class WorkingSpanQuerySet(models.QuerySet["WorkingSpan"]):
    def of(self, schedule: "WorkingSchedule") -> Self:
        return self.filter(schedule=schedule)

    def covering(self, moment: datetime) -> Self:
        return self.filter(starts_at__lte=moment, ends_at__gt=moment)

    def overlapping(self, start: datetime, end: datetime) -> Self:
        return self.filter(starts_at__lt=end, ends_at__gt=start).order_by("starts_at")

    def of_schedules(self, schedule_ids: set[int]) -> Self:
        return self.filter(schedule__in=schedule_ids)

    def starting_after(self, moment: datetime) -> Self:
        return self.filter(starts_at__gt=moment).order_by("starts_at")

    def schedule_ids(self) -> set[int]:
        return set(self.values_list("schedule_id", flat=True))

    def next_openings(self, moment: datetime) -> dict[int, datetime]:
        """Schedule id → the start of its first span after the moment."""
        later = self.filter(starts_at__gt=moment).order_by().values("schedule_id")
        return dict(later.annotate(opens_at=Min("starts_at")).values_list("schedule_id", "opens_at"))


class PolicyQuerySet(ValidQuerySet["Policy"]):
    def with_branches(self) -> Self:
        return self.select_related("branch__region", "branch__insurer", "branch__schedule")

    def by_number(self, kind: str, blind: bytes) -> "Policy | None":
        """Served by the unique index on (number_blind, kind)."""
        return self.filter(number_blind=blind, kind=kind).with_branches().first()

    def by_snils(self, blind: bytes) -> Self:
        """Index policy_snils."""
        return self.filter(snils_blind=blind)

    def of_person(self, surname_key: str, birth_blind: bytes) -> Self:
        """Index policy_surname_birth: the few who share surname and birthday."""
        return self.filter(surname_key=surname_key, birth_on_blind=birth_blind)

    def within(self, *, insurers: Iterable[int], regions: Iterable[int]) -> Self:
        """Issued by these insurers, or by anybody in these regions."""
        return self.filter(Q(branch__insurer__in=insurers) | Q(branch__region__in=regions))

    def by_blind_numbers(self, blinds: list[bytes]) -> Self:
        return self.filter(number_blind__in=blinds)


class RevisionQuerySet(models.QuerySet["Revision"]):
    def drafts(self) -> Self:
        return self.filter(state="draft")

    def published(self) -> Self:
        return self.filter(state="published")

    def due(self, now: datetime) -> Self:
        """Drafts whose moment has come. Partial index revision_due."""
        return self.filter(state="draft", stopped_why="", publish_at__lte=now)

    def of_row(self, noun: str, row_id: int | None) -> Self:
        """Index revision_one_draft_of_a_row for drafts."""
        return self.filter(noun=noun, row_id=row_id)

    def ever_drafted(self, branch: "Branch", phone: str) -> bool:
        """A new phone of this branch was prepared once, whatever became of it (index of the foreign key)."""
        return self.filter(noun="hotline", row_id=None, branch=branch, values__phone=phone).exists()

    def that_began(self, noun: str, row_id: int) -> Self:
        """Those that made the row, not those that changed it. Index revision_of_made_row."""
        return self.filter(noun=noun, made_row_id=row_id).exclude(row_id=row_id)

    def owned(self, *, branches: Any, insurers: Iterable[int]) -> Self:
        return self.filter(Q(branch__in=branches) | Q(insurer__in=insurers))

    def with_owners(self) -> Self:
        return self.select_related("insurer", "branch__insurer", "branch__region", "branch__schedule")

    def newest(self) -> Self:
        return self.order_by("-changed_at", "-pk")

    def stopped_first(self) -> Self:
        """Those that were not published at their moment, then the newest."""
        return self.order_by(F("stopped_at").desc(nulls_last=True), "-changed_at", "-pk")
