"""A crowd of open appeals for benchmarks: rows by one statement, cards sealed one by one and copied in.

Their numbers carry the year 00, which no filed appeal has, and no access code opens them.
"""

import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from complaints.demo.loading import check_demo
from complaints.models import Card, Category, RuleEdition
from insurers.models import Branch
from omsportal.platform.folding import folded
from representatives.roles import Tier

_CHUNK = 20_000
_STORY = "Жду приёма дольше положенного. Прошу помочь записаться."
_SURNAMES = ("Соколова", "Морозов", "Лебедева", "Козлов", "Семёнова", "Воробьёв", "Фёдорова", "Беляев")

# Branches get a long tail: a few large ones, many small. The first `due` rows are due now, in tiers 1 and 2,
# so that a sweep moves every one of them; the others fall due within the next thirty days. Every fourth case
# is held by somebody of its tier, where the demo has staff.
_INSERT = """
WITH planned AS (
    SELECT i, %(now)s - i %% 86400 * interval '1 second' - interval '1 day' AS registered_at,
        (%(branches)s::bigint[])[
            1 + floor(power(i %% 997 * 791 %% 997 / 997.0, 2) * cardinality(%(branches)s::bigint[]))::int
        ] AS branch_id,
        (%(categories)s::bigint[])[1 + i %% cardinality(%(categories)s::bigint[])] AS category_id,
        CASE WHEN i <= %(due)s THEN 1 + i %% 2 WHEN i %% 20 < 10 THEN 1 WHEN i %% 20 < 17 THEN 2
            ELSE 3 END AS tier,
        CASE WHEN i <= %(due)s THEN %(now)s - i %% 600 * interval '1 second'
            ELSE %(now)s + (60 + i * 2.5 %% 2592000) * interval '1 second' END AS due_at
    FROM generate_series(1, %(count)s) AS i
),
numbered AS (
    SELECT p.*, region.code || '00' || lpad((%(first)s + i)::text, 7, '0') AS digits, region.id AS region_id
    FROM planned p
    JOIN insurers_branch b ON b.id = p.branch_id
    JOIN insurers_region region ON region.id = b.region_id
),
checked AS (
    SELECT n.*, (10 - luhn.total %% 10) %% 10 AS check_digit
    FROM numbered n CROSS JOIN LATERAL (
        SELECT sum(value - CASE WHEN value > 9 THEN 9 ELSE 0 END)::int AS total
        FROM (
            SELECT substr(n.digits, place, 1)::int * (1 + place %% 2) AS value
            FROM generate_series(1, 11) AS place
        ) AS doubled
    ) AS luhn
),
holders AS (
    SELECT DISTINCT ON (serves.branch_id, staff.tier) serves.branch_id, staff.tier, staff.user_id
    FROM representatives_representative staff
    JOIN representatives_representative_branches serves ON serves.representative_id = staff.id
    ORDER BY serves.branch_id, staff.tier, staff.id
),
inserted AS (
    INSERT INTO complaints_complaint (
        number, access_code_digest,
        kind, category_id, patient_category_id, channel, form, urgency, branch_id, region_of_care_id,
        tier, hop, status, stage, assignee_id, version,
        rule_edition_id, received_at, registered_at, registered_on, entered_at, due_at, escalate_at, warn_at,
        warned, pauses_used, returns_used, answer_due_on, extended_by_days, outcome, notify_by_email,
        needs_look)
    SELECT concat_ws('-', substr(digits, 1, 2), substr(digits, 3, 2), substr(digits, 5), check_digit),
        decode(md5(digits) || md5(digits || 'x'), 'hex'),
        'complaint', category_id, category_id, 'site', 'written', 'ordinary', c.branch_id, region_id,
        c.tier, 0, CASE WHEN held.user_id IS NULL THEN 'new' ELSE 'in_work' END, 'resolution',
        held.user_id, 0,
        %(edition)s, registered_at, registered_at, registered_at::date, registered_at, due_at, due_at, due_at,
        0, 0, 0, registered_at::date + 30, 0, '', false, false
    FROM checked c
    LEFT JOIN holders held ON held.branch_id = c.branch_id AND held.tier = c.tier AND i %% 4 = 0
    RETURNING id, registered_at, tier, branch_id, due_at
)
INSERT INTO complaints_history (complaint_id, at, event, hop, cause, reason, from_status, to_status, to_tier,
    to_branch_id, due_after)
SELECT id, registered_at, 'filed', 0, 'patient', '', '', 'new', tier, branch_id, due_at FROM inserted
"""
_COUNT = "SELECT count(*) FROM complaints_complaint WHERE number LIKE '__-00-%'"
_WITHOUT_CARD = """
SELECT complaint.id FROM complaints_complaint complaint
LEFT JOIN complaints_card card ON card.complaint_id = complaint.id
WHERE card.complaint_id IS NULL ORDER BY complaint.id
"""
_COPY_CARDS = """
COPY complaints_card (complaint_id, sealed, patient_surname_key, applicant_surname_key, for_whom,
    is_anonymous, identity_level, naming_consent, answer_channel, incoming_number) FROM STDIN
"""


class NothingToSeedWith(Exception):
    """There are no branches, categories or rules; the message says what to run first."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was added."""

    complaints: int
    due: int
    seconds: float


def seed(*, complaints: int, due: int, now: datetime) -> Seeded:
    """Add open appeals, `due` of them due now. Raises NotADemo, NothingToSeedWith, ValueError."""
    check_demo()
    if not 0 <= due <= complaints:
        raise ValueError("--due must lie between 0 and --complaints.")
    began = time.monotonic()
    with transaction.atomic():
        _insert(complaints, due, now)
        _add_cards()
    _analyze()
    return Seeded(complaints, due, round(time.monotonic() - began, 2))


def _insert(complaints: int, due: int, now: datetime) -> None:
    edition = RuleEdition.objects.order_by("filed_from").first()
    branches = list(Branch.objects.of_insurers().order_by("pk").values_list("pk", flat=True))
    themes = Category.objects.filter(arrival_tier=Tier.CONTACT_CENTRE, about_insurer=False)
    categories = list(themes.order_by("pk").values_list("pk", flat=True))
    if edition is None or not branches or not categories:
        raise NothingToSeedWith("Сначала загрузите справочники: manage.py load_reference.")
    with connection.cursor() as cursor:
        cursor.execute(_COUNT)
        (first,) = cursor.fetchone()
        values = {"now": now, "count": complaints, "due": due, "first": first, "edition": edition.pk}
        cursor.execute(_INSERT, values | {"branches": branches, "categories": categories})


def _add_cards() -> None:
    """Real cards, sealed for their own row, so that pages open them like any other."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_CARD)
        ids = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(ids), _CHUNK):
            rows = io.StringIO("".join(_card_lines(ids[start : start + _CHUNK])))
            cursor.copy_expert(_COPY_CARDS, rows)


def _card_lines(ids: Sequence[int]) -> Iterator[str]:
    sealed = Card._meta.get_field("sealed")
    for complaint_id in ids:
        surname = _SURNAMES[complaint_id % len(_SURNAMES)]
        person = {"surname": surname, "first_name": "А.", "patronymic": "Б."}
        content = {"applicant": person, "patient": person, "details": {"story": _STORY}}
        blob = sealed.seal_for(complaint_id, content).hex()
        yield f"{complaint_id}\t\\\\x{blob}\t{folded(surname)}\t{folded(surname)}\tself\tf\t0\task\tsite\t\n"


def _analyze() -> None:
    """The planner must know of the crowd before anything is measured."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE complaints_complaint, complaints_card, complaints_history")
