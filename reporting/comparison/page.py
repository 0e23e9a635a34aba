"""The comparison as one self-contained page: both themes, and a dot plot for B8, B17 and A1."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from ingestion.outbox import write_if_changed
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from reporting.charts.dot_plot import Dot, dot_plot
from reporting.comparison.figures import (
    AuthorityFigure,
    IndicatorFigures,
    ThemeFigures,
    read_indicator,
    read_theme,
)
from reporting.comparison.rows import DASH, ComparisonRows, comparison_rows, how_made, show_number
from reporting.comparison.themes import THEMES
from reporting.templates import page_templates

FOLDER = Path(__file__).parent

# Indicator -> decimals shown; in the order of the page.
INDICATORS = {"B8": 0, "B17": 2, "A1": 1}

POSITIONS = {
    "Not significant": "region within the interval",
    "Low (0.025)": "below the region (95 %)",
    "Low (0.001)": "below the region (99.8 %)",
    "High (0.025)": "above the region (95 %)",
    "High (0.001)": "above the region (99.8 %)",
}


@dataclass(frozen=True)
class ThemeSection:
    """One theme as it stands on the page."""

    figures: ThemeFigures
    laid_out: ComparisonRows


@dataclass(frozen=True)
class IndicatorSection:
    """One indicator as it stands on the page."""

    figures: IndicatorFigures
    decimals: int
    plot: Markup
    chance_sentence: str


def write_comparison_page(settings: Settings) -> Path:
    """Write the page into the club's folder of the outbox; it is left alone when nothing has changed."""
    with connect(settings, Role.ANALYST) as connection:
        themes = [read_theme(connection, theme) for theme in THEMES]
        indicators = [read_indicator(connection, code) for code in INDICATORS]
    path = settings.club_outbox / "comparison.html"
    write_if_changed(path, render_comparison_page(themes, [found for found in indicators if found]))
    return path


def render_comparison_page(themes: list[ThemeFigures], indicators: list[IndicatorFigures]) -> str:
    """The page as text; the same figures give the same text."""
    return (
        _environment()
        .get_template("comparison.html.j2")
        .render(
            themes=[ThemeSection(figures, comparison_rows(figures)) for figures in themes],
            indicators=[_section(figures) for figures in indicators],
            positions=POSITIONS,
        )
    )


def chance_sentence(figures: IndicatorFigures) -> str:
    """What chance alone does to intervals of this many members; empty where nothing is tested."""
    region = figures.region
    if region is None or region.false_alarm_probability is None:
        return ""
    chance = region.false_alarm_probability
    return (
        f"With {region.n} members, chance alone leaves the regional figure outside the 95 % interval "
        f"of at least one of them {_often(chance)} "
        f"(1 − 0.95^{region.n} = {100 * chance:.0f} %), even when all are alike. "
        "One figure apart from the region is a question to ask, not a finding."
    )


def change_in_words(figure: AuthorityFigure, decimals: int) -> str:
    """The change on the year before with its sign, what it means, and whether it is more than chance."""
    if figure.change is None:
        return DASH
    # Rounded first: a change that shows as nothing has no sign.
    change = round(figure.change, decimals) + 0.0
    sign = "+" if change > 0 else "−" if change < 0 else ""
    words = [] if figure.direction in (None, "not judged") else [str(figure.direction)]
    if figure.is_change_significant is not None:
        words.append("more than chance" if figure.is_change_significant else "within chance")
    return f"{sign}{show_number(abs(change), decimals)}" + (f" ({', '.join(words)})" if words else "")


def _often(chance: float) -> str:
    return "about half of the time" if 0.45 <= chance <= 0.55 else f"in {100 * chance:.0f} of 100 such comparisons"


def _section(figures: IndicatorFigures) -> IndicatorSection:
    code = figures.indicator.indicator_code
    decimals = INDICATORS.get(code, 1)
    return IndicatorSection(figures, decimals, _plot(figures, decimals), chance_sentence(figures))


def _plot(figures: IndicatorFigures, decimals: int) -> Markup:
    plot = dot_plot([_dot(figure) for figure in figures.figures], figures.region.value if figures.region else None)
    region = show_number(figures.region.value, decimals) if figures.region else ""
    has_intervals = any(row.whisker for row in plot.rows)
    svg = (
        _environment()
        .get_template("dot_plot.svg.j2")
        .render(
            id=f"plot-{figures.indicator.indicator_code}",
            title=f"{figures.indicator.indicator_code} by authority, {figures.period_code}",
            description="One row per authority, in alphabetical order; a dot marks its figure"
            + (", a line through it the 95 % interval" if has_intervals else "")
            + (f"; the dashed line marks the West Midlands, {region}." if region else "."),
            plot=plot,
            unit=figures.indicator.unit,
            decimals=decimals,
            tick_decimals=0 if plot.scale.step >= 1 else decimals,
            reference_label=f"West Midlands {region}",
        )
    )
    return Markup(svg)  # noqa: S704 -- rendered with autoescape just above


def _dot(figure: AuthorityFigure) -> Dot:
    lower, upper = figure.lower_95, figure.upper_95
    return Dot(figure.name, figure.value, None if lower is None or upper is None else (lower, upper))


@cache
def _environment() -> Environment:
    return page_templates(FOLDER, number=show_number, change=change_in_words, how_made=how_made)
