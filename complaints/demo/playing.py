"""Plays the life of one case through the real services, at moments of the past.

So every status, clock, history line and notice of the demo is what the portal itself would have written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from complaints.demo.casting import Role
from complaints.demo.fates import Step
from complaints.demo.staff import Staff, Worker
from complaints.demo.texts import Phrases, drawn
from complaints.demo.working_line import Line
from complaints.escalation import moves
from complaints.kinds import AnswerChannel, NoAnswer, Outcome, Reason
from complaints.models import Card, Complaint, NoAnswerGround
from complaints.services import closing, dispatching, hops, thread, waiting, without_answer, work
from complaints.services.filing import Filed
from complaints.states import Status
from insurers.models import Branch

#: How the people of a team share their work.
_WEIGHTS = (3, 2, 2, 1)
_WAIT_DAYS = 5
_NOTHING_NEW = "На этот вопрос уже дважды ответили, нового нет. Срочного нет: человек дома, лечение идёт."
_BATCH = 50
#: What a step or the engine may change; reading only these keeps the loaded relations.
_MOVING = ("status", "tier", "assignee_id", "escalate_at", "wait_until", "version")


@dataclass(slots=True)
class Stage:
    """What every play shares: people, words, chance, and the present that no play may pass."""

    staff: Staff
    phrases: Phrases
    rng: Random
    present: datetime
    fund: Branch
    open_claims: int = 0


@dataclass(slots=True)
class Play:
    """One case, from its filing on."""

    stage: Stage
    case: Complaint
    line: Line
    at: datetime
    role: Role
    stays_open: bool = False
    avoided: frozenset[int] = frozenset()
    worker: Worker | None = None
    replies: Sequence[str] = ()  # what fits the last question
    said: set[str] = field(default_factory=set)
    made: list[Filed] = field(default_factory=list)  # appeals that grew out of this one

    def run(self, steps: list[Step]) -> None:
        """Act step by step; whatever falls due in between is moved by the engine at its moment."""
        for step in steps:
            self._let_time_pass(self.line.forward(self.at, step.hours) if step.act != "timer" else None)
            self.case = ACTS[step.act](self, step.detail)
        assert self.at <= self.stage.present, "a script ran past the present"
        self._let_time_pass(self.stage.present)

    def _let_time_pass(self, until: datetime | None) -> None:
        """None: until the timer of this case has fired."""
        if until is None:
            assert self.case.escalate_at is not None, "this script lets a timer fire that is not armed"
            until = self.case.escalate_at + timedelta(seconds=self.stage.rng.randint(1, 5))
        while (due := self.case.escalate_at or self.case.wait_until) is not None and due <= until:
            self._engine(due + timedelta(seconds=1))
        self.at = until

    def _engine(self, now: datetime) -> None:
        if self.case.status == Status.WAITING:
            moves.resume_ended_waits(now=now, batch=_BATCH)
        else:
            moves.move_named_due(ids=[self.case.pk], now=now)
        self._read_again()

    # What can happen: each service gives the case back as it is afterwards.

    def claim(self, _detail: str) -> Complaint:
        team = self.stage.staff.team(self.case.branch_id, self.case.tier)
        free = [worker for worker in team if worker.user.pk not in self.avoided]
        self.worker = worker = self._chosen(free)
        return work.claim(complaint=self.case, by=worker.user, profile=worker.profile, now=self.at)

    def message(self, name: str) -> Complaint:
        return self._post(self._words(name or "first_messages"))

    def note(self, _detail: str) -> Complaint:
        return self._post(self._words("notes"), is_internal=True)

    def call(self, _detail: str) -> Complaint:
        return self._post(self._words("calls"), is_internal=True, is_call=True)

    def question(self, _detail: str) -> Complaint:
        worker = self._holder()
        category = self.case.category.slug
        question, self.replies = self.stage.phrases.question(female=worker.is_female, category=category)
        return waiting.wait(
            complaint=self.case,
            question=question,
            working_days=_WAIT_DAYS,
            by=worker.user,
            profile=worker.profile,
            now=self.at,
        )

    def reply(self, name: str) -> Complaint:
        text = self._patient_words(name) if name else self._reply()
        return thread.post_by_patient(complaint=self.case, text=text, now=self.at).complaint

    def escalate(self, _detail: str) -> Complaint:
        worker = self._holder()
        return hops.escalate(
            complaint=self.case,
            reason=Reason.COMPETENCE,
            note=self._words("escalation_notes"),
            by=worker.user,
            profile=worker.profile,
            now=self.at,
        )

    def return_(self, _detail: str) -> Complaint:
        worker = self._holder()
        return hops.return_to_lower_tier(
            complaint=self.case,
            reason=Reason.INCOMPLETE,
            note=self._words("return_notes"),
            by=worker.user,
            profile=worker.profile,
            now=self.at,
        )

    def resolve(self, outcome: str) -> Complaint:
        worker = self._holder()
        own = self.role.answer if outcome == Outcome.CLARIFIED else ""
        claimed = Decimal(self.role.amount) if self.case.category.asks_money else None
        return closing.resolve(
            complaint=self.case,
            outcome=outcome,
            text=own or self._answer(outcome),
            no_health_facts=outcome not in {Outcome.JUSTIFIED, Outcome.NOT_JUSTIFIED},
            sum_claimed=claimed if outcome == Outcome.JUSTIFIED else None,
            by=worker.user,
            profile=worker.profile,
            now=self.at,
        )

    def dispatch(self, _detail: str) -> Complaint:
        """Paper needs a person; an answer on the site left by itself."""
        if self.case.status != Status.RESOLVED:
            return self.case
        worker = self._holder()
        way = Card.objects.values_list("answer_channel", flat=True).get(pk=self.case.pk)
        number = f"{self.stage.rng.randint(100, 9800)}/{self.at.year % 100}"
        return dispatching.record_dispatch(
            complaint=self.case,
            way=way,
            outgoing_number=number if way == AnswerChannel.LETTER else "",
            by=worker.user,
            profile=worker.profile,
            now=self.at,
        )

    def confirm(self, _detail: str) -> Complaint:
        return closing.confirm(complaint=self.case, now=self.at)

    def withdraw(self, _detail: str) -> Complaint:
        return closing.withdraw(complaint=self.case, now=self.at)

    def forward(self, _detail: str) -> Complaint:
        worker = self._holder()
        filed = closing.forward(
            complaint=self.case,
            to=self.stage.fund,
            reason=Reason.WRONG_ADDRESSEE,
            by=worker.user,
            profile=worker.profile,
            now=self.at,
        )
        self.made.append(filed)
        return self._read_again()

    def reopen(self, _detail: str) -> Complaint:
        text = self._patient_words("reopen")
        self.made.append(closing.reopen(complaint=self.case, text=text, now=self.at))
        return self._read_again()

    def leave_unanswered(self, _detail: str) -> Complaint:
        """59-ФЗ art. 11: the holder proposes, a colleague agrees."""
        worker = self._holder()
        team = self.stage.staff.team(self.case.branch_id, self.case.tier)
        second = next((each for each in team if each.user.pk != worker.user.pk), None)
        if second is None:  # a small branch: the head would, the demo's story goes another way
            return self.withdraw("")
        leaving = without_answer.propose(
            complaint=self.case,
            ground=NoAnswerGround.objects.get(code=NoAnswer.ENDED),
            urgency_looked=True,
            note=_NOTHING_NEW,
            by=worker.user,
            profile=worker.profile,
            now=self.at,
        )
        without_answer.decide(
            complaint=self.case,
            leaving_id=leaving.pk,
            approve=True,
            urgency_looked=True,
            by=second.user,
            profile=second.profile,
            now=self.at,
        )
        return self._read_again()

    def timer(self, _detail: str) -> Complaint:
        """The engine has moved the case while time passed."""
        return self.case

    def _chosen(self, free: list[Worker]) -> Worker:
        """Of the open cases every other goes to the demo account: it shall have something to do."""
        self.stage.open_claims += self.stays_open
        if self.stays_open and self.stage.open_claims % 2:
            return free[0]
        return self.stage.rng.choices(free, weights=_WEIGHTS[: len(free)])[0]

    def _post(self, text: str, *, is_internal: bool = False, is_call: bool = False) -> Complaint:
        worker = self._holder()
        message = thread.post_by_staff(
            complaint=self.case,
            text=text,
            by=worker.user,
            profile=worker.profile,
            is_internal=is_internal,
            is_call=is_call,
            no_health_facts=True,
            now=self.at,
        )
        return message.complaint

    def _read_again(self) -> Complaint:
        self.case.refresh_from_db(fields=_MOVING)
        return self.case

    def _holder(self) -> Worker:
        assert self.worker is not None, "this script acts before somebody took the case"
        return self.worker

    def _answer(self, outcome: str) -> str:
        female = self._holder().is_female
        return self.stage.phrases.answer(outcome, female=female, category=self.case.category.slug)

    def _words(self, name: str) -> str:
        return self._pick(name, female=self._holder().is_female)

    def _patient_words(self, name: str) -> str:
        return self._pick(name, female=self.role.applicant_is_female)

    def _pick(self, name: str, *, female: bool) -> str:
        """Nobody writes the same sentence twice in one thread."""
        text = self.stage.phrases.pick(name, female=female, category=self.role.tone, said=self.said)
        self.said.add(text)
        return text

    def _reply(self) -> str:
        female, rng = self.role.applicant_is_female, self.stage.rng
        return drawn(rng.choice(self.replies), rng, female=female)


ACTS: dict[str, Callable[[Play, str], Complaint]] = {
    "claim": Play.claim,
    "message": Play.message,
    "note": Play.note,
    "call": Play.call,
    "question": Play.question,
    "reply": Play.reply,
    "escalate": Play.escalate,
    "return": Play.return_,
    "resolve": Play.resolve,
    "dispatch": Play.dispatch,
    "confirm": Play.confirm,
    "withdraw": Play.withdraw,
    "forward": Play.forward,
    "reopen": Play.reopen,
    "leave_unanswered": Play.leave_unanswered,
    "timer": Play.timer,
}
