"""One case as its patient sees it: eight queries at most, with session, clock and the log of readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from complaints import deadlines, disclosure
from complaints.disclosure import Withheld
from complaints.kinds import IdentityLevel
from complaints.models import Answer, Attachment, Complaint, History, Link, Rating
from complaints.reports.dates import Counted, how_counted
from complaints.reports.public import words
from complaints.reports.public.contact_page import Stopped, stopped_news
from complaints.reports.public.thread import Said, Thread, files_for, thread_of, write_down
from complaints.reports.public.words import Text
from complaints.services import legal
from complaints.services.legal import told_the_end_at
from complaints.states import ENDED, MOVES, Event, Status
from omsportal.platform import read_log, ready_sql
from omsportal.platform.kinds import Reader, Reading
from omsportal.platform.ready_sql import ID


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline."""

    at: datetime
    text: Text
    is_alarm: bool


@dataclass(frozen=True)
class CasePage:
    """Everything the page shows."""

    case: Complaint
    lines: Sequence[Line]
    talk: Thread
    links: Sequence[Link]
    now: datetime

    @property
    def where(self) -> Text:
        if self.answer_withheld and self.case.status == Status.ANSWERED:
            return words.WITHHELD
        if self.has_died and self.case.status == Status.ANSWERED:
            return words.READY
        return words.where(self.case.status, self.case.tier)

    @property
    def has_died(self) -> bool:
        """Nobody is asked how they are, nor how they found our work."""
        return bool(self.case.card.patient_died)

    @property
    def zone(self) -> str:
        return self.case.branch.time_zone

    @property
    def thread(self) -> Sequence[Said]:
        return self.talk.said

    @property
    def files(self) -> Sequence[Attachment]:
        """Sent with the appeal itself."""
        return self.talk.files

    @cached_property
    def answer(self) -> Answer | None:
        """Only when it was sent: a decision that is still being prepared is not shown."""
        answer = getattr(self.case, "answer", None)
        return answer if answer is not None and answer.dispatched_at is not None else None

    @property
    def answer_withheld(self) -> Withheld | None:
        return disclosure.of_answer(self.case.card, self.answer) if self.answer else None

    @property
    def answer_text(self) -> str | None:
        """None: there is no answer, or it is withheld."""
        return str(self.answer.sealed["text"]) if self.answer and not self.answer_withheld else None

    @property
    def outcome_code(self) -> str | None:
        return self.case.outcome if self.answer and not self.answer_withheld else None

    @property
    def outcome(self) -> Text | None:
        return words.OUTCOMES.get(self.outcome_code or "")

    @property
    def identity_level(self) -> IdentityLevel:
        return IdentityLevel(self.case.card.identity_level)

    @property
    def is_ended(self) -> bool:
        return self.case.status in ENDED

    @property
    def was_left(self) -> bool:
        """Without an answer on the merits: 59-ФЗ, article 11."""
        return bool(self.case.status == Status.LEFT_UNANSWERED)

    @property
    def may_write(self) -> bool:
        return not self.is_ended

    @property
    def may_withdraw(self) -> bool:
        return may_withdraw(self.case)

    @property
    def may_confirm(self) -> bool:
        return Status(self.case.status) in MOVES[Event.CONFIRMED] and not self.has_died

    @property
    def may_reopen(self) -> bool:
        """Through the thirtieth day after the answer, once, and not after "it helped"."""
        told_at = told_the_end_at(self.case)
        if told_at is None or Status(self.case.status) not in MOVES[Event.REOPENED]:
            return False
        asked_again = any(link.kind == Link.Kind.REOPENING for link in self.links)
        return not asked_again and deadlines.may_ask_again(told_at, self.now, self.case.branch.zone)

    @property
    def reopen_until(self) -> date | None:
        told_at = told_the_end_at(self.case)
        return deadlines.ask_again_until(told_at, self.case.branch.zone) if told_at else None

    @cached_property
    def stopped_news(self) -> Sequence[Stopped]:
        """Messages about news that come no more; of a finished appeal there are none anyway."""
        return [] if self.is_ended else stopped_news(self.case)

    @property
    def answer_days(self) -> int:
        """Calendar days that the law gives for the answer to this appeal. One query, while it is awaited."""
        return legal.answer_days(self.case.registered_on)

    @property
    def rating(self) -> Rating | None:
        return getattr(self.case, "rating", None)

    @property
    def may_rate(self) -> bool:
        """Once, by who has read the answer."""
        return self.rating is None and disclosure.may_judge(self.case, self.case.card, self.answer)


def may_withdraw(case: Complaint) -> bool:
    """As long as nothing is decided."""
    return Status(case.status) in MOVES[Event.WITHDRAWN]


def case_page(case: Complaint, *, now: datetime) -> CasePage:
    """Read a case for its patient, and write down that it was read, before anything is shown."""
    write_down(case, Reading.CONTENT, now)
    links = Link.objects.told_to_applicants(case) if case.closed_at else ()
    return CasePage(
        case=case,
        lines=_lines(case),
        talk=thread_of(case, now=now),
        links=list(links),
        now=now,
    )


def case_dates(case: Complaint, *, now: datetime) -> Counted:
    """How the dates were counted, for the patient; the reading is written down like any other."""
    write_down(case, Reading.CARD, now)
    return how_counted(case)


def file_of_case(case: Complaint, storage_name: UUID, *, now: datetime) -> Attachment | None:
    """A file that this patient may open, with the reading written down; None for anything else."""
    found: Attachment | None = files_for(case).for_patient_to_open().named(storage_name)
    if found is not None:
        read_log.record(
            reader_kind=Reader.PATIENT,
            reader_id=case.pk,
            subject_kind="attachment",
            subject_id=found.pk,
            what=Reading.FILE,
            now=now,
        )
    return found


def _lines(case: Complaint) -> list[Line]:
    rows = ready_sql.objects(
        "history of a case", {ID: case.pk}, lambda: History.objects.filter(complaint=ID).order_by("id")
    )
    told = [(row, words.told(row.event, row.to_tier)) for row in rows]
    return [Line(row.at, text, row.event == Event.BREACHED) for row, text in told if text is not None]
