"""What becomes of the demo's cases: scripts of steps, how many of each, and where they begin.

Hours are working hours (plain ones in the urgent lane) and stay within the base rules: 4 to react and 9 to
decide in tier 1 and in the fund, 45 in tier 2, 18 in tier 3; urgent 15 + 105 minutes, then 60 minutes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import NamedTuple

from complaints.kinds import Outcome


class Step(NamedTuple):
    """After `hours` on the case's line, `act` happens; `detail` is an outcome or another word for it."""

    hours: float
    act: str
    detail: str = ""


Script = list[Step]
REACT, DECIDE, SPECIALIST, EXPERT = 4.0, 9.0, 45.0, 18.0
MINUTE = 1 / 60


class Theme(StrEnum):
    """Which stories a fate is told with."""

    CONSULTATION = "consultation"
    KIND_WORDS = "kind_words"  # thanks and proposals
    COMPLAINT = "complaint"  # arrives in tier 1
    GRAVE = "grave"  # arrives in tier 3
    ABOUT_INSURER = "about_insurer"
    NO_INSURER = "no_insurer"  # the policy's insurer is not known: the fund finds it
    URGENT = "urgent"
    URGENT_MONEY = "urgent_money"  # asked to pay, in the clinic now: arrives in tier 2
    DEATH = "death"


@dataclass(frozen=True, slots=True)
class Fate:
    """`count` cases of one script. An open one is as old as its steps and `rest`; others lie in the past."""

    name: str
    count: int
    theme: Theme
    script: Callable[[Random], Script]
    rest: Callable[[Random], float] | None = None
    continues: Callable[[Random], Script] | None = None  # what happens to the appeal that grew out of it

    on_paper: bool = False  # the answer goes by letter or is handed out

    @property
    def is_open(self) -> bool:
        return self.rest is not None


def within(low: float, high: float) -> Callable[[Random], float]:
    return lambda rng: rng.uniform(low, high)


def _between(rng: Random, low: float, high: float) -> float:
    return rng.uniform(low, high)


def _claimed(rng: Random, *, soon: float) -> Script:
    """Taken and answered for the first time, well within the time to react."""
    return [Step(_between(rng, 0.2, soon), "claim"), Step(_between(rng, 0.1, 0.8), "message")]


def _thread(rng: Random) -> Script:
    """What may come in between: a call, a note, a question to the patient who answers."""
    optional: Script = []
    if rng.random() < 0.6:
        optional.append(Step(_between(rng, 0.3, 2), "call"))
    if rng.random() < 0.4:
        optional.append(Step(_between(rng, 0.1, 1), "note"))
    if rng.random() < 0.4:
        optional += [Step(_between(rng, 0.2, 2), "question"), Step(_between(rng, 1, 26), "reply")]
    if rng.random() < 0.3:
        optional.append(Step(_between(rng, 0.5, 3), "reply", "patient_later"))
    if rng.random() < 0.3:
        optional.append(Step(_between(rng, 0.3, 2), "message", "staff_updates"))
    return optional


def _answered(rng: Random, outcome: Outcome, *, within_hours: float = 3) -> Script:
    return [
        Step(_between(rng, 0.3, within_hours), "resolve", outcome),
        Step(_between(rng, 1, 8), "dispatch"),
    ]


def _helped(rng: Random) -> Script:
    return [Step(_between(rng, 0.5, 30), "confirm")]


def _up(rng: Random) -> Script:
    """Tier 1 reacts and passes the case on."""
    return [*_claimed(rng, soon=2), Step(_between(rng, 0.3, 2), "escalate")]


def consulted(rng: Random) -> Script:
    claim = Step(_between(rng, 0.1, 2.5), "claim")
    return [claim, Step(_between(rng, 0.1, 1), "resolve", Outcome.CLARIFIED), Step(3, "dispatch")]


def consulted_and_thanked(rng: Random) -> Script:
    return [*consulted(rng), *_helped(rng)]


def organised_by_operator(rng: Random) -> Script:
    steps = [*_claimed(rng, soon=2), Step(_between(rng, 0.2, 1.5), "call")]
    return [*steps, *_answered(rng, Outcome.ORGANISED), *_helped(rng)]


def decided_by_specialist(outcome: Outcome, *, thanked: bool) -> Callable[[Random], Script]:
    def script(rng: Random) -> Script:
        steps = [*_up(rng), *_claimed(rng, soon=9), *_thread(rng), *_answered(rng, outcome, within_hours=20)]
        return [*steps, *_helped(rng)] if thanked else steps

    return script


def decided_by_expert(outcome: Outcome, *, thanked: bool) -> Callable[[Random], Script]:
    def script(rng: Random) -> Script:
        steps = [*_claimed(rng, soon=4), *_thread(rng), *_answered(rng, outcome, within_hours=2.5)]
        return [*steps, *_helped(rng)] if thanked else steps

    return script


def decided_by_fund(rng: Random) -> Script:
    outcome = rng.choice((Outcome.JUSTIFIED, Outcome.NOT_JUSTIFIED, Outcome.REDIRECTED))
    return [*_claimed(rng, soon=2), *_answered(rng, outcome, within_hours=4), *_helped(rng)]


def timed_out_once(rng: Random) -> Script:
    steps = [Step(REACT, "timer"), *_claimed(rng, soon=9), *_thread(rng)]
    return [*steps, *_answered(rng, Outcome.JUSTIFIED, within_hours=12), *_helped(rng)]


def timed_out_twice(rng: Random) -> Script:
    steps = [Step(REACT, "timer"), Step(SPECIALIST, "timer"), *_claimed(rng, soon=4)]
    return [*steps, *_answered(rng, Outcome.JUSTIFIED, within_hours=4), *_helped(rng)]


def breached_then_decided(rng: Random) -> Script:
    late = [Step(EXPERT, "timer"), *_claimed(rng, soon=6)]
    return [*late, *_answered(rng, Outcome.JUSTIFIED, within_hours=6), *_helped(rng)]


def withdrawn(rng: Random) -> Script:
    if rng.random() < 0.5:
        return [Step(_between(rng, 0.3, 3), "withdraw")]
    return [*_claimed(rng, soon=1.5), Step(_between(rng, 0.3, 3), "withdraw")]


def forwarded(rng: Random) -> Script:
    return [*_up(rng), *_claimed(rng, soon=6), Step(_between(rng, 0.5, 4), "forward")]


def asked_again(rng: Random) -> Script:
    steps = [*_claimed(rng, soon=1.5), Step(_between(rng, 0.2, 1), "call")]
    return [*steps, Step(1, "resolve", Outcome.ORGANISED), Step(2, "dispatch"), Step(40, "reopen")]


def taken_by_specialist(rng: Random) -> Script:
    return [*_claimed(rng, soon=6), *_thread(rng), *_answered(rng, Outcome.JUSTIFIED, within_hours=10)]


def left_unanswered(rng: Random) -> Script:
    return [*_up(rng), *_claimed(rng, soon=6), Step(_between(rng, 1, 5), "leave_unanswered")]


def returned(rng: Random) -> Script:
    back = [Step(_between(rng, 0.3, 6), "claim"), Step(_between(rng, 0.3, 2), "return")]
    again = [*_claimed(rng, soon=3), Step(_between(rng, 0.3, 2), "call")]
    return [*_up(rng), *back, *again, *_answered(rng, Outcome.ORGANISED, within_hours=4), *_helped(rng)]


def helped_at_once(rng: Random) -> Script:
    claim = [Step(_between(rng, 2, 9) * MINUTE, "claim"), Step(2 * MINUTE, "message")]
    call = Step(_between(rng, 4, 20) * MINUTE, "call")
    return [*claim, call, Step(0.4, "resolve", Outcome.ORGANISED), Step(4, "dispatch"), Step(20, "confirm")]


def nobody_on_duty(rng: Random) -> Script:
    """The urgent lane failed twice: alarm, then help."""
    steps = [Step(0.25, "timer"), Step(1, "timer"), Step(_between(rng, 0.2, 0.8), "claim")]
    return [*steps, Step(0.1, "message"), Step(1, "resolve", Outcome.ORGANISED), Step(4, "dispatch")]


def untouched(_rng: Random) -> Script:
    return []


def reacted(rng: Random) -> Script:
    return _claimed(rng, soon=1.2)


def asked(rng: Random) -> Script:
    return [*_claimed(rng, soon=1.2), Step(_between(rng, 0.2, 1), "question")]


def up_untouched(rng: Random) -> Script:
    return _up(rng)


def up_by_timer(_rng: Random) -> Script:
    return [Step(REACT, "timer")]


def up_reacted(rng: Random) -> Script:
    return [*_up(rng), *_claimed(rng, soon=6), *_talk(rng)]


def up_asked(rng: Random) -> Script:
    return [*_up(rng), *_claimed(rng, soon=6), Step(_between(rng, 0.5, 3), "question")]


def up_twice(_rng: Random) -> Script:
    return [Step(REACT, "timer"), Step(SPECIALIST, "timer")]


def expert_reacted(rng: Random) -> Script:
    return [*_claimed(rng, soon=4), *_talk(rng)]


def expert_asked(rng: Random) -> Script:
    return [*_claimed(rng, soon=3), Step(_between(rng, 0.5, 3), "question")]


def breached(_rng: Random) -> Script:
    return [Step(EXPERT, "timer")]


def breached_and_taken(rng: Random) -> Script:
    return [Step(EXPERT, "timer"), *_claimed(rng, soon=4)]


def urgent_taken(_rng: Random) -> Script:
    return [Step(3 * MINUTE, "claim"), Step(2 * MINUTE, "message")]


def not_sent_yet(rng: Random) -> Script:
    steps = [*_up(rng), *_claimed(rng, soon=8)]
    return [*steps, Step(_between(rng, 2, 8), "resolve", Outcome.JUSTIFIED)]


def _talk(rng: Random) -> Script:
    steps = [Step(_between(rng, 0.2, 2), "call"), Step(_between(rng, 0.1, 1), "note")]
    return [*steps, Step(0.5, "reply", "patient_later")] if rng.random() < 0.4 else steps


_PAST: tuple[Fate, ...] = (
    Fate("consulted_and_thanked", 37, Theme.CONSULTATION, consulted_and_thanked),
    Fate("consulted", 22, Theme.CONSULTATION, consulted),
    Fate("kind_words", 14, Theme.KIND_WORDS, consulted),
    Fate("organised_by_operator", 30, Theme.COMPLAINT, organised_by_operator),
    Fate("justified", 36, Theme.COMPLAINT, decided_by_specialist(Outcome.JUSTIFIED, thanked=True)),
    Fate("not_justified", 22, Theme.COMPLAINT, decided_by_specialist(Outcome.NOT_JUSTIFIED, thanked=False)),
    Fate("organised", 16, Theme.COMPLAINT, decided_by_specialist(Outcome.ORGANISED, thanked=True)),
    Fate("timed_out_once", 14, Theme.COMPLAINT, timed_out_once),
    Fate("timed_out_twice", 6, Theme.COMPLAINT, timed_out_twice),
    Fate("grave_justified", 16, Theme.GRAVE, decided_by_expert(Outcome.JUSTIFIED, thanked=True)),
    Fate("grave_not_justified", 10, Theme.GRAVE, decided_by_expert(Outcome.NOT_JUSTIFIED, thanked=False)),
    Fate("about_insurer", 8, Theme.ABOUT_INSURER, decided_by_fund),
    Fate("no_insurer", 4, Theme.NO_INSURER, decided_by_fund),
    Fate("withdrawn", 12, Theme.COMPLAINT, withdrawn),
    Fate("forwarded", 6, Theme.COMPLAINT, forwarded, continues=decided_by_fund),
    Fate("asked_again", 6, Theme.COMPLAINT, asked_again, continues=taken_by_specialist),
    Fate("left_unanswered", 3, Theme.COMPLAINT, left_unanswered),
    Fate("returned", 5, Theme.COMPLAINT, returned),
    Fate("helped_at_once", 10, Theme.URGENT, helped_at_once),
    Fate("nobody_on_duty", 2, Theme.URGENT_MONEY, nobody_on_duty),
    Fate("breached_then_decided", 3, Theme.GRAVE, breached_then_decided),
)
_PRESENT: tuple[Fate, ...] = (
    Fate("new", 14, Theme.COMPLAINT, untouched, within(0.1, 3)),
    Fate("new_question", 4, Theme.CONSULTATION, untouched, within(0.1, 3)),
    Fate("nearly_due", 4, Theme.COMPLAINT, untouched, within(REACT - 0.2, REACT - 0.05)),
    Fate("in_work", 8, Theme.COMPLAINT, reacted, within(0.1, 5)),
    Fate("waiting", 4, Theme.COMPLAINT, asked, within(1, 20)),
    Fate("up_new", 7, Theme.COMPLAINT, up_untouched, within(1, 38)),
    Fate("up_by_timer", 4, Theme.COMPLAINT, up_by_timer, within(1, 38)),
    Fate("up_in_work", 14, Theme.COMPLAINT, up_reacted, within(1, 26)),
    Fate("up_waiting", 6, Theme.COMPLAINT, up_asked, within(1, 30)),
    Fate("up_twice", 3, Theme.COMPLAINT, up_twice, within(1, 14)),
    Fate("grave_new", 4, Theme.GRAVE, untouched, within(1, 15)),
    Fate("grave_in_work", 7, Theme.GRAVE, expert_reacted, within(0.5, 7)),
    Fate("death", 2, Theme.DEATH, expert_reacted, within(0.5, 7)),
    Fate("grave_waiting", 3, Theme.GRAVE, expert_asked, within(1, 30)),
    Fate("fund_new", 3, Theme.ABOUT_INSURER, untouched, within(0.2, 3)),
    Fate("fund_no_insurer", 2, Theme.NO_INSURER, untouched, within(0.2, 3)),
    Fate("fund_in_work", 3, Theme.ABOUT_INSURER, reacted, within(0.2, 4)),
    Fate("not_sent_yet", 6, Theme.COMPLAINT, not_sent_yet, within(1, 8), on_paper=True),
    Fate("breached", 3, Theme.GRAVE, breached, within(2, 20)),
    Fate("breached_and_taken", 2, Theme.GRAVE, breached_and_taken, within(2, 9)),
    Fate("urgent_new", 1, Theme.URGENT, untouched, within(2 * MINUTE, 3 * MINUTE)),
    Fate("urgent_in_work", 2, Theme.URGENT, urgent_taken, within(2 * MINUTE, 20 * MINUTE)),
)
FATES = _PAST + _PRESENT


def how_many() -> int:
    """Cases in all: those that grow out of others counted too."""
    return sum(fate.count * (2 if fate.continues else 1) for fate in FATES)
