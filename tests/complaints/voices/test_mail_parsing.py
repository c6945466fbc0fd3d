"""What is understood of a letter, and what hostile ones cannot do."""

import time
from contextlib import suppress
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints import mail_parsing
from complaints.mail_parsing import Automatic, Unreadable
from tests.complaints.voices.letters import letter


def parsed(**headers: object) -> mail_parsing.Letter:
    return mail_parsing.parse(letter(**headers).as_bytes())


def test_sender_subject_words_and_references_are_told() -> None:
    found = parsed(In_Reply_To="<a@b>", References="<x@y> <a@b>")
    assert (found.sender, found.sender_name, found.subject) == ("vera@example.org", "Вера Соколова", "Жалоба")
    assert found.text == "Не записывают на УЗИ второй месяц."
    assert (found.known_ids, found.receivers) == (("<a@b>", "<x@y>", "<a@b>"), ("otdel@sogaz.example",))
    assert found.automatic is None


@pytest.mark.parametrize("charset", ["utf-8", "koi8-r", "windows-1251"])
def test_russian_of_every_charset_is_read(charset: str) -> None:
    made = letter("")
    made.set_content("Ёлки: не лечат", charset=charset)
    assert mail_parsing.parse(made.as_bytes()).text == "Ёлки: не лечат"


def test_unnamed_and_unknown_charsets_are_guessed() -> None:
    head = b"From: a@b.ru\r\nContent-Type: text/plain; charset=%s\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    assert mail_parsing.parse(head % b"x-odd" + "Больно".encode("cp1251")).text == "Больно"
    assert mail_parsing.parse(head % b"us-ascii" + "Больно".encode()).text == "Больно"


def test_html_alone_becomes_its_words() -> None:
    made = letter("")
    made.set_content(
        "<head><style>p{}</style></head><p>Не <b>лечат</b>&nbsp;меня</p><script>alert(1)</script>"
        "<div>совсем</div>",
        subtype="html",
    )
    text = mail_parsing.parse(made.as_bytes()).text
    assert text.split() == ["Не", "лечат", "меня", "совсем"]


def test_plain_text_wins_and_named_parts_are_files() -> None:
    made = letter("Слова")
    made.add_alternative("<p>Слова, красиво</p>", subtype="html")
    made.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="../выписка.pdf")
    found = mail_parsing.parse(made.as_bytes())
    assert found.text == "Слова"
    assert [(file.name, file.content) for file in found.files] == [("../выписка.pdf", b"%PDF-1.4")]


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({"Auto_Submitted": "auto-replied"}, Automatic.ANSWER),
        ({"Auto_Submitted": "No"}, None),
        ({"Precedence": "bulk"}, Automatic.BULK),
        ({"Precedence": "Auto_Reply"}, Automatic.ANSWER),
        ({"List_Id": "<news.example>"}, Automatic.BULK),
        ({"X_Autoreply": "yes"}, Automatic.ANSWER),
        ({"Return_Path": "<>"}, Automatic.BOUNCE),
        ({"Return_Path": "<vera@example.org>"}, None),
    ],
)
def test_what_programs_send_is_known(headers: dict[str, str], automatic: Automatic | None) -> None:
    assert parsed(**headers).automatic is automatic


def test_a_report_of_delivery_is_a_bounce() -> None:
    raw = (
        b'From: a@b.ru\r\nContent-Type: multipart/report; boundary="x"\r\n\r\n--x\r\n\r\nfailed\r\n--x--\r\n'
    )
    assert mail_parsing.parse(raw).automatic is Automatic.BOUNCE


@pytest.mark.parametrize(
    "sender", ["", "nobody", "a@b", "<>", "a..b@c.ru", "a b@c.ru", "a@b.ru\r\nBcc: x@y.ru"]
)
def test_who_cannot_be_answered_has_no_address(sender: str) -> None:
    raw = b"From: " + sender.encode() + b"\r\nSubject: x\r\n\r\nhi"
    assert mail_parsing.parse(raw).sender in {"", "a@b.ru"}


def test_words_of_headers_carry_no_control_signs() -> None:
    raw = b"From: a@b.ru\r\nSubject: =?utf-8?b?" + b"0JDQkQ0KQmNjOiB4QHkucnU=" + b"?=\r\n\r\nhi"
    assert "\n" not in mail_parsing.parse(raw).subject


def _nested(depth: int) -> bytes:
    body = b"text"
    for level in range(depth):
        mark = b"b%d" % level
        head = b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n--' + mark + b"\r\n"
        body = head + body + b"\r\n--" + mark + b"--\r\n"
    return b"From: a@b.ru\r\n" + body


@pytest.mark.parametrize(
    "raw",
    [
        _nested(40),
        _nested(2000),
        b"From: a@b.ru\r\n" + b"X: y\r\n" * 100_000,
        b'From: a@b.ru\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n' + b"--x\r\n\r\na\r\n" * 500,
    ],
    ids=["deep", "deeper", "headers", "parts"],
)
def test_bombs_are_left_for_a_person_and_soon(raw: bytes) -> None:
    began = time.process_time()
    with pytest.raises(Unreadable):
        mail_parsing.parse(raw)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "raw",
    [
        b"From: " + b"a@b.ru, " * 30_000 + b"\r\n\r\nhi",
        b"From: " + b"(" * 100_000 + b"\r\n\r\nhi",
        b"From: a@b.ru\r\nSubject: " + b"=?utf-8?q?a?= " * 10_000 + b"\r\n\r\nhi",
        b"From: a@b.ru\r\nContent-Type: text/html\r\n\r\n" + b"<p <" * 50_000,
        b"From: a@b.ru\r\nContent-Type: text/html\r\n\r\n" + b"&" * 200_000,
        b"From: a@b.ru\r\nContent-Type: text/plain; charset=\"" + b"x" * 100_000 + b"\"\r\n\r\nhi",
    ],
    ids=["addresses", "comments", "words", "tags", "entities", "charset"],
)  # fmt: skip
def test_quadratic_headers_cost_little(raw: bytes) -> None:
    began = time.process_time()
    with suppress(Unreadable):
        mail_parsing.parse(raw)
    assert time.process_time() - began < 2


@settings(max_examples=40)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_letter_or_unreadable(body: bytes) -> None:
    for head in (
        b"",
        b"From: ",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
        b"Content-Type: ",
    ):
        try:
            found = mail_parsing.parse(head + body)
        except Unreadable:
            continue
        assert "\x00" not in found.text + found.subject + found.sender_name


def test_a_letter_inside_the_letter_is_a_file() -> None:
    made, inner = letter("Смотрите письмо"), EmailMessage()
    inner.set_content("Внутри")
    made.add_attachment(inner)
    found = mail_parsing.parse(made.as_bytes())
    assert found.text == "Смотрите письмо"
    assert len(found.files) == 1
