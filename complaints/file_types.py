"""What an uploaded file really is, by its content: photos are redrawn, PDF and Word are kept without what
acts in them, the rest does not pass.

A redrawn photo carries no place, no camera and nothing hidden behind the picture.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import PurePosixPath

import pylibmagic  # noqa: F401  before `magic`: it brings the library and its data

# isort: split
import magic
import pillow_heif
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from complaints import documents
from complaints.documents import Reason, Removed

LONGEST_NAME = 120
LONGEST_SIDE = 4096  # an A4 page at 300 dots per inch, with room
MOST_PIXELS = 50_000_000  # a picture that unpacks to more is a bomb, not a photo
MOST_PIXELS_OF_JPEG = 200_000_000  # the largest phones; unpacked smaller at once, so this costs little
# A progressive one is kept whole while it is unpacked, and gone over once for each of its scans.
MOST_SCANS, _SCAN = 30, b"\xff\xda"
PROGRAMS = (
    "application/x-dosexec", "application/vnd.microsoft.portable-executable", "application/x-executable",
    "application/x-sharedlib", "application/x-pie-executable", "application/x-mach-binary",
    "text/x-shellscript", "text/x-msdos-batch", "application/x-ms-shortcut", "application/java-archive",
)  # fmt: skip
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class Fault(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    PROGRAM = "program"
    KIND = "kind"
    DAMAGED = "damaged"
    LOCKED = "locked"
    ACTIVE = "active"
    NESTED = "nested"
    TOO_MUCH = "too_much"
    NO_ROOM = "no_room"


MESSAGES: dict[Fault, str | Promise] = {
    Fault.EMPTY: _("“%(name)s” is empty. Choose the file again."),
    Fault.TOO_LARGE: _(
        "“%(name)s” is larger than %(most)s MB. Photograph the page with lower quality, or send it in parts."
    ),
    Fault.TOO_MANY: _(
        "“%(name)s” was not added: there may be %(count)s files at most. Remove one that matters less."
    ),
    Fault.PROGRAM: _(
        "“%(name)s” is a program, whatever its name says. "
        "We take photos (JPEG, PNG, HEIC, WebP), PDF and Word documents (DOCX)."
    ),
    Fault.KIND: _(
        "“%(name)s” is neither a photo nor a document that we can open. "
        "We take photos (JPEG, PNG, HEIC, WebP), PDF and Word documents (DOCX)."
    ),
    Fault.DAMAGED: _("“%(name)s” cannot be opened: the file is damaged. Photograph the page once more."),
    Fault.LOCKED: _(
        "“%(name)s” opens only with a password, so the specialist could not read it. "
        "Save it without the password, or photograph the pages."
    ),
    Fault.ACTIVE: _(
        "“%(name)s” has parts that run by themselves when it is opened, and we cannot take them out. "
        "Print it into a PDF, or photograph the pages."
    ),
    Fault.NESTED: _(
        "“%(name)s” is a folder of files in one PDF. Take the files out and add them one by one."
    ),
    Fault.TOO_MUCH: _(
        "“%(name)s” was not added: the files may have %(total)s MB together. "
        "Remove one that matters less, or photograph with lower quality."
    ),
    Fault.NO_ROOM: _(
        "“%(name)s” cannot be kept at the moment, through no fault of yours. Send the appeal without it and "
        "add the file tomorrow, or bring it to the office."
    ),
}
#: What was taken out, for the sentence "taken out: …".
REMOVED: dict[Removed, str | Promise] = {
    Removed.SCRIPTS: _("commands that run by themselves"),
    Removed.FILES: _("files inside the file"),
    Removed.LINKS: _("parts loaded from elsewhere"),
    Removed.MEDIA: _("film and sound"),
}
_REASONS = {
    Reason.DAMAGED: Fault.DAMAGED,
    Reason.KIND: Fault.KIND,
    Reason.LOCKED: Fault.LOCKED,
    Reason.PROGRAM: Fault.PROGRAM,
    Reason.ACTIVE: Fault.ACTIVE,
    Reason.NESTED: Fault.NESTED,
}


class FileRefused(Exception):
    """The file is not taken; `explain` says why and what to do."""

    def __init__(self, name: str, fault: Fault) -> None:
        super().__init__(f"{fault}: {name}")
        self.name, self.fault = name, fault


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file as it is kept: its safe name, what it is, its bytes, and what was taken out of them."""

    name: str
    media_type: str
    content: bytes
    removed: tuple[Removed, ...] = ()


def accept(name: str, content: bytes) -> Accepted:
    """The file as it may be kept. Raises FileRefused."""
    name = safe_name(name)
    if not content:
        raise FileRefused(name, Fault.EMPTY)
    kind = _kind(content)
    taker = _TAKERS.get(kind)
    if taker is None:
        raise FileRefused(name, Fault.PROGRAM if kind in PROGRAMS else Fault.KIND)
    try:
        return taker(name, content)
    except documents.Refused as refusal:
        raise FileRefused(name, _REASONS[refusal.reason]) from refusal
    except (OSError, ValueError, SyntaxError, EOFError, Warning, MemoryError) as error:
        raise FileRefused(name, Fault.DAMAGED) from error
    except Image.DecompressionBombError as error:
        raise FileRefused(name, Fault.DAMAGED) from error


def safe_name(name: str) -> str:
    """The last part of the name without control characters, short enough, never empty."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(sign for sign in last if sign.isprintable()).strip(" .") or "file"
    stem, dot, extension = plain.rpartition(".")
    if not dot:
        return plain[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - 6]}.{extension[:5]}"


def _kind(content: bytes) -> str:
    """What the bytes are; the browser's word and the name's ending count for nothing."""
    kind: str = magic.from_buffer(content[:8192], mime=True)
    if content[:4] == b"PK\x03\x04":
        return DOCX  # or another archive: it is taken apart elsewhere
    return "image/heif" if kind in {"image/heic", "image/heic-sequence", "image/heif-sequence"} else kind


def _photo(form: str) -> Callable[[str, bytes], Accepted]:
    def take(name: str, content: bytes) -> Accepted:
        return _redrawn(name, _opened(content, form))

    return take


def _opened(content: bytes, form: str) -> Image.Image:
    if form == "HEIF":
        heif = pillow_heif.open_heif(BytesIO(content), convert_hdr_to_8bit=True)
        _check_size(*heif.size)
        return heif.to_pillow()
    with warnings.catch_warnings():
        # Pillow warns of a bomb at half the size at which it refuses: our own limit decides.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        picture = Image.open(BytesIO(content), formats=[form])
    at_once = form == "JPEG" and not picture.info.get("progressive")
    _check_size(*picture.size, most=MOST_PIXELS_OF_JPEG if at_once else MOST_PIXELS)
    if form == "JPEG" and content.count(_SCAN) > MOST_SCANS:
        raise ValueError("more scans than any camera or program writes")
    picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    _check_size(*picture.size)
    picture.load()
    return picture


def _check_size(width: int, height: int, *, most: int = MOST_PIXELS) -> None:
    if width * height > most:
        raise ValueError(f"{width} × {height} is too large for a photo")


def _redrawn(name: str, picture: Image.Image) -> Accepted:
    """Turned upright, shrunk to a readable size, written anew without any metadata."""
    see_through = picture.mode in {"RGBA", "LA", "P"} and picture.format == "PNG"
    form = picture.format
    if max(picture.size) > LONGEST_SIDE:  # first of all: every further step copies the picture
        picture = _shrunk(picture, "RGBA" if see_through else "RGB")
    upright = ImageOps.exif_transpose(picture).convert("RGBA" if see_through else "RGB")
    clean = Image.new(upright.mode, upright.size)
    clean.paste(upright)
    out = BytesIO()
    if form == "PNG":
        clean.save(out, "PNG", optimize=False)
        return Accepted(_renamed(name, "png"), "image/png", out.getvalue())
    clean.save(out, "JPEG", quality=88)
    return Accepted(_renamed(name, "jpg"), "image/jpeg", out.getvalue())


def _shrunk(picture: Image.Image, mode: str) -> Image.Image:
    """A smaller copy that still knows which side is up."""
    exif = picture.getexif()
    small = picture if picture.mode in {"L", "RGB"} else picture.convert(mode)
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    small.info["exif"] = exif.tobytes()
    return small


def _pdf(name: str, content: bytes) -> Accepted:
    if b"%%EOF" not in content[-4096:]:
        raise ValueError("the end of the document is missing")
    cleaned = documents.clean("pdf", content)
    return Accepted(_renamed(name, "pdf"), "application/pdf", cleaned.content, cleaned.removed)


def _word(name: str, content: bytes) -> Accepted:
    cleaned = documents.clean("word", content)
    return Accepted(_renamed(name, "docx"), DOCX, cleaned.content, cleaned.removed)


def _renamed(name: str, extension: str) -> str:
    """The ending says what the file now is; a name without an ending of a few letters keeps all of itself."""
    stem, dot, ending = name.rpartition(".")
    known = {"jpg", "jpeg", "png", "heic", "heif", "webp", "pdf", "docx", extension}
    return f"{stem if dot and ending.lower() in known else name}.{extension}"


_TAKERS: dict[str, Callable[[str, bytes], Accepted]] = {
    "image/jpeg": _photo("JPEG"),
    "image/png": _photo("PNG"),
    "image/webp": _photo("WEBP"),
    "image/heif": _photo("HEIF"),
    "application/pdf": _pdf,
    DOCX: _word,
}
