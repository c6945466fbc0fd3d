"""`manage.py states_diagram [--check]`: docs/states.md, drawn from the one table of moves."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.states import CLOCK_RUNS, ENDED, HOPS, MOVES, OPEN, Event, Status

DOCUMENT = Path("docs/states.md")
S, E = Status, Event

STATUSES: dict[Status, str] = {
    S.NEW: "ждёт в очереди своего уровня, никто не взял",
    S.IN_WORK: "взято в работу одним человеком",
    S.WAITING: "пациенту задан вопрос, срок уровня стоит",
    S.RESOLVED: "решение принято, ответ ещё не отправлен",
    S.ANSWERED: "ответ отправлен: по закону обращение отвечено",
    S.CLOSED: "закрыто",
    S.WITHDRAWN: "отозвано заявителем",
    S.FORWARDED: "передано тому, кто вправе решать; там у него новый номер",
    S.LEFT_UNANSWERED: "оставлено без ответа по статье 11 закона № 59-ФЗ",
}
EVENTS: dict[Event, str] = {
    E.FILED: "обращение зарегистрировано, выданы номер и код доступа",
    E.CLAIMED: "взято в работу",
    E.RELEASED: "возвращено в очередь, часы идут дальше",
    E.HANDED_OVER: "передано коллеге того же уровня",
    E.ESCALATED: "срок уровня вышел, таймер передал дальше",
    E.ESCALATED_BY_HAND: "человек передал на уровень выше",
    E.RETURNED: "возвращено на уровень ниже, один раз, с оставшимся временем",
    E.BREACHED: "срок последнего уровня вышел: тревога, передавать некому",
    E.REACTED: "первый отклик: сообщение человека или записанный звонок",
    E.WAITED: "пациенту задан вопрос, часы остановлены до его ответа или до срока",
    E.RESUMED: "пациент ответил или пауза кончилась, часы идут",
    E.RESOLVED: "решение с исходом и текстом ответа",
    E.ANSWERED: "ответ отправлен выбранным способом",
    E.CONFIRMED: "пациент подтвердил, что помогло",
    E.REOPENED: "не помогло: заведено новое, связанное обращение",
    E.WITHDRAWN: "заявитель отозвал обращение",
    E.FORWARDED: "решать вправе другой: он регистрирует обращение заново",
    E.LEFT_UNANSWERED: "оставлено без ответа с указанием основания",
    E.EXTENDED: "срок ответа продлён, пациенту сообщено",
    E.RECLASSIFIED: "исправлены вид, тема или срочность",
    E.RECOUNTED: "изменился календарь или правило, сроки пересчитаны",
    E.ANSWER_RECOUNTED: "изменился календарь, срок ответа по закону пересчитан",
    E.WAIT_RECOUNTED: "изменился календарь, конец паузы пересчитан",
    E.CALL_RECOUNTED: "изменился календарь, срок обратного звонка пересчитан",
    E.CALLED_BACK: "пациенту перезвонили, звонок записан",
    E.CALL_FAILED: "пациенту звонили, никто не ответил: назначен следующий звонок",
    E.CALLS_GIVEN_UP: "до пациента не дозвонились в последний раз: нужно письмо",
    E.WRITTEN_DOWN: "сказанное записано как письменное обращение: пошёл срок по закону",
    E.PROPOSAL_REFUSED: "второй сотрудник не согласился изменить вид, тему или срочность",
    E.PROPOSAL_LAPSED: "предложение изменить вид, тему или срочность устарело",
    E.BLOCKED: "таймер не смог передать: должен посмотреть человек",
    E.TRIED_AGAIN: "человек вернул обращение таймеру",
    E.LOOKED_AT: "сотрудник сверил отправителя и полис: пометка «просмотреть» снята",
    E.IDENTIFIED: "подтверждено, кто обращается: кодом или документом",
    E.CODE_RENEWED: "выдан новый код доступа, прежний и открытые по нему страницы не действуют",
    E.CONTACT_REFUSED: "наше письмо или SMS попало к постороннему: этот контакт больше не используется",
    E.BECAME_COMPLAINT: "пациент сделал из чата обращение: у него свой номер, чат закончен",
    E.CONTACTS_CHANGED: "изменены телефон, почта, адрес или способ ответа; на что – в истории не видно",
    E.DEATH_NOTED: "отмечено, что пациент умер: не спрашиваем, помогло ли, и не просим оценку",
    E.DEATH_TAKEN_BACK: "отметка о смерти снята: она была ошибкой",
    E.ANSWER_PROPOSED: "ответ подготовлен, до отправки его смотрит второй сотрудник; сроки идут",
    E.ANSWER_RETURNED: "второй сотрудник вернул ответ с причиной",
    E.NAMING_NOTED: "спросили, можно ли назвать имя поликлинике; что ответили, видно по причине",
    E.LINKED: "связано с другим обращением о том же событии: действует самый ранний срок",
    E.UNLINKED: "связь с другим обращением снята",
    E.GATHERED: "вошло в инцидент",
    E.SET_APART: "выведено из инцидента",
    E.LEAVING_PROPOSED: "предложено оставить без ответа, решает второй сотрудник",
    E.LEAVING_REFUSED: "второй сотрудник не согласился оставить без ответа",
    E.NOTICE_SENT: "письмо о том, почему ответа не будет, отправлено",
}


class Command(BaseCommand):
    help = "Write docs/states.md from complaints/states.py; --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the document is out of date")

    def handle(self, *_args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / DOCUMENT
        wanted = document()
        if not options["check"]:
            path.parent.mkdir(exist_ok=True)
            path.write_text(wanted, encoding="utf-8")
            self.stdout.write(f"{DOCUMENT}: {len(MOVES)} events")
        elif not path.exists() or path.read_text(encoding="utf-8") != wanted:
            raise CommandError(f"{DOCUMENT} is out of date: run manage.py states_diagram.")


def document() -> str:
    """The whole page: a diagram, the statuses, the events."""
    parts = [
        "# Жизнь обращения",
        "",
        "Построено командой `manage.py states_diagram` по `complaints/states.py`; менять надо там.",
        "Событие, которого здесь нет у статуса, в этом статусе невозможно.",
        "",
        *_diagram(),
        "",
        "## Статусы",
        "",
        "| Статус | Что значит | Срок уровня |",
        "|---|---|---|",
        *(f"| `{status}` | {STATUSES[status]} | {_clock(status)} |" for status in Status),
        "",
        "## События",
        "",
        "Звёздочкой отмечены переходы между уровнями: с каждым растёт `hop`.",
        "",
        "| Событие | Что произошло | Откуда | Куда |",
        "|---|---|---|---|",
        *(_row(event) for event in Event),
    ]
    return "\n".join(parts) + "\n"


def _diagram() -> list[str]:
    """Moves between two statuses; events that leave the status alone are in the table only."""
    arrows: dict[tuple[Status, Status], list[Event]] = defaultdict(list)
    for event, moves in MOVES.items():
        for before, after in moves.items():
            if before is not after:
                arrows[before, after].append(event)
    lines = [f"    {before} --> {after}: {', '.join(arrows[before, after])}" for before, after in arrows]
    ends = [f"    {status} --> [*]" for status in Status if status in ENDED]
    return ["```mermaid", "stateDiagram-v2", f"    [*] --> {S.NEW}: {E.FILED}", *lines, *ends, "```"]


def _clock(status: Status) -> str:
    if status in CLOCK_RUNS:
        return "идут"
    return "стоят" if status in OPEN else "кончились"


def _row(event: Event) -> str:
    moves = MOVES.get(event, {})
    before = ", ".join(f"`{status}`" for status in moves) or "–"
    after = ", ".join(f"`{status}`" for status in dict.fromkeys(moves.values())) or f"`{S.NEW}`"
    star = " *" if event in HOPS else ""
    return f"| `{event}`{star} | {EVENTS[event]} | {before} | {after} |"
