"""From the files of a delivery to the tables in them, and the sentences about what is wrong with either."""

from dataclasses import replace
from pathlib import Path

from upath import UPath

from ingestion.collect.archive import archive_stream
from ingestion.collect.intake import Intake, ReceivedFile, refuse_file
from ingestion.readers.content import OTHER_MARKS, is_workbook, refuse_other_kinds
from ingestion.readers.csv_source import open_csv
from ingestion.readers.source import OpenedTable, recognise
from ingestion.readers.table import UnreadableFile
from ingestion.readers.workbook_source import open_workbook
from ingestion.readers.xml_source import open_xml
from ingestion.returns.catalogue import ReturnLayout
from ingestion.settings import Settings

# What the first bytes of a file say of it; more is not looked at.
_HEAD_BYTES = 4096

# A document type is for the reader of XML to refuse.
_OTHER_MARKS = tuple(mark for mark in OTHER_MARKS if not mark.startswith(b"<!"))


def open_tables(intake: Intake, layout: ReturnLayout, settings: Settings, scratch: Path) -> None:
    """Give every table that is found in the delivery an entry among its files; a file without any keeps its own.

    One bad file is named, and the others are read all the same.
    """
    opened: list[ReceivedFile] = []
    for number, received in enumerate(intake.files):
        if received.sha256 is None:
            opened.append(received)
            continue
        try:
            path = _archive(settings, received)
            folder = scratch / str(number)
            folder.mkdir()
            tables = open_file(path, layout, settings, folder)
        except UnreadableFile as problem:
            refuse_file(intake, received, problem)
            opened.append(received)
            continue
        opened += [_recognised(intake, received, path, table, layout) for table in tables]
    intake.files = opened
    _refuse_twins(intake)
    _note_other_years(intake, layout)
    _note_missing(intake, layout)


def _archive(settings: Settings, received: ReceivedFile) -> Path:
    assert received.sha256 is not None
    with UPath(received.landing_path).open("rb") as stream:
        return archive_stream(settings, received.sha256, stream)


def open_file(path: Path, layout: ReturnLayout, settings: Settings, scratch: Path) -> list[OpenedTable]:
    """Everything in a file that may be a table; which one it is has still to be told.

    Raises:
        UnreadableFile: empty, too large, or not what it should be.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start and path.stat().st_size <= _HEAD_BYTES:
        raise UnreadableFile("intake.empty_file")
    refuse_other_kinds(start, _OTHER_MARKS)
    if is_workbook(head):
        if path.stat().st_size > settings.max_file_bytes:
            facts: dict[str, object] = {
                "size": f"{path.stat().st_size:,}", "limit": f"{settings.max_file_bytes:,}",
            }  # fmt: skip
            raise UnreadableFile("intake.too_large", facts=facts)
        tables = open_workbook(path, settings.max_unpacked_bytes)
    elif start.startswith(b"<"):
        tables = open_xml(path, layout, scratch)
    else:
        tables = [open_csv(path, layout.encodings)]
    if not tables:
        raise UnreadableFile("intake.empty_file")
    return tables


def _recognised(
    intake: Intake, received: ReceivedFile, path: Path, opened: OpenedTable, layout: ReturnLayout
) -> ReceivedFile:
    try:
        source = recognise(path, opened, layout)
    except UnreadableFile as problem:
        title = replace(received, file_name=_title(received, opened))
        refuse_file(intake, title, problem)
        return received
    found = replace(received, table_name=source.table.name, source=source)
    if source.other_headings:
        facts: dict[str, object] = {
            "columns": ", ".join(heading or "(no heading)" for heading in source.other_headings),
            "table": source.table.name,
        }  # fmt: skip
        others = UnreadableFile("structure.extra_columns", opened.heading_line, facts)
        refuse_file(intake, found, others, source.table.name)
    return found


def _title(received: ReceivedFile, opened: OpenedTable) -> str:
    return f"{received.file_name}, sheet {opened.sheet_name}" if opened.sheet_name else received.file_name


def _refuse_twins(intake: Intake) -> None:
    """A table counts once: the second is named beside the first, and left unread."""
    first: dict[str, ReceivedFile] = {}
    for received in intake.files:
        if received.source is None:
            continue
        name = received.source.table.name
        twin = first.setdefault(name, received)
        if twin is not received:
            facts: dict[str, object] = {
                "table": name, "other": _title(twin, twin.source.opened) if twin.source else twin.file_name,
            }  # fmt: skip
            refuse_file(intake, received, UnreadableFile("structure.table_twice", facts=facts))
            received.source, received.table_name = None, None


def _note_other_years(intake: Intake, layout: ReturnLayout) -> None:
    period = intake.delivery.period_code
    expected = {table.name for table in layout.tables_of(period)}
    for received in [each for each in intake.files if each.source]:
        if received.source is None or received.source.table.name in expected:
            continue
        if received.source.opened.is_implied:
            intake.files.remove(received)
            continue
        facts: dict[str, object] = {"table": received.source.table.name, "period": period}
        refuse_file(intake, received, UnreadableFile("structure.table_of_other_year", facts=facts))
        received.source, received.table_name = None, None


def _note_missing(intake: Intake, layout: ReturnLayout) -> None:
    period = intake.delivery.period_code
    found = {received.table_name for received in intake.files}
    for table in layout.tables_of(period):
        if table.name in found:
            continue
        rule = "structure.required_table_missing" if table.is_required else "structure.table_missing"
        facts: dict[str, object] = {
            "table": table.name, "period": period, "columns": ", ".join(table.columns).upper(),
        }  # fmt: skip
        whole = ReceivedFile(intake.delivery.return_code, "", 0)
        refuse_file(intake, whole, UnreadableFile(rule, facts=facts))
