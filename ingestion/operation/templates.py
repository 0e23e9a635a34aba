"""Write the workbooks of a round, where their people find them."""

from collections.abc import Iterable
from pathlib import Path

from ingestion.collect.answer_forms import latest_round, read_form
from ingestion.errors import ClubError
from ingestion.outbox import folder_name
from ingestion.returns.catalogue import find_return
from ingestion.returns.forms import Form, form_of
from ingestion.settings import Settings
from ingestion.templates.workbook import write_workbook
from ingestion.warehouse.connection import Role, connect


def write_templates(
    settings: Settings, return_code: str, round_code: str | None, authorities: Iterable[str], folder: Path | None
) -> list[Path]:
    """Write the workbook of each of these authorities; return the files.

    Args:
        settings: where the outbox is, and the warehouse, which alone knows the rounds of workshops.
        return_code: the return.
        round_code: the round; None for the latest.
        authorities: their codes.
        folder: one for all, where the names of the files tell them apart; None for the outbox of each.

    Raises:
        ClubError: there is no such round.
    """
    form = find_form(settings, return_code, round_code)
    written = []
    for authority in authorities:
        name = f"{return_code}-{form.round_code}"
        place = settings.outbox / folder_name(authority) / "templates" / f"{name}.xlsx"
        path = folder / f"{name}-{authority}.xlsx" if folder else place
        write_workbook(form, authority, path)
        written.append(path)
    return written


def find_form(settings: Settings, return_code: str, round_code: str | None) -> Form:
    """Find what a round asks: in the files of the return or, where only the warehouse knows its rounds, there.

    Raises:
        ClubError: there is no such round.
    """
    layout = find_return(return_code)
    if layout.periods:
        return form_of(return_code, round_code or layout.periods[-1])
    with connect(settings, Role.LOADER) as connection:
        wanted = round_code or latest_round(connection, return_code)
        if wanted is None:
            raise ClubError(f"There is no round of {return_code} yet.")
        return read_form(connection, return_code, wanted)
