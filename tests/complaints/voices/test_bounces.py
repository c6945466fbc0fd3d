"""Letters of ours that come back, SMS that go nowhere: the case says so, and the applicant can mend it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from smtplib import SMTPRecipientsRefused

import pytest

from complaints import contacts, one_time_codes, replies
from complaints.kinds import AnswerChannel, ContactWay
from complaints.models import Answer, Card, Complaint, Mailbox, Message, OneTimeCode, ReceivedMail
from complaints.services import closing, contact_changes, mail_in, thread, unreachable
from complaints.services.transitions import RuleBroken
from insurers.models import Branch
from omsportal.platform import delivery
from omsportal.platform.models import Alarm, Outbox
from representatives.models import User
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.voices.letters import letter
from tests.factories import make_category, make_complaint, profile

pytestmark = pytest.mark.django_db
_numbers = count(1)
VERA = "vera@example.org"
YANDEX = "smtp; 550 5.7.1 No such user!"
MAIL_RU = (
    "smtp; 550 Message was not accepted -- invalid mailbox. Local mailbox is unavailable: user not found"
)


@pytest.fixture
def box(branch: Branch, now: datetime) -> Mailbox:
    make_category("other")
    return Mailbox.objects.create(
        branch=branch, address="otdel@sogaz.example", host="127.0.0.1", port=1, security="plain",
        sealed={"user": "u", "password": "p"}, since=now - timedelta(hours=1),
    )  # fmt: skip


@pytest.fixture
def case(branch: Branch, people: dict[str, User], now: datetime) -> Complaint:
    """Held by the operator; Вера wants the answer by e-mail, and has a postal address."""
    applicant = {"first_name": "Вера", "email": VERA, "phone": "+79101234567", "address": "Ярославль"}
    return make_complaint(
        branch, now=now, held_by=people["operator"], applicant=applicant, consents=("email",),
        answer_channel=AnswerChannel.EMAIL,
    )  # fmt: skip


def told(case: Complaint, now: datetime) -> Outbox:
    """A notice about the case that has left."""
    thread.tell_contact(Complaint.objects.get(pk=case.pk), kind="message", dedup=next(_numbers), now=now)
    row = Outbox.objects.filter(channel="email").latest("pk")
    Outbox.objects.filter(pk=row.pk).update(sent_at=now)
    return row


def report(message_id: str, **more: str) -> bytes:
    """As Postfix writes it: what happened in words, for programs, and the headers of our letter."""
    said = {"action": "failed", "status": "5.1.1", "to": VERA, "diagnostic": "smtp; 550 5.1.1 unknown"} | more
    return f"""From: MAILER-DAEMON@mx.example.org
To: omsportal@localhost
Subject: Undelivered Mail Returned to Sender
Message-ID: <{next(_numbers)}@mx.example.org>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; <{said["to"]}>
Action: {said["action"]}
Status: {said["status"]}
Diagnostic-Code: {said["diagnostic"]}

--x
Content-Type: text/rfc822-headers

Subject: news
Message-ID: {message_id}
From: omsportal@localhost

--x--
""".encode()


def comes_back(box: Mailbox, raw: bytes, now: datetime) -> None:
    delivered = mail_in.Delivered(raw=raw, uid=next(_numbers), uid_validity=1, came_at=now)
    mail_in.take_in(mailbox=box, delivered=delivered, now=now)


def id_of(row: Outbox, case: Complaint) -> str:
    """The Message-ID under which a notice about a case leaves."""
    return replies.headers_of(case, row_id=row.pk)["Message-ID"]


def notes(case: Complaint) -> list[str]:
    rows = Message.objects.filter(complaint=case, author_kind="system", is_internal=True)
    return [str(row.sealed["text"]) for row in rows.order_by("pk")]


def is_lost(case: Complaint) -> bool:
    return contacts.is_lost(Card.objects.get(pk=case.pk), ContactWay.EMAIL)


class TestNoSuchAddress:
    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"status": "5.7.1", "diagnostic": YANDEX},
            {"status": "5.0.0", "diagnostic": MAIL_RU},
            {"to": VERA.upper()},
        ],
    )
    def test_nothing_more_goes_there_and_staff_read_what_to_do(
        self, box: Mailbox, case: Complaint, now: datetime, said: Mapping[str, str]
    ) -> None:
        comes_back(box, report(id_of(told(case, now), case), **said), now)
        card, after = Card.objects.get(pk=case.pk), Complaint.objects.get(pk=case.pk)
        assert is_lost(case)
        assert contacts.usable(card, ContactWay.EMAIL) is None
        assert (after.notify_by_email, card.answer_channel) == (False, AnswerChannel.LETTER)
        assert after.version == case.version + 1
        (note,) = notes(case)
        assert VERA not in note
        to_holder = Outbox.objects.filter(
            kind="contact_lost", receiver_kind="user", receiver_id=case.assignee_id
        )
        assert to_holder.count() == 1
        assert ReceivedMail.objects.get().reason == "bounce"

    def test_without_a_mailbox_of_the_branch_our_own_id_tells_it(
        self, box: Mailbox, case: Complaint, now: datetime
    ) -> None:
        comes_back(box, report(delivery.message_id(told(case, now).pk)), now)
        assert is_lost(case)

    def test_it_is_told_once(self, box: Mailbox, case: Complaint, now: datetime) -> None:
        first, second = (id_of(told(case, now), case) for _notice in range(2))
        for known in (first, first, second):
            comes_back(box, report(known), now)
        assert len(notes(case)) == 1

    def test_an_answer_that_has_left_stays_as_it_left(
        self, box: Mailbox, case: Complaint, people: dict[str, User], now: datetime
    ) -> None:
        person = people["operator"]
        closing.resolve(
            complaint=case, outcome="organised", text="Вас ждут в пятницу.", by=person,
            profile=profile(person, on=now.date()), now=now,
        )  # fmt: skip
        known = id_of(told(case, now), case)
        comes_back(box, report(known), now)
        assert Card.objects.get(pk=case.pk).answer_channel == AnswerChannel.EMAIL
        assert is_lost(case)

    def test_without_a_postal_address_the_answer_lies_on_the_site(
        self, box: Mailbox, case: Complaint, people: dict[str, User], now: datetime
    ) -> None:
        """Nobody writes down that it left by e-mail."""
        card = Card.objects.get(pk=case.pk)
        card.sealed = {**card.sealed, "applicant": {**card.sealed["applicant"], "address": ""}}
        card.save()
        comes_back(box, report(id_of(told(case, now), case)), now)
        person = people["operator"]
        closing.resolve(
            complaint=Complaint.objects.get(pk=case.pk), outcome="organised", text="Вас ждут в пятницу.",
            by=person, profile=profile(person, on=now.date()), now=now,
        )  # fmt: skip
        assert Answer.objects.get(complaint=case).dispatched_by == AnswerChannel.SITE

    def test_staff_see_it_on_the_case(
        self, box: Mailbox, case: Complaint, client_of: ClientOf, now: datetime
    ) -> None:
        page = f"/staff/cases/{case.number}/"
        sign = "Такого адреса нет: позвоните или напишите письмо"
        assert sign not in client_of("operator").get(page).content.decode()
        comes_back(box, report(id_of(told(case, now), case)), now)
        assert sign in client_of("operator").get(page).content.decode()


class TestNotBelieved:
    @pytest.mark.parametrize(
        "said", [{"to": "other@example.org"}, {"action": "delayed", "status": "4.4.1"}, {"action": "relayed"}]
    )
    def test_about_another_address_or_not_yet_over(
        self, box: Mailbox, case: Complaint, now: datetime, said: Mapping[str, str]
    ) -> None:
        comes_back(box, report(id_of(told(case, now), case), **said), now)
        assert not is_lost(case)
        assert notes(case) == []

    @pytest.mark.parametrize(
        "wrong", ["<outbox-{row}@127.0.0.1>", "<outbox-{row}-{other}@127.0.0.1>", "{case}"]
    )
    def test_without_the_seal_of_our_letter(
        self, box: Mailbox, case: Complaint, now: datetime, wrong: str
    ) -> None:
        row, stranger = told(case, now), make_complaint(box.branch, now=now)
        other = delivery.message_id(row.pk + 1).partition("@")[0].rpartition("-")[2]
        known = wrong.format(row=row.pk, other=other, case=id_of(row, stranger))
        comes_back(box, report(known), now)
        assert not is_lost(case)
        assert notes(case) == []

    def test_nothing_of_it_becomes_an_appeal(self, box: Mailbox, case: Complaint, now: datetime) -> None:
        comes_back(box, report("<1@elsewhere>"), now)
        assert Complaint.objects.count() == 1
        assert ReceivedMail.objects.get().fate == "ignored"


@pytest.mark.parametrize(
    ("status", "diagnostic"),
    [("5.2.2", "smtp; 552 mailbox full"), ("5.7.1", "smtp; 554 spam message rejected"), ("4.4.7", "expired")],
)
def test_a_letter_that_was_only_returned_is_a_note(
    box: Mailbox, case: Complaint, now: datetime, status: str, diagnostic: str
) -> None:
    comes_back(box, report(id_of(told(case, now), case), status=status, diagnostic=diagnostic), now)
    assert not is_lost(case)
    assert len(notes(case)) == 1
    assert Complaint.objects.get(pk=case.pk).notify_by_email


class TestMending:
    @pytest.fixture
    def lost(self, box: Mailbox, case: Complaint, now: datetime) -> Complaint:
        comes_back(box, report(id_of(told(case, now), case)), now)
        return case

    def test_a_letter_from_there_shows_that_it_works(
        self, box: Mailbox, lost: Complaint, now: datetime
    ) -> None:
        answer = letter("Я здесь", In_Reply_To=f"<{replies.token_of(lost)}-7@127.0.0.1>")
        comes_back(box, answer.as_bytes(), now)
        assert not is_lost(lost)
        assert Complaint.objects.get(pk=lost.pk).notify_by_email

    @pytest.mark.parametrize("typed", [VERA, "vera.sokolova@example.org"])
    def test_staff_write_down_the_right_one_or_the_same(
        self, lost: Complaint, people: dict[str, User], now: datetime, typed: str
    ) -> None:
        person = people["operator"]
        contact_changes.change_by_document(
            complaint=lost, way="email", new=typed, proof="seen_passport", by=person,
            profile=profile(person, on=now.date()), now=now,
        )  # fmt: skip
        assert not is_lost(lost)
        assert Complaint.objects.get(pk=lost.pk).notify_by_email

    def test_one_that_works_is_no_change(
        self, case: Complaint, people: dict[str, User], now: datetime
    ) -> None:
        person = people["operator"]
        with pytest.raises(RuleBroken):
            contact_changes.change_by_document(
                complaint=case, way="email", new=VERA, proof="seen_passport", by=person,
                profile=profile(person, on=now.date()), now=now,
            )  # fmt: skip

    def test_the_answer_is_not_turned_back_to_where_nothing_arrives(
        self, lost: Complaint, now: datetime
    ) -> None:
        with pytest.raises(RuleBroken) as refused:
            contact_changes.choose_answer(complaint=lost, way="email", address="203.0.113.7", now=now)
        assert refused.value.code == "email_lost"
        assert Card.objects.get(pk=lost.pk).answer_channel == AnswerChannel.LETTER

    def test_the_applicant_is_sent_no_code_there(self, lost: Complaint) -> None:
        assert ContactWay.EMAIL in contacts.refused_ways(Card.objects.get(pk=lost.pk))


class TestRefusedWhileSending:
    def given_up(self, case: Complaint, now: datetime, *, channel: str = "email", error: str) -> Outbox:
        row = told(case, now)
        Outbox.objects.filter(pk=row.pk).update(sent_at=None, dead_at=now, channel=channel, error=error)
        return row

    def test_an_unknown_address_is_told_and_leaves_the_list_of_what_failed(
        self, case: Complaint, now: datetime
    ) -> None:
        self.given_up(case, now, error=f"{delivery.ADDRESS_GONE} 550")
        assert unreachable.look(now) == 1
        assert is_lost(case)
        assert not Outbox.objects.for_a_person().exists()
        assert not Alarm.objects.open().filter(kind="undelivered").exists()
        assert unreachable.look(now) == 0

    def test_what_else_a_server_refuses_stays_on_the_list(self, case: Complaint, now: datetime) -> None:
        self.given_up(case, now, error="SMTPRecipientsRefused 550")
        assert unreachable.look(now) == 0
        assert not is_lost(case)
        assert Outbox.objects.for_a_person().count() == 1

    def test_an_sms_that_went_nowhere_is_told_once_and_stays_on_the_list(
        self, case: Complaint, now: datetime
    ) -> None:
        self.given_up(case, now, channel="sms", error="Undeliverable: HTTP 400")
        assert [unreachable.look(now), unreachable.look(now)] == [1, 0]
        assert Card.objects.get(pk=case.pk).phone_failed_at == now
        assert len(notes(case)) == 1
        assert Outbox.objects.for_a_person().count() == 1

    @pytest.mark.parametrize("channel", ["email", "sms"])
    def test_the_contact_of_now_is_not_blamed_for_the_one_from_before(
        self, case: Complaint, people: dict[str, User], now: datetime, channel: str
    ) -> None:
        """The old address is gone: that is why it was changed. Only the notice of the change went there."""
        person, new = people["operator"], {"email": "vera.sokolova@example.org", "sms": "+79107654321"}
        error = {"email": f"{delivery.ADDRESS_GONE} 550", "sms": "Undeliverable: HTTP 400"}[channel]
        refused = self.given_up(case, now - timedelta(seconds=30), channel=channel, error=error)
        contact_changes.change_by_document(
            complaint=case, way={"email": "email", "sms": "phone"}[channel], new=new[channel],
            proof="seen_passport", by=person, profile=profile(person, on=now.date()), now=now,
        )  # fmt: skip
        told = Outbox.objects.filter(subject_kind="contact_change", channel=channel)
        assert told.update(dead_at=now, error=error) == 1
        unreachable.look(now)
        card = Card.objects.get(pk=case.pk)
        assert (card.email_failed_at, card.phone_failed_at, notes(case)) == (None, None, [])
        left = set(Outbox.objects.for_a_person().values_list("pk", flat=True))
        assert (refused.pk in left) is (channel == "sms")

    def test_a_mistyped_new_address_says_nothing_of_the_one_that_works(
        self, case: Complaint, now: datetime
    ) -> None:
        code = one_time_codes.begin(purpose=OneTimeCode.Purpose.NEW_CONTACT, complaint_id=case.pk, now=now)
        row = self.given_up(case, now, error=f"{delivery.ADDRESS_GONE} 550")
        Outbox.objects.filter(pk=row.pk).update(
            subject_kind="one_time_code", subject_id=code.pk, receiver_kind="patient"
        )
        unreachable.look(now)
        assert not is_lost(case)

    @pytest.mark.parametrize(
        ("said", "is_gone"),
        [
            (b"5.1.1 <vera@example.org>: Recipient address rejected: User unknown", True),
            (b"5.7.1 No such user!", True),
            (b"Message was not accepted -- invalid mailbox", True),
            (b"5.7.1 Relaying denied", False),
            (b"5.7.26 DMARC", False),
            (b"5.2.2 Mailbox full: user unknown to have room", False),
        ],
    )
    def test_a_server_that_refuses_us_says_nothing_of_the_address(self, said: bytes, is_gone: bool) -> None:
        words = delivery.describe(SMTPRecipientsRefused({VERA: (550, said)}))
        assert words == f"{'AddressGone' if is_gone else 'SMTPRecipientsRefused'} 550"


def test_of_a_case_that_nobody_holds_its_queue_is_told(box: Mailbox, case: Complaint, now: datetime) -> None:
    Complaint.objects.filter(pk=case.pk).update(status="new", assignee=None)
    comes_back(box, report(id_of(told(case, now), case)), now)
    notice = Outbox.objects.get(kind="contact_lost")
    assert (notice.receiver_kind, notice.receiver_id) == ("pool", case.branch_id)
