"""Read answers from YAML: a list of entries, each with the code of its item and its fields.

Every value is taken as the text that stands there: no date, number or yes is made of it. Of YAML only lists,
fields and texts are read; what can refer to another place or name a type is refused.
"""

from collections.abc import Iterator

import yaml

from ingestion.readers.confined import Died, confined
from ingestion.readers.table import OpenFile, Row, TextTable, UnreadableFile
from ingestion.returns.catalogue import ReturnLayout
from ingestion.settings import MEBIBYTE

# What an entry list begins with, after comments: no heading of a table does.
YAML_MARKS = (b"- ", b"-\n", b"-\r", b"---", b"#", b"%YAML")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_BYTES = 2 * MEBIBYTE
_DEEPEST = 3  # a list of entries, their fields, and a list in a field
_NOTHING, _PLAIN = ("", "~", "null"), (None, "")


def read_entries(open_file: OpenFile, layout: ReturnLayout) -> TextTable:
    """Read the entries of a YAML file, a row for each field, with its line.

    Raises:
        UnreadableFile: it is too large, no UTF-8, no YAML, or YAML of another form than a list of entries.
    """
    with open_file() as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise UnreadableFile("intake.too_large", facts={"size": "more", "limit": f"{_MOST_BYTES:,}"})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile("intake.wrong_encoding", line, {"found": "not UTF-8"}) from error
    try:
        return TextTable(confined(lambda: list(_answers(text, layout))))
    except Died as error:
        raise _broken(1, str(error)) from error


def _answers(text: str, layout: ReturnLayout) -> Iterator[Row]:
    assert layout.answers is not None
    try:
        _refuse_what_is_no_list_of_texts(text)
        document = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found = ", ".join(filter(None, (error.context, error.problem)))
        raise _broken(mark.line + 1 if mark else 1, found) from None
    except yaml.YAMLError as error:
        raise _broken(1, str(error).splitlines()[0]) from None
    if not isinstance(document, yaml.SequenceNode):
        raise _broken(_line(document), "there is no list of entries")
    for entry in document.value:
        yield from _of_entry(entry, layout.answers.item)


def _refuse_what_is_no_list_of_texts(text: str) -> None:
    """Look at the events of the file, of which none refers to another, before anything is put together."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _broken(line, "an entry refers to another place (& or *)")
        if getattr(event, "tag", None):
            raise _broken(line, "a value names a type (!)")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _broken(line, "fields stand within fields")


def _of_entry(entry: yaml.Node, item: str) -> Iterator[Row]:
    if not isinstance(entry, yaml.MappingNode):
        raise _broken(_line(entry), "an entry has no fields")
    fields = [(" ".join(str(key.value).lower().split()).replace(" ", "_"), value) for key, value in entry.value]
    codes = [value for name, value in fields if name == item]
    if len(codes) != 1 or not isinstance(codes[0], yaml.ScalarNode) or not codes[0].value.strip():
        raise _broken(_line(entry), f"an entry has no '{item}', or has it twice")
    code = codes[0].value.strip()
    for name, value in fields:
        if name != item and (given := _text(value)):
            yield _line(value), [code, "", name, given, "", name]


def _text(value: yaml.Node) -> str:
    """Return a text; the texts of a list, separated by semicolons."""
    if isinstance(value, yaml.SequenceNode):
        return "; ".join(filter(None, map(_text, value.value)))
    if not isinstance(value, yaml.ScalarNode):
        raise _broken(_line(value), "a field holds other fields")
    is_nothing = value.style in _PLAIN and value.value.strip().lower() in _NOTHING
    return "" if is_nothing else " ".join(value.value.split())


def _line(node: yaml.Node | None) -> int:
    return node.start_mark.line + 1 if node else 1


def _broken(line: int, found: str) -> UnreadableFile:
    return UnreadableFile("intake.broken_yaml", line, {"found": found})
