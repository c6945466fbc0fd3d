"""Reads of staff in the words of the domain."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import BaseUserManager
from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from representatives.models import (  # noqa: F401  (annotations name them)
        ApiKey,
        Appointment,
        DutyShift,
        Leave,
        Representative,
        TierRight,
        User,
    )


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class RepresentativeQuerySet(QuerySet["Representative"]):
    def serving(self, *, branch_id: int, tier: int) -> Self:
        """Active staff of one tier of one branch."""
        return self.filter(branches=branch_id, tier=tier, user__is_active=True)

    def at_work(self, *, now: datetime) -> Self:
        """Neither away nor on leave."""
        return self.exclude(presence="away").exclude(
            leaves__starts_on__lte=now.date(), leaves__ends_on__gte=now.date()
        )


class LeaveQuerySet(QuerySet["Leave"]):
    def covering(self, day: date) -> Self:
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class DutyShiftQuerySet(QuerySet["DutyShift"]):
    def on_duty(self, *, now: datetime) -> Self:
        return self.filter(starts_at__lte=now, ends_at__gt=now).order_by("place", "id")

    def of(self, *, branch_id: int, tier: int) -> Self:
        return self.filter(branch_id=branch_id, tier=tier)


class TierRightQuerySet(QuerySet["TierRight"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class AppointmentQuerySet(QuerySet["Appointment"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class ApiKeyQuerySet(QuerySet["ApiKey"]):
    def with_prefix(self, prefix: str) -> "ApiKey | None":
        return self.filter(prefix=prefix).select_related("user", "branch").first()

    def of_branch(self, branch_id: int) -> Self:
        return self.filter(branch_id=branch_id).order_by("-created_at")
