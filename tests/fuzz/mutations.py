"""Ways to break a file: bytes changed anywhere, and pieces put in that its format makes something of."""

from collections.abc import Callable
from random import Random

# A change of some bytes. It may make them longer, but never by more than a few megabytes.
Mutation = Callable[[Random, bytes], bytes]

INTERESTING = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
LENGTHS = (10, 255, 1000, 32_767, 65_536, 131_072, 131_073, 1_100_000)

CSV_PIECES = (
    b'"', b'""', b'"""', b",", b",,,,", b";", b"\t", b"\x00", b"\r", b"\n", b"\r\n", b"\n\r", b"\r\r\n",
    b"\x0b", b"\x0c", b"\x1a", b"\x1c", b"\x85", b"\\", b"\\.", b"\\N", b"\xef\xbb\xbf", b"\xff\xfe",
    b"\xfe\xff", b"\xa3", b"\x81", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\x80",
    "\u2028".encode(), "\u0000\ufffe".encode(), "🧒".encode(), b"=1+1", b"{line}", b"%s", b"1e999", b"NaN", b"'",
    b"\xe2\x80\x8f", b"sep=;\n", b"<html>", b"%PDF", b"PK\x03\x04",
)  # fmt: skip
XML_PIECES = (
    b"<", b">", b"&", b"&amp;", b"&lt;", b"&#0;", b"&#x0;", b"&#13;", b"&#10;", b"&#xD800;", b"&#x10FFFF;",
    b"&#xFFFFFFFFFF;", b"&unknown;", b"]]>", b"<![CDATA[", b"<![CDATA[<a>]]>", b"<!--", b"-->", b"<!-- -- -->",
    b"<?x", b"<?xml?>", b'<?xml version="1.1"?>', b'<?xml version="1.0" encoding="utf-16"?>',
    b"<?xml-stylesheet href='http://x/'?>", b"<!DOCTYPE a>", b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'>",
    b"<!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]>",
    b"<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://x/'> %p;]>", b"<a:b xmlns:a='c'/>", b"<a:b:c/>", b"<CHILD>",
    b"</CHILD>", b"<HEADER>", b"</HEADER>", b"<EPISODE/>", b"<EPISODE>", b"</EPISODE>",
    b"<OC2><OC2><OC2/></OC2></OC2>", b"<DUC>1</DUC>", b"<UASC>1</UASC>", b"<CHILDID>a</CHILDID>", b"<childid/>",
    b" a='1' a='2'", b' xml:space="preserve"', b"\x00", b"\x01", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80",
    b"\xc0\x80", "ß".encode(), "İ".encode(), "\ufffe".encode(), b"\r", b"\n", b'"', b"'", b"</a></a>",
)  # fmt: skip


def flip(random: Random, content: bytes) -> bytes:
    """Change single bits."""
    changed = bytearray(content)
    for _ in range(random.choice((1, 2, 5, 20))):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def overwrite(random: Random, content: bytes) -> bytes:
    """Write a number where another, or none, is stored."""
    changed = bytearray(content)
    size = random.choice((1, 2, 4, 8))
    if len(changed) >= size:
        at = random.randrange(len(changed) - size + 1) // size * size
        changed[at : at + size] = (random.choice(INTERESTING) % (1 << 8 * size)).to_bytes(size, "little")
    return bytes(changed)


def cut(random: Random, content: bytes) -> bytes:
    """Break off at the end, or at the beginning."""
    at = _place(random, content)
    return content[:at] if random.random() < 0.8 else content[at:]


def leave_out(random: Random, content: bytes) -> bytes:
    start = _place(random, content)
    return content[:start] + content[start + random.choice((1, 2, 10, 100, 1000)) :]


def repeat(random: Random, content: bytes) -> bytes:
    """Write a piece of the file again, there or elsewhere, once or very often."""
    start, at = _place(random, content), _place(random, content)
    piece = content[start : start + random.choice((1, 10, 100, 1000))]
    return content[:at] + piece * random.choice((1, 1, 2, 100)) + content[at:]


def splice(random: Random, content: bytes, other: bytes) -> bytes:
    """Go on with another file from somewhere."""
    return content[: _place(random, content)] + other[_place(random, other) :]


def put_in(pieces: tuple[bytes, ...]) -> Mutation:
    """Return the mutation that puts some of these pieces in anywhere."""

    def mutate(random: Random, content: bytes) -> bytes:
        for _ in range(random.choice((1, 1, 2, 5))):
            at = _place(random, content)
            content = content[:at] + random.choice(pieces) * random.choice((1, 1, 1, 2, 300)) + content[at:]
        return content

    return mutate


def lengthen(random: Random, content: bytes) -> bytes:
    """Make one value, name or line very long."""
    at = _place(random, content)
    return (
        content[:at]
        + random.choice((b"a", b" ", b"9", b"\xc3\xa9", b"a,", b"<a>")) * random.choice(LENGTHS)
        + content[at:]
    )


def change_line_ends(random: Random, content: bytes) -> bytes:
    end = random.choice((b"\r", b"\r\n", b"\n\r", b"\x85", b""))
    lines = content.split(b"\n")
    mixed = random.random() < 0.5
    return b"".join(line + (b"\n" if mixed and random.random() < 0.5 else end) for line in lines)


def change_separators(random: Random, content: bytes) -> bytes:
    return content.replace(b",", random.choice((b";", b"\t", b"|", b'","', b"")), random.choice((1, 5, -1)))


def begin_with_mark(random: Random, content: bytes) -> bytes:
    """Begin with a byte order mark, right or wrong, once or twice."""
    marks = (
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xff\xfe\x00\x00",
        b"\x00\x00\xfe\xff",
        b"+/v8-",
        b" ",
        b"\n",
    )
    return random.choice(marks) * random.choice((1, 2)) + content


def encode_anew(random: Random, content: bytes) -> bytes:
    encoding = random.choice(
        ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp037", "utf-7", "shift_jis")
    )
    return content.decode("utf-8", "replace").encode(encoding, "replace")


def nest(random: Random, content: bytes) -> bytes:
    """Put elements within elements, closed or not."""
    depth = random.choice((3, 31, 33, 1000, 100_000))
    name = random.choice((b"a", b"CHILD", b"HEADER", b"EPISODE"))
    end = (b"</" + name + b">") * depth if random.random() < 0.5 else b""
    at = _place(random, content)
    return content[:at] + (b"<" + name + b">") * depth + end + content[at:]


YAML_PIECES = (
    b"- ", b": ", b"\n", b"\n  ", b"\t", b"|", b">", b"'", b'"', b"[", b"]", b"{", b"}", b"&a ", b"*a", b"? ",
    b"~", b"!!python/name:os.system ", b"!!binary ", b"---\n", b"...\n", b"%YAML 9.9\n", b"<<: *a", b"2026-02-30",
    b"\xc2\x85", b"\x00", b"[" * 500, b"- " * 500,
)  # fmt: skip

ANYWHERE: tuple[Mutation, ...] = (flip, flip, overwrite, cut, leave_out, repeat)
OF_TEXT: dict[str, tuple[Mutation, ...]] = {
    "csv": (
        *ANYWHERE, put_in(CSV_PIECES), put_in(CSV_PIECES), lengthen, change_line_ends, change_separators,
        begin_with_mark, encode_anew,
    ),
    "yaml": (
        *ANYWHERE, put_in(YAML_PIECES), put_in(YAML_PIECES), lengthen, change_line_ends, begin_with_mark,
        encode_anew,
    ),
    "xml": (
        *ANYWHERE, put_in(XML_PIECES), put_in(XML_PIECES), put_in(XML_PIECES), lengthen, nest, begin_with_mark,
        encode_anew,
    ),
}  # fmt: skip


def _place(random: Random, content: bytes) -> int:
    return random.randrange(len(content) + 1)
