"""What PDF and Word documents of strangers may hold: what acts is taken out, or refused."""

import os
import zipfile
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Encryption, Name

from complaints import documents
from complaints.documents import Reason, Refused, Removed
from tests.complaints import documents as made
from tests.complaints.documents import MB, bond, command, pdf, word

AS_IT_IS = {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.none}
LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize("content", [pdf(), pdf(made.link), pdf(encryption=Encryption(owner="o", user=""))])
def test_it_keeps_a_harmless_pdf_byte_by_byte(content: bytes) -> None:
    assert documents.clean("pdf", content) == documents.Cleaned(content)


@pytest.mark.parametrize(
    ("change", "removed", "sign"),
    [
        (made.script, Removed.SCRIPTS, b"app.alert"),
        (made.launch, Removed.SCRIPTS, b"cmd.exe"),
        (made.chained, Removed.SCRIPTS, b"evil.example"),
        (made.xfa, Removed.SCRIPTS, b"xdp"),
        (made.attachment, Removed.FILES, b"setup.exe"),
        (made.film, Removed.MEDIA, b"RichMediaContent"),
    ],
)
def test_it_takes_out_of_a_pdf_what_acts_or_hides(change: object, removed: Removed, sign: bytes) -> None:
    content = pdf(change, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert sign in content
    cleaned = documents.clean("pdf", content)
    assert removed in cleaned.removed
    with pikepdf.open(BytesIO(cleaned.content)) as kept:
        assert len(kept.pages) == 1
        out = BytesIO()
        kept.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert sign not in out.getvalue()


def test_it_takes_a_script_out_of_a_pdf_that_forbids_changes() -> None:
    cleaned = documents.clean("pdf", pdf(made.script, encryption=Encryption(owner="o", user="")))
    with pikepdf.open(BytesIO(cleaned.content)) as kept:
        assert Name.OpenAction not in kept.Root


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf(encryption=Encryption(owner="o", user="secret")), Reason.LOCKED),
        (pdf(made.portfolio), Reason.NESTED),
        (pdf(made.dynamic_form), Reason.ACTIVE),
        (pdf(made.hidden), Reason.ACTIVE),
        (pdf(made.elsewhere), Reason.ACTIVE),
        (pdf(made.bomb), Reason.DAMAGED),
        (pdf(made.packed_twice, **AS_IT_IS), Reason.DAMAGED),
        (b"%PDF-1.4\n" + b"1 0 obj<<" * 100_000 + b"%%EOF", Reason.DAMAGED),
        (b"%PDF-1.4\n1 0 obj\n" + b"[" * 5000 + b"\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF", Reason.DAMAGED),
    ],
)
def test_it_refuses_a_pdf_that_stays_dangerous(content: bytes, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        documents.clean("pdf", content)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "behind", [word(), b"\xff\xd8\xff\xe0 a picture", b"<script>", word() + b"%%EOF", b"\n\0MZ"]
)
def test_it_cuts_another_file_off_the_end_of_a_pdf(behind: bytes) -> None:
    cleaned = documents.clean("pdf", pdf() + behind)
    assert cleaned.removed == (Removed.FILES,)
    assert not zipfile.is_zipfile(BytesIO(cleaned.content))
    assert behind not in cleaned.content
    assert len(pikepdf.open(BytesIO(cleaned.content)).pages) == 1


def test_blanks_at_the_end_of_a_pdf_are_no_file() -> None:
    content = pdf() + b"\r\n \0\n"
    assert documents.clean("pdf", content) == documents.Cleaned(content)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word/../../x", "..\\x", "C:x"])
def test_it_refuses_a_word_document_that_unpacks_elsewhere(name: str) -> None:
    with pytest.raises(Refused) as refused:
        documents.clean("word", word({name: b"x"}))
    assert refused.value.reason == Reason.DAMAGED


def test_it_keeps_a_harmless_word_document_byte_by_byte() -> None:
    content = word({"word/_rels/document.xml.rels": bond("hyperlink", "https://gosuslugi.example")})
    assert documents.clean("word", content) == documents.Cleaned(content)


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "image", "frame"])
def test_it_unties_a_word_document_from_what_lies_elsewhere(kind: str) -> None:
    content = word({"word/_rels/settings.xml.rels": bond(kind, "file://evil.example/share/t.dotm")})
    cleaned = documents.clean("word", content)
    assert cleaned.removed == (Removed.LINKS,)
    with zipfile.ZipFile(BytesIO(cleaned.content)) as archive:
        bonds = archive.read("word/_rels/settings.xml.rels")
        assert archive.testzip() is None
    assert b"evil.example" not in bonds
    assert kind.encode() in bonds


def test_it_empties_what_is_embedded_in_a_word_document() -> None:
    cleaned = documents.clean("word", word({"word/embeddings/oleObject1.bin": b"MZ the program"}))
    assert cleaned.removed == (Removed.FILES,)
    with zipfile.ZipFile(BytesIO(cleaned.content)) as archive:
        assert archive.read("word/embeddings/oleObject1.bin") == b""
        assert "word/document.xml" in archive.namelist()


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"word/vbaProject.bin": b"x"}, Reason.PROGRAM),
        ({"word/VBAPROJECT2.BIN": b"x"}, Reason.PROGRAM),
        (
            {"[Content_Types].xml": '<Types t="application/vnd.ms-word.document.macroEnabled"/>'},
            Reason.PROGRAM,
        ),
        ({"word/activeX/activeX1.xml": "<a/>"}, Reason.ACTIVE),
        ({"word/_rels/document.xml.rels": bond("aFChunk", "afchunk.mht", "Internal")}, Reason.ACTIVE),
        ({"word/document.xml": command("DDEAU", 'TO c:\\\\cmd.exe "/k"')}, Reason.ACTIVE),
        ({"word/document.xml": LAUGHS}, Reason.DAMAGED),
        ({f"word/media/{n}.bin": bytes(50 * MB) for n in range(5)}, Reason.DAMAGED),
        ({"word/document.xml": b"<a>"}, Reason.DAMAGED),
    ],
)
def test_it_refuses_a_word_document_that_stays_dangerous(parts: dict[str, bytes], reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        documents.clean("word", word(parts))
    assert refused.value.reason == reason


def test_it_refuses_a_word_document_with_a_password() -> None:
    content = bytearray(word())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    with pytest.raises(Refused) as refused:
        documents.clean("word", bytes(content))
    assert refused.value.reason == Reason.LOCKED


def test_it_refuses_an_archive_that_is_no_word_document() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    with pytest.raises(Refused) as refused:
        documents.clean("word", out.getvalue())
    assert refused.value.reason == Reason.KIND


def test_it_takes_documents_apart_where_no_secret_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert os.environ["SEALING_KEYS"]
    seen = []

    def run(command: list[str], **options: object) -> object:
        seen.append(options["env"])
        return real(command, **options)

    real = documents.subprocess.run
    monkeypatch.setattr(documents.subprocess, "run", run)
    documents.clean("pdf", pdf())
    assert seen == [{}]


def test_what_breaks_the_reading_is_told_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """A fault of ours would otherwise look like a patient's damaged file."""
    with pytest.raises(Refused):
        documents.clean("pdf", b"%PDF-1.4\nIvanova")
    assert "a pdf document broke the program that reads it" in caplog.text
    assert "Ivanova" not in caplog.text
