"""Places, people and cases for tests, built through the services as the portal builds them.

    branch = make_branch()                        # СОГАЗ-Мед, Yaroslavl; its fund is make_fund()
    operator = make_staff("operator", tier=1, branch=branch)
    case = make_complaint(branch)                 # arrives in tier 1, nobody holds it
    case = make_complaint(branch, tier=2, held_by=make_staff("specialist", tier=2, branch=branch))
    profile(operator)                             # what services want beside `by`

Everything with a name or code is made once: calling again gives the same row. Rules are simple: 4 working
hours to react and 1 working day to decide in tier 1, 5 and 2 working days in tiers 2 and 3, urgent ones
15 and 60 minutes. `NOW` is a Wednesday, 12:00 in Moscow; schedules are computed around it.

Views read the database's clock: for them build everything `now=database_now()`, the branch first.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from complaints.escalation import moves
from complaints.kinds import Urgency
from complaints.models import Category, Complaint, EscalationRule, LimitUnit, RuleEdition
from complaints.services import rules, thread, work
from complaints.services.filing import Filed, Filing, file_complaint
from insurers.models import Branch, BranchKind, Insurer, Region, WorkingAxis, WorkingHours, WorkingSchedule
from insurers.services import working_time
from representatives.models import Appointment, Representative, TierRight, User
from representatives.profiles import Profile, profile_of
from representatives.roles import Action, AppointmentRole, Extent, Presence, Tier

NOW = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
LONG_AGO = date(2020, 1, 1)
PASSWORD = "demo"

APPLICANT: Mapping[str, Any] = {
    "surname": "Соколова",
    "first_name": "Вера",
    "patronymic": "Ильинична",
    "phone": "+79201234567",
    "email": "vera@example.org",
}
PATIENT: Mapping[str, Any] = {
    "surname": "Соколова",
    "first_name": "Вера",
    "patronymic": "Ильинична",
    "birth_on": "1950-12-31",
    "policy_kind": "enp",
    "policy_number": "7658480820000012",
}
STORY = "В поликлинике сказали ждать УЗИ два месяца, хотя врач дал направление."

_ALL, _OWN = Extent.FULL, Extent.OWN_CASES
#: The table of tiers in domain.md.
RIGHTS: dict[Tier, dict[Action, Extent]] = {
    Tier.CONTACT_CENTRE: {
        Action.REGISTER: _ALL, Action.CLOSE_CONSULTATION: _ALL, Action.ORGANISE_CARE: _ALL,
        Action.ESCALATE: _ALL,
    },
    Tier.SPECIALISTS: {
        Action.REGISTER: _ALL, Action.CLOSE_CONSULTATION: _ALL, Action.ORGANISE_CARE: _ALL,
        Action.CLOSE_COMPLAINT: Extent.WITHOUT_REVIEW, Action.ASK_CLINIC: _ALL, Action.OPEN_DOCUMENTS: _OWN,
        Action.ESCALATE: _ALL, Action.RETURN: _ALL, Action.FORWARD: _ALL,
    },
    Tier.EXPERTS: {
        Action.REGISTER: _ALL, Action.CLOSE_CONSULTATION: _ALL, Action.ORGANISE_CARE: _ALL,
        Action.CLOSE_COMPLAINT: _ALL, Action.ASK_CLINIC: _ALL, Action.OPEN_DOCUMENTS: _OWN,
        Action.RETURN: _ALL, Action.FORWARD: _ALL,
    },
    Tier.FUND: {
        Action.REGISTER: _ALL, Action.CLOSE_CONSULTATION: _ALL, Action.CLOSE_COMPLAINT: _ALL,
        Action.ORGANISE_CARE: _ALL, Action.FORWARD: _ALL,
    },
}  # fmt: skip


def _once(model: type[Any], defaults: Mapping[str, Any], **known: Any) -> tuple[Any, bool]:
    """As get_or_create, without the savepoint: nobody else makes the same row meanwhile."""
    found = model.objects.filter(**known).first()
    return (found, False) if found else (model.objects.create(**{**known, **defaults}), True)


# --- places ---


def make_region(code: str = "76", name: str = "Ярославская область", zone: str = "Europe/Moscow") -> Region:
    return _once(Region, {"name": name, "time_zone": zone}, code=code)[0]


def make_schedule(
    code: str = "office", *, hours: str = "09:00-18:00", zone: str = "Europe/Moscow", now: datetime = NOW
) -> WorkingSchedule:
    """Monday to Friday by `hours`, computed around `now`; hours "" means round the clock."""
    fields = {"title": code, "time_zone": zone, "follows_calendar": False, "round_the_clock": not hours}
    schedule, is_new = _once(WorkingSchedule, fields, code=code)
    if is_new and hours:
        starts, ends = (time.fromisoformat(end) for end in hours.split("-"))
        WorkingHours.objects.bulk_create(
            WorkingHours(schedule=schedule, weekday=weekday, starts=starts, ends=ends) for weekday in range(5)
        )
    if is_new or not WorkingAxis.objects.filter(schedule=schedule).exists():
        working_time.rebuild(schedule, now)
    return schedule


def make_branch(
    insurer: str = "sogaz-med", region: str = "76", *, name: str = "", now: datetime = NOW
) -> Branch:
    """An insurer's branch; `now` only matters for the working time computed around it."""
    name = name or {"sogaz-med": "СОГАЗ-Мед", "reso-med": "РЕСО-Мед"}.get(insurer, insurer)
    fields = {"short_name": name, "full_name": f"АО «{name}»"}
    owner = _once(Insurer, fields, code=insurer)[0]
    place = make_region(region)
    details = {"title": f"{name}, {place.name}", "schedule": make_schedule(now=now)}
    branch, is_new = _once(Branch, details, insurer=owner, region=place)
    if is_new:
        rules.expand_all()
    return branch


def make_fund(region: str = "76", *, now: datetime = NOW) -> Branch:
    place = make_region(region)
    details = {"title": f"ТФОМС, {place.name}", "schedule": make_schedule(now=now)}
    return _once(Branch, details, kind=BranchKind.FUND, region=place)[0]


# --- what cases are about, and how long they may take ---


def make_category(slug: str = "waiting", **fields: Any) -> Category:
    """`arrival_tier=3` for what goes straight to the experts, `about_insurer=True` for the fund."""
    titles = {"title": f"Тема {slug}", "plain_title": f"Тема {slug}", "position": 1, "valid_from": LONG_AGO}
    category, is_new = _once(Category, titles | fields, slug=slug)
    if is_new:
        rules.expand_all()
    return category


def make_rules() -> RuleEdition:
    """One edition for everything filed since 2020, expanded."""
    edition, is_new = _once(RuleEdition, {"title": "Правила"}, filed_from=datetime(2020, 1, 1, tzinfo=UTC))
    if is_new:
        urgent = {"unit": LimitUnit.MINUTE, "urgency": Urgency.URGENT}
        EscalationRule.objects.bulk_create(
            [
                _rule(edition, Tier.CONTACT_CENTRE, 1, reaction=4),
                _rule(edition, Tier.SPECIALISTS, 5),
                _rule(edition, Tier.EXPERTS, 2),
                _rule(edition, Tier.FUND, 1, reaction=4),
                _rule(edition, Tier.SPECIALISTS, 15, **urgent),
                _rule(edition, Tier.EXPERTS, 60, **urgent),
            ]
        )
        rules.expand(edition=edition)
    return edition


def _rule(
    edition: RuleEdition, tier: Tier, limit: int, *, reaction: int | None = None,
    unit: str = LimitUnit.WORKING_DAY, urgency: str = "",
) -> EscalationRule:  # fmt: skip
    return EscalationRule(
        edition=edition, tier=tier, urgency=urgency, resolution_limit=limit, resolution_unit=unit,
        reaction_limit=reaction, reaction_unit=LimitUnit.WORKING_HOUR if reaction else "",
    )  # fmt: skip


def make_rights() -> None:
    if TierRight.objects.filter(valid_from=LONG_AGO).exists():
        return
    TierRight.objects.bulk_create(
        TierRight(tier=tier, action=action, valid_from=LONG_AGO, extent=extent)
        for tier, actions in RIGHTS.items()
        for action, extent in actions.items()
    )


# --- people ---


def make_staff(
    username: str,
    tier: int | None = None,
    branch: Branch | None = None,
    *,
    heads: Branch | None = None,
    administers: Insurer | None = None,
    **fields: Any,
) -> User:
    """A member of staff with rights: of a tier of a branch, a head, an insurer's administrator.

    A demo account unless said otherwise: under DEMO it does without a second factor.
    """
    make_rights()
    user: User = _once(User, {**_account(username), **fields}, username=username)[0]
    if tier is not None and branch is not None:
        details = {"tier": tier, "presence": Presence.FREE}
        person = _once(Representative, details, user=user)[0]
        _once(Representative.branches.through, {}, representative=person, branch=branch)
    if heads is not None:
        _appoint(user, AppointmentRole.HEAD, branch=heads)
    if administers is not None:
        _appoint(user, AppointmentRole.INSURER_ADMIN, insurer=administers)
    return user


def _account(username: str) -> dict[str, Any]:
    name = username.capitalize()
    return {"username": username, "password": _hashed(), "full_name": name, "is_demo": True}


@cache
def _hashed() -> str:
    """Hashing takes a tenth of a second on purpose: once for all people of a test run."""
    # By name: a test may have set other hashers when the first person is made.
    return make_password(PASSWORD, hasher="scrypt")


def _appoint(user: User, role: AppointmentRole, **place: Any) -> None:
    _once(Appointment, {}, user=user, role=role, valid_from=LONG_AGO, **place)


def make_everybody(branch: Branch | None = None) -> dict[str, User]:
    """The nine accounts of the demo, by name: of СОГАЗ-Мед, its region's fund, and the rival of РЕСО-Мед."""
    own = branch or make_branch()
    fund, rival = make_fund(own.region.code), make_branch("reso-med", own.region.code)
    places: dict[str, dict[str, Any]] = {
        "operator": {"tier": Tier.CONTACT_CENTRE, "branch": own},
        "specialist": {"tier": Tier.SPECIALISTS, "branch": own},
        "expert": {"tier": Tier.EXPERTS, "branch": own},
        "head": {"heads": own},
        "insurer_admin": {"administers": own.insurer},
        "fund": {"tier": Tier.FUND, "branch": fund, "heads": fund},
        "fund_operator": {"tier": Tier.FUND, "branch": fund},
        "admin": {"is_staff": True, "is_superuser": True},
        "rival": {"tier": Tier.CONTACT_CENTRE, "branch": rival},
    }
    found = {user.username: user for user in User.objects.filter(username__in=places)}
    if not found:
        return _all_at_once(places)
    if (
        len(found) == len(places)
        and Representative.objects.filter(user=found["operator"], branches=own).exists()
    ):
        return {name: found[name] for name in places}
    return {name: make_staff(name, **place) for name, place in places.items()}


def _all_at_once(places: Mapping[str, Mapping[str, Any]]) -> dict[str, User]:
    """The same as make_staff for each, in a few statements: most tests begin with it."""
    make_rights()
    users = {
        name: User(**_account(name), **{key: value for key, value in place.items() if key.startswith("is_")})
        for name, place in places.items()
    }
    User.objects.bulk_create(users.values())
    tiers = {name: place["tier"] for name, place in places.items() if "tier" in place}
    people = [Representative(user=users[name], tier=tiers[name], presence=Presence.FREE) for name in tiers]
    Representative.objects.bulk_create(people)
    through = Representative.branches.through
    through.objects.bulk_create(
        through(representative=person, branch=places[name]["branch"])
        for name, person in zip(tiers, people, strict=True)
    )
    Appointment.objects.bulk_create(
        Appointment(user=users[name], role=role, valid_from=LONG_AGO, **{of: place[key]})
        for name, place in places.items()
        for key, of, role in (
            ("heads", "branch", AppointmentRole.HEAD),
            ("administers", "insurer", AppointmentRole.INSURER_ADMIN),
        )
        if key in place
    )
    return users


def profile(user: User, *, on: date = TODAY) -> Profile:
    """Fresh from the database: a test may have changed the person since. At NOW's hour of that day."""
    return profile_of(User.objects.get(pk=user.pk), now=datetime.combine(on, NOW.timetz()))


# --- cases ---


def make_filing(branch: Branch | None = None, **fields: Any) -> Filing:
    """A complaint of Вера Соколова about waiting; `branch=None` with `region=` goes to the fund."""
    known: dict[str, Any] = {
        "category": fields.pop("category", None) or make_category(),
        "branch": branch,
        "applicant": APPLICANT,
        "patient": PATIENT,
        "details": {"story": fields.pop("story", STORY), "clinic": "Поликлиника № 2"},
    }
    return Filing(**(known | fields))


def file_case(
    branch: Branch | None = None, *, now: datetime = NOW, by: User | None = None, **fields: Any
) -> Filed:
    """The new case together with its access code."""
    make_rules()
    return file_complaint(filing=make_filing(branch, **fields), by=by, now=now)


def make_complaint(
    branch: Branch | None = None,
    *,
    tier: int | None = None,
    held_by: User | None = None,
    message: str = "",
    now: datetime = NOW,
    by: User | None = None,
    **fields: Any,
) -> Complaint:
    """A filed case; moved up to `tier` as the timer does, then taken by `held_by`, then with `message` sent.

    A hop happens at the moment it is due: act on a moved case with `case.entered_at` or later, not with NOW.

    Other keywords are those of Filing: urgency, kind, category, channel, answer_channel, story …
    """
    case = file_case(branch or make_branch(now=now), now=now, by=by, **fields).complaint
    while tier is not None and case.tier < tier:
        moves.move_named_due(ids=[case.pk], now=case.due_at)
        case = Complaint.objects.get(pk=case.pk)
    if held_by is not None:
        person = profile(held_by, on=now.date())
        at = max(now, case.entered_at)
        case = work.claim(complaint=case, by=held_by, profile=person, now=at)
        if message:
            at += timedelta(minutes=1)
            thread.post_by_staff(complaint=case, text=message, by=held_by, profile=person, now=at)
    return Complaint.objects.with_card().get(pk=case.pk)
