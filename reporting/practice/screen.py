"""Entries of good practice on the screen: what a search has found, one entry whole, and those that are overdue."""

from collections.abc import Sequence
from datetime import date

from rich.markup import escape
from rich.table import Table

from ingestion.days import day_in_words
from reporting.practice.rows import Practice, PracticeRows
from reporting.practice.search import BEGINS, ENDS, Found
from reporting.practice.words import claim_in_words, cost_in_words, level_in_words, name_of, shortened

_WENT_WRONG = 160


def found_in_words(rows: PracticeRows, found: Sequence[Found]) -> list[str]:
    """Write each entry that was found as lines for the screen, what was looked for in bold."""
    practices = {each.practice_code: each for each in rows.practices}
    return [_one(practices[each.practice_code], each) for each in found if each.practice_code in practices]


def _one(practice: Practice, found: Found) -> str:
    snippet = escape(found.snippet).replace(BEGINS, "[bold]").replace(ENDS, "[/bold]")
    archived = " (archived)" if practice.is_archived else ""
    return "\n".join(
        (
            f"[bold]{escape(practice.practice_code)}[/bold]  {escape(practice.title)}{archived}",
            f"  {snippet}",
            f"  Evidence: {level_in_words(practice)}. Cost: {cost_in_words(practice)}.",
            f"  What went wrong: {escape(shortened(practice.went_wrong, _WENT_WRONG))}",
        )
    )


def shown_whole(rows: PracticeRows, practice: Practice) -> Table:
    """Lay an entry out as a table of what it says, and what the club's figures say of it."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    for what, text in _lines(rows, practice):
        if text:
            table.add_row(what, escape(text))
    return table


def _lines(rows: PracticeRows, practice: Practice) -> list[tuple[str, str | None]]:
    titles = "; ".join(
        f"{each.indicator_code} {each.indicator_title}" for each in rows.indicators.get(practice.practice_code, [])
    )
    follow_ups = [each.statement for each in rows.follow_ups.get(practice.practice_code, [])]
    return [
        ("Entry", f"{practice.practice_code}, round {practice.round_code}, {practice.status}"),
        ("Title", practice.title),
        ("Authority", practice.authority_name),
        ("For whom", name_of(practice.client_group)),
        ("Kind of work", name_of(practice.factor)),
        ("Indicators", titles),
        ("Problem", practice.problem),
        ("What was done", practice.what_was_done),
        ("Began", practice.started_in),
        ("Cost", cost_in_words(practice)),
        ("It claims", claim_in_words(practice)),
        ("Its evidence", practice.evidence),
        ("Evidence level", f"{level_in_words(practice)}. {practice.evidence_level_meaning}"),
        *(("Followed up" if number == 0 else "", text) for number, text in enumerate(follow_ups)),
        ("What went wrong", practice.went_wrong),
        ("Transferable to", practice.transferable_to),
        ("Whom to ask", practice.contact_role),
        ("Checked by", practice.checked_by or "nobody yet"),
        ("Review due", day_in_words(practice.review_due) if practice.review_due else None),
        ("Archived", practice.archived_because),
        ("Came from", practice.origin),
    ]


def overdue_table(rows: PracticeRows, today: date) -> Table:
    """List the entries that somebody should have looked through by now, the longest overdue first."""
    table = Table("Entry", "What", "Whom to ask", "Was due", title=f"Reviews overdue on {day_in_words(today)}")
    late = [each for each in rows.practices if each.is_overdue(today)]
    for each in sorted(late, key=lambda each: (each.review_due or today, each.practice_code)):
        table.add_row(
            each.practice_code, escape(each.title), escape(each.contact_role or ""), str(each.review_due)
        )
    return table
