"""Word documents: no macros, no controls, no parts of foreign formats; nothing loaded from elsewhere.

A part that is embedded or loaded from elsewhere is emptied or pointed to nowhere: the document still opens.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

from lxml import etree

from complaints.documents import Cleaned, Reason, Refused, Removed

MEGABYTE = 1024 * 1024
MOST_PARTS, MOST_UNPACKED = 5_000, 200 * MEGABYTE
CONTENT_TYPES, DOCUMENT = "[Content_Types].xml", "word/document.xml"
NOWHERE = "file:///removed"
_ENCRYPTED = 0x1
_MACROS = re.compile(r"(^|/)(vbaProject[^/]*\.bin|vbaData\.xml)$", re.IGNORECASE)
_CONTROLS = re.compile(r"(^|/)(activeX|ctrlProps|customUI)[^/]*/", re.IGNORECASE)
_EMBEDDED = re.compile(r"(^|/)(embeddings|oleObject)[^/]*", re.IGNORECASE)
#: Where whoever unpacks it by hand would write outside the folder.
_LEADS_OUT = re.compile(r"^/|\\|:|(^|/)\.\.(/|$)")
#: Fields that start another program.
_COMMANDS = re.compile(r"DDEAUTO|\bDDE\b", re.IGNORECASE)
#: Kinds of bonds, by the last word of their type. A hyperlink does nothing until somebody follows it.
_FOREIGN_PARTS, _HARMLESS = {"aFChunk", "subDocument"}, {"hyperlink"}
_INSTRUCTION = "{*}instrText"


def clean(content: bytes) -> Cleaned:
    """Raises Refused, and what zipfile and lxml say about damaged documents."""
    with _opened(content) as archive:
        _judge_parts(archive)
        changed: dict[str, bytes] = {}
        removed: set[Removed] = set()
        for part in archive.infolist():
            data = archive.read(part)  # to its end: the check sum is compared
            _judge_text(part.filename, data)
            if part.filename.endswith(".rels") and (bonds := _tied_to_nothing(data)) is not None:
                changed[part.filename] = bonds
                removed.add(Removed.LINKS)
            elif _EMBEDDED.search(part.filename) and data and not part.filename.endswith(".rels"):
                changed[part.filename] = b""
                removed.add(Removed.FILES)
        if not changed:
            return Cleaned(content)
        return Cleaned(_written(archive, changed), tuple(sorted(removed)))


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(content))
    except zipfile.BadZipFile as error:
        raise Refused(Reason.KIND) from error


def _judge_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if DOCUMENT not in names:
        raise Refused(Reason.KIND)
    if any(_LEADS_OUT.search(name) for name in names):
        raise Refused(Reason.DAMAGED)
    if (
        len(parts) > MOST_PARTS
        or sum(part.file_size for part in parts) > MOST_UNPACKED
        or len(names) < len(parts)
    ):
        raise Refused(Reason.DAMAGED)
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise Refused(Reason.LOCKED)
    if any(_MACROS.search(name) for name in names):
        raise Refused(Reason.PROGRAM)
    if any(_CONTROLS.search(name) for name in names):
        raise Refused(Reason.ACTIVE)


def _judge_text(name: str, data: bytes) -> None:
    if name == CONTENT_TYPES and b"macroEnabled" in data:
        raise Refused(Reason.PROGRAM)
    if not name.endswith((".xml", ".rels")):
        return
    tree = _parsed(data)
    if any(_COMMANDS.search(command) for command in _commands(tree)):
        raise Refused(Reason.ACTIVE)


def _parsed(data: bytes) -> etree._Element:
    """XML without a document type: Word writes none, and with one a small text may unpack to gigabytes."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.doctype:
        raise Refused(Reason.DAMAGED)
    return root


def _commands(tree: etree._Element) -> Iterator[str]:
    """Fields that Word computes: each in one attribute, or in runs of text one after another."""
    yield "".join(element.text or "" for element in tree.iter(_INSTRUCTION))
    for element in tree.iter("{*}fldSimple"):
        yield from (value for name, value in _attributes(element).items() if name == "instr")


def _attributes(element: etree._Element) -> Mapping[str, str]:
    return {etree.QName(name).localname: str(value) for name, value in element.attrib.items()}


def _tied_to_nothing(data: bytes) -> bytes | None:
    """Bonds with nothing outside the document; None when it was so already."""
    tree = _parsed(data)
    is_changed = False
    for bond in tree.iter("{*}Relationship"):
        kind = bond.get("Type", "").rpartition("/")[2]
        if kind in _FOREIGN_PARTS:
            raise Refused(Reason.ACTIVE)
        is_outside = bond.get("TargetMode", "").lower() == "external"
        if is_outside and kind not in _HARMLESS and bond.get("Target") != NOWHERE:
            bond.set("Target", NOWHERE)
            is_changed = True
    return (
        etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True) if is_changed else None
    )


def _written(archive: zipfile.ZipFile, changed: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in archive.infolist():
            data = changed.get(part.filename)
            copy.writestr(part.filename, archive.read(part) if data is None else data)
    return out.getvalue()
