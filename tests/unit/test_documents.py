"""The documents send their reader to what exists, by commands that the programs know."""

import re
from pathlib import Path

import pytest
import typer

from ingestion.cli.app import app
from ingestion.settings import PROJECT_ROOT
from tests.support.documents import DOCUMENTS, Typed, commands, links, paths

MAKEFILE = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")


def test_commands_are_found_at_all():
    assert len(commands("club")) > 20
    assert len(commands("make")) > 5


@pytest.mark.parametrize("typed", commands("club"), ids=lambda typed: typed.text)
def test_a_command_of_a_document_is_understood_as_it_stands(typed: Typed):
    group = typer.main.get_command(app)
    command, words = group, list(typed.arguments)
    context = typer.Context(group, info_name="club")
    while hasattr(command, "commands"):
        name, command, words = command.resolve_command(context, words)
        context = typer.Context(command, info_name=name, parent=context)
    if len(typed.arguments) > 1:  # a command may be spoken of by its name alone
        command.make_context(command.name, words, parent=context)


@pytest.mark.parametrize("typed", commands("make"), ids=lambda typed: typed.text)
def test_a_make_target_of_a_document_is_there(typed: Typed):
    assert re.search(rf"^{re.escape(typed.arguments[0])}:", MAKEFILE, re.MULTILINE), typed.document


@pytest.mark.parametrize(("document", "target"), links())
def test_a_link_leads_somewhere(document: Path, target: str):
    assert (document.parent / target).exists()


@pytest.mark.parametrize(("document", "path"), paths())
def test_a_path_that_a_document_names_is_there(document: Path, path: str):
    assert (PROJECT_ROOT / path).exists(), document.name


@pytest.mark.parametrize(("document", "lines"), [("README.md", 120), ("docs/architecture.md", 120)])
def test_what_is_read_first_is_short(document: str, lines: int):
    assert len((PROJECT_ROOT / document).read_text(encoding="utf-8").splitlines()) <= lines


def test_every_document_is_read_by_these_tests():
    written = {
        *PROJECT_ROOT.glob("*.md"),
        *(PROJECT_ROOT / "docs").glob("*.md"),
        PROJECT_ROOT / "docker" / "README.md",
    }
    generated = {PROJECT_ROOT / "docs" / "sector-validator.md"}
    assert written - generated == set(DOCUMENTS)
