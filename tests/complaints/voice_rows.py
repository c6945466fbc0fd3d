"""Ordinary rows of what came by voice and by letter, and of kept views; and what is refused of each."""

from collections.abc import Callable
from typing import Any

from complaints.models import CallAttempt, Mailbox, ReceivedMail, SavedList, VoiceMessage
from tests.complaints.rows import Maker, attachment, user
from tests.factories import NOW, make_branch, make_complaint


def voice_message(**fields: Any) -> VoiceMessage:
    known: dict[str, Any] = {"content_digest": b"sound", "seconds": 12, "source": "api", "taken_at": NOW}
    if "branch" not in fields:
        fields |= {"branch": make_branch()}
    case = make_complaint()
    fields |= {"complaint": case, "attachment": attachment(complaint=case)}
    return VoiceMessage.objects.create(**(known | fields))


def call_attempt(**fields: Any) -> CallAttempt:
    known: dict[str, Any] = {"at": NOW, "by": user("caller"), "place": 1, "result": "no_answer"}
    if "complaint" not in fields:
        fields |= {"complaint": make_complaint()}
    return CallAttempt.objects.create(**(known | fields))


def mailbox(**fields: Any) -> Mailbox:
    known: dict[str, Any] = {
        "address": "otdel@insurer.example", "host": "imap.example", "sealed": {"user": "x", "password": "y"},
    }  # fmt: skip
    return Mailbox.objects.create(**(known | {"branch": make_branch()} | fields))


def received_mail(**fields: Any) -> ReceivedMail:
    known: dict[str, Any] = {
        "digest": b"letter",
        "uid_validity": 1,
        "uid": 1,
        "came_at": NOW,
        "fate": "ignored",
    }
    if "mailbox" not in fields:
        fields |= {"mailbox": mailbox()}
    return ReceivedMail.objects.create(**(known | fields))


def saved_list(**fields: Any) -> SavedList:
    known: dict[str, Any] = {"title": "Моя поликлиника", "tab": "all", "query": "category=1", "saved_at": NOW}
    return SavedList.objects.create(**(known | {"user": user("owner")} | fields))


ROWS: list[tuple[str, Maker, dict[str, Any]]] = [
    ("voice_message_has_length", voice_message, {"seconds": 0}),
    ("voice_message_source", voice_message, {"source": "air"}),
    ("call_attempt_result_known", call_attempt, {"result": "maybe"}),
    ("call_attempt_counted_from_one", call_attempt, {"place": 0}),
    ("mailbox_security_known", mailbox, {"security": "hope"}),
    ("mailbox_fault_paired", mailbox, {"fault": "refused"}),
    ("mailbox_fault_paired", mailbox, {"failing_since": NOW}),
    ("received_mail_fate_paired", received_mail, {"fate": "case"}),
    ("received_mail_fate_paired", received_mail, {"complaint": make_complaint}),
    ("received_mail_attended_paired", received_mail, {"fate": "left", "attended_at": NOW}),
    (
        "received_mail_attended_paired",
        received_mail,
        {"attended_at": NOW, "attended_by": lambda: user("reader")},
    ),
]
TWICE: list[tuple[str, Maker, Callable[[], dict[str, Any]]]] = [
    ("voice_message_once", voice_message, lambda: {"branch": make_branch()}),
    ("call_attempt_once", call_attempt, lambda: {"complaint": make_complaint()}),
    ("saved_list_one_of_a_name", saved_list, lambda: {"user": user("owner")}),
    ("received_mail_once", received_mail, lambda: {"mailbox": mailbox()}),
]
