"""Reads of staff in the words of the domain."""

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import BaseUserManager
from django.db.models import BigIntegerField, Exists, Expression, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Greatest

from omsportal.platform import ready_sql
from representatives import coverage_sql
from representatives.roles import Tier

if TYPE_CHECKING:
    from representatives.models import (  # noqa: F401  (annotations name them)
        AccountAct,
        ApiKey,
        Appointment,
        DutyShift,
        HelpAccess,
        Invitation,
        KeptForm,
        Leave,
        Representative,
        TierRight,
        User,
        Webhook,
    )

_IS_SERVING = f"""
SELECT FROM representatives_representative WHERE user_id = %(user_id)s AND id IN {coverage_sql.WHO_SERVES}
"""
_IS_SERVING_TYPES = {"user_id": "bigint", "branch": "bigint", "tier": "smallint", "now": "timestamptz"}


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def with_email(self, email: str) -> "QuerySet[User]":
        """Active people with this address, whatever its case."""
        return self.filter(email__iexact=email, is_active=True)

    def who_run_the_portal(self) -> "QuerySet[User]":
        """Those for whom the administration opens."""
        return self.filter(is_active=True, is_staff=True, is_superuser=True)

    def answering_for(self, branch: Any, *, day: date) -> "QuerySet[User]":
        """Active heads of the branch and administrators of its insurer who have an e-mail address."""
        place = Q(appointments__branch=branch)
        if branch.insurer_id:
            place |= Q(appointments__insurer_id=branch.insurer_id)
        begun = Q(appointments__valid_from__lte=day)
        not_over = Q(appointments__valid_to=None) | Q(appointments__valid_to__gte=day)
        return self.filter(place, begun, not_over, is_active=True).exclude(email="").distinct()

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class Matching(Expression):
    """A sub-query in our own words, with named parameters."""

    def __init__(self, statement: str, values: dict[str, Any]) -> None:
        super().__init__(output_field=BigIntegerField())
        self.statement, self.values = statement, values

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:  # noqa: ARG002
        names = re.findall(r"%\((\w+)\)s", self.statement)
        return re.sub(r"%\(\w+\)s", "%s", self.statement), tuple(self.values[name] for name in names)


class RepresentativeQuerySet(QuerySet["Representative"]):
    def serving_today(self, *, branch_id: int, tier: int, now: datetime) -> Self:
        """Who works this branch and tier today: its own staff, else who stands in for them."""
        values = {"branch": branch_id, "tier": tier, "now": now}
        return self.filter(pk__in=Matching(coverage_sql.WHO_SERVES, values))

    def is_serving_today(self, user_id: int, *, branch_id: int, tier: int, now: datetime) -> bool:
        """Whether this person does. Asked for each case of an act on many: planned once, not each time."""
        values = {"user_id": user_id, "branch": branch_id, "tier": tier, "now": now}
        return bool(ready_sql.rows_of(_IS_SERVING, _IS_SERVING_TYPES, **values))

    def of_branches(self, branch_ids: Any) -> Self:
        """Active staff of these branches, by tier and name."""
        own = self.filter(branches__in=branch_ids, user__is_active=True).select_related("user")
        return own.order_by("tier", "user__full_name", "pk").distinct()

    def people(self) -> Self:
        """Without systems, which work by keys and have no password: they go on no leave, answer no phone."""
        works_by_keys = Q(user__password__startswith="!", user__api_keys__isnull=False)  # noqa: S106
        return self.exclude(works_by_keys)

    def on_roster_of(self, branch: Any) -> Self:
        """Who may be put on duty for urgent cases: active people of the branch's duty tiers."""
        tiers = (Tier.FUND,) if branch.is_fund else (Tier.SPECIALISTS, Tier.EXPERTS)
        own = self.people().filter(branches=branch, tier__in=tiers, user__is_active=True)
        return own.select_related("user").order_by("tier", "user__full_name")


class LeaveQuerySet(QuerySet["Leave"]):
    def covering(self, day: date) -> Self:
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def of(self, person: Any) -> Self:
        return self.filter(representative=person)

    def of_people(self, people: Any) -> Self:
        return self.filter(representative__in=people)

    def touching(self, first: date, last: date) -> Self:
        """Those with a day of this span; both ends belong to it."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def not_over(self, day: date) -> Self:
        return self.filter(ends_on__gte=day).order_by("starts_on")


def _related(model: Any, field: str) -> Any:
    return model._meta.get_field(field).related_model


class DutyShiftQuerySet(QuerySet["DutyShift"]):
    def on_duty(self, *, now: datetime) -> Self:
        return self.filter(starts_at__lte=now, ends_at__gt=now).order_by("place", "id")

    def of(self, *, branch_id: int, tier: int) -> Self:
        return self.filter(branch_id=branch_id, tier=tier)

    def of_branch(self, branch: Any) -> Self:
        return self.filter(branch=branch)

    def between(self, start: datetime, end: datetime) -> Self:
        """Those that have something of this span."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def with_people(self) -> Self:
        """Names and leaves, in the order of time and line."""
        people = self.select_related("representative__user").prefetch_related("representative__leaves")
        return people.order_by("starts_at", "place", "id")

    def callable(self, *, branch: Any, tier: int, now: datetime) -> Self:
        """On duty now and able to take a case: still in tier and branch, active, not on leave.

        The same rule as that of the calls themselves (complaints.escalation.duty).
        """
        today = now.astimezone(branch.zone).date()
        leaves = _related(_related(self.model, "representative"), "leaves").objects
        return (
            self.of(branch_id=branch.pk, tier=tier)
            .on_duty(now=now)
            .filter(
                ~Exists(leaves.covering(today).filter(representative=OuterRef("representative"))),
                representative__tier=tier,
                representative__branches=branch,
                representative__user__is_active=True,
            )
        )


class TierRightQuerySet(QuerySet["TierRight"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class AppointmentQuerySet(QuerySet["Appointment"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)

    def not_over(self, day: date) -> Self:
        """In force, or from a later day on."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day))

    def of(self, user: Any) -> Self:
        return self.filter(user=user)

    def of_people_who_may_sign_in(self) -> Self:
        return self.filter(user__is_active=True)


def reaching(branch: Any) -> Q:
    """Keys or receivers that reach this branch: its own, those that name it, those of its whole insurer."""
    found = Q(branch=branch) | Q(other_branch_ids__contains=[branch.pk])
    if branch.insurer_id is not None:
        found |= Q(everywhere=True, branch__insurer=branch.insurer_id)
    return found


class ApiKeyQuerySet(QuerySet["ApiKey"]):
    def with_prefix(self, prefix: str) -> "ApiKey | None":
        return self.filter(prefix=prefix).select_related("user", "branch").first()

    def of_branch(self, branch_id: int) -> Self:
        return self.filter(branch_id=branch_id).order_by("-created_at")

    def reaching(self, branch: Any) -> Self:
        """Those that work first, then the newest; a branch has a handful, all of them some hundreds."""
        rows = self.filter(reaching(branch)).select_related("branch", "user__representative")
        return rows.order_by(F("revoked_at").desc(nulls_first=True), "-created_at")

    def of_user(self, user_id: int) -> Self:
        """Keys that act as this representative: whoever has one is a system, not a person."""
        return self.filter(user_id=user_id)


class InvitationQuerySet(QuerySet["Invitation"]):
    def open(self) -> Self:
        """Neither used nor withdrawn; it may have run out."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def of(self, user: Any) -> Self:
        return self.filter(user=user)

    def with_digest(self, digest: bytes) -> Self:
        return self.filter(token_digest=digest)

    def withdraw(self, *, by: Any, now: datetime) -> int:
        """Their links open nothing any more; a clock that went back withdraws none before it was sent."""
        return self.update(withdrawn_by=by, withdrawn_at=Greatest(F("invited_at"), Value(now)))

    def use(self, *, now: datetime) -> int:
        """Their people have come; not before they were invited either."""
        return self.update(accepted_at=Greatest(F("invited_at"), Value(now)))


class AccountActQuerySet(QuerySet["AccountAct"]):
    def of(self, user: Any) -> Self:
        """Newest first (index of the foreign key: a person has some dozens at most)."""
        return self.filter(user=user).select_related("by").order_by("-pk")


class HelpAccessQuerySet(QuerySet["HelpAccess"]):
    def in_force(self, *, now: datetime) -> Self:
        """Begun, not over and not ended by anybody."""
        return self.filter(starts_at__lte=now, ends_at__gt=now, ended_at=None)

    def for_case(self, case_id: int) -> Self:
        """Newest first (index help_for_case)."""
        return self.filter(case_id=case_id).order_by("-id")

    def for_cases(self, case_ids: Any) -> Self:
        return self.filter(case_id__in=case_ids)

    def of_branches(self, branch_ids: Any) -> Self:
        return self.filter(branch_id__in=branch_ids)

    def with_names(self) -> Self:
        return self.select_related("branch__insurer", "branch__region", "granted_by", "ended_by")


class KeptFormQuerySet(QuerySet["KeptForm"]):
    def waiting(self, *, user_id: int, now: datetime) -> Self:
        """What this person may still send."""
        return self.filter(user_id=user_id, expires_at__gt=now)

    def beyond(self, *, user_id: int, most: int) -> Self:
        """All of this person's but the newest `most`."""
        newest = self.filter(user_id=user_id).order_by("-pk").values("pk")[:most]
        return self.filter(user_id=user_id).exclude(pk__in=list(newest.values_list("pk", flat=True)))


class WebhookQuerySet(QuerySet["Webhook"]):
    def of_branches(self, branch_ids: Any) -> Self:
        """In the order of branches and names; a branch has a handful."""
        return (
            self.filter(branch_id__in=branch_ids).select_related("branch").order_by("branch_id", "name", "pk")
        )

    def reaching(self, branch: Any) -> Self:
        """By names; all of them are some hundreds."""
        return self.filter(reaching(branch)).select_related("branch").order_by("name", "pk")

    def with_reference(self, reference: Any) -> Self:
        return self.filter(reference=reference).select_related("branch__insurer", "branch__region")

    def listening(self, *, since: datetime) -> Self:
        """Those for whom events are written down: on, or switched off after this moment."""
        return self.filter(Q(off_at=None) | Q(off_at__gt=since))
