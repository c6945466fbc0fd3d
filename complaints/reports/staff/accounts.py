"""Accounts of staff as those see them who look after them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from insurers.models import Branch
from insurers.querysets import BranchQuerySet
from omsportal.platform.phones import phone_text
from representatives.models import AccountAct, ApiKey, Appointment, Invitation, Representative, User
from representatives.reach import Place, Reach, place_of
from representatives.roles import AppointmentRole

#: Of one branch; of larger ones the page says that it is cut, and the file has everybody.
MOST_PEOPLE = 300
#: Found by a name.
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One account: who, what they do, and how it stands with signing in."""

    user: User
    works_as: str
    branches: list[Branch]
    heads: list[Branch]
    administers: list[Any]
    invitation: Invitation | None
    has_factor: bool
    now: datetime

    @property
    def state(self) -> str:
        """open, invited, late (an invitation that ran out), off."""
        if self.user.is_active:
            return "open"
        if self.invitation is None:
            return "off"
        return "invited" if self.invitation.is_valid_at(self.now) else "late"

    @property
    def has_joined(self) -> bool:
        return self.user.has_usable_password()


@dataclass(frozen=True, slots=True)
class Accounts:
    """Everybody of one branch, and the administrators of its insurer as far as they are within reach."""

    branch: Branch | None
    branches: BranchQuerySet
    rows: list[Row]
    administrators: list[Row]
    is_cut: bool

    @property
    def most(self) -> int:
        return MOST_PEOPLE


@dataclass(frozen=True, slots=True)
class Account:
    """One account with all that may be done to it."""

    row: Row
    place: Place
    is_wholly_yours: bool
    is_oneself: bool
    acts: list[AccountAct]
    person_id: int | None


def branches_in(reach: Reach) -> BranchQuerySet:
    return Branch.objects.filter(pk__in=reach.branch_ids).with_names().alphabetical()


def accounts(
    reach: Reach, branch_id: int | None, now: datetime, *, everybody: bool = False
) -> Accounts | None:
    """One of the branches within reach, the first unless one is chosen; None: none of theirs."""
    branches = branches_in(reach)
    chosen = branches.filter(pk=branch_id).first() if branch_id else branches.first()
    if branch_id and chosen is None:
        return None
    today = now.date()
    heads = Appointment.objects.not_over(today).filter(branch=chosen).values("user")
    own = Representative.objects.filter(branches=chosen).values("user")
    people = _people().filter(Q(pk__in=own) | Q(pk__in=heads))
    admins = Appointment.objects.not_over(today).filter(insurer__in=reach.insurer_ids).values("user")
    most = None if everybody else MOST_PEOPLE + 1
    rows = _rows(people[:most], now) if chosen is not None else []
    administrators = _rows(_people().filter(pk__in=admins)[:most], now) if reach.insurer_ids else []
    if everybody:
        return Accounts(chosen, branches, rows, administrators, is_cut=False)
    is_cut = max(len(rows), len(administrators)) > MOST_PEOPLE
    return Accounts(chosen, branches, rows[:MOST_PEOPLE], administrators[:MOST_PEOPLE], is_cut)


def found(reach: Reach, query: str, now: datetime) -> list[Row]:
    """By a part of name, login or e-mail, in all branches within reach."""
    said = Q(full_name__icontains=query) | Q(username__icontains=query) | Q(email__iexact=query)
    return _rows(_people().filter(said, pk__in=_within(reach, now))[:MOST_FOUND], now)


def account_of(reach: Reach, user_id: int, by: User, now: datetime) -> Account | None:
    """None for whoever is not within reach: they do not exist."""
    rows = _rows(_people().filter(pk=user_id, pk__in=_within(reach, now)), now) if reach else []
    if not rows:
        return None
    user = rows[0].user
    place = place_of(user, now.date())
    person = getattr(user, "representative", None)
    return Account(
        row=rows[0], place=place, is_wholly_yours=reach.covers(place), is_oneself=user.pk == by.pk,
        acts=list(AccountAct.objects.of(user)[:MOST_FOUND]), person_id=person.pk if person else None,
    )  # fmt: skip


def details_of(user: User) -> dict[str, str]:
    """As the form has them."""
    phone = phone_text(user.phone) if user.phone else ""
    return {"name": user.full_name, "email": user.email, "phone": phone}


def _within(reach: Reach, now: datetime) -> Any:
    """Ids of accounts that have something of it: by the keys of branches and insurers."""
    current = Appointment.objects.not_over(now.date())
    appointed = current.filter(Q(branch__in=reach.branch_ids) | Q(insurer__in=reach.insurer_ids))
    serving = Representative.objects.filter(branches__in=reach.branch_ids)
    return serving.values("user").union(appointed.values("user"))


def _people() -> "QuerySet[User, Any]":
    """People, not systems; who runs the portal is looked after in the administration."""
    systems = ApiKey.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(~Exists(systems), is_superuser=False).order_by("full_name", "pk")


def _rows(users: "QuerySet[User, Any]", now: datetime) -> list[Row]:
    """Six queries, however many people."""
    branches = Branch.objects.with_names()
    current = Appointment.objects.not_over(now.date()).select_related("insurer", "branch__region")
    factors = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).filter(
        user=OuterRef("pk")
    )
    known = users.annotate(has_factor=Exists(factors)).select_related("representative").prefetch_related(
        Prefetch("representative__branches", branches),
        Prefetch("appointments", current.select_related("branch__insurer"), "current"),
        Prefetch("invitations", Invitation.objects.open(), "open_invitations"),
    )  # fmt: skip
    return [_row(user, now) for user in known]


def _row(user: Any, now: datetime) -> Row:
    person = getattr(user, "representative", None)
    served = list(person.branches.all()) if person is not None else []
    return Row(
        user=user,
        works_as=person.get_tier_display() if person is not None and served else "",
        branches=served,
        heads=_places(user.current, AppointmentRole.HEAD),
        administers=[one.insurer for one in user.current if one.role == AppointmentRole.INSURER_ADMIN],
        invitation=next(iter(user.open_invitations), None),
        has_factor=user.has_factor,
        now=now,
    )


def _places(appointments: Iterable[Appointment], role: str) -> list[Any]:
    return [one.branch for one in appointments if one.role == role]
