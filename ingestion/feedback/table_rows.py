"""The rows of long tables of a report, each written in one pass.

A report may have three hundred pages with tens of thousands of cells, for each of which a template takes ten times
as long.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from html import escape
from typing import TypeVar

from markupsafe import Markup

from ingestion.days import day_in_words
from ingestion.feedback import wording
from ingestion.feedback.by_file import FileOfFindings, RowOfForm, anchors, place_of
from ingestion.feedback.content import Report
from ingestion.feedback.context import Marks, RowsOfPerson
from ingestion.feedback.findings import ReportedFinding, ReportedRule
from ingestion.feedback.person_findings import PersonFinding
from ingestion.outbox.pages import sentence_as_html

# The page of the findings by file.
BY_FILE = "files.html"

_Row = TypeVar("_Row")

_NONE = "–"
_NO_COLUMN = "No single column"
_NO_VALUE = '<span class="quiet">–</span>'

# Most findings of a page say the same.
_sentence = lru_cache(maxsize=512)(lambda message: str(sentence_as_html(message)))


def day(moment: datetime) -> str:
    """Write the day of a moment: '1 May 2026'."""
    return day_in_words(moment.astimezone(UTC))


def of_form(report: Report, findings: Sequence[ReportedFinding]) -> Markup:
    """Write the findings of a form's rule: place with a link to the row, what stands there, what it means."""
    names = anchors(report.by_file)
    return _written(
        findings,
        lambda each: (
            f'<th scope="row">{_place(each, names.get(place_of(each)))}{_number(each)}</th>'
            f'<td class="as-sent">{_NO_VALUE if each.value is None else escape(each.value)}</td>'
            f"<td>{_sentence(each.message)}{_explained(report, each)}</td>"
        ),
    )


def of_rule(report: Report, rule: ReportedRule, findings: Sequence[ReportedFinding]) -> Markup:
    """Write the findings of a rule about persons: place, person, what stands there; its sentence if it differs."""
    differ = rule.messages_differ
    return _written(
        findings,
        lambda each: (
            f'<th scope="row">{escape(each.file_name or "The delivery as a whole")}</th>'
            f'<td class="number">{each.line_number or _NONE}</td>'
            f"<td>{escape(wording.spot(each.column_name, each.heading)) or _NONE}</td>"
            f'<td>{_or_none(each.person)}</td><td class="as-sent">{_or_none(each.value)}{_number(each)}'
            f"{f'</td><td>{_sentence(each.message)}' if differ else ''}{_explained(report, each)}</td>"
        ),
    )


def of_cause(report: Report, findings: Sequence[ReportedFinding]) -> Markup:
    """Write the findings that go with a cause: rule, person, place, what stands there, what it means."""
    names = anchors(report.by_file)
    return _written(
        findings,
        lambda each: (
            f"<td>{tag(each.severity)} {escape(wording.rule_name(each.rule_code))}</td>"
            f"{f'<td>{_or_none(each.person)}</td>' if report.is_person_level else ''}"
            f'<th scope="row">{_place(each, names.get(place_of(each)), "../")}{_number(each)}</th>'
            f'<td class="as-sent">{_or_none(each.value)}</td>'
            f"<td>{_sentence(each.message)}{_explained(report, each)}</td>"
        ),
    )


def of_person(report: Report, findings: Sequence[PersonFinding], rule_links: Callable[[str], str]) -> Markup:
    """Write the findings about a person: rule with a link to its page, place, what stands there, what it means."""
    return _written(
        findings,
        lambda each: (
            f"<td>{tag(each.severity)}</td>"
            f'<td class="together"><a href="../{escape(rule_links(each.rule_code))}">'
            f"{escape(wording.rule_name(each.rule_code))}</a></td>"
            f'<th scope="row">{_place_of_person(each)}</th><td class="as-sent">{_or_none(each.value)}</td>'
            f"<td>{_sentence(each.message)}{_number(each)}{_explained(report, each)}</td>"
        ),
    )


def as_sent(table: RowsOfPerson, marks: Marks) -> Markup:
    """Write rows as they were sent, with the cells marked in which something was found."""
    return _written(
        table.rows,
        lambda row: (
            f'<th scope="row" class="number">{row.line_number}</th>'
            f"{_cells(table.columns, row.cells, marks.get((table.file_name, row.line_number), ()))}"
        ),
    )


def of_file(report: Report, file: FileOfFindings, rule_links: Callable[[str], str]) -> Markup:
    """Write where findings are in a file: column, rule with a link to its page, severity, how many, first line."""
    with_page = {rule.rule_code for rule in report.with_places} if report.is_person_level else ()
    return _written(
        file.places,
        lambda each: (
            f'<th scope="row">{escape(wording.spot(each.column_name, each.heading)) or _NO_COLUMN}</th>'
            f"<td>{_rule(each.rule_code, rule_links if each.rule_code in with_page else None)}</td>"
            f"<td>{tag(each.severity)}</td>"
            f'<td class="number">{wording.whole(each.findings)}</td>'
            f'<td class="number">{each.first_line or _NONE}</td>'
        ),
    )


def of_form_as_sent(file: FileOfFindings) -> Markup:
    """Write rows of a form as they were sent, with the cells marked, and below each what was found in it."""
    columns = file.columns
    return Markup("\n").join(_form_row(file, row, columns) for row in file.rows)


def _form_row(file: FileOfFindings, row: RowOfForm, columns: Sequence[str]) -> Markup:
    cells = _cells(columns, [row.cells.get(column) for column in columns], row.marked)
    said = "".join(f"<li>{tag(severity)} {_sentence(message)}</li>" for _, severity, message in row.first_said)
    left = len(row.said) - len(row.first_said)
    more = f"<li>And {wording.counted(left, 'more finding')}, which stand with their rules.</li>" if left else ""
    anchor = file.anchor(row.line_number)
    return Markup(  # noqa: S704 -- escaped in `_cells`, `_sentence` and just here
        f'<tr id="{anchor}"><th scope="row" class="number">{row.line_number}</th>{cells}</tr>\n'
        f'<tr class="said"><td></td><td colspan="{len(columns)}"><ul>{said}{more}</ul></td></tr>'
    )


def tag(severity: str) -> Markup:
    """Write the word for a severity as a tag."""
    return _TAGS[severity]


_TAGS = {
    severity: Markup('<span class="tag {0}">{1}</span>').format(severity, word)
    for severity, word in wording.SEVERITY_WORDS.items()
}


def _written(rows: Iterable[_Row], cells: Callable[[_Row], str]) -> Markup:
    """Write table rows out of the text of their cells, in which everything from outside is escaped."""
    return Markup("\n".join(f"<tr>{cells(row)}</tr>" for row in rows))  # noqa: S704 -- escaped by the callers here


def _place(finding: ReportedFinding, anchor: str | None, up: str = "") -> str:
    place = escape(wording.place(finding.file_name, finding.line_number, finding.column_name))
    return f'<a href="{up}{BY_FILE}#{anchor}">{place}</a>' if anchor else place


def _rule(rule_code: str, links: Callable[[str], str] | None) -> str:
    name = escape(wording.rule_name(rule_code))
    return f'<a href="{escape(links(rule_code))}">{name}</a>' if links else name


def _or_none(text: str | None) -> str:
    return escape(text) if text else _NONE


def _number(finding: ReportedFinding) -> str:
    return f' <span class="quiet">no.&nbsp;{finding.finding_id}</span>'


def _explained(report: Report, finding: ReportedFinding) -> str:
    said = report.explained.get(finding.finding_id)
    if said is None:
        return ""
    by, on = escape(said.explained_by), day(said.explained_at)
    return f'<br><span class="explained">Explained by {by} on {on}: {escape(said.explanation)}</span>'


def _place_of_person(finding: ReportedFinding) -> str:
    spot = wording.spot(finding.column_name, finding.heading)
    place = f"{finding.file_name}, line {finding.line_number}{f', {spot}' if finding.heading else ''}"
    return escape(place)


def _cells(columns: Sequence[str], cells: Sequence[str | None], marked: Collection[str]) -> str:
    written = [escape(cell) if cell else "" for cell in cells]
    if marked:
        for number, column in enumerate(columns):
            if column in marked:
                written[number] = f"<mark>{written[number] or 'empty'}</mark>"
    return f"<td>{'</td><td>'.join(written)}</td>"
