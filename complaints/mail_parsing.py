"""A letter as it came over the wire, taken apart with limits: who wrote, what, which files, and if a person.

Nothing in it is trusted. Headers are read raw and cut: parsers of the standard library take quadratic time
over hostile ones. Pure, no Django.
"""

import email
import email.message
import email.policy
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses
from enum import StrEnum

from omsportal.platform.bounces import Report, report_of

MOST_PARTS, MOST_DEPTH, MOST_HEADER = 60, 8, 2_000
#: All headers together; a letter of people has a few thousand.
MOST_HEADERS = 256 * 1024
MOST_TEXT = 200_000
_END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
_BULK = {"bulk", "junk", "list", "auto_reply"}
_ANSWERS_BY_ITSELF = ("X-Autoreply", "X-Autorespond", "X-Autoresponse")
_LISTS = ("List-Id", "List-Unsubscribe")
_ADDRESS = re.compile(r"[^@\s<>\"(),;:\\]{1,64}@[a-z0-9.-]{1,190}\.[a-z0-9-]{2,63}", re.IGNORECASE)
_BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote"}
_SILENT = re.compile(r"<(?:!--|(script|style|head|title)\b)", re.IGNORECASE)
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]*>|-->")
_BLANKS = re.compile(r"\s+")


class Automatic(StrEnum):
    """Why no person is answered for this letter."""

    ANSWER = "auto_answer"  # out of office, read receipts: RFC 3834
    BOUNCE = "bounce"
    BULK = "bulk"


class Unreadable(Exception):
    """The letter cannot be taken apart within the limits; a person must look at it in the mailbox."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of the letter, under the name its sender gave it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What was understood. `sender` is an address or empty; `known_ids` are Message-IDs it answers to.

    `report`: what a mail server says of a letter of ours that did not arrive.
    """

    message_id: str
    sender: str
    sender_name: str
    subject: str
    text: str
    files: tuple[Enclosed, ...]
    known_ids: tuple[str, ...]
    receivers: tuple[str, ...]
    automatic: Automatic | None
    report: Report | None


def parse(raw: bytes) -> Letter:
    """The letter. Raises Unreadable."""
    end = _END_OF_HEADERS.search(raw[: MOST_HEADERS + 4])
    if end is None and len(raw) > MOST_HEADERS:
        raise Unreadable("headers")
    try:
        return _taken_apart(email.message_from_bytes(raw, policy=email.policy.compat32))
    except (RecursionError, ValueError, LookupError, AssertionError, AttributeError, TypeError) as error:
        raise Unreadable(type(error).__name__) from error


def _taken_apart(message: email.message.Message) -> Letter:
    text, files = _body(message)
    name, sender = _person(message, "From")
    return Letter(
        message_id=_raw(message, "Message-ID").strip(),
        sender=sender,
        sender_name=name,
        subject=_words(message, "Subject"),
        text=text,
        files=tuple(files),
        known_ids=tuple(f"{_raw(message, 'In-Reply-To')} {_raw(message, 'References')}".split()),
        receivers=tuple(_addresses(message, "To", "Cc", "Delivered-To", "X-Original-To")),
        automatic=_automatic(message),
        report=report_of(message),
    )


def _automatic(message: email.message.Message) -> Automatic | None:
    kind = message.get_content_type()
    if kind == "multipart/report" or _raw(message, "Return-Path").strip() == "<>":
        return Automatic.BOUNCE
    submitted = _raw(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in {"", "no"} or any(name in message for name in _ANSWERS_BY_ITSELF):
        return Automatic.ANSWER
    precedence = _raw(message, "Precedence").strip().lower()
    if precedence in _BULK:
        return Automatic.ANSWER if precedence == "auto_reply" else Automatic.BULK
    return Automatic.BULK if any(name in message for name in _LISTS) else None


def _raw(message: email.message.Message, name: str) -> str:
    """The first header of this name, cut; bytes that are no ASCII are shown as they can be."""
    return str(message.get(name, ""))[:MOST_HEADER].replace("\r", "").replace("\n", " ")


def _words(message: email.message.Message, name: str) -> str:
    return _decoded(_raw(message, name))


def _decoded(text: str) -> str:
    """RFC 2047 words in plain letters; what cannot be decoded stays as it came."""
    try:
        parts = [_text_of(part, charset) for part, charset in decode_header(text)]
    except (HeaderParseError, ValueError, LookupError):
        parts = [text]
    return " ".join("".join(sign if sign.isprintable() else " " for sign in "".join(parts)).split())


def _text_of(part: str | bytes, charset: str | None) -> str:
    if isinstance(part, bytes):
        return _as_text(part, charset)
    return part.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _as_text(content: bytes, charset: str | None) -> str:
    """By the named charset; by UTF-8 or the Russian one of Windows when there is none, or an unknown one."""
    for name in (charset or "utf-8", "utf-8"):
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("cp1251", "replace")


def _person(message: email.message.Message, name: str) -> tuple[str, str]:
    """Name and address of the first sender; the address is empty when it cannot be one."""
    found = getaddresses([_raw(message, name)])
    shown, address = found[0] if found else ("", "")
    address = address.strip().lower()
    return _decoded(shown)[:80], address if _ADDRESS.fullmatch(address) and ".." not in address else ""


def _addresses(message: email.message.Message, *names: str) -> Iterator[str]:
    # One by one: where an empty or a broken line is among them, getaddresses returns nothing of the others.
    for line in (_raw(message, name) for name in names):
        for _name, address in getaddresses([line]):
            if address:
                yield address.strip().lower()


def _body(message: email.message.Message) -> tuple[str, list[Enclosed]]:
    """Plain text where there is one, else the text of the HTML; everything that has a name is a file."""
    plain, rich, files = list[str](), list[str](), list[Enclosed]()
    for part in _parts(message):
        content, name = part.get_payload(decode=True), _name_of(part)
        kind = part.get_content_type()
        if not isinstance(content, bytes):
            files.append(Enclosed(name or "letter.eml", b""))
        elif name or part.get_content_disposition() == "attachment" or not kind.startswith("text/"):
            files.append(Enclosed(name or "file", content))
        else:
            text = _as_text(content[:MOST_TEXT], part.get_content_charset())
            (rich if kind == "text/html" else plain).append(text)
    shown = "\n".join(plain) or "\n".join(text_of_html(text) for text in rich)
    return _tidy(shown), files


def _parts(message: email.message.Message) -> Iterator[email.message.Message]:
    """Leaves in their order. A letter inside the letter is one leaf. Raises Unreadable."""
    waiting, seen = [(message, 0)], 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > MOST_PARTS or depth > MOST_DEPTH:
            raise Unreadable("parts")
        inner = part.get_payload() if part.get_content_maintype() == "multipart" else None
        if isinstance(inner, list):
            waiting += [
                (each, depth + 1) for each in reversed(inner) if isinstance(each, email.message.Message)
            ]
        else:
            yield part


def _name_of(part: email.message.Message) -> str:
    return _decoded(str(part.get_filename() or "")[:MOST_HEADER])


def _tidy(text: str) -> str:
    """One kind of line end, no control signs, no more than two empty lines together."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    plain = ("".join(sign for sign in line if sign.isprintable() or sign == "\t").rstrip() for line in lines)
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(plain)).strip()


def text_of_html(text: str) -> str:
    """The words of a page, without what acts in it. One pass: html.parser can take hours."""
    shown = "".join(_without_silent(text))
    plain = _TAG.sub(_break, _BLANKS.sub(" ", shown))
    lines = (" ".join(line.split()) for line in html.unescape(plain).split("\n"))
    return "\n".join(lines)


def _break(tag: re.Match[str]) -> str:
    return "\n" if (tag[1] or "").lower() in _BREAKS else ""


def _without_silent(text: str) -> Iterator[str]:
    """What stands outside of scripts, styles, the head and comments; one that never ends hides the rest."""
    place = 0
    for found in _SILENT.finditer(text):
        if found.start() < place:
            continue
        yield text[place : found.start()]
        place = _find(text, "-->" if found[1] is None else f"</{found[1]}", found.end())
        if place < 0:
            return
    yield text[place:]


def _find(text: str, end: str, begin: int) -> int:
    """Where the closing tag begins, in any case of letters; -1: nowhere."""
    found = re.compile(re.escape(end), re.IGNORECASE).search(text, begin)
    return found.start() if found else -1
