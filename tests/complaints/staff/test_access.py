"""Acts on a case × every role, and how refusals look; tests/access holds every address there is."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from complaints import file_store
from complaints.models import Attachment, Complaint, EngineHold, Reclassification
from complaints.services import reclassify
from complaints.urls.staff import urlpatterns
from insurers.models import Branch
from omsportal.platform import alarms
from omsportal.platform.models import Alarm, Outbox
from representatives.models import DutyShift, User
from tests.complaints.staff.conftest import ClientOf
from tests.factories import make_staff, profile

ROLES = (
    "operator", "specialist", "expert", "head", "insurer_admin", "fund", "fund_operator", "admin", "rival",
)  # fmt: skip
EVERYBODY = dict.fromkeys(ROLES, 200)
STRANGERS = dict.fromkeys(("fund", "fund_operator", "admin", "rival"), 404)
#: Those who see the card of a case of СОГАЗ-Мед that the operator holds; strangers learn nothing of it.
SEES = STRANGERS | dict.fromkeys(("operator", "specialist", "expert", "head", "insurer_admin"), 200)


def only(status: int, *roles: str, others: int = 403) -> dict[str, int]:
    """`status` for the named roles, `others` for the rest of those who see the case, 404 for strangers."""
    seeing = {role: others for role, seen in SEES.items() if seen != 404}
    return STRANGERS | seeing | dict.fromkeys(roles, status)


#: Those who answer for branches; who works a queue has no business there.
WATCH = dict.fromkeys(ROLES, 403) | dict.fromkeys(("head", "insurer_admin", "fund", "admin"), 200)


#: name → (method, expected status by role). Every case below is held by `operator`, tier 1.
TABLE: dict[str, tuple[str, Mapping[str, int]]] = {
    "queue": ("GET", EVERYBODY),
    "mine": ("GET", EVERYBODY),
    "waiting": ("GET", EVERYBODY),
    "dispatch": ("GET", EVERYBODY),
    "answered": ("GET", EVERYBODY),
    "all": ("GET", EVERYBODY),
    "alarms": ("GET", EVERYBODY),
    "acknowledge": ("POST", only(302, "head")),
    "take": ("POST", dict.fromkeys(ROLES, 302)),
    "find": ("POST", dict.fromkeys(ROLES, 422)),  # with nothing to look for
    "presence": ("POST", dict.fromkeys(ROLES, 302)),
    "end_shift": ("GET", EVERYBODY),
    "dashboard": (
        "GET",
        dict.fromkeys(ROLES, 403) | dict.fromkeys(("head", "insurer_admin", "fund", "fund_operator"), 200),
    ),
    "engine": ("GET", WATCH),
    "engine_try_all": ("POST", {role: 302 if seen == 200 else 403 for role, seen in WATCH.items()}),
    "engine_try_again": ("POST", WATCH | dict.fromkeys(("head", "insurer_admin", "fund", "admin"), 302)),
    "engine_release": ("POST", dict.fromkeys(ROLES, 403) | {"admin": 302}),
    "engine_acknowledge": (
        "POST",
        WATCH | {"head": 302} | dict.fromkeys(("insurer_admin", "admin"), 403) | {"fund": 404},
    ),
    "fairness": ("GET", WATCH),
    "sending": ("GET", WATCH),
    "send_all_again": ("POST", {role: 302 if seen == 200 else seen for role, seen in WATCH.items()}),
    "send_again": ("POST", {role: 302 if seen == 200 else seen for role, seen in WATCH.items()}),
    "leave_notice": ("POST", {role: 302 if seen == 200 else seen for role, seen in WATCH.items()}),
    "roster": (
        "GET",
        dict.fromkeys(ROLES, 403) | dict.fromkeys(("head", "insurer_admin", "fund", "fund_operator"), 200),
    ),
    "roster_add": ("POST", dict.fromkeys(ROLES, 403) | {"head": 422}),
    "roster_remove": (
        "POST",
        dict.fromkeys(ROLES, 404)
        | dict.fromkeys(("insurer_admin", "fund", "fund_operator"), 403)
        | {"head": 302},
    ),
    "acknowledge_call": ("POST", only(409, others=409)),
    "case": ("GET", SEES),
    "case_thread": ("GET", only(200, "operator", "head")),
    "dates": ("GET", SEES),
    "data": ("GET", only(200, "operator", "head")),
    "data_ask": ("POST", only(302, "operator", "head")),
    "data_decide": ("POST", only(302, "head")),
    "data_hold": ("POST", only(302, "head")),
    "data_lift": ("POST", only(302, "head")),
    "readings": ("GET", only(200, "head")),
    "unmask": ("POST", only(200, "operator", "head")),
    "file": ("GET", only(200, "operator", "head")),
    "claim": ("POST", only(302, "operator", others=409)),
    "release": ("POST", only(302, "operator")),
    "message": ("POST", only(302, "operator")),
    "look": ("POST", only(302, "operator", "head")),
    "note": ("POST", only(302, "operator", "head")),
    "wait": ("POST", only(302, "operator")),
    "resume": ("POST", only(403)),
    "escalate": ("POST", only(302, "operator", "head")),
    "return": ("POST", only(403)),
    "resolve": ("POST", only(302, "operator")),
    "dispatch_answer": ("POST", only(422, others=422)),  # with nothing said of the letter
    "forward": ("POST", only(302, "head")),
    "hand_over": ("POST", only(302, "operator", "head")),
    "reclassify": ("POST", only(302, "operator", "head")),
    "clinic": ("POST", only(302, "operator", "head")),
    "identify": ("POST", only(302, "operator", "head")),
    "renew_code": ("POST", only(200, "operator", "head")),
    "change_contact": ("POST", only(302, "operator", "head")),
    "death": ("POST", only(302, "operator", "head")),
    "extend": ("POST", only(302, "head")),
    "decide_reclassification": ("POST", only(302, "operator")),  # the head has proposed
}
ACTS = (
    "claim", "release", "message", "note", "wait", "resume", "escalate", "return", "resolve",
    "dispatch_answer", "forward", "hand_over", "unmask", "reclassify", "decide_reclassification",
    "clinic", "identify", "renew_code", "change_contact", "death", "extend",
)  # fmt: skip

#: What an act means by a word that others use too.
ALSO = {
    "change_contact": {"way": "phone"}, "extend": {"days": "30", "reason": "review_goes_on"},
    "clinic": {"clinic": "Поликлиника № 2"},
}  # fmt: skip


@pytest.fixture
def attachment(held_case: Complaint, now: datetime, settings: Any, tmp_path: Any) -> Attachment:
    settings.FILES_DIR = tmp_path
    name = uuid.uuid4()
    file_store.write(name, b"%PDF-1.4")
    return Attachment.objects.create(
        complaint=held_case, storage_name=name, sealed={"name": "Направление.pdf"}, size=8,
        media_type="application/pdf", content_digest=b"\0" * 32, uploaded_at=now,
    )  # fmt: skip


@pytest.fixture
def alarm(held_case: Complaint, now: datetime) -> Alarm:
    alarms.raise_once(
        kind="tier_breach", subject_kind="complaint", subject_id=held_case.pk, now=now,
        receiver_branch_id=held_case.branch_id, payload={"number": held_case.number},
    )  # fmt: skip
    return Alarm.objects.get()


@pytest.fixture
def proposal(held_case: Complaint, people: dict[str, User], now: datetime) -> Reclassification:
    return reclassify.propose(
        complaint=held_case, kind="consultation", category=held_case.category, urgency="ordinary",
        reason="other", note="Это вопрос", by=people["head"], profile=profile(people["head"], on=now.date()),
        now=now,
    )  # fmt: skip


@pytest.fixture
def addresses(held_case: Complaint, attachment: Attachment, alarm: Alarm) -> dict[str, str]:
    """The address of each name."""
    specialist = make_staff("specialist", 2, held_case.branch).representative
    shift = DutyShift.objects.create(
        branch=held_case.branch, tier=2, representative=specialist,
        starts_at=held_case.registered_at, ends_at=held_case.registered_at + timedelta(days=1),
    )  # fmt: skip
    hold = EngineHold.objects.create(held_at=held_case.registered_at, jumped_seconds=3600)
    undelivered = Outbox.objects.create(
        channel="email", kind="hop", subject_kind="complaint", subject_id=held_case.pk, hop=9,
        created_at=hold.held_at, available_at=hold.held_at, dead_at=hold.held_at,
    )  # fmt: skip
    known = {
        "number": held_case.number, "storage_name": attachment.storage_name, "alarm_id": alarm.pk,
        "notice_id": undelivered.pk, "hold_id": hold.pk, "branch_id": held_case.branch_id,
        "shift_id": shift.pk,
    }  # fmt: skip
    return {
        pattern.name: reverse(
            f"staff:{pattern.name}", kwargs={k: known[k] for k in pattern.pattern.converters}
        )
        for pattern in urlpatterns
        if pattern.name in TABLE
    }


@pytest.fixture
def typed(held_case: Complaint, branch: Branch, proposal: Reclassification) -> dict[str, Any]:
    """What each act needs; an act takes its own fields and ignores the rest."""
    colleague = make_staff("colleague", 1, branch).representative
    fund = Branch.objects.fund_of_region(branch.region)
    assert fund is not None
    return {
        "text": "Добрый день", "reason": "other", "working_days": "2", "outcome": "organised",
        "way": "letter", "outgoing_number": "12", "number": held_case.number, "presence": "busy",
        "kind": "consultation", "category": held_case.category_id, "urgency": "ordinary",
        "proposal": proposal.pk, "verdict": "approve", "proof": "seen_passport",
        "new": "+79207654321", "source": "death_told",
    } | {"hand_over": colleague.pk, "forward": fund.pk}  # fmt: skip


def ask(client: Client, name: str, address: str, typed: Mapping[str, Any]) -> Any:
    """One request whose writes are undone, so that every request meets the same case."""
    method = TABLE[name][0]
    with transaction.atomic():
        answer = (
            client.get(address)
            if method == "GET"
            else client.post(address, {**typed, "to": typed.get(name, ""), **ALSO.get(name, {})})
        )
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize(
    "role",
    [role if role in ("operator", "rival") else pytest.param(role, marks=pytest.mark.slow) for role in ROLES],
)
def test_each_role_gets_what_the_table_says(
    role: str, addresses: dict[str, str], typed: dict[str, Any], client_of: ClientOf
) -> None:
    client = client_of(role)
    got = {name: ask(client, name, address, typed).status_code for name, address in addresses.items()}
    assert got == {name: expected[role] for name, (_method, expected) in TABLE.items()}


def test_nobody_signed_in_goes_to_the_sign_in(addresses: dict[str, str], client_of: ClientOf) -> None:
    for name, address in addresses.items():
        answer = ask(client_of("anonymous"), name, address, {})
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/accounts/login/"), name


@pytest.mark.parametrize("role", ["rival", "fund_operator", "admin"])
def test_forms_of_a_foreign_case_do_not_exist_either(
    role: str, addresses: dict[str, str], client_of: ClientOf
) -> None:
    client = client_of(role)
    assert {client.get(addresses[name]).status_code for name in ACTS} == {404}


def test_a_barred_person_does_not_find_the_case(
    held_case: Complaint, people: dict[str, User], addresses: dict[str, str], client_of: ClientOf
) -> None:
    held_case.barred_users.add(people["specialist"], through_defaults={"why": "complained_of"})
    assert client_of("specialist").get(addresses["case"]).status_code == 404


def test_the_fund_sees_the_card_once_the_last_tier_is_late(
    held_case: Complaint, now: datetime, addresses: dict[str, str], client_of: ClientOf
) -> None:
    Complaint.objects.filter(pk=held_case.pk).update(breached_at=now, escalate_at=None, warn_at=None)
    assert client_of("fund_operator").get(addresses["case"]).status_code == 200
