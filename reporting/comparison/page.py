"""The comparison as self-contained pages: one of all indicators, and one for each group with its pictures."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment
from markupsafe import Markup

from ingestion.days import day_in_words
from ingestion.outbox import folder_name, write_if_changed
from ingestion.outbox.pages import page_templates
from ingestion.settings import Settings
from reporting.comparison.groups import Group, grouped, years_apart
from reporting.comparison.indicator_figures import IndicatorFigures
from reporting.comparison.plots import plot_of
from reporting.comparison.rows import ComparisonRows, comparison_rows, how_made
from reporting.comparison.sentences import change_in_words, readings_in_words, sentences_of
from reporting.comparison.source import Comparison, read_comparison
from reporting.comparison.theme_figures import ThemeFigures
from reporting.numbers import show_number

FOLDER = Path(__file__).parent
PAGE, ROOM = "comparison.html", "comparison"

POSITIONS = {
    "Not significant": "region within the interval",
    "Low (0.025)": "below the region (95 %)",
    "Low (0.001)": "below the region (99.8 %)",
    "High (0.025)": "above the region (95 %)",
    "High (0.001)": "above the region (99.8 %)",
}


@dataclass(frozen=True)
class ThemeSection:
    """A theme as shown on the page."""

    figures: ThemeFigures
    laid_out: ComparisonRows
    years_apart: str


@dataclass(frozen=True)
class IndicatorSection:
    """An indicator as shown on the page of its group; without a plot where too few have a figure."""

    figures: IndicatorFigures
    decimals: int
    plot: Markup | None
    sentences: tuple[str, ...]


def write_comparison_page(settings: Settings, authority: str | None = None) -> Path:
    """Write the page and those of the groups into the outbox: the club's, or an authority's, its figures marked.

    Files are left alone when nothing has changed, and pages of groups that have no figures any more are removed.
    """
    comparison = read_comparison(settings)
    folder = settings.outbox / folder_name(authority) if authority else settings.club_outbox
    pages = {
        folder / ROOM / f"{group.slug}.html": render_group_page(comparison, group, authority)
        for group in grouped(comparison.indicators)
    }
    for path, text in pages.items():
        write_if_changed(path, text)
    for path in set((folder / ROOM).glob("*.html")) - set(pages):
        path.unlink()
    page = folder / PAGE
    write_if_changed(page, render_comparison_page(comparison, authority))
    return page


def render_comparison_page(comparison: Comparison, own: str | None = None) -> str:
    """Render the page of all indicators; the same figures give the same text."""
    return _render(
        "comparison.html.j2",
        comparison,
        own,
        themes=[_theme_section(figures) for figures in comparison.themes],
        groups=grouped(comparison.indicators),
    )


def render_group_page(comparison: Comparison, group: Group, own: str | None = None) -> str:
    """Render the page of a group: of each indicator the definition, a picture and a table."""
    sections = [
        IndicatorSection(figures, figures.decimals, plot_of(figures, own), sentences_of(figures))
        for figures in group.indicators
    ]
    return _render("group.html.j2", comparison, own, group=group, indicators=sections, positions=POSITIONS)


def _theme_section(figures: ThemeFigures) -> ThemeSection:
    periods = [figures.periods[column.name] for column in figures.theme.columns]
    return ThemeSection(figures, comparison_rows(figures), years_apart(periods))


def _render(template: str, comparison: Comparison, own: str | None, **shown: Any) -> str:
    page = _environment().get_template(template)
    return page.render(
        region=comparison.members.region,
        members=comparison.members.names,
        build=comparison.build,
        own=own,
        own_name=comparison.members.names.get(own or "", own),
        **shown,
    )


def _in_england(moment: datetime) -> str:
    return day_in_words(moment.astimezone(ZoneInfo("Europe/London")), "%B %Y, %H:%M")


def _multiplier(factor: float) -> str:
    return show_number(factor, 0 if factor == int(factor) else 4)


@cache
def _environment() -> Environment:
    return page_templates(
        FOLDER, number=show_number, change=change_in_words, readings=readings_in_words, how_made=how_made,
        years_apart=years_apart, moment=_in_england, multiplier=_multiplier,
    )  # fmt: skip
