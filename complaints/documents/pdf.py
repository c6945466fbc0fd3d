"""PDF: kept byte by byte when nothing in it acts; else without scripts, embedded files, media and commands.

What was taken out is looked for once more, in every object: a document that still has it is refused.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from pikepdf.sanitize import Sanitizer

from complaints.documents import Cleaned, Reason, Refused, Removed

MEGABYTE = 1024 * 1024
#: One packed part, and all of them together, unpacked: a scanned page has about 100 MB.
MOST_OF_STREAM, MOST_TOGETHER = 256 * MEGABYTE, 1024 * MEGABYTE
MOST_NESTED = 60
_ACTS: dict[str, Removed] = {
    "/JavaScript": Removed.SCRIPTS,
    "/Launch": Removed.SCRIPTS,
    "/SubmitForm": Removed.SCRIPTS,
    "/ImportData": Removed.SCRIPTS,
    "/GoToR": Removed.LINKS,
    "/GoToE": Removed.FILES,
    "/Rendition": Removed.MEDIA,
    "/Movie": Removed.MEDIA,
    "/Sound": Removed.MEDIA,
    "/RichMediaExecute": Removed.MEDIA,
}
_HOLDS: dict[str, Removed] = {
    "/JS": Removed.SCRIPTS,
    "/JavaScript": Removed.SCRIPTS,
    "/XFA": Removed.SCRIPTS,
    "/EF": Removed.FILES,
    "/EmbeddedFiles": Removed.FILES,
    "/RichMediaContent": Removed.MEDIA,
    "/3DD": Removed.MEDIA,
    "/Movie": Removed.MEDIA,
    "/Sound": Removed.MEDIA,
}
# An object is walked through only when its text, where a name is written in one way only, has one of these.
_WORTH_A_LOOK = re.compile(
    b"|".join(re.escape(name.encode()) + rb"(?![\w.#-])" for name in {*_ACTS, *_HOLDS})
)
_END, _BLANK = b"%%EOF", b"\0\t\n\f\r "
_PACKERS = {Name.FlateDecode, Name.LZWDecode, Name.RunLengthDecode}
#: A stream whose data lie in another file is read from there by whoever opens the document.
_ELSEWHERE = (Name.F, Name.FFilter)


def clean(content: bytes) -> Cleaned:
    """Raises Refused, and whatever pikepdf says about damaged documents."""
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=1000, flate_max_memory=MOST_OF_STREAM, run_length_max_memory=MOST_OF_STREAM,
        png_max_memory=MOST_OF_STREAM, tiff_max_memory=MOST_OF_STREAM, max_stream_filters=5,
    )  # fmt: skip
    with _opened(content) as document:
        if not len(document.pages):
            raise Refused(Reason.DAMAGED)
        found = {*_found(document), *_behind(content)}
        if not found:
            return Cleaned(content)
        if Name.Collection in document.Root:
            raise Refused(Reason.NESTED)
        if document.Root.get(Name.NeedsRendering):
            raise Refused(Reason.ACTIVE)
        changed = _without(document)
    with _opened(changed) as document:
        if set(_found(document)):
            raise Refused(Reason.ACTIVE)
    return Cleaned(changed, tuple(sorted(found)))


def _opened(content: bytes) -> pikepdf.Pdf:
    """A document that only forbids printing or copying opens like any other."""
    try:
        return pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError as error:
        raise Refused(Reason.LOCKED) from error


def _found(document: pikepdf.Pdf) -> Iterator[Removed]:
    """What acts or hides, over all objects; also measures what they unpack to."""
    unpacked = 0
    for thing in document.objects:
        if isinstance(thing, Stream):
            unpacked += _size(thing)
            if unpacked > MOST_TOGETHER:
                raise Refused(Reason.DAMAGED)
            if any(key in thing for key in _ELSEWHERE):
                raise Refused(Reason.ACTIVE)
        if isinstance(thing, Stream | Dictionary | Array) and _WORTH_A_LOOK.search(_text(thing)):
            yield from _inside(thing)


def _behind(content: bytes) -> Iterator[Removed]:
    """Another file behind the end of this one: under another name it would be that file."""
    if content.rpartition(_END)[2].strip(_BLANK) or zipfile.is_zipfile(BytesIO(content)):
        yield Removed.FILES


def _text(thing: Any) -> bytes:
    """The object's own text without the data of a stream."""
    if isinstance(thing, Stream):
        return b" ".join(key.encode() + b" " + _unparsed(value) for key, value in thing.items())
    return _unparsed(thing, resolved=True)


def _unparsed(value: Any, *, resolved: bool = False) -> bytes:
    return value.unparse(resolved=resolved) if isinstance(value, pikepdf.Object) else str(value).encode()


def _size(stream: Any) -> int:
    """How much it unpacks to. Photos do not count: a reader unpacks them to their page and no further."""
    filters = _filters(stream)
    packers = [each for each in filters if each in _PACKERS]
    if not packers:
        return 0
    if len(packers) > 1:  # nobody packs the same twice but to hide what it unpacks to
        raise Refused(Reason.DAMAGED)
    if filters[0] == Name.FlateDecode:
        return _inflated(stream.read_raw_bytes())
    return len(stream.read_bytes(pikepdf.StreamDecodeLevel.generalized))


def _filters(stream: Any) -> list[Any]:
    value = stream.get(Name.Filter)
    return list(value) if isinstance(value, Array) else [] if value is None else [value]


def _inflated(packed: bytes) -> int:
    """The size alone, without ever holding it; a damaged end is the reader's matter."""
    inflating, rest, size = zlib.decompressobj(), packed, 0
    while rest and not inflating.eof:
        try:
            size += len(inflating.decompress(rest, MEGABYTE))
        except zlib.error:
            return size
        rest = inflating.unconsumed_tail
        if size > MOST_OF_STREAM:
            raise Refused(Reason.DAMAGED)
    return size


def _inside(thing: Any, depth: int = 0) -> Iterator[Removed]:
    if depth > MOST_NESTED:
        raise Refused(Reason.DAMAGED)
    if isinstance(thing, Dictionary | Stream):
        yield from _signs(thing)
        values = [value for _key, value in thing.items()]
    else:
        values = list(thing)
    for value in values:
        # What has a number of its own is looked at in its own turn.
        if isinstance(value, Dictionary | Array) and not value.is_indirect:
            yield from _inside(value, depth + 1)


def _signs(thing: Any) -> Iterator[Removed]:
    act = thing.get(Name.S)
    if isinstance(act, Name) and str(act) in _ACTS:
        yield _ACTS[str(act)]
    for key, value in thing.items():
        if key in _HOLDS and not isinstance(value, Name):
            yield _HOLDS[key]


def _without(document: pikepdf.Pdf) -> bytes:
    forms = document.Root.get(Name.AcroForm)
    if isinstance(forms, Dictionary) and Name.XFA in forms:
        del forms[Name.XFA]
    cleaner = (
        Sanitizer().remove_javascript().remove_external_access().remove_attachments().remove_multimedia()
    )
    cleaner.apply(document)
    out = BytesIO()
    document.save(out, fix_metadata_version=False)
    return out.getvalue()
