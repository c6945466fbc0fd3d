"""Letters over a real IMAP server: an appeal or a message, each once, whatever breaks."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest
from django.db import connections
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from complaints import replies
from complaints.models import Attachment, Complaint, Mailbox, Message, ReceivedMail
from complaints.services import access_codes, closing, mail_in, mailboxes, patient_sessions
from insurers.models import Branch
from omsportal.platform import delivery
from omsportal.platform.clock import database_now
from omsportal.platform.models import Alarm, Outbox, ReadLog
from representatives.models import User
from tests import factories
from tests.complaints.public.conftest import photo_bytes
from tests.complaints.staff.conftest import ClientOf
from tests.complaints.voices.letters import PASSWORD, USER, ImapServer, letter
from tests.mail import MailServer

pytestmark = pytest.mark.django_db

_numbers = count(1)


@pytest.fixture(scope="module")
def imap() -> Iterator[ImapServer]:
    with ImapServer() as server:
        yield server


@pytest.fixture
def other(question: object) -> object:
    return factories.make_category("other")


@pytest.fixture
def box(request: pytest.FixtureRequest, branch: Branch, other: object, now: datetime) -> Mailbox:
    """A folder of its own for each test that speaks to the server."""
    folder, port = f"T{next(_numbers)}", 1
    if "imap" in request.fixturenames:
        server: ImapServer = request.getfixturevalue("imap")
        server.make_folder(folder)
        port = server.port
    return Mailbox.objects.create(
        branch=branch, address="otdel@sogaz.example", host="127.0.0.1", port=port, security="plain",
        folder=folder, sealed={"user": USER, "password": PASSWORD}, since=now - timedelta(hours=1),
    )  # fmt: skip


def read(now: datetime, **options: Any) -> int:
    return mailboxes.read_all(now=now, **options)


def hand_in(box: Mailbox, letter: EmailMessage, now: datetime) -> None:
    """Without the wire, which has tests of its own."""
    delivered = mail_in.Delivered(raw=letter.as_bytes(), uid=next(_numbers), uid_validity=1, came_at=now)
    mail_in.take_in(mailbox=box, delivered=delivered, now=now)


def the_letter() -> ReceivedMail:
    return ReceivedMail.objects.get()


class TestAnAppeal:
    def test_it_is_a_written_one_of_the_branch_for_a_look(
        self, imap: ImapServer, box: Mailbox, now: datetime
    ) -> None:
        imap.deliver(box.folder, letter())
        assert read(now) == 1
        case = Complaint.objects.get()
        assert (case.channel, case.form, case.kind, case.branch) == (
            "email",
            "written",
            "application",
            box.branch,
        )
        assert (case.needs_look, case.answer_due_on is not None) == (True, True)
        assert case.card.sealed["applicant"] == {"first_name": "Вера Соколова", "email": "vera@example.org"}
        assert case.card.sealed["details"]["story"] == "Жалоба\n\nНе записывают на УЗИ второй месяц."
        assert (the_letter().fate, the_letter().complaint) == ("case", case)
        assert imap.seen(box.folder) == [True]

    def test_the_confirmation_brings_number_and_a_code_that_opens_it(
        self, box: Mailbox, now: datetime, settings: Any
    ) -> None:
        hand_in(box, letter(), now)
        with MailServer() as server:
            server.use(settings)
            delivery.deliver(database_now())
        (sent,) = server.messages
        case = Complaint.objects.get()
        text = sent.get_content()
        code = the_letter().sealed["code"]
        assert case.number in text
        assert code in text
        assert "УЗИ" not in text
        assert (sent["To"], sent["Auto-Submitted"]) == ("vera@example.org", "auto-replied")
        assert (sent["In-Reply-To"], sent["Reply-To"]) == ("<1@example.org>", box.address)
        assert patient_sessions.prove(number=case.number, code=code, address="::1", now=now) == case

    def test_the_code_is_forgotten_once_it_has_been_sent(self, box: Mailbox, now: datetime) -> None:
        hand_in(box, letter(), now)
        assert mail_in.forget(now + timedelta(days=2)) == 0
        assert mail_in.forget(now + timedelta(days=4)) == 1
        assert the_letter().sealed is None

    def test_files_are_examined_and_the_sender_reads_which_were_not_taken(
        self, box: Mailbox, now: datetime
    ) -> None:
        made = letter()
        made.add_attachment(photo_bytes(), maintype="image", subtype="jpeg", filename="справка.jpg")
        made.add_attachment(b"MZ" + bytes(99), maintype="image", subtype="jpeg", filename="вирус.jpg")
        hand_in(box, made, now)
        assert Attachment.objects.get().sealed["name"] == "справка.jpg"
        told = Message.objects.get()
        assert "вирус.jpg" in told.sealed["text"]
        assert (told.author_kind, told.is_internal) == ("system", False)

    def test_a_long_one_goes_on_in_messages(self, box: Mailbox, now: datetime) -> None:
        hand_in(box, letter("Очень больно. " * 1500), now)
        assert Message.objects.filter(author_kind="patient").count() == 2

    @pytest.mark.slow
    def test_the_moment_is_the_mail_servers(self, imap: ImapServer, box: Mailbox, now: datetime) -> None:
        before = now.replace(microsecond=0) - timedelta(minutes=30)
        imap.deliver(box.folder, letter(), at=before)
        read(now)
        assert Complaint.objects.get().received_at == before


class TestAMessage:
    def asked(self, box: Mailbox, now: datetime) -> Complaint:
        return factories.make_complaint(box.branch, now=now, applicant={"email": "vera@example.org"})

    def test_an_answer_to_a_letter_of_ours_is_a_message_on_its_appeal(
        self, box: Mailbox, now: datetime
    ) -> None:
        case = self.asked(box, now)
        hand_in(box, letter("Вот ответ", In_Reply_To=f"<{replies.token_of(case)}-7@127.0.0.1>"), now)
        assert Message.objects.get(complaint=case).sealed["text"] == "Вот ответ"
        assert (Complaint.objects.count(), the_letter().fate) == (1, "message")

    def test_the_suffix_of_the_address_finds_it_too(self, box: Mailbox, now: datetime) -> None:
        case = self.asked(box, now)
        hand_in(box, letter(To=f"otdel+{replies.token_of(case).upper()}@sogaz.example"), now)
        assert Message.objects.filter(complaint=case, author_kind="patient").count() == 1

    @pytest.mark.parametrize("wrong", ["seal", "number", "renewed"])
    def test_a_wrong_token_is_an_appeal_of_its_own(self, box: Mailbox, now: datetime, wrong: str) -> None:
        case = self.asked(box, now)
        token = replies.token_of(case)
        if wrong == "renewed":
            access_codes.issue_first(case, by=factories.make_staff("operator", 1, box.branch), now=now)
        changed = {"seal": token[:-4] + "aaaa", "number": "case-762699999999" + token[17:], "renewed": token}
        hand_in(box, letter(In_Reply_To=f"<{changed[wrong]}-7@127.0.0.1>"), now)
        assert not Message.objects.filter(complaint=case, author_kind="patient").exists()
        assert Complaint.objects.count() == 2

    def test_an_ended_appeal_gets_a_new_one_that_names_it(self, box: Mailbox, now: datetime) -> None:
        case = self.asked(box, now)
        closing.withdraw(complaint=case, now=now)
        hand_in(box, letter(In_Reply_To=f"<{replies.token_of(case)}-7@127.0.0.1>"), now)
        new = Complaint.objects.exclude(pk=case.pk).get()
        assert new.card.sealed["details"]["earlier_number"] == case.number

    def test_another_sender_is_named_to_staff(self, box: Mailbox, now: datetime) -> None:
        case = self.asked(box, now)
        stranger = {"From": "pavel@example.org", "In_Reply_To": f"<{replies.token_of(case)}-7@127.0.0.1>"}
        hand_in(box, letter(**stranger), now)
        assert Message.objects.filter(complaint=case, is_internal=True, author_kind="system").count() == 1


class TestNobody:
    @pytest.mark.parametrize(
        ("headers", "reason"),
        [
            ({"Auto_Submitted": "auto-replied"}, "auto_answer"),
            ({"Return_Path": "<>"}, "bounce"),
            ({"Precedence": "bulk"}, "bulk"),
            ({"Message_ID": "<outbox-7-abcdefghij234567@127.0.0.1>"}, "own"),
            ({"From": "otdel@sogaz.example"}, "own"),
        ],
    )
    def test_programs_are_left_alone(
        self, box: Mailbox, now: datetime, headers: dict[str, str], reason: str
    ) -> None:
        hand_in(box, letter(**headers), now)
        assert (the_letter().fate, the_letter().reason) == ("ignored", reason)
        assert not Complaint.objects.exists()
        assert not Outbox.objects.exists()

    def test_what_came_before_the_mailbox_was_entered_is_nobodys(
        self, imap: ImapServer, box: Mailbox, now: datetime
    ) -> None:
        imap.deliver(box.folder, letter(), at=now - timedelta(days=3))
        imap.deliver(box.folder, letter(), at=now - timedelta(hours=2))
        assert read(now) == 0


class TestOnce:
    @pytest.mark.slow
    def test_it_is_not_read_again(self, imap: ImapServer, box: Mailbox, now: datetime) -> None:
        imap.deliver(box.folder, letter())
        assert [read(now), read(now)] == [1, 0]

    def test_a_second_delivery_of_it_is_known(self, box: Mailbox, now: datetime) -> None:
        for _time in range(2):
            hand_in(box, letter(), now)
        assert Complaint.objects.count() == ReceivedMail.objects.count() == 1

    def test_without_a_message_id_it_is_known_by_its_content(self, box: Mailbox, now: datetime) -> None:
        for text in ("a", "a", "b"):
            hand_in(box, letter(text, Message_ID=None), now)
        assert Complaint.objects.count() == 2

    def test_a_worker_that_died_before_the_flag_makes_no_second_one(
        self, imap: ImapServer, box: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuses(*_about: object, **_more: object) -> None:
            raise IMAPClientError

        imap.deliver(box.folder, letter())
        monkeypatch.setattr(IMAPClient, "add_flags", refuses)
        read(now)
        assert imap.seen(box.folder) == [False]
        monkeypatch.undo()
        assert read(now) == 0
        assert Complaint.objects.count() == 1

    def test_a_worker_that_died_before_the_commit_loses_nothing(
        self, imap: ImapServer, box: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def dies(*_about: object, **_more: object) -> None:
            raise SystemExit

        imap.deliver(box.folder, letter())
        monkeypatch.setattr(mail_in, "file_complaint", dies)
        with pytest.raises(SystemExit):
            read(now)
        assert not ReceivedMail.objects.exists()
        monkeypatch.undo()
        assert read(now) == 1
        assert Complaint.objects.count() == 1

    @pytest.mark.slow
    def test_a_server_that_numbers_anew_brings_nothing_twice(
        self, imap: ImapServer, box: Mailbox, now: datetime
    ) -> None:
        imap.deliver(box.folder, letter())
        read(now)
        imap.stop()
        imap.start()
        imap.make_folder(box.folder)
        for number in (1, 2):
            imap.deliver(box.folder, letter(Message_ID=f"<{number}@example.org>"))
        read(now)
        assert Complaint.objects.count() == 2
        box.refresh_from_db()
        assert box.next_uid > 1


@pytest.mark.django_db(transaction=True)
def test_workers_with_the_same_letter_at_the_same_moment_make_one_case(box: Mailbox, now: datetime) -> None:
    same = mail_in.Delivered(raw=letter().as_bytes(), uid=1, uid_validity=1, came_at=now)

    def take(_turn: int) -> bool:
        try:
            return mail_in.take_in(mailbox=box, delivered=same, now=now) is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(4))) == [False, False, False, True]
    assert Complaint.objects.count() == 1


class TestLeft:
    LIST = "/staff/letters/"

    def test_what_cannot_be_read_waits_for_a_person_and_stops_nobody(
        self, imap: ImapServer, box: Mailbox, now: datetime, settings: Any
    ) -> None:
        settings.MAIL_MAX_BYTES = 5000
        imap.deliver(box.folder, b"From: a@b.ru\r\n" + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
                     + b"--x\r\n\r\na\r\n" * 100)  # fmt: skip
        imap.deliver(box.folder, letter("x" * 6000, Message_ID="<2@example.org>"))
        imap.deliver(box.folder, letter(From="кто-то", Message_ID="<3@example.org>"))
        imap.deliver(box.folder, letter(Message_ID="<4@example.org>"))
        read(now)
        reasons = list(ReceivedMail.objects.order_by("uid").values_list("fate", "reason"))
        assert reasons == [("left", "unreadable"), ("left", "too_large"), ("left", "no_sender"), ("case", "")]

    def test_a_flood_of_one_sender_is_left_too(self, imap: ImapServer, box: Mailbox, now: datetime) -> None:
        for uid in range(1, 23):
            raw = letter(Message_ID=f"<{uid}@example.org>").as_bytes()
            delivered = mail_in.Delivered(raw=raw, uid=uid, uid_validity=1, came_at=now)
            mail_in.take_in(mailbox=box, delivered=delivered, now=now)
        assert ReceivedMail.objects.filter(reason="flood").count() == 2
        assert Complaint.objects.count() == 20

    def test_one_the_portal_fails_over_stops_nobody(
        self, imap: ImapServer, box: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        imap.deliver(box.folder, letter())
        factories.make_category("other").__class__.objects.update(valid_to=datetime(2021, 1, 1, tzinfo=UTC))
        assert read(now) == 1
        assert (the_letter().fate, the_letter().reason) == ("left", "failed")

    @pytest.fixture
    def stray(self, box: Mailbox, now: datetime) -> ReceivedMail:
        raw = letter(From="кто-то", Subject="Где мой врач").as_bytes()
        delivered = mail_in.Delivered(raw=raw, uid=1, uid_validity=1, came_at=now)
        mail_in.take_in(mailbox=box, delivered=delivered, now=now)
        return the_letter()

    def test_who_registers_appeals_sees_it_and_takes_it_off(
        self, stray: ReceivedMail, client_of: ClientOf, people: dict[str, User]
    ) -> None:
        client = client_of("operator")
        assert "Где мой врач" in client.get(self.LIST).content.decode()
        assert ReadLog.objects.filter(subject_kind="letter", subject_id=stray.pk).count() == 1
        client.post(f"{self.LIST}{stray.pk}/done/")
        assert "Где мой врач" not in client.get(self.LIST).content.decode()
        stray.refresh_from_db()
        assert (stray.attended_by, stray.sealed) == (people["operator"], None)

    @pytest.mark.parametrize(("who", "status"), [("specialist", 403), ("rival", 200), ("fund", 200)])
    def test_others_see_nothing_of_it(
        self, stray: ReceivedMail, client_of: ClientOf, who: str, status: int
    ) -> None:
        client = client_of(who)
        answer = client.get(self.LIST)
        assert (answer.status_code, "врач" in answer.content.decode()) == (status, False)
        assert client.post(f"{self.LIST}{stray.pk}/done/").status_code == (403 if status == 403 else 404)


class TestAway:
    def test_a_wrong_password_is_told_in_an_alarm_after_a_while_and_closed_when_it_works(
        self, imap: ImapServer, box: Mailbox, now: datetime
    ) -> None:
        Mailbox.objects.filter(pk=box.pk).update(since=now)
        box.sealed = {"user": USER, "password": "wrong"}
        box.save(update_fields=["sealed"])
        read(now)
        assert not Alarm.objects.exists()
        read(now + mailboxes.PATIENCE)
        alarm = Alarm.objects.open().get(kind="mailbox_away")
        assert (alarm.receiver_branch_id, "wrong" in str(alarm.payload)) == (box.branch_id, False)
        box.sealed = {"user": USER, "password": PASSWORD}
        box.save(update_fields=["sealed"])
        read(now + mailboxes.PATIENCE)
        assert not Alarm.objects.open().exists()
