"""Files in many encodings, which say that they are in this one, in another or in one that does not exist."""

import encodings.aliases
from collections.abc import Iterator

from tests.fuzz.seeds import Seed

NAMES = (
    *sorted(set(encodings.aliases.aliases.values())), "unheard-of", "unknown", "x-user-defined",
    "ISO-10646-UCS-4", "utf8", "UTF8", "utf-8-sig", "u8", "646", "x" * 5000, "a.b", "encodings", "aliases",
    "..", "undefined", "idna", "oem", "unicode_escape", "raw_unicode_escape", "", "-", "1", "utf 8", "charmap",
    "cp65001", "string-escape", "palmos",
)  # fmt: skip
MARKS = {
    "no mark": b"", "utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff",
    "utf-32-le": b"\xff\xfe\x00\x00", "utf-32-be": b"\x00\x00\xfe\xff", "utf-7": b"+/v8-",
    "ebcdic": b"\x4c\x6f\xa7\x94",
}  # fmt: skip
WRITTEN = ("utf-8", "as declared", "utf-16", "all bytes")

XML = (
    '<?xml version="1.0" encoding="{}"?>'
    "<MESSAGE><CHILD><HEADER><CHILDID>Zoë 1£ 子</CHILDID></HEADER></CHILD></MESSAGE>"
)
CSV = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\nZoë 1£ 子,M,10/05/2015,WBRI,,,\n"
ALL_BYTES = bytes(range(1, 256))


def declared() -> Iterator[str]:
    """Yield names of files: the encoding that a file declares, the mark that it begins with, how it is written."""
    for name in NAMES:
        for written in WRITTEN:
            yield f"{name}|no mark|{written}"
        for mark in MARKS:
            yield f"{name}|{mark}|utf-8"


def in_encoding(kind: str, name: str) -> Seed:
    """Return the file of this name."""
    encoding, mark, written = name.split("|")
    text = XML.format(encoding) if kind == "xml" else CSV
    return Seed("ssda903", MARKS[mark] + _written(text, encoding if written == "as declared" else written))


def _written(text: str, encoding: str) -> bytes:
    """Write a text as far as Python can, in bytes of all values where it cannot."""
    if encoding == "all bytes":
        return text.encode("ascii", "ignore") + ALL_BYTES
    try:
        return text.encode(encoding, "replace")
    # Some codecs are of no text, and some are not there: then the declaration is all that is wrong.
    except (LookupError, UnicodeError, ValueError, TypeError):
        return text.encode()
