"""Whoever asks in the benchmark of pages: people with a filled draft, and one with an opened case."""

import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max
from django.test import Client

from benchmarks.wire import post
from complaints.models import Complaint, Draft, Message
from complaints.services import patient_sessions, thread
from insurers.models import Branch
from insurers.policy_numbers import check_policy_number
from insurers.services.policies import Holder, PolicyRecord, create_policies
from omsportal.platform import digests
from omsportal.platform.clock import database_now
from tests.complaints.public.conftest import ANSWERS, BIRTH_ON, POLICY, START, url

SEND = f"{START}send/"
#: Django takes the secret of the cookie for the token of the form.
TOKEN = secrets.token_hex(16)
MESSAGES = 5
#: What a draft's digest is for, as complaints/services/drafts.py says it.
DRAFT_DIGEST = "draft token"


def filed_since(last: int) -> int:
    """Appeals with a higher number than that of the row."""
    return Complaint.objects.filter(pk__gt=last).count()


def last_filed() -> int:
    return Complaint.objects.aggregate(last=Max("pk"))["last"] or 0


@dataclass(frozen=True, slots=True)
class Writer:
    """Makes requests that press the last button of filing, each with a draft of its own."""

    pattern: Draft

    def requests(self, count: int) -> list[bytes]:
        """The last button of so many drafts."""
        return [
            post(SEND, {"csrfmiddlewaretoken": TOKEN}, came_from=address, draft=token, csrftoken=TOKEN)
            for token, address in zip(self.drafts(count), _addresses(), strict=False)
        ]

    def drafts(self, count: int) -> list[str]:
        """The cookies of so many filled drafts."""
        now, tokens = database_now(), [secrets.token_urlsafe(32) for _draft in range(count)]
        life = self.pattern.expires_at - self.pattern.created_at
        Draft.objects.bulk_create(
            [
                Draft(
                    token_digest=digests.blind(token, DRAFT_DIGEST), sealed=self.pattern.sealed,
                    created_at=now, updated_at=now, expires_at=now + life,
                )
                for token in tokens
            ],
            batch_size=1000,
        )  # fmt: skip
        return tokens


def writer(branch: Branch) -> Writer:
    """Вера Соколова answers every page once; the registry knows her policy."""
    holder = Holder(surname="Соколова", first_name="Вера", birth_on=BIRTH_ON)
    create_policies([PolicyRecord(number=check_policy_number(POLICY), holder=holder, branch_id=branch.pk)])
    client = Client(headers={"host": "localhost", "accept-language": "ru"})
    client.post(START, {"theme": "waiting"})
    for step, answers in ANSWERS.items():
        client.post(url(step), answers)
    answer = client.get(url("check"))
    assert answer.status_code == 200, f"filing is not complete: {answer.get('Location')}"
    return Writer(Draft.objects.latest("pk"))


def reader(place: int = 0) -> str:
    """The cookie of somebody who opened the newest case, or one `place` older, with a thread of MESSAGES messages."""
    case, now = Complaint.objects.order_by("-pk")[place], database_now()
    for turn in range(MESSAGES):
        if turn % 2:
            Message.objects.create(
                complaint=case, author_kind=Message.Author.SYSTEM, no_health_facts=True, posted_at=now,
                sealed={"text": f"Ответ {turn}. " + "Мы занимаемся вашим обращением. " * 2},
            )  # fmt: skip
        else:
            thread.post_by_patient(
                complaint=case, text=f"Вопрос {turn}. " + "Когда будет ответ? " * 3, now=now
            )
    return patient_sessions.begin(complaint=case, now=now)


def _addresses() -> Iterator[str]:
    for number in itertools.count(secrets.randbelow(2**23)):
        yield f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
