"""Write what people fill in, and what explains it, where they find it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import structlog

from ingestion.collect.answer_forms import latest_round, read_form
from ingestion.errors import ClubError
from ingestion.operation.prefilled import NOTHING, answers_in_force
from ingestion.outbox import folder_name, write_if_changed
from ingestion.returns.catalogue import find_return
from ingestion.returns.forms import Form, form_of
from ingestion.settings import Settings
from ingestion.templates import TemplateForm
from ingestion.templates.codebook import codebook
from ingestion.templates.page import printed_form
from ingestion.templates.workbook import write_workbook
from ingestion.templates.xlsform import write_xlsform
from ingestion.warehouse.connection import Role, connect

log = structlog.get_logger()

_SUFFIXES = {
    TemplateForm.WORKBOOK: ".xlsx",
    TemplateForm.PAGE: ".html",
    TemplateForm.XLSFORM: "-xlsform.xlsx",
    TemplateForm.CODEBOOK: "-codebook.html",
}


def write_templates(
    settings: Settings,
    return_code: str,
    round_code: str | None,
    authorities: Mapping[str, str],
    folder: Path | None,
    written_as: TemplateForm = TemplateForm.WORKBOOK,
) -> list[Path]:
    """Write a round for each of these authorities, or once for all of them; return the files.

    Args:
        settings: where the outbox is, and the warehouse, which alone knows the rounds of workshops.
        return_code: the return.
        round_code: the round; None for the latest.
        authorities: their names, by their codes.
        folder: one for all, where the names of the files tell them apart; None for the outbox.
        written_as: as what.

    Raises:
        ClubError: there is no such round.
    """
    form = find_form(settings, return_code, round_code)
    name, suffix = f"{return_code}-{form.round_code}", _SUFFIXES[written_as]
    if written_as in (TemplateForm.WORKBOOK, TemplateForm.PAGE):
        paths = {
            code: folder / f"{name}-{code}{suffix}"
            if folder
            else settings.outbox / folder_name(code) / "templates" / f"{name}{suffix}"
            for code in authorities
        }
        if written_as is TemplateForm.WORKBOOK:
            _write_workbooks(settings, form, paths)
        for code, path in paths.items() if written_as is TemplateForm.PAGE else ():
            write_if_changed(path, printed_form(form, authorities[code]))
        return list(paths.values())
    path = (folder or settings.club_outbox / "templates") / f"{name}{suffix}"
    if written_as is TemplateForm.XLSFORM:
        write_xlsform(form, authorities, path)
    else:
        write_if_changed(path, codebook([*_rounds_before(form), form]))
    return [path]


def _write_workbooks(settings: Settings, form: Form, paths: Mapping[str, Path]) -> None:
    """Write a workbook for each authority, with what it has answered; blank ones where no warehouse is running."""
    layout = find_return(form.return_code)
    try:
        with connect(settings, Role.LOADER) as connection:
            known = {code: answers_in_force(connection, layout, form, code) for code in paths}
    except ClubError as error:
        log.info("the workbooks are blank: what was answered already is not known", reason=str(error))
        known = {}
    for code, path in paths.items():
        found = known.get(code, NOTHING)
        write_workbook(form, code, path, found.answers, found.origin)


def _rounds_before(form: Form) -> Iterator[Form]:
    for round_code in find_return(form.return_code).periods:
        if round_code == form.round_code:
            return
        yield form_of(form.return_code, round_code)


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
