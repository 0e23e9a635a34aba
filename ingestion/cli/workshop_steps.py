"""What the commands of the workshop do: draw and keep one, open its seal, write ballots for a demonstration."""

import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom

from ingestion.authorities import authorities
from ingestion.collect.answer_forms import keep_form, read_form
from ingestion.errors import ClubError
from ingestion.outbox import folder_name, stream_if_changed
from ingestion.returns.forms import Form
from ingestion.returns.workshop_ballot.forms import RETURN, BallotPicture, ballot_form, later_form
from ingestion.settings import Settings
from ingestion.templates.workbook import write_workbook
from ingestion.warehouse.connection import Role, connect
from ingestion.warehouse.workshops import (
    NewWorkshop,
    bands_of,
    count_workshops,
    digest_of,
    keep_workshop,
    newer_files,
    published_files,
    read_key,
    record_opening,
    require_workshop,
)
from reporting.workshop.choosing import Wanted
from reporting.workshop.draw import Workshop, draw_workshop
from reporting.workshop.figures import read_figures
from reporting.workshop.key import Key, opens
from reporting.workshop.own_band import labels_of_own_band
from reporting.workshop.pages import ForTheRoom, Prior, facilitators_files, participants_files
from reporting.workshop.reveal import Opened
from samples.workshop_ballot import write_ballots

# A round is a folder and part of the names of cells.
_ROUND = re.compile(r"[a-z][a-z0-9_]{0,29}")


def draw_and_keep(
    settings: Settings, group: str, name: str | None, wanted: Wanted, seed: int | None, by: str
) -> tuple[Workshop, Path]:
    """Draw a workshop, seal its key, and write its pack; return it and the folder of the pack.

    Raises:
        ClubError: there is no such group, the name is taken or none, or nothing stays within the limits.
    """
    build, figures = read_figures(settings, group)
    with connect(settings, Role.LOADER) as connection:
        published = published_files(connection)
        round_code = name or f"{group[:24]}_{count_workshops(connection) + 1}"
    if not _ROUND.fullmatch(round_code):
        raise ClubError(f"'{round_code}' cannot be a round: small letters, digits and _, thirty at most.")
    workshop = draw_workshop(
        round_code,
        figures,
        wanted,
        SystemRandom() if seed is None else Random(seed),  # noqa: S311 -- a demonstration
    )
    today = datetime.now(UTC).date()
    form = ballot_form(round_code, f"Workshop: {workshop.title.lower()}", _to_vote_on(workshop), today)
    prior = Prior(len(published), digest_of(published))
    kept = NewWorkshop(
        round_code, group, workshop.title, build.build_id, workshop.key.commitment, wanted.limits.expected,
        wanted.limits.most_certain, wanted.limits.named_once, wanted.override, seed is not None,
        tuple(published), by,
    )  # fmt: skip
    with connect(settings, Role.OFFICER) as officer:
        keep_workshop(officer, kept, workshop.pictures, workshop.key.text, workshop.key.nonce)
        with connect(settings, Role.LOADER) as connection:
            keep_form(connection, form)
        _write_pack(settings, workshop, ForTheRoom.of(workshop, prior, seed is not None), form)
    return workshop, workshop_folder(settings, round_code)


def is_there_a_workshop(settings: Settings) -> bool:
    """Return True if any workshop has been drawn."""
    with connect(settings, Role.LOADER) as connection:
        return count_workshops(connection) > 0


def workshop_folder(settings: Settings, round_code: str) -> Path:
    """Return where the pack of a workshop lies."""
    return settings.club_outbox / "workshops" / folder_name(round_code)


def open_seal(settings: Settings, round_code: str, by: str) -> tuple[Opened, tuple[str, str]]:
    """Open the seal of a workshop: log it, and let the marts know whose each label is.

    Returns what was in it, and the rounds whose comments are read back.

    Raises:
        ClubError: there is no such workshop, or its key is not the one that was committed to, which is logged too.
    """
    with connect(settings, Role.OFFICER) as officer:
        kept = require_workshop(officer, round_code)
        key = Key(*read_key(officer, round_code))
        is_whole = opens(key, kept.commitment)
        opening = record_opening(officer, round_code, by, key.labels if is_whole else None)
    if not is_whole:
        raise ClubError(
            f"The seal of {round_code} is broken: SHA-256 of the key is {key.commitment}, and the pack has "
            f"{kept.commitment}. Nothing was revealed; who tried is noted."
        )
    with connect(settings, Role.LOADER) as connection:
        newer = newer_files(kept, published_files(connection))
        after = later_form(round_code, f"Workshop: {kept.title.lower()}", opening.opened_at.date())
        keep_form(connection, after)
    opened = Opened(
        round_code, opening.opened_by, opening.opened_at, kept.commitment, key.text, key.nonce,
        kept.override_reason, len(newer),
    )  # fmt: skip
    return opened, (round_code, after.round_code)


def write_sample_ballots(settings: Settings, round_code: str, seed: int) -> list[Path]:
    """Write invented ballots of the members for a workshop into the landing zone; return the files.

    Raises:
        ClubError: there is no such workshop.
    """
    with connect(settings, Role.LOADER) as connection:
        kept = require_workshop(connection, round_code)
        form = read_form(connection, RETURN, round_code)
        own = labels_of_own_band(read_figures(settings, kept.group_code)[1], bands_of(connection, round_code))
    return write_ballots(Path(settings.landing), form, own, seed)


def _to_vote_on(workshop: Workshop) -> list[BallotPicture]:
    return [
        BallotPicture(
            picture.code, f"Picture {picture.number}: {picture.title}, {picture.period_code}", picture.labels
        )
        for picture in workshop.pictures
    ]


def _write_pack(settings: Settings, workshop: Workshop, seen: ForTheRoom, form: Form) -> None:
    names = {code: authority.name for code, authority in authorities().items()}
    parts = {
        "participants": participants_files(seen, form) | {"ballot.xlsx": _blank_ballot(form)},
        "facilitator": facilitators_files(seen, workshop, names),
    }
    for part, files in parts.items():
        for file, content in files.items():
            path = workshop_folder(settings, workshop.round_code) / part / file
            stream_if_changed(path, lambda target, content=content: target.write(content))  # type: ignore[misc]


def _blank_ballot(form: Form) -> bytes:
    """Write the workbook of the ballot; whose it is says the folder that it is put into."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ballot.xlsx"
        write_workbook(form, "", path)
        return path.read_bytes()
