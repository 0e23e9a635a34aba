"""Split a national collection: each council and each control total gets its own tables."""

from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from upath import UPath

from ingestion.authorities import authorities, find_authority, find_total, nearest_authority, slug
from ingestion.collect.intake import DeliveredFile, Intake, refuse_delivery, refuse_file
from ingestion.collect.landing import Collection, Delivery
from ingestion.collect.reading import take_delivery
from ingestion.readers.source import is_workbook
from ingestion.readers.table import TextTable, UnreadableFile
from ingestion.readers.workbook import read_workbook
from ingestion.returns.catalogue import ReturnLayout, find_totals_of
from ingestion.settings import Settings

# The owner of a table: the return and the sender.
Owner = tuple[str, str]


@dataclass
class _Share:
    """The share of one owner in a collection: files of its own, and parts of files that hold several councils."""

    names: set[str] = field(default_factory=set)
    paths: list[UPath] = field(default_factory=list)
    parts: list[DeliveredFile] = field(default_factory=list)


def take_collection(
    collection: Collection, layout: ReturnLayout, unfinished: Set[UPath], settings: Settings
) -> Iterator[Intake]:
    """Yield an intake per council and per control total.

    The council of a table is known from the name of its file, or of its sheet where a workbook replaces a
    subfolder. Anything that belongs to no council is refused in the collection's own name.
    """
    unassigned = Intake(_delivery(collection, (layout.code, PurePath(collection.name).name)))
    if collection.period_code not in layout.periods:
        known = ", ".join(layout.periods)
        refuse_delivery(unassigned, "intake.unknown_period", found=collection.period_code, known=known)
        yield unassigned
        return
    shares: dict[Owner, _Share] = defaultdict(_Share)
    for path in collection.files:
        if path.parent == collection.folder:
            for name, part in _take_parts(unassigned, path, unfinished, settings):
                share = shares[_owner(name, layout)]
                share.names.add(name)
                share.parts.append(part)
        else:
            share = shares[_owner(path.stem, layout)]
            share.names.add(path.stem)
            share.paths.append(path)
    if unassigned.findings:
        yield unassigned
    for owner, share in sorted(shares.items()):
        delivery = _delivery(collection, owner, tuple(share.paths))
        intake = take_delivery(delivery, unfinished, settings)
        intake.files += share.parts
        _refuse_strangers(intake, layout, share.names)
        yield intake


def sheet_of(received: DeliveredFile, name: str, settings: Settings) -> DeliveredFile:
    """Return the part of a workbook that is one sheet of it; the file as it is, where it has no such sheet."""
    assert received.open_file
    if not is_workbook(received.open_file):
        return received
    sheets = read_workbook(received.open_file, settings.max_unpacked_bytes)
    return next((_part(received, sheet) for sheet in sheets if sheet.sheet_name == name), received)


def _take_parts(
    unassigned: Intake, path: UPath, unfinished: Set[UPath], settings: Settings
) -> list[tuple[str, DeliveredFile]]:
    """Split a file beside the subfolders into named parts: its sheets, or all of it."""
    alone = take_delivery(replace(unassigned.delivery, files=(path,)), unfinished, settings)
    (received,) = alone.files
    try:
        if received.open_file and not is_workbook(received.open_file):
            return [(path.stem, received)]
        if received.open_file:
            sheets = read_workbook(received.open_file, settings.max_unpacked_bytes)
            return [(str(sheet.sheet_name), _part(received, sheet)) for sheet in sheets]
    except UnreadableFile as problem:
        refuse_file(alone, received, problem)
    unassigned.files.append(received)
    unassigned.findings += alone.findings
    return []


def _part(received: DeliveredFile, sheet: TextTable) -> DeliveredFile:
    # The fingerprint reads the rows before the table is recognised, so they are kept.
    return replace(received, sheet=replace(sheet, rows=list(sheet.rows)))


def _delivery(collection: Collection, owner: Owner, files: tuple[UPath, ...] = ()) -> Delivery:
    return_code, sender = owner
    return Delivery(sender, return_code, collection.period_code, files, (collection.folder,), collection.name)


def _owner(name: str, layout: ReturnLayout) -> Owner:
    totals, group = find_totals_of(layout.code), find_total(name)
    if totals and group:
        return totals.code, group.code
    authority = find_authority(name)
    return layout.code, authority.code if authority else slug(name) or "unnamed"


def _refuse_strangers(intake: Intake, layout: ReturnLayout, names: set[str]) -> None:
    delivery = intake.delivery
    if delivery.return_code == layout.code and delivery.sender not in authorities():
        for name in sorted(names):
            refuse_delivery(
                intake, "intake.unknown_council", found=name, nearest=nearest_authority(name),
                collection=f"{delivery.collection}/{layout.code}/{delivery.period_code}",
            )  # fmt: skip
