"""All entries of good practice as one page that can be read without scripts and needs nothing from outside."""

from collections import defaultdict
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment

from ingestion.outbox import folder_name, write_if_changed
from ingestion.outbox.pages import page_templates
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from reporting.members import read_members
from reporting.practice.rows import Practice, PracticeRows, read_practices
from reporting.practice.words import claim_in_words, cost_in_words, level_in_words, name_of

FOLDER = Path(__file__).parent
PAGE = "good_practice.html"


def write_practice_pages(settings: Settings) -> Path:
    """Write the page for the club and, where its packs link to it, into the outbox of each member.

    Returns:
        The club's page.
    """
    text = render_page(read_practices(settings))
    with connect(settings, Role.ANALYST) as connection:
        members = read_members(connection).names
    page = settings.club_outbox / PAGE
    for path in (page, *(settings.outbox / folder_name(code) / PAGE for code in members)):
        write_if_changed(path, text)
    return page


def render_page(rows: PracticeRows) -> str:
    """Render the page; the same rows give the same text. What is overdue is told by the day of the build."""
    today = rows.build.built_at.date()
    return (
        _environment()
        .get_template("good_practice.html.j2")
        .render(
            rows=rows,
            current=_in_groups([each for each in rows.practices if not each.is_archived]),
            archived=[each for each in rows.practices if each.is_archived],
            levels=_levels(rows),
            by_indicator=_by_indicator(rows),
            overdue=[each for each in rows.practices if each.is_overdue(today)],
            today=today,
        )
    )


def _in_groups(practices: list[Practice]) -> dict[str, list[Practice]]:
    """Group the entries by whom they are for."""
    in_order = sorted(practices, key=lambda each: each.client_group or "")
    return {group: list(found) for group, found in groupby(in_order, lambda each: each.client_group or "")}


def _levels(rows: PracticeRows) -> list[tuple[str, str, list[str], int]]:
    """Say of each level that occurs its title, by which meanings it was given, and how often."""
    levels: dict[str, list[Practice]] = defaultdict(list)
    for each in rows.practices:
        levels[each.evidence_level].append(each)
    return [
        (level, found[0].evidence_level_title, sorted({each.evidence_level_meaning for each in found}), len(found))
        for level, found in sorted(levels.items())
    ]


def _by_indicator(rows: PracticeRows) -> dict[tuple[str, str], list[Practice]]:
    """Collect the entries about each indicator, by its code and title."""
    found: dict[tuple[str, str], list[Practice]] = defaultdict(list)
    for practice in rows.practices:
        for each in rows.indicators.get(practice.practice_code, []):
            found[each.indicator_code, each.indicator_title].append(practice)
    return dict(sorted(found.items()))


@cache
def _environment() -> Environment:
    return page_templates(FOLDER, cost=cost_in_words, level=level_in_words, claim=claim_in_words, named=name_of)
