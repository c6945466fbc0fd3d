"""Letters that say that a letter of ours did not arrive (RFC 3464), and what a mail server's refusal means.

Pure. Nothing in them is trusted or kept: who acts on one knows the letter it is about by a seal of ours.
"""

import email.message
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MOST_PARTS, MOST_BLOCKS = 10, 20
MOST_SAID, MOST_RETURNED = 1_000, 64 * 1024


class Verdict(StrEnum):
    """What became of the letter."""

    GONE = "gone"  # there is no such address: nothing will ever arrive there
    RETURNED = "returned"  # full, too large, taken for spam, unreachable for days: this letter did not arrive
    LATER = "later"  # it is still being tried


@dataclass(frozen=True, slots=True)
class Failure:
    """One receiver, under every address that the report gives them."""

    addresses: frozenset[str]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Report:
    """`message_id`: of the letter it is about, empty when the report does not show it."""

    message_id: str
    failures: tuple[Failure, ...]


#: RFC 3463: bad mailbox, bad system, bad syntax, moved without an address, null MX, mailbox switched off.
_GONE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
#: Servers say these of anything: the words decide. Of an unknown person Yandex says 5.7.1, Mail.ru 5.0.0.
_VAGUE = frozenset({"", "5.0.0", "5.1.0", "5.2.0", "5.4.1", "5.5.0", "5.7.1"})
_NOBODY = re.compile(
    r"no such (?:user|mailbox|recipient|address|person)|(?:user|recipient|mailbox|address|account)"
    r"(?: \S{1,254})? (?:is )?(?:unknown|not found|does not exist|doesn't exist|invalid|disabled|inactive)"
    r"|(?:unknown|invalid|non-?existent) (?:user|recipient|mailbox|address|account)",
    re.IGNORECASE,
)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID = re.compile(r"^message-id:[ \t\r\n]*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)


def judge(said: str, *, status: str = "") -> Verdict:
    """What a refusal for good means, by its status (of the words when there is none) and its words."""
    words = said[:MOST_SAID]
    found = status or next(iter(_STATUS.findall(words)), "")
    if found in _GONE or (found in _VAGUE and _NOBODY.search(words)):
        return Verdict.GONE
    return Verdict.RETURNED


def report_of(message: email.message.Message) -> Report | None:
    """The report in a letter, if it is one that programs can read."""
    parts = message.get_payload()
    if message.get_content_type() != "multipart/report" or not isinstance(parts, list):
        return None
    inner = [part for part in parts[:MOST_PARTS] if isinstance(part, email.message.Message)]
    failures = [failure for part in inner for failure in _failures(part)]
    known = next(filter(None, map(_returned_id, inner)), "")
    return Report(known, tuple(failures)) if failures else None


def _failures(part: email.message.Message) -> Iterator[Failure]:
    blocks = part.get_payload()
    if part.get_content_type() != "message/delivery-status" or not isinstance(blocks, list):
        return
    for block in blocks[:MOST_BLOCKS]:
        if isinstance(block, email.message.Message) and "Final-Recipient" in block:
            named = (_address(block, "Final-Recipient"), _address(block, "Original-Recipient"))
            yield Failure(frozenset(filter(None, named)), _verdict(block))


def _verdict(block: email.message.Message) -> Verdict:
    if _field(block, "Action").lower() != "failed":
        return Verdict.LATER
    status = _STATUS.match(_field(block, "Status"))
    return judge(_field(block, "Diagnostic-Code"), status=status[1] if status else "")


def _address(block: email.message.Message, name: str) -> str:
    """Of "rfc822; <vera@example.org>"."""
    return _field(block, name).rpartition(";")[2].strip().strip("<>").lower()


def _field(block: email.message.Message, name: str) -> str:
    return " ".join(str(block.get(name, ""))[:MOST_SAID].split())


def _returned_id(part: email.message.Message) -> str:
    """The Message-ID of our letter, which comes back whole or only with its headers."""
    kind, content = part.get_content_type(), part.get_payload()
    if kind == "message/rfc822" and isinstance(content, list) and content:
        inner = content[0]
        return _field(inner, "Message-ID") if isinstance(inner, email.message.Message) else ""
    if kind == "text/rfc822-headers" and isinstance(content, str):
        found = _MESSAGE_ID.search(content[:MOST_RETURNED])
        return found[1] if found else ""
    return ""
