"""Make packs and publish them: a draft that can be corrected, then, signed off by the officer, a final one."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import product
from pathlib import Path

import psycopg

from ingestion.errors import ClubError, NothingAwaitsError
from ingestion.outbox import stream_if_changed
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.publications import (
    PublicationState,
    Published,
    find_publication,
    record_files,
    record_publication,
)
from reporting.packs.awaiting import day, pack_folder, require_build, window_ends
from reporting.packs.data import PackRows, read_pack_rows
from reporting.packs.forms import pack_files
from reporting.packs.pack import Pack

INSIDE = "For inside the club: it holds figures that do not leave it."


Job = tuple[Published, str]
Made = tuple[Published, dict[str, bytes]]


def publish_drafts(
    settings: Settings,
    authorities: Sequence[str] = (),
    groups: Sequence[str] = (),
    workers: int = 1,
    build_id: int | None = None,
) -> Iterator[Path]:
    """Publish the packs of the build that is read as drafts; yield the folder of each as it is done.

    Args:
        settings: where the marts and the outbox are.
        authorities: only theirs; empty for all members.
        groups: only of these groups; empty for all.
        workers: how many are made at once.
        build_id: only of this build.

    Raises:
        NothingAwaitsError: another build is read by now.
        ClubError: there is nothing to make packs of, or no such authority or group.
    """
    rows = read_pack_rows(settings)
    require_build(rows.build.build_id, build_id)
    jobs: list[Job] = []
    with connect(settings, Role.LOADER) as connection:
        for authority, group in _wanted(rows, authorities, groups):
            draft = record_publication(connection, authority, group, PublicationState.DRAFT, rows.build)
            jobs.append((draft, draft_status(draft, settings)))
    yield from _make(settings, rows, jobs, workers)


def sign_off_packs(
    settings: Settings,
    by: str,
    authorities: Sequence[str] = (),
    groups: Sequence[str] = (),
    early: str | None = None,
    workers: int = 1,
    build_id: int | None = None,
) -> Iterator[Path]:
    """Publish as final what went out as a draft of the build that is read; yield the folder of each.

    What was refused is left out.

    Args:
        settings: where the marts and the outbox are.
        by: who signs.
        authorities: only theirs; empty for all members.
        groups: only of these groups; empty for all.
        early: why before the correction window ends; without it a draft inside its window is refused.
        workers: how many are made at once.
        build_id: only of this build.

    Raises:
        NothingAwaitsError: another build is read by now, or all of it was refused.
        ClubError: there is no draft of this build, or its window has not ended.
    """
    rows = read_pack_rows(settings)
    require_build(rows.build.build_id, build_id)
    early = (early or "").strip() or None
    jobs: list[Job] = []
    refused: Published | None = None
    with connect(settings, Role.LOADER) as connection:
        for authority, group in _wanted(rows, authorities, groups):
            pack = (connection, authority, group)
            if found := find_publication(*pack, PublicationState.REFUSED, rows.build.build_id):
                refused = found
                continue
            _require_ripe(settings, connection, rows, authority, group, early)
            final = record_publication(*pack, PublicationState.FINAL, rows.build, by, early)
            jobs.append((final, final_status(final)))
    if refused and not jobs:
        raise NothingAwaitsError(
            f"{refused.decided_by} has refused the pack {refused.group_code} of {refused.authority_code}: "
            f"{refused.reason} A correction makes another build with other drafts, and so does `club rebuild`."
        )
    yield from _make(settings, rows, jobs, workers)


def refuse_packs(
    settings: Settings,
    by: str,
    reason: str,
    authorities: Sequence[str] = (),
    groups: Sequence[str] = (),
    build_id: int | None = None,
) -> list[Published]:
    """Record that the officer does not sign off drafts of the build that is read; return what is refused.

    The arguments are those of `sign_off_packs`. What was signed off already stays so.

    Raises:
        NothingAwaitsError: another build is read by now.
        ClubError: no reason is given, or there is no draft of this build.
    """
    if not reason.strip():
        raise ClubError("A refusal needs a reason, for those whose packs they are.")
    rows = read_pack_rows(settings)
    require_build(rows.build.build_id, build_id)
    refused: list[Published] = []
    with connect(settings, Role.LOADER) as connection:
        for authority, group in _wanted(rows, authorities, groups):
            if find_publication(connection, authority, group, PublicationState.FINAL, rows.build.build_id):
                continue
            _require_draft(connection, rows, authority, group)
            refused.append(
                record_publication(connection, authority, group, PublicationState.REFUSED, rows.build, by, reason)
            )
    return refused


def draft_status(draft: Published, settings: Settings) -> str:
    """Say of a draft until when it can be corrected."""
    return f"Draft, for correction until {day(window_ends(draft, settings))}. {INSIDE}"


def final_status(final: Published) -> str:
    """Say of a final pack when it was signed off, and by whom."""
    return f"Final, signed off on {day(final.published_at)} by {final.decided_by}. {INSIDE}"


def _wanted(rows: PackRows, authorities: Sequence[str], groups: Sequence[str]) -> list[tuple[str, str]]:
    for what, asked, known in (("member", authorities, rows.authorities), ("group", groups, rows.groups)):
        if unknown := sorted(set(asked) - set(known)):
            raise ClubError(f"There is no {what} {unknown[0]!r} with figures; there are {', '.join(known)}.")
    return list(product(authorities or rows.authorities, groups or rows.groups))


def _require_ripe(
    settings: Settings,
    connection: psycopg.Connection,
    rows: PackRows,
    authority: str,
    group: str,
    early: str | None,
) -> None:
    build = rows.build.build_id
    if find_publication(connection, authority, group, PublicationState.FINAL, build):
        return
    ends = window_ends(_require_draft(connection, rows, authority, group), settings)
    if early is None and datetime.now(ends.tzinfo) < ends:
        raise ClubError(
            f"{rows.authorities[authority]} can correct the draft {group} until {day(ends)}. Sign off after "
            "that, or say why not with --early."
        )


def _require_draft(connection: psycopg.Connection, rows: PackRows, authority: str, group: str) -> Published:
    build = rows.build.build_id
    draft = find_publication(connection, authority, group, PublicationState.DRAFT, build)
    if draft is None:
        raise ClubError(
            f"The pack {group} of {authority} has not been out as a draft of build {build}, which is read "
            "now: make the drafts with `club pack` first."
        )
    return draft


def _make(settings: Settings, rows: PackRows, jobs: Sequence[Job], workers: int) -> Iterator[Path]:
    make = partial(_make_one, rows)
    for publication, files in _map(make, jobs, workers):
        folder = pack_folder(settings, publication.authority_code, publication.state)
        for name, content in files.items():
            stream_if_changed(folder / name, lambda target, content=content: target.write(content))  # type: ignore[misc]
        with connect(settings, Role.LOADER) as connection:
            record_files(connection, publication.publication_id, files)
        yield folder


def _map(make: Callable[[Job], Made], jobs: Sequence[Job], workers: int) -> Iterator[Made]:
    if workers == 1 or len(jobs) == 1:
        with _garbage_collected_seldom():
            yield from map(make, jobs)
        return
    count = min(workers, len(jobs), os.cpu_count() or 1)
    with ProcessPoolExecutor(count, initializer=_collect_garbage_seldom) as pool:
        yield from pool.map(make, jobs)


@contextmanager
def _garbage_collected_seldom() -> Iterator[None]:
    thresholds = gc.get_threshold()
    _collect_garbage_seldom()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)


def _collect_garbage_seldom() -> None:
    """A PDF is a million small objects that live until it is done: to look for garbage is a sixth of its time."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


def _make_one(rows: PackRows, job: Job) -> Made:
    publication, status = job
    return publication, pack_files(Pack(rows, publication.group_code, publication.authority_code), status)
