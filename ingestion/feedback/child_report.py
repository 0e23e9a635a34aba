"""Write the report on a return about children: pages by rule and by child, and every finding as CSV."""

import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import psycopg

from ingestion.check.suite import Rule, load_suite
from ingestion.feedback import child_facts
from ingestion.feedback.child_pages import (
    CHILDREN,
    PLACES_OF_A_CHILD,
    PLACES_OF_A_RULE,
    ChildReport,
    child_page,
    render_child,
    render_children,
    render_main,
    render_rule,
    rule_page,
)
from ingestion.feedback.facts import DecidedSubmission, received_files
from ingestion.outbox import write_if_changed
from ingestion.returns.catalogue import find_return

FINDINGS = "findings.csv"
CHILDREN_PAGE = "children.html"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # without it, Excel takes the file for Windows-1252


def write_child_report(
    connection: psycopg.Connection, submission: DecidedSubmission, folder: Path, page: str, own: str | None = None
) -> list[Path]:
    """Write the whole report of one submission; returns the files written. The first page comes last.

    Args:
        connection: of the loader, in a transaction.
        submission: what was decided.
        folder: where the report goes; pages of an earlier report that are not of this one are taken away.
        page: the file name of the first page.
        own: how the year was told, where an authority checks a return that it has not sent yet.
    """
    layout = find_return(submission.return_code)
    child_facts.lay_out(connection, layout, submission.submission_id)
    report = _gather(connection, submission, page, own)
    folder.mkdir(parents=True, exist_ok=True)
    _write_csv(connection, folder / FINDINGS)
    had_report = (folder / page).is_file()
    kept = {folder / FINDINGS}
    written = [folder / FINDINGS]
    for name, text in _pages(connection, report):
        kept.add(folder / name)
        if write_if_changed(folder / name, text):
            written.append(folder / name)
    if had_report:
        _remove_others(folder, kept)
    return written


def _gather(
    connection: psycopg.Connection, submission: DecidedSubmission, page: str, own: str | None
) -> ChildReport:
    number = submission.submission_id
    return ChildReport(
        submission,
        received_files(connection, number),
        tuple(child_facts.found_rules(connection)),
        tuple(child_facts.rule_outcomes(connection, submission.return_code, submission.checked_at, number)),
        _rules_of(submission),
        tuple(child_facts.first_children(connection, CHILDREN)),
        child_facts.count_children(connection),
        page,
        own,
    )


def _rules_of(submission: DecidedSubmission) -> dict[str, Rule]:
    suite = load_suite(submission.return_code)
    rules = suite.rules if suite else ()
    return {rule.code: rule for rule in rules if rule.is_valid_for(submission.period_code)}


def _pages(connection: psycopg.Connection, report: ChildReport) -> Iterator[tuple[str, str]]:
    by_number = {rule.rule_number: rule for rule in report.with_places}
    places = child_facts.places_of_rules(connection, PLACES_OF_A_RULE)
    for number, of_rule in groupby(places, key=lambda place: place.rule_number):
        if rule := by_number.get(number):
            yield rule_page(rule.rule_code), render_rule(report, rule, list(of_rule))
    children = {child.child_number: child for child in report.children}
    findings = child_facts.places_of_children(connection, CHILDREN, PLACES_OF_A_CHILD)
    for number, of_child in groupby(findings, key=lambda place: place.child_number):
        yield child_page(number), render_child(report, children[number], list(of_child))
    if report.children:
        yield CHILDREN_PAGE, render_children(report)
    yield report.page, render_main(report)


def _write_csv(connection: psycopg.Connection, path: Path) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(BYTE_ORDER_MARK)
            child_facts.copy_findings(connection, file)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _remove_others(folder: Path, kept: set[Path]) -> None:
    """Take away the pages of an earlier report: of rules that find nothing now, of children no longer shown."""
    for path in (*folder.glob("rules/*.html"), *folder.glob("children/*.html"), folder / CHILDREN_PAGE):
        if path not in kept:
            path.unlink(missing_ok=True)
