"""Four hundred appeals of the last sixty days: filed, worked, answered, late, each played to the present."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from complaints.demo.casting import Cast, Role
from complaints.demo.fates import FATES, Fate, Script, Theme
from complaints.demo.people import SHARES
from complaints.demo.playing import Play, Stage
from complaints.demo.samples import APPEALS, SampleAppeal
from complaints.demo.working_line import AroundTheClock, Line
from complaints.kinds import Channel
from complaints.models import Answer, Complaint, Message
from complaints.numbers import code_digits
from complaints.services.filing import code_digest, file_complaint
from insurers.models import Branch
from omsportal.platform.models import Alarm, Outbox
from representatives.models import User
from representatives.roles import Tier

DAYS = 60
#: Between two steps of a script and the present there stays at least this much.
_MARGIN_HOURS = 1.0
_SAMPLE_INSURER = "sogaz-med"
#: Two of three open cases lie with the demo accounts' own branch: they are what a newcomer sees.
_OTHERS_EACH = 3
_READ_AFTER = timedelta(minutes=40)


@dataclass(frozen=True, slots=True)
class Where:
    """Where one case goes: the insurer of its people, the body that takes it, the clock it lives by."""

    insurer: str
    body: Branch
    line: Line


@dataclass(slots=True)
class Season:
    """Plays every fate as often as it asks."""

    stage: Stage
    cast: Cast
    lines: Mapping[int, Line]  # by branch id
    funds: Sequence[Branch]
    turn: int = 0

    def play(self) -> int:
        """File and play all cases; returns how many there are."""
        for fate in FATES:
            for _time in range(fate.count):
                self._play_one(fate)
        _settle(self.stage.present)
        _name_samples()
        return Complaint.objects.count()

    def _play_one(self, fate: Fate) -> None:
        self.turn += 1
        script = fate.script(self.stage.rng)
        later = fate.continues(self.stage.rng) if fate.continues else []
        where = self._where(fate)
        at = self._beginning(fate, where.line, [*script, *later])
        role = self.cast.role(
            fate.theme, at=at, insurer=where.insurer, region=where.body.region, on_paper=fate.on_paper
        )
        filed = file_complaint(filing=role.filing, by=self._registrar(role, where.body), now=at)
        play = Play(self.stage, filed.complaint, where.line, at, role, stays_open=fate.is_open)
        play.run(script)
        for made in play.made:
            self._go_on(play, made.complaint, later)

    def _go_on(self, earlier: Play, case: Complaint, script: Script) -> None:
        """The appeal that grew out of another; whoever decided that one stays away."""
        decided = Answer.objects.filter(complaint=earlier.case).values_list("decided_by_id", flat=True)
        Play(
            self.stage,
            case,
            self.lines[case.branch_id],
            case.registered_at,
            earlier.role,
            avoided=frozenset(decided),
        ).run(script)

    def _where(self, fate: Fate) -> Where:
        insurer = self._insurer(fate)
        if fate.theme is Theme.NO_INSURER:
            body = self.funds[self.turn % len(self.funds)]
        elif fate.theme is Theme.ABOUT_INSURER:
            body = self.stage.fund
        else:
            body = self.cast.branches[insurer]
        urgent = fate.theme in {Theme.URGENT, Theme.URGENT_MONEY}
        return Where(insurer, body, AroundTheClock() if urgent else self.lines[body.pk])

    def _insurer(self, fate: Fate) -> str:
        if fate.is_open and self.turn % _OTHERS_EACH:
            return _SAMPLE_INSURER
        return self.stage.rng.choices([*SHARES], weights=[*SHARES.values()])[0]

    def _beginning(self, fate: Fate, line: Line, script: Script) -> datetime:
        """An open case is just old enough; others begin anywhere in the sixty days and end before now."""
        rng, present = self.stage.rng, self.stage.present
        needed = sum(step.hours for step in script)
        if fate.rest is not None:
            return line.back(present, needed + fate.rest(rng))
        latest = line.back(present, needed + _MARGIN_HOURS)
        moment = present - timedelta(days=DAYS)
        moment += (latest - moment) * rng.random()
        return min(line.forward(moment, rng.uniform(0.0, 0.4)), latest)

    def _registrar(self, role: Role, body: Branch) -> User | None:
        """What comes by phone, on paper or in person is registered by a member of staff."""
        if role.filing.channel == Channel.SITE:
            return None
        first = Tier.FUND if body.is_fund else Tier.CONTACT_CENTRE
        return self.stage.rng.choice(self.stage.staff.team(body.pk, first)).user


def _settle(present: datetime) -> None:
    """Patients read what they were sent; e-mails of the past are not sent once more."""
    public = Message.objects.public().filter(read_at=None, posted_at__lt=present - timedelta(hours=6))
    public.update(read_at=F("posted_at") + _READ_AFTER)
    Outbox.objects.filter(channel="email", sent_at=None).update(sent_at=F("created_at"))


def _name_samples() -> None:
    """Give the documented numbers and access codes to cases of the documented states."""
    for sample in APPEALS:
        found = Complaint.objects.filter(
            status=sample.status, channel=Channel.SITE, branch__insurer__code=_SAMPLE_INSURER
        )
        _rename(found.order_by("-registered_at")[0], sample)


def _rename(case: Complaint, sample: SampleAppeal) -> None:
    digest = code_digest(sample.number, code_digits(sample.access_code))
    Complaint.objects.filter(pk=case.pk).update(number=sample.number, access_code_digest=digest)
    for told in (Outbox, Alarm):
        for row in told.objects.filter(subject_kind="complaint", subject_id=case.pk):
            row.payload["number"] = sample.number
            row.save(update_fields=["payload"])
