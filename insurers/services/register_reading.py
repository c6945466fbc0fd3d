"""Records of an official register, from its XML or from a table made of it."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, Any

from lxml import etree

from insurers.models import Branch, MedicalOrganisation, Region
from insurers.policy_lines import LineWrong, Wrong
from insurers.register_lines import COLUMNS, RegisterLine
from omsportal.platform.tables import Table, TableBroken, folded, places

MOST_BYTES = 64 * 1024 * 1024
#: Signs that open or close an element, or give an attribute: whole registers have a tenth; empty ones cost
#: memory, not bytes.
MOST_TAGS = 3_000_000
#: Elements that belong to the packet, not to a record.
_HEAD = {"zglv"}


def records(file: IO[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    """Lines of a table or records of the XML, by our names. Raises TableBroken."""
    content = b""
    while part := file.read(1024 * 1024):
        content += part
        if len(content) > MOST_BYTES:
            raise TableBroken("too_large")
    if content.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t").startswith(b"<"):
        yield from _of_xml(content)
    else:
        yield from _of_table(content)


def region_of(line: RegisterLine, regions: Iterable[Region]) -> Region:
    """By OKATO, else by the fund's code; of these regions only. Raises LineWrong."""
    for row in regions:
        if speaks_of(row, line.okato, line.region):
            return row
    raise LineWrong("okato" if line.okato else "region", Wrong.FOREIGN_BRANCH)


def speaks_of(region: Region, okato: str, code: str) -> bool:
    """A record that names its place so is of this region."""
    return okato[:5] == region.okato if okato else code.zfill(2) == region.code


def require_order(line: RegisterLine, row: Branch | MedicalOrganisation | None) -> None:
    """What is there began before it ends. Raises LineWrong."""
    begins = row.valid_from if row is not None else None
    if begins and line.valid_to and line.valid_to < begins:
        raise LineWrong("valid_to", Wrong.DAYS_IN_ORDER)


def _of_table(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    table = Table(BytesIO(content), most=4 * MOST_BYTES)
    at = places(table.columns, COLUMNS)
    if "full_name" not in at and "short_name" not in at:
        raise TableBroken("columns", 1)
    for row in table:
        yield row.line, {name: row.cells[place] for name, place in at.items() if place < len(row.cells)}


def _of_xml(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Nothing is fetched and no entity is opened; whoever declares any is refused."""
    if content.count(b"<") + content.count(b"=") > MOST_TAGS:
        raise TableBroken("too_large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise TableBroken("not_xml", error.lineno or 0) from error
    if root.getroottree().docinfo.doctype:
        raise TableBroken("not_xml", 1)
    for record in root.iterchildren(tag=etree.Element):
        if _name(record) not in _HEAD:
            yield record.sourceline or 0, _values(record)


def _values(record: Any) -> dict[str, str]:
    """Texts of the leaves by our names, at whatever depth: of a repeated one the last that says something."""
    found: dict[str, str] = {}
    for leaf in record.iter(tag=etree.Element):
        name = COLUMNS.get(_name(leaf))
        text = (leaf.text or "").strip()
        if name and text and len(leaf) == 0:
            found[name] = text
    return found


def _name(element: Any) -> str:
    return folded(etree.QName(element).localname)
