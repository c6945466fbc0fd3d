"""A worker whose time is over in the middle of a letter, or while a server drips, loses nothing."""

from contextlib import nullcontext
from datetime import datetime, timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from complaints import mail_parsing
from complaints.models import Mailbox, ReceivedMail
from complaints.services import mailboxes
from tests.complaints.voices import test_mail_in as taking_in
from tests.complaints.voices.letters import ImapServer, letter
from tests.complaints.voices.test_mail_in import read, the_letter

pytestmark = pytest.mark.django_db
box, imap, other = taking_in.box, taking_in.imap, taking_in.other


@pytest.mark.parametrize(("place", "fates"), [("first", ["left"]), ("second", ["case"])])
def test_a_run_that_is_broken_off_goes_on_with_the_letter_unless_that_alone_takes_so_long(
    place: str, fates: list[str], imap: ImapServer, box: Mailbox, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Ten seconds before it kills a task the worker says so; what was half done is not kept."""
    names = ["quick", "slow"] if place == "second" else ["slow"]
    for name in names:
        imap.deliver(box.folder, letter(Subject=name, Message_ID=f"<{name}@example.org>"))
    parse = mail_parsing.parse

    def takes_too_long(raw: bytes) -> mail_parsing.Letter:
        if b"Subject: slow" in raw:
            raise SoftTimeLimitExceeded
        return parse(raw)

    with monkeypatch.context() as patch:
        patch.setattr(mail_parsing, "parse", takes_too_long)
        with nullcontext() if place == "first" else pytest.raises(SoftTimeLimitExceeded):
            read(now, ends=(SoftTimeLimitExceeded,))
    assert list(ReceivedMail.objects.values_list("fate", flat=True)) == fates
    box.refresh_from_db()
    assert (box.fault, box.next_uid) == ("", ReceivedMail.objects.get().uid + 1)
    assert read(now) == (0 if place == "first" else 1)


def test_one_that_had_the_rest_of_a_run_alone_is_read_by_the_next(
    imap: ImapServer, box: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mailbox before it had no letters, and took of the time all the same."""
    earlier = timedelta(minutes=1)
    Mailbox.objects.filter(pk=box.pk).update(checked_at=now - earlier)
    imap.make_folder("Empty")
    Mailbox.objects.create(
        branch=box.branch, address="slow@sogaz.example", host=box.host, port=box.port, security="plain",
        folder="Empty", sealed=box.sealed, since=box.since,
    )  # fmt: skip
    imap.deliver(box.folder, letter())

    def takes_too_long(_raw: bytes) -> mail_parsing.Letter:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(mail_parsing, "parse", takes_too_long)
    with pytest.raises(SoftTimeLimitExceeded):
        read(now, ends=(SoftTimeLimitExceeded,))
    assert not ReceivedMail.objects.exists()
    assert read(now + earlier, ends=(SoftTimeLimitExceeded,)) == 1
    assert (the_letter().fate, the_letter().reason) == ("left", "failed")


def test_a_server_that_drips_until_the_time_is_over_comes_last_next_time(
    imap: ImapServer, box: Mailbox, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drips(*_arguments: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(mailboxes, "_new_letters", drips)
    with pytest.raises(SoftTimeLimitExceeded):
        read(now, ends=(SoftTimeLimitExceeded,))
    box.refresh_from_db()
    assert (box.checked_at, box.fault) == (now, "SoftTimeLimitExceeded")
