"""Ways to break a workbook: the bytes of the file, the parts of its archive, or the way they are packed."""

import io
import re
import zipfile
from random import Random

from tests.fuzz.mutations import ANYWHERE, XML_PIECES, Mutation, nest, put_in
from tests.fuzz.seeds import WHEN

SHEET_PIECES = (
    b'<dimension ref="A1:XFD1048576"/>', b'<dimension ref="B2:A1"/>', b'<dimension ref="A0:ZZZZZZ9999999999"/>',
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', b'<row r="0"><c r="A0"><v>1</v></c></row>',
    b'<row r="4294967296"/>', b'<row r="-1"/>', b'<c r="ZZZZZZZZ1"><v>1</v></c>', b'<c r=""><v>1</v></c>',
    b"<c><v/></c>", b'<c t="s"><v>999999999</v></c>', b'<c t="s"><v>-1</v></c>', b'<c t="s"><v>a</v></c>',
    b'<c t="e"><v>#WHAT?</v></c>', b'<c t="b"><v>7</v></c>', b'<c t="d"><v>0000-00-00T99:99</v></c>',
    b'<c t="?"><v>1</v></c>', b"<c><f>A1</f></c>", b'<c t="inlineStr"><is><t>_x0000_</t></is></c>',
    b'<c t="str"><v>_x000D__x000A__xD800_</v></c>', b'<c s="4294967295"><v>1</v></c>',
    b'<c s="1"><v>-1</v></c>', b'<c s="1"><v>1e308</v></c>', b'<c s="1"><v>NaN</v></c>', b"<c><v>inf</v></c>",
    b"<c><v>1e999</v></c>", b"<c><v>0x10</v></c>", b'<mergeCell ref="A1:XFD1048576"/>',
    b"<si><t>_x0000_</t></si>", b'<sst count="4294967295" uniqueCount="4294967295">', b"<r><t>a</t></r><rPh/>",
    b'<numFmt numFmtId="164" formatCode="[h]:mm:ss;@"/>', b'<xf numFmtId="4294967296"/>',
    b'<xf numFmtId="14"/>', b'<sheet name="a_x0000_b" sheetId="9" r:id="rId1"/>',
    b'<sheet name="" r:id="rId999"/>', b'date1904="1"', b'<definedName name="A">#REF!</definedName>',
    b'Target="../../etc/passwd"', b'Target="/xl/workbook.xml"', b' table:number-columns-repeated="4294967295"',
    b' table:number-rows-repeated="1048576"', b' office:value="NaN"', b' office:date-value="0000-00-00"',
    b' office:time-value="PT99999999999H"', b' office:value-type="void"',
)  # fmt: skip
NUMBER = re.compile(rb"\d+")
NUMBERS = (
    b"0",
    b"-1",
    b"1.5",
    b"65536",
    b"1048576",
    b"1048577",
    b"2147483648",
    b"4294967295",
    b"18446744073709551616",
    b"",
)
REFERENCE = re.compile(rb"\b[A-Z]{1,3}[0-9]{1,7}\b")
REFERENCES = (
    b"XFD1048576",
    b"XFE1048577",
    b"A0",
    b"A",
    b"1",
    b"ZZZZZZZZZ1",
    b"A99999999999",
    b"CV99999",
    b"Z600000",
    b"a1",
    b"$A$1",
)
ODD_NAMES = (
    "../../x",
    "xl/worksheets/sheet1.xml",
    "xl\\workbook.xml",
    "x" * 60_000,
    "\u00e4",
    "[Content_Types].xml",
    "mimetype",
)

_LOCAL, _CENTRAL = b"PK\x03\x04", b"PK\x01\x02"
# Where the headers of an archive's entries keep their fields, from the start of the header.
_FIELDS = {_LOCAL: (4, 6, 8, 10, 14, 18, 22, 26, 28), _CENTRAL: (4, 6, 8, 10, 16, 20, 24, 28, 30, 32, 42)}

Parts = dict[str, bytes]


def mutate_workbook(random: Random, content: bytes) -> bytes:
    """Break a workbook in one way or in several."""
    parts = _unpacked(content) if random.random() < 0.75 else None
    if parts:
        for _ in range(random.choice((1, 1, 2, 4))):
            parts = random.choice((change_part, change_part, change_part, change_parts))(random, parts)
        content = _packed(random, parts)
        return change_header(random, content) if random.random() < 0.25 else content
    for _ in range(random.choice((1, 1, 2, 4))):
        content = random.choice(ANYWHERE)(random, content)
    return content


def change_part(random: Random, parts: Parts) -> Parts:
    """Break what one part says."""
    name = random.choice(list(parts)) if parts else "xl/workbook.xml"
    return parts | {name: random.choice(_OF_PARTS)(random, parts.get(name, b""))}


def change_parts(random: Random, parts: Parts) -> Parts:
    """Leave a part out, exchange two, or add one."""
    if not parts:
        return parts
    name, other = random.choice(list(parts)), random.choice(list(parts))
    return random.choice((
        {key: part for key, part in parts.items() if key != name},
        parts | {name: parts[other], other: parts[name]},
        parts | {random.choice(ODD_NAMES): parts[name]},
        parts | {name: b""},
        parts | {name: parts[name] + b" " * 4_000_000},
        parts | {name: b"<a>" * 100_000},
        parts | {name: parts[name].decode("utf-8", "replace").encode("utf-16")},
    ))  # fmt: skip


def change_header(random: Random, content: bytes) -> bytes:
    """Let an entry of the archive lie: about its sizes, method, version, flags, name or place."""
    mark = random.choice((_LOCAL, _CENTRAL))
    starts = [match.start() for match in re.finditer(re.escape(mark), content)]
    if not starts:
        return content
    at = random.choice(starts) + random.choice(_FIELDS[mark])
    value = random.choice((0, 1, 8, 9, 12, 14, 0x63, 0xFF, 0x0800, 0x0801, 0xFFFF)).to_bytes(2, "little")
    return content[:at] + value + content[at + 2 :]


def change_number(random: Random, content: bytes) -> bytes:
    return _change_one(random, NUMBER, NUMBERS, content)


def change_reference(random: Random, content: bytes) -> bytes:
    return _change_one(random, REFERENCE, REFERENCES, content)


def _change_one(
    random: Random, pattern: re.Pattern[bytes], replacements: tuple[bytes, ...], content: bytes
) -> bytes:
    found = list(pattern.finditer(content))
    if not found:
        return content
    match = random.choice(found)
    return content[: match.start()] + random.choice(replacements) + content[match.end() :]


_OF_PARTS: tuple[Mutation, ...] = (
    *ANYWHERE, put_in(XML_PIECES), put_in(SHEET_PIECES), put_in(SHEET_PIECES), nest, change_number, change_number,
    change_reference, change_reference,
)  # fmt: skip


def _unpacked(content: bytes) -> Parts | None:
    """Return the parts of an archive; None for a file that is none, or a broken one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {entry.filename: archive.read(entry) for entry in archive.infolist()}
    # A broken archive of the corpus is broken on as bytes, whatever Python says of it.
    except Exception:
        return None


def _packed(random: Random, parts: Parts) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, WHEN), part, archive.compression, 1)
    return file.getvalue()
