"""Bodies for the description of the API. Each works against the demo data; tests send every one of them."""

from typing import Any

from complaints.demo import samples

KNOWN = samples.POLICIES[0]
APPEAL = samples.APPEALS[0]

FILING: dict[str, Any] = {
    "category": "waiting",
    "policy_number": KNOWN.number,
    "patient": {
        "surname": KNOWN.surname,
        "first_name": KNOWN.first_name,
        "patronymic": KNOWN.patronymic,
        "birth_on": KNOWN.birth_on.isoformat(),
    },
    "applicant": {"phone": "+7 910 123-45-67", "email": "sokolov@example.org"},
    "clinic": "Поликлиника № 2, Ярославль",
    "waiting_since": "2026-01-12",
    "story": "Врач дал направление на УЗИ, а в регистратуре говорят, что запись только через два месяца.",
    "answer_channel": "email",
    "naming_consent": "yes",
    "consents": ["email"],
}
QUESTION: dict[str, Any] = {
    "category": "question",
    "region": "76",
    "story": "Можно ли прикрепиться к поликлинике не по прописке?",
}
URGENT: dict[str, Any] = {
    "category": "paid-care",
    "urgent": True,
    "for_whom": "child",
    "policy_number": samples.POLICIES[2].number,
    "patient": {
        "surname": samples.POLICIES[2].surname,
        "first_name": samples.POLICIES[2].first_name,
        "patronymic": samples.POLICIES[2].patronymic,
        "birth_on": samples.POLICIES[2].birth_on.isoformat(),
    },
    "applicant": {
        "surname": "Морозова", "first_name": "Анна", "phone": "8 (4852) 31-38-28", "relation": "мама",
    },
    "clinic": "Детская больница, Ярославль",
    "amount": "2500.00",
    "story": "Мы в приёмном покое. За рентген ребёнку требуют заплатить, иначе не примут.",
}  # fmt: skip
POLICY_CHECK: dict[str, Any] = {
    "policy_number": KNOWN.number,
    "surname": KNOWN.surname,
    "birth_on": KNOWN.birth_on.isoformat(),
}
POLICY_NUMBER_ONLY: dict[str, Any] = {"policy_number": KNOWN.number}
PATIENT_MESSAGE = {"text": "Добавляю: мне снова отказали, сказали звонить через неделю."}

#: Parameters of addresses that must be given.
QUERY = {"region": "76", "waits": "answer"}
CALL = {"phone": "+7 910 123-45-67", "call": "20261120-000147"}
SEARCH_PHONE = {"query": "8 (910) 123-45-67"}
SEARCH_WORDS = {"query": "ждать УЗИ", "since": "2026-01-01", "is_open": True}
CLAIM: dict[str, Any] = {}
RELEASE = {"reason": "leave"}
MESSAGE = {"text": "Здравствуйте! Мы позвонили в поликлинику, вас ждут в пятницу в 10:30, кабинет 12."}
NOTE = {"text": "Звонил заявителю, просит писать на почту.", "internal": True, "is_call": True}
ESCALATE = {"reason": "competence", "note": "Поликлиника не отвечает второй день."}
RETURN = {"reason": "incomplete", "note": "Уточните у заявителя дату направления."}
WAIT = {"question": "Пришлите, пожалуйста, фотографию направления.", "working_days": 3}
RESUME: dict[str, Any] = {}
RESOLVE = {
    "outcome": "organised",
    "text": "Приём организован: пятница, 10:30, кабинет 12. Приём бесплатный.",
    "no_health_facts": True,
}
REFUND = {
    "outcome": "justified",
    "text": "Жалоба обоснована: больница вернёт вам деньги.",
    "sum_claimed": "2500.00",
    "sum_refunded": "2500.00",
}
REOPEN = {"text": "Заявитель позвонил: в пятницу его снова не приняли."}
FORWARD = {"region": "76", "reason": "wrong_addressee"}
RECLASSIFY = {"category": "paid-care", "reason": "patient_asks"}
MAKE_URGENT = {"urgency": "urgent", "reason": "clinic_refuses"}
PROPOSE = {
    "kind": "consultation",
    "reason": "patient_asks",
    "note": "Заявитель хочет только спросить о сроках.",
}
APPROVE = {"approve": True, "note": "Позвонил заявителю: жалобы у него нет."}
REFUSE = {"approve": False, "note": "В обращении есть жалоба на отказ в записи."}

LEAVE = {
    "ground": "no_sense",
    "urgency_looked": True,
    "note": "Прочитано полностью: ни клиники, ни просьбы, об опасности ни слова.",
}
APPROVE_LEAVING = {"approve": True, "proposal": 17, "urgency_looked": True}
REFUSE_LEAVING = {"approve": False, "proposal": 17, "note": "Просьба понятна: заявитель хочет сменить врача."}
APPROVE_ANSWER = {"approve": True, "proposal": 17}
RETURN_ANSWER = {"approve": False, "proposal": 17, "reason": "Укажите, до какого дня действует направление."}

#: What an applicant reads of an appeal that waits for an answer; the working hours are those of Yaroslavl.
HOW_COUNTED: dict[str, Any] = {
    "rule": {
        "text": "У специалиста контакт-центра на решение 1 рабочий день.",
        "stage": "resolution", "limit": 1, "unit": "working_day",
    },
    "schedule": {
        "title": "пн–пт 09:00–18:00", "time_zone": "Europe/Moscow", "round_the_clock": False,
        "hours": ["пн–пт 09:00–18:00"],
    },
    "starts_at": "2026-03-18T12:00:00+03:00",
    "due_at": "2026-03-19T15:00:00+03:00",
    "returned_at": None,
    "seconds_left": None,
    "spans": [
        {"starts_at": "2026-03-18T12:00:00+03:00", "ends_at": "2026-03-18T15:00:00+03:00"},
        {"starts_at": "2026-03-19T09:00:00+03:00", "ends_at": "2026-03-19T15:00:00+03:00"},
    ],
    "more_spans": False,
    "pauses": [
        {
            "began_at": "2026-03-18T15:00:00+03:00", "ended_at": "2026-03-18T19:20:00+03:00",
            "why": "Мы ждали ответа пациента. Ответ пришёл, и время пошло дальше.",
        },
    ],
    "changes": [
        {
            "at": "2026-03-18T12:00:00+03:00", "before": None, "after": "2026-03-18T16:00:00+03:00",
            "why": "Обращение зарегистрировано, время пошло.",
        },
    ],
    "legal": {
        "registered_on": "2026-03-18", "days": 30, "extended_by": 0, "counted_on": "2026-04-17",
        "due_on": "2026-04-17", "days_off": [], "basis": "Закон № 59-ФЗ, статья 12, часть 1", "changes": [],
        "counted_from": None,
    },
}  # fmt: skip
STATUS: dict[str, Any] = {
    "number": APPEAL.number,
    "status": "in_work",
    "status_text": "Обращением занимается специалист контакт-центра.",
    "kind": "complaint",
    "category": "Долго ждать приёма или обследования",
    "urgency": "ordinary",
    "tier": 1,
    "insurer": {"title": "СОГАЗ-Мед, Ярославль", "kind": "insurer", "region": "Ярославская область"},
    "registered_on": "2026-03-18",
    "answer_due_on": "2026-04-17",
    "extended_by_days": 0,
    "answered_at": None,
    "history": [{"at": "2026-03-18T12:00:00+03:00", "text": "Обращение зарегистрировано"}],
    "messages": [],
    "files": [],
    "identity_level": 0,
    "answer": None,
    "how_counted": HOW_COUNTED,
}
