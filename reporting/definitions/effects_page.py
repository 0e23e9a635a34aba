"""The page of what each decision of the club would change: whose figures another answer would move, how far."""

from functools import cache
from pathlib import Path

from jinja2 import Environment

from ingestion.outbox import write_if_changed
from ingestion.outbox.pages import page_templates
from ingestion.settings import Settings
from reporting.definitions.decisions import tried_decisions
from reporting.definitions.effects import Effects, FigureOtherwise, read_effects
from reporting.definitions.words import placements_in_words
from reporting.numbers import show_figure, show_number, show_signed

FOLDER = Path(__file__).parent
PAGE = "decisions.html"
DECIMALS = 1


def write_effects_page(settings: Settings) -> Path:
    """Write the page into the club's outbox; return its path."""
    page = settings.club_outbox / PAGE
    write_if_changed(page, render_effects(read_effects(settings)))
    return page


def render_effects(effects: Effects) -> str:
    """Render the page; the same figures give the same text."""
    template = _environment().get_template("decision_effects.html.j2")
    return template.render(region=effects.region, by_answer=effects.by_answer, decisions=tried_decisions())


def _figure(value: float | None, unit: str) -> str:
    return show_figure(value, DECIMALS, unit)


def _rank(rank: int | None) -> str:
    return show_number(rank, 0)


def _movement(figure: FigureOtherwise) -> str:
    """Say how far a figure and its rank move: `+1.2 points, 2 places up`."""
    if figure.change is None:
        return "has no figure by it" if figure.value is None else "has a figure by it alone"
    change = show_signed(figure.change, DECIMALS)
    unit = "points" if figure.unit == "%" else figure.unit
    places = figure.places or 0
    if not places:
        return f"{change} {unit}, the same rank"
    words = f"{abs(places)} {'place' if abs(places) == 1 else 'places'} {'down' if places > 0 else 'up'}"
    return f"{change} {unit}, {words}"


@cache
def _environment() -> Environment:
    return page_templates(FOLDER, figure=_figure, rank=_rank, movement=_movement, placements=placements_in_words)
