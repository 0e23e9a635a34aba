"""Read a delivery: take its bytes, then recognise its tables; an object per shape does what differs."""

from collections.abc import Set
from pathlib import Path
from typing import Protocol

from upath import UPath

from ingestion.collect.intake import DeliveredFile, Intake, refuse_file
from ingestion.collect.landing import Delivery, leads_out, readable
from ingestion.collect.streamed_tables import StreamedTables
from ingestion.collect.whole_tables import WholeTables, answer_rows, form_rows, record_rows
from ingestion.readers.answers import ANSWER_COLUMNS
from ingestion.readers.source import read_tables
from ingestion.readers.table import TextTable, UnreadableFile
from ingestion.returns.catalogue import ReturnLayout, Shape, find_return
from ingestion.settings import Settings


class ShapeReader(Protocol):
    """The steps of reading that differ between the shapes of returns."""

    def max_bytes(self, settings: Settings) -> int:
        """Return the largest size of a file, in bytes."""

    def take(self, received: DeliveredFile, path: UPath) -> None:
        """Hash the bytes of a file, and set how it is opened."""

    def reopen(self, received: DeliveredFile, archived: Path) -> None:
        """Set how a file is opened once it is in the archive."""

    def recognise(
        self, intake: Intake, received: DeliveredFile, tables: list[TextTable], layout: ReturnLayout
    ) -> list[DeliveredFile]:
        """Recognise the tables of the return in a file, and give an entry for each.

        Raises:
            UnreadableFile: nothing in it can be used.
        """

    def conclude(self, intake: Intake, layout: ReturnLayout) -> None:
        """Look at all the tables of the delivery together."""


_SHAPE_READERS: dict[Shape, ShapeReader] = {
    # A council's form has some two thousand cells, the largest published table half a million.
    Shape.FORM: WholeTables(("line_number", "column_number", "value"), form_rows, most_cells=1_000_000),
    Shape.RECORDS: WholeTables(("line_number", "record"), record_rows, most_cells=5_000_000),
    Shape.TABLES: StreamedTables(),
    # The largest form has some hundred items.
    Shape.ANSWERS: WholeTables(("answer_number", "line_number", *ANSWER_COLUMNS), answer_rows, most_cells=200_000),
}


def shape_reader(layout: ReturnLayout) -> ShapeReader:
    """Choose the reader for the files of a return."""
    return _SHAPE_READERS[layout.shape]


def take_delivery(delivery: Delivery, unfinished: Set[UPath], settings: Settings) -> Intake:
    """Take the bytes of a delivery, unless one of its files is among those that are still being written."""
    if unfinished.isdisjoint(delivery.files):
        return take_bytes(delivery, settings)
    return _refuse_unfinished(delivery, unfinished)


def take_bytes(delivery: Delivery, settings: Settings) -> Intake:
    """Take the bytes of every file of a delivery; a file over the size limit, or elsewhere, is reported, not read.

    Of a return that is read as a stream, no more than the hash is taken here.
    """
    intake = Intake(delivery)
    reader = shape_reader(find_return(delivery.return_code))
    limit = reader.max_bytes(settings)
    for path in delivery.files:
        received = _add_file(intake, path)
        if leads_out(settings, path):
            refuse_file(intake, received, UnreadableFile("intake.link"))
        elif received.size_bytes > limit:
            facts: dict[str, object] = {"size": f"{received.size_bytes:,}", "limit": f"{limit:,}"}
            refuse_file(intake, received, UnreadableFile("intake.too_large", facts=facts))
        else:
            reader.take(received, path)
    return intake


def _refuse_unfinished(delivery: Delivery, unfinished: Set[UPath]) -> Intake:
    intake = Intake(delivery)
    for path in delivery.files:
        received = _add_file(intake, path)
        if path in unfinished:
            refuse_file(intake, received, UnreadableFile("intake.still_being_written"))
    return intake


def _add_file(intake: Intake, path: UPath) -> DeliveredFile:
    received = DeliveredFile(intake.delivery.name_of(path), readable(str(path)), int(path.stat().st_size))
    intake.files.append(received)
    return received


def read_delivery(intake: Intake, layout: ReturnLayout, settings: Settings) -> None:
    """Recognise the tables of every file. A bad file is reported, and the others are still read."""
    reader = shape_reader(layout)
    files: list[DeliveredFile] = []
    for received in intake.files:
        try:
            tables = _tables(received, layout, settings)
            files += reader.recognise(intake, received, tables, layout) if tables else [received]
        except UnreadableFile as problem:
            refuse_file(intake, received, problem)
            files.append(received)
    intake.files = files
    reader.conclude(intake, layout)


def _tables(received: DeliveredFile, layout: ReturnLayout, settings: Settings) -> list[TextTable]:
    if received.sheet:
        return [received.sheet]
    if received.open_file is None:
        return []
    return read_tables(received.open_file, layout, settings)
