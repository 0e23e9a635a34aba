"""The files beside the pages: figures to download with what they mean, the index to search, feed and sitemap."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment

from ingestion.outbox.pages import FOLDER as OUTBOX
from ingestion.outbox.pages import page_templates
from ingestion.outbox.spreadsheets import csv_text
from reporting.columns import Column
from reporting.site.rows import Change, Shown
from reporting.site.site import Site
from reporting.site.words import SITE_FILTERS

FOLDER = Path(__file__).parent
# What the types of PostgreSQL are called in the metadata.
TYPES = {
    "text": "string",
    "integer": "integer",
    "double precision": "double",
    "boolean": "boolean",
    "date": "date",
}
KEYS = {
    Shown: ("authority_code", "period_code", "indicator_code", "basis"),
    Change: ("authority_code", "indicator_code", "period_code", "basis", "changed_on"),
}

File = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """What can be found: the page, its title, and further words that it is found by."""

    page: str
    title: str
    words: str


def render_files(site: Site, pages: Sequence[str]) -> Iterator[File]:
    """Yield the path and the text of every file that is no page; the sitemap names the pages."""
    yield "site.css", f"{(OUTBOX / 'house_style.css').read_text('utf-8')}\n{_own('site.css')}"
    yield "search.js", _own("search.js")
    index = [[entry.page, entry.words] for entry in search_entries(site)]
    yield "search-index.js", f"siteIndex({json.dumps(index, ensure_ascii=False, separators=(',', ':'))});\n"
    yield "changes.xml", _render(site, "changes.xml.j2")
    yield "sitemap.xml", _render(site, "sitemap.xml.j2", sorted(pages))
    yield from _figures_by_indicator(site)
    yield from _figures_by_member(site)
    if site.changes:
        rows = [[_plain(value) for value in astuple(change)] for change in site.changes]
        yield from _table(site, "changes.csv", "What has changed", rows, Change)


def search_entries(site: Site) -> list[Entry]:
    """List everything that can be found, in the order in which it is shown."""
    indicators = [
        Entry(
            f"indicators/{one.code}.html",
            f"{one.code}: {one.title}",
            " ".join(dict.fromkeys(version.row["definition"] for version in one.indicator.versions)),
        )
        for one in site.figures.values()
    ]
    practices = [
        Entry(
            f"practice/{each.page}",
            f"Good practice: {each.title}",
            " ".join(filter(None, (each.problem, each.what_was_done, each.authority_name))),
        )
        for each in site.practices
    ]
    members = [Entry(f"members/{each.authority_code}.html", each.name, "member") for each in site.members]
    rounds = [
        *(Entry(f"quiz/{each.code}.html", each.title, "quiz") for each in site.quiz),
        *(
            Entry(f"questionnaire/{each.code}.html", each.title, " ".join(q.wording for q in each.questions))
            for each in site.questionnaire
        ),
    ]
    return [*indicators, *practices, *members, *rounds]


def _figures_by_indicator(site: Site) -> Iterator[File]:
    for one in site.figures.values():
        if rows := site.shared.lines.get(one.code):
            title = f"{one.code}: {one.title}"
            yield from _table(site, f"indicators/{one.code}.csv", title, rows, Shown)


def _figures_by_member(site: Site) -> Iterator[File]:
    place = [column.name for column in site.shared.columns[Shown]].index("authority_code")
    every = [row for code in site.figures for row in site.shared.lines.get(code, ())]
    for member in site.members:
        rows = [row for row in every if row[place] == member.authority_code]
        if rows:
            yield from _table(site, f"members/{member.authority_code}.csv", f"{member.name}: figures", rows, Shown)


def _table(site: Site, path: str, title: str, rows: Iterable[Sequence[str]], kind: type) -> Iterator[File]:
    """Write a CSV file and, as CSV on the Web (W3C 2015), what its columns are."""
    columns = site.shared.columns[kind] if kind is Shown else _in_order(site, kind)
    yield path, csv_text((column.name for column in columns), rows)
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": path.rsplit("/", 1)[-1],
        "dc:title": title,
        "dc:publisher": site.club,
        "dc:description": (
            f"What may leave the club: counts of 1 to {site.threshold} people are not shown, others are rounded"
            f" to the nearest {site.rounding}. {site.state}"
        ),
        "tableSchema": {
            "columns": [
                {"name": one.name, "datatype": TYPES[one.data_type], "dc:description": one.description}
                for one in columns
            ],
            "primaryKey": list(KEYS[kind]),
        },
    }
    yield f"{path}-metadata.json", json.dumps(described, indent=1, ensure_ascii=False) + "\n"


def _in_order(site: Site, kind: type) -> list[Column]:
    """Return the columns of a table in the order of the fields of its rows."""
    by_name = {column.name: column for column in site.shared.columns[kind]}
    return [by_name[name] for name in kind.__dataclass_fields__]  # type: ignore[attr-defined]  # all are dataclasses


def _plain(value: object) -> str:
    return "" if value is None else str(value)


def _render(site: Site, template: str, paths: Sequence[str] = ()) -> str:
    return (
        _templates()
        .get_template(template)
        .render(club=site.club, address=site.address, days=site.days, paths=paths)
    )


def _own(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


@cache
def _templates() -> Environment:
    return page_templates(FOLDER, **SITE_FILTERS)
