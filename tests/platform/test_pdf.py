"""Documents as PDF: readable aloud, in Russian, and of nothing but the data."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from pypdf import PdfReader

from omsportal.platform import pdf

NOW = datetime(2026, 3, 18, 9, 0, 0, 123456, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "lang": "ru",
    "title": "Обращение принято",
    "number_name": "Номер обращения",
    "number": "76-26-1234567-8",
    "code_name": "Код доступа",
    "code": "1234 5678 9012 3456",
    "address_name": "Адрес:",
    "address": "https://portal.test/status/",
    "qr": pdf.qr("https://portal.test/status/?number=76-26-1234567-8"),
    "qr_alt": "QR-код",
    "sections": [{"title": "Что дальше", "paragraphs": ['#panic("x") *не жирно* <b> \\ $x$ ёЁ №']}],
}


def text_of(document: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages)


def test_it_writes_russian_that_can_be_copied_and_searched() -> None:
    text = text_of(pdf.render("receipt", WORDS, now=NOW))
    for words in ("Обращение принято", "76-26-1234567-8", "1234 5678 9012 3456", "Что дальше"):
        assert words in text


def test_it_takes_what_people_wrote_for_words_only() -> None:
    assert '#panic("x") *не жирно* <b> \\ $x$ ёЁ №' in text_of(pdf.render("receipt", WORDS, now=NOW))


def test_a_screen_reader_can_read_it() -> None:
    with pikepdf.open(BytesIO(pdf.render("receipt", WORDS, now=NOW))) as document:
        assert document.Root.Lang == "ru"
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        with document.open_metadata() as described:
            assert (described["pdfuaid:part"], described["dc:title"]) == ("1", "Обращение принято")


def test_it_is_the_same_document_for_the_same_moment() -> None:
    assert pdf.render("receipt", WORDS, now=NOW) == pdf.render("receipt", WORDS, now=NOW)


@pytest.mark.parametrize("missing", ["title", "qr_alt"])
def test_it_does_not_make_half_a_document(missing: str) -> None:
    without = {name: value for name, value in WORDS.items() if name != missing}
    with pytest.raises(RuntimeError):
        pdf.render("receipt", without, now=NOW)


def test_a_code_to_scan_is_drawn_as_one_path() -> None:
    drawn = pdf.qr("76-26-1234567-8")
    assert drawn.count("<path") == 1
    assert "<svg" in drawn
