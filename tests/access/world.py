"""A small demo portal with one case in work in tier 2, and everybody who might ask for something of it."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.test import Client, override_settings

from complaints import file_store
from complaints.models import (
    Amendment,
    Attachment,
    BulkAct,
    Complaint,
    Deadline,
    EngineHold,
    Export,
    Guide,
    Incident,
    Inquiry,
    Link,
    Matter,
    OfficialCode,
    Reclassification,
    RuleProposal,
    Template,
)
from complaints.services import exports, hops, matter_values, patient_sessions, reclassify, thread, work
from complaints.services.filing import Filed
from insurers.models import Branch, Hotline, Noun, RegistryImport, Revision
from insurers.policy_numbers import Sex, check_policy_number, enp_for
from insurers.services.organisation_values import values_of
from insurers.services.policies import Holder, PolicyRecord, create_policies
from omsportal.platform import alarms
from omsportal.platform.clock import database_now
from omsportal.platform.models import Alarm, Outbox
from representatives import api_keys
from representatives.models import DutyShift, HelpAccess, Leave, Scope, User, Webhook
from tests import factories
from tests.access import settings
from tests.factories import APPLICANT, PATIENT, profile

NOBODY_IN = ("anonymous", "patient", "other_patient")
STAFF = (
    "operator", "specialist", "expert", "head", "insurer_admin", "fund", "fund_operator", "admin", "rival",
)  # fmt: skip
SYSTEMS = ("key", "rival_key")
#: Columns of the table of access.
ROLES = (*NOBODY_IN, *STAFF, *SYSTEMS)
#: Who reads the story: the patient, the tier that has the case, its head, the branch's system of that tier.
READERS = frozenset({"patient", "specialist", "head", "key"})

#: Words of the case that only its readers may meet.
STORY = "Ультразвуковое исследование отложили"
WORDS = {
    "story": "Ультразвуковое",
    "surname": "Златоустов",
    "message": "Пирожков",
    "note": "Заметочка",
    "file": "Направленьице",
    "clinic": "Лечебница № 917",
    "e-mail": "zlata@example",
}
BIRTH_ON = date(1950, 12, 31)
POLICY = enp_for("76", BIRTH_ON, Sex.FEMALE, 1)
#: Digits that staff see only after asking for them, and that nobody else sees.
DIGITS = {"policy": POLICY, "phone": "9201234567"}
APPEAL: dict[str, Any] = {
    "applicant": {**APPLICANT, "surname": "Златоустова", "email": "zlata@example.org"},
    "patient": {**PATIENT, "surname": "Златоустова", "policy_number": POLICY},
    "details": {"story": STORY, "clinic": "Лечебница № 917"},
}


@dataclass
class World:
    """The case, who asks, and what stands in addresses."""

    now: datetime
    branch: Branch
    people: Mapping[str, User]
    case: Complaint
    known: dict[str, Any]
    typed: dict[str, Any]
    clients: dict[str, Client] = field(default_factory=dict)


@contextmanager
def world(files: Path) -> Iterator[World]:
    """Everything is undone at the end."""
    with override_settings(FILES_DIR=files), transaction.atomic():
        with connection.cursor() as cursor:  # it rests while a browser looks at pages for minutes
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield _build()
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    """What one request writes is taken back: the next one meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _build() -> World:
    now = database_now()
    branch = factories.make_branch(now=now)
    people = factories.make_everybody(branch)
    _reference(branch)
    filed, other = _two_cases(branch, people, now)
    case = Complaint.objects.with_card().get(pk=filed.complaint.pk)
    made = World(now, branch, people, case, _known(case, people, now), _typed(case, people, now))
    made.clients = {role: _client(role, made, {"patient": filed, "other_patient": other}) for role in ROLES}
    return made


def _reference(branch: Branch) -> None:
    factories.make_rules()
    factories.make_category("waiting", asks_waiting_time=True)
    factories.make_category("question", default_kind="consultation")
    holder = Holder(surname="Златоустова", first_name="Вера", birth_on=BIRTH_ON)
    number = check_policy_number(POLICY)
    create_policies([PolicyRecord(number=number, holder=holder, branch_id=branch.pk)])


def _two_cases(branch: Branch, people: Mapping[str, User], now: datetime) -> tuple[Filed, Filed]:
    """The one of Вера, passed up by the operator and held by the specialist, and another patient's."""
    stranger = {"surname": "Кузнецова", "first_name": "Анна", "phone": "+79207654321"}
    other = factories.file_case(branch, now=now, applicant=stranger, patient=stranger, story="Другое")
    filed = factories.file_case(branch, now=now, **APPEAL)
    case = filed.complaint
    thread.post_by_patient(complaint=case, text="Участковый врач Пирожков", now=now)
    hand = {"by": people["operator"], "profile": profile(people["operator"], on=now.date()), "now": now}
    case = work.claim(complaint=case, **hand)
    case = hops.escalate(complaint=case, reason="competence", note="", **hand)
    hand = {"by": people["specialist"], "profile": profile(people["specialist"], on=now.date()), "now": now}
    case = work.claim(complaint=case, **hand)
    thread.post_by_staff(complaint=case, text="Заметочка для своих", is_internal=True, **hand)
    return filed, other


def _known(case: Complaint, people: Mapping[str, User], now: datetime) -> dict[str, Any]:
    """What stands for each part of an address."""
    name = uuid.uuid4()
    file_store.write(name, b"%PDF-1.4")
    Attachment.objects.create(
        complaint=case, storage_name=name, sealed={"name": "Направленьице.pdf"}, size=8, uploaded_at=now,
        media_type="application/pdf", content_digest=b"\0" * 32,
    )  # fmt: skip
    alarms.raise_once(
        kind="tier_breach", subject_kind="complaint", subject_id=case.pk, now=now,
        receiver_branch_id=case.branch_id, payload={"number": case.number},
    )  # fmt: skip
    shift = DutyShift.objects.create(
        branch=case.branch, tier=2, representative=people["specialist"].representative, starts_at=now,
        ends_at=now + timedelta(days=1),
    )  # fmt: skip
    undelivered = Outbox.objects.create(
        channel="email", kind="hop", subject_kind="complaint", subject_id=case.pk, hop=9,
        created_at=now, available_at=now, dead_at=now,
    )  # fmt: skip
    hold = EngineHold.objects.create(held_at=now, jumped_seconds=3600)
    Guide.objects.create(slug="waiting", title="Как записаться", position=1, valid_from=factories.LONG_AGO)
    leave = Leave.objects.create(
        representative=people["specialist"].representative, starts_on=now.date() + timedelta(days=45),
        ends_on=now.date() + timedelta(days=55),
    )  # fmt: skip  # not in this month, whatever day it is
    return {
        "user_id": people["specialist"].pk, "person_id": people["specialist"].representative.pk,
        "leave_id": leave.pk,
        "access_id": _help_from_elsewhere(case, people["head"], now).pk,
        "import_id": RegistryImport.objects.create(
            kind="policies", state="ready", branch_ids=[case.branch_id], region_codes=[], size=1,
            requested_by_id=people["insurer_admin"].pk, requested_at=now,
        ).pk,
        "number": case.number, "storage_name": name, "alarm_id": Alarm.objects.get().pk,
        "notice_id": undelivered.pk, "hold_id": hold.pk, "branch_id": case.branch_id, "shift_id": shift.pk,
        "view_id": 1, "letter_id": 1,
        "slug": "waiting", "name": "story", "way": "phone", "token": "abc", "pk": 1, "key": "abc",
        "act": "message", "template_id": _text().pk,
        "job_id": 1, "reference": _list_work(people["specialist"], now),
        "app_label": "complaints", "url": "nothing/here/", "id": people["operator"].pk,
        "colleague": factories.make_staff("colleague", 2, case.branch).representative.pk,
        "proposal_id": _rule(case, people["insurer_admin"], now).pk,
        **_bonds(case, people["head"], now),
        **_phones(case.branch, people["head"], now),
        **_terms(case.branch, people["fund"], now),
        **_systems(case, people["head"], now),
        **settings.known(case.branch, people["fund"], now),
    }  # fmt: skip


def _list_work(specialist: User, now: datetime) -> uuid.UUID:
    """An act on many cases and an exported list, both under this reference and of this person."""
    act = BulkAct.objects.create(kind="escalate", made_by=specialist, made_at=now, gathered_at=now)
    Export.objects.create(
        reference=act.reference, format="csv", language="ru", tab="queue", made_by=specialist, made_at=now,
        read_at=now, finished_at=now, expires_at=now + timedelta(days=1),
        rights=exports.rights_of(specialist, profile(specialist, on=now.date())),
    )  # fmt: skip
    reference: uuid.UUID = act.reference
    return reference


def _systems(case: Complaint, head: User, now: datetime) -> dict[str, Any]:
    """A key of the branch and a receiver of its events."""
    system = api_keys.service_representative(branch=case.branch, name="Телефония", tier=1)
    key = api_keys.create(
        branch=case.branch,
        user=system,
        name="Телефония",
        scopes=["calls"],
        lifetime=timedelta(days=1),
        now=now,
    ).key
    receiver = Webhook.objects.create(
        reference=uuid.uuid4(), branch=case.branch, name="МИС", url="https://hook.example.ru/",
        hears=["case.hop"], sealed={"current": {"id": "1", "secret": "x"}, "previous": None},
        created_by=head, created_at=now,
    )  # fmt: skip
    return {"key_id": key.pk, "receiver": receiver.reference}


def _rule(case: Complaint, by: User, now: datetime) -> RuleProposal:
    """A longer limit of the branch's insurer, about which the fund of its region decides."""
    proposal: RuleProposal = RuleProposal.objects.create(
        insurer=case.branch.insurer, edition=case.rule_edition, tier=2, resolution_limit=9,
        resolution_unit="working_day", state="waits", for_open=True, made_by=by, made_at=now,
    )  # fmt: skip
    return proposal


def _help_from_elsewhere(case: Complaint, head: User, now: datetime) -> HelpAccess:
    """By a branch in which nobody works."""
    factories.make_region("73", "Ульяновская область")
    access: HelpAccess = HelpAccess.objects.create(
        case_id=case.pk, branch=factories.make_branch("reso-med", "73", now=now), reason="treated_there",
        starts_at=now, ends_at=now + timedelta(days=1), granted_by=head, granted_at=now,
    )  # fmt: skip
    return access


def _bonds(case: Complaint, head: User, now: datetime) -> dict[str, Any]:
    """Another appeal about the same event, and an incident of the branch in which the case is not."""
    other = Complaint.objects.exclude(pk=case.pk).earliest("pk")
    link = Link.objects.create(earlier=other, later=case, kind="duplicate", linked_at=now, linked_by=head)
    incident = Incident.objects.create(
        title="Сломан аппарат", branch=case.branch, region=case.branch.region, category=case.category,
        starts_on=now.date(), opened_by=head, opened_at=now,
    )  # fmt: skip
    inquiry = Inquiry.objects.create(
        incident=incident, sealed={"text": "Когда?", "reply": ""}, outgoing_number="1", named_count=0,
        unnamed_count=0, asked_by=head, asked_at=now, reply_due_on=now.date(),
    )  # fmt: skip
    return {"link_id": link.pk, "incident_id": incident.pk, "inquiry_id": inquiry.pk}


def _phones(branch: Branch, head: User, now: datetime) -> dict[str, Any]:
    """A phone of the branch that was changed once, and a draft of the next change."""
    line = Hotline.objects.create(branch=branch, purpose="duty", phone="+74852313828")
    Hotline.objects.filter(pk=line.pk).update(hours_text="по будням")
    line.refresh_from_db()
    stands = values_of(line, Noun.HOTLINE)
    draft = Revision.objects.create(
        noun=Noun.HOTLINE, row_id=line.pk, branch=branch, values=stands | {"source": "письмо"}, seen=stands,
        changed_by_id=head.pk, changed_at=now,
    )  # fmt: skip
    changed = apps.get_model("insurers", "HotlineEvent").objects.latest("pgh_id")
    return {
        "noun": Noun.HOTLINE, "row_id": line.pk, "revision_id": draft.pk, "event_id": changed.pk,
        "insurer_id": branch.insurer_id,
    }  # fmt: skip


def _terms(branch: Branch, head: User, now: datetime) -> dict[str, Any]:
    """A waiting time of the region that was changed once, a draft of the next change, a row of the form."""
    known = {"code": "SPECIALIST", "group": "care", "value": 14, "unit": "working_day", "basis": "Программа"}
    for region, value in ((None, 14), (branch.region, 10)):
        term: Deadline = Deadline.objects.create(
            what="приём врача", region=region, valid_from=factories.LONG_AGO, **known | {"value": value}
        )
    Deadline.objects.filter(pk=term.pk).update(basis="Закон")
    term.refresh_from_db()
    stands = matter_values.values_of(term, Matter.TERM)
    draft = Amendment.objects.create(
        noun=Matter.TERM, row_id=term.pk, region=branch.region, values=stands | {"source_note": "письмо"},
        seen=stands, changed_by_id=head.pk, changed_at=now,
    )  # fmt: skip
    OfficialCode.objects.create(
        edition="157n", table="1", code="3", is_leaf=True, text="Жалобы", valid_from=factories.LONG_AGO
    )
    changed = apps.get_model("complaints", "DeadlineEvent").objects.latest("pgh_id")
    return {
        "matter": Matter.TERM, "matter_id": term.pk, "amendment_id": draft.pk, "line_id": changed.pk,
    }  # fmt: skip


def _typed(case: Complaint, people: Mapping[str, User], now: datetime) -> dict[str, Any]:
    """What is sent with every POST: each act takes its own fields and leaves the rest."""
    proposal: Reclassification = reclassify.propose(
        complaint=case, kind="consultation", category=case.category, urgency="ordinary", reason="other",
        note="Это вопрос", by=people["head"], profile=profile(people["head"], on=now.date()), now=now,
    )  # fmt: skip
    return {
        "text": "Добрый день", "reason": "other", "working_days": "2", "outcome": "organised",
        "way": "letter", "outgoing_number": "12", "number": case.number, "query": case.number,
        "presence": "busy",
        "kind": "consultation", "category": case.category_id, "urgency": "ordinary",
        "signatory": people["specialist"].pk, "sent_on": now.date(), "allowed": "yes",
        "template": _text().pk, "proposal": proposal.pk, "verdict": "approve", "proof": "seen_passport",
        "source": "death_told",
    }  # fmt: skip


def _text() -> Template:
    """A common approved text."""
    known = {"title": "Принято", "body": "Обращение № {number} принято.", "valid_from": factories.LONG_AGO}
    return Template.objects.get_or_create(code="received", defaults=known)[0]


def _client(role: str, made: World, filed: Mapping[str, Filed]) -> Client:
    """Their browser; a patient's also sends the access code, a system its key, as their programs would."""
    client = Client(raise_request_exception=True)
    if role in filed:
        token = patient_sessions.begin(complaint=filed[role].complaint, now=made.now)
        client.cookies["patient"] = token
        client.defaults["HTTP_X_ACCESS_CODE"] = filed[role].access_code
    elif role in SYSTEMS:
        branch = made.branch if role == "key" else made.people["rival"].representative.branches.get()
        client.defaults["HTTP_AUTHORIZATION"] = f"Api-Key {_key_of(branch, made.now)}"
    elif role in STAFF:
        client.force_login(made.people[role], backend="representatives.backends.StaffBackend")
    return client


def _key_of(branch: Branch, now: datetime) -> str:
    """Of a system that works in tier 2."""
    user = api_keys.service_representative(branch=branch, name="МИС", tier=2)
    return api_keys.create(
        branch=branch, user=user, name="МИС", scopes=list(Scope.values), lifetime=timedelta(days=1), now=now
    ).text
