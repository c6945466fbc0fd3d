"""Alarms in words, with the people who acknowledged them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.escalation import roster
from complaints.reports.staff.alarm_advice import ADVICE
from complaints.reports.staff.lists import open_alarms
from insurers.models import Branch
from omsportal.platform.models import Alarm
from omsportal.platform.pagination import CursorInvalid, Page, page
from representatives.models import User
from representatives.profiles import Profile
from representatives.roles import Tier

PAGE_SIZE = 30
TITLES: dict[str, Promise] = {
    "erasure_asked": _("A person asks to erase their personal data: ten working days to decide"),
    "tier_breach": _("The last tier did not decide in time"),
    "clock_gap": _("A limit or calendar is missing, one day was given"),
    "blocked": _("The timer could not move this case"),
    "sealing_stopped": _("The history is not sealed any more: a stopped process or a very long transaction"),
    "history_changed": _("A sealed line of the history was changed, removed or put in"),
    "clock_jumped": _("The server's clock jumped: the timer stood still to be on the safe side"),
    "nobody_on_duty": _("Nobody is on duty for an urgent case"),
    "nobody_serves": _("Nobody of this tier works today, and appeals wait"),
    "nobody_free": _("Appeals wait, and nobody of this tier is at their place"),
    "empty_shift": _("The duty roster has a gap"),
    "phones_unconfirmed": _("Nobody has called phones of the branch for 90 days: are they still right?"),
    "moment_missed": _("A phone, office or post was not published at its moment"),
    "terms_outrun": _("A waiting time of the region is longer than the country's by now: it counts no more"),
    "mailbox_away": _("Letters are not read: the mail server does not answer"),
    "recording_refused": _("A voice message could not be taken in: it is no whole recording"),
    "call_back_late": _("Whoever left a voice message was not called back in time"),
    "answer_danger": _("The date of the answer by law is near or over"),
    "calendar_empty": _("The production calendar of the coming year is not complete"),
    "undelivered": _("Notices did not arrive, or nobody knows: decide on the page “Sending”"),
    "webhook_off": _("Another system does not receive events any more: it was switched off"),
    "file_infected": _("A file of the appeal has a virus; nobody can open it"),
    "scanner_away": _("The virus scanner does not answer: files are given out unchecked after ten minutes"),
    "files_missing": _("Stored files do not agree with the records: files are missing, or nobody knows them"),
    "help_asked": _("Another region asks for your help: a patient of theirs is treated with you"),
    "notice_late": _("The applicant was not told in time why there is no answer"),
    "incident_late": _("Appeals of an incident are late: one alarm for all of them"),
    "incident_rise": _("Far more complaints than usual about one clinic and theme"),
    "sweeps_stopped": _("The timer stands still: no sweep for more than a minute"),
}
#: Who works the cases of a branch and tier in which nobody works.
STANDS_IN: dict[str, Promise] = {
    "insurer": _("colleagues of the insurer's other branches stand in"),
    "fund": _("the fund stands in"),
    "nobody": _("nobody stands in: give these cases a person"),
}


@dataclass(frozen=True, slots=True)
class RosterGap:
    """Which hole an alarm is about, in the branch's time."""

    tier: Tier
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Described:
    """An alarm with its words; `number` leads to the case."""

    alarm: Alarm
    title: str | Promise
    number: str
    about: str
    branch: Branch | None
    acknowledged_by: User | None
    may_acknowledge: bool
    gap: "RosterGap | None" = None
    advice: str | Promise = ""
    incident_id: int | None = None


def page_of_alarms(profile: Profile, cursor: str) -> Page[Alarm]:
    """Newest first, by the partial index alarm_open."""
    alarms = open_alarms(profile)
    try:
        return page(alarms, field="raised_at", size=PAGE_SIZE, cursor=cursor, descending=True)
    except CursorInvalid:
        return page(alarms, field="raised_at", size=PAGE_SIZE, descending=True)


def described(alarms: Iterable[Alarm], profile: Profile) -> list[Described]:
    """Two queries for names, however many alarms."""
    rows = list(alarms)
    users = User.objects.in_bulk({row.acknowledged_by_id for row in rows if row.acknowledged_by_id})
    named = {row.receiver_branch_id for row in rows} | {row.payload.get("branch") for row in rows}
    branches = Branch.objects.with_names().in_bulk(named - {None})
    return [
        Described(
            alarm=row,
            title=TITLES.get(row.kind, row.kind),
            number=str(row.payload.get("number", "")),
            about=_about(row, branches),
            branch=branches.get(row.receiver_branch_id or 0),
            acknowledged_by=users.get(row.acknowledged_by_id or 0),
            may_acknowledge=answers_for(profile, row),
            gap=_gap(row),
            advice=ADVICE.get(row.kind, ""),
            incident_id=row.payload.get("incident"),
        )
        for row in rows
    ]


def _about(row: Alarm, branches: Mapping[int, Branch]) -> str:
    """Of which branch and tier an alarm about a pool speaks, and who stands in; of which insurer."""
    if "stands_in" not in row.payload:
        return str(row.payload.get("insurer", ""))
    parts = [branches.get(row.payload["branch"]), Tier(row.payload["tier"]).label]
    return ", ".join(str(part) for part in (*parts, STANDS_IN.get(row.payload["stands_in"])) if part)


def _gap(alarm: Alarm) -> RosterGap | None:
    if alarm.kind != roster.ALARM:
        return None
    starts_at, ends_at = (datetime.fromisoformat(alarm.payload[end]) for end in ("from", "to"))
    return RosterGap(Tier(alarm.payload["tier"]), starts_at, ends_at)


def answers_for(profile: Profile, alarm: Alarm) -> bool:
    """The head of the branch it was raised to: nobody whose work it is about may silence it. Of an alarm that
    was raised to none, whoever sees it: an administrator of the insurer it is about."""
    if alarm.receiver_branch_id is None:
        return bool(profile.insurer_ids)
    return alarm.receiver_branch_id in profile.headed_branch_ids
