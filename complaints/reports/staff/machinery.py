"""The engine's own parts: the rounds it makes, and the long work that is under way."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.escalation import rounds
from omsportal.platform.kinds import JobState
from omsportal.platform.models import Heartbeat, Job

MOST_JOBS = 20
PREFIX = "round."

#: In words; a round or a job that has none yet is shown by its name.
ROUND_TITLES: dict[str, Promise] = {
    "coverage": _("Does somebody serve every queue"),
    "roster": _("Gaps in the duty roster"),
    "stale_phones": _("Phones that nobody has confirmed for long"),
    "moments": _("Drafts of phones and offices whose moment has come"),
    "outrun_terms": _("Waiting times of regions that are longer than the country's"),
    "one_time_codes": _("One-time codes that are over"),
    "incoming_calls": _("Announced calls that nobody opened"),
    "proposals": _("Proposed changes that are out of date"),
    "answers": _("Answers by law in danger"),
    "calendar": _("Does the calendar of next year have days"),
    "sweeps": _("Does the timer run"),
    "call_backs": _("Promised calls that were not made"),
    "undelivered": _("Messages that reached nobody"),
    "case_events": _("Events for other systems"),
    "notices": _("Notices without which an appeal was left"),
    "incidents": _("Incidents: what joins them, what is late"),
    "rises": _("Clinics with more complaints than usual"),
    "help_over": _("Help between regions that has ended"),
    "presence": _("Presence that was forgotten"),
    "daily_counts": _("Counting of days from the history"),
    "open_counts": _("Counting of open appeals"),
    "voicemail": _("Recordings of voice messages"),
    "mail": _("Letters to the mailboxes of branches"),
    "unreachable": _("Contacts that messages do not reach"),
    "mail_codes": _("Codes that confirmations of letters have taken away"),
    "work_drafts": _("Unsent texts of staff that are over"),
    "phones": _("Copy of the phones for the time without a database"),
    "scan": _("Looking for viruses in files"),
    "search": _("Reading new appeals for the search"),
    "search_again": _("Are all appeals read for the search as they are read now"),
    "list_work": _("Acts on many appeals and exported lists"),
    "imports": _("Files of registries that nobody decided about"),
    "keys": _("Keys of other systems that end soon"),
    "retention": _("Data whose term has ended"),
    "kept_forms": _("Kept forms that nobody came back for"),
    "contact_changes": _("Changes of contacts that nobody confirmed"),
    "seal": _("Sealing of history and readings"),
    "seal_watch": _("Does the sealing go on"),
    "seal_sample": _("Was anything sealed changed"),
    "seal_mail": _("Sending the seal's last digest away"),
}
JOB_TITLES: dict[str, Promise] = {
    "calendar.changed": _("Counting dates anew: a calendar changed"),
    "calendar.preview": _("Trying out a change of calendar"),
    "rules.changed": _("Counting dates anew: a rule changed"),
    "incident.gather": _("Gathering the appeals of an incident"),
    "incident.answer": _("Answering the appeals of an incident"),
    "bulk.act": _("An act on many appeals"),
    "list.export": _("Exporting a list"),
    "search.again": _("Reading all appeals anew for the search"),
    "rules.preview": _("Trying out a change of rules"),
    "registry.look": _("Looking at a file of a registry"),
    "registry.load": _("Loading a file of a registry"),
    "insurer.added": _("Rules for a new insurer"),
}


@dataclass(frozen=True, slots=True)
class RoundMade:
    """When a round was made last."""

    title: str | Promise
    every: timedelta
    ago: timedelta | None

    @property
    def is_each_time(self) -> bool:
        """Made with every tick of the bells."""
        return self.every <= timedelta(seconds=settings.TICK_SECONDS)

    @property
    def is_late(self) -> bool:
        return rounds.is_late(self.every, self.ago)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A job that waits or runs."""

    job: Job
    title: str | Promise

    @property
    def is_running(self) -> bool:
        return self.job.state == JobState.RUNNING

    @property
    def percent(self) -> int | None:
        total = self.job.total_count
        return None if not total else min(100, 100 * self.job.done_count // total)


def rounds_made(now: datetime) -> list[RoundMade]:
    """Every registered round in its order; one query."""
    beats = Heartbeat.objects.filter(name__startswith=PREFIX).values_list("name", "beat_at")
    made = {name.removeprefix(PREFIX): max(now - beat_at, timedelta()) for name, beat_at in beats}
    return [
        RoundMade(ROUND_TITLES.get(one.name, one.name), one.every, made.get(one.name))
        for one in rounds.ROUNDS
    ]


def under_way() -> list[UnderWay]:
    """Oldest first; partial index job_unfinished. No arguments, no names: they are for who asked."""
    unfinished = Job.objects.filter(state__in=(JobState.QUEUED, JobState.RUNNING)).order_by("id")
    return [UnderWay(job, JOB_TITLES.get(job.kind, job.kind)) for job in unfinished[:MOST_JOBS]]
