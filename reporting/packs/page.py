"""A pack as a page: what stands out first, three openings, then every figure with its pictures and definition."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from ingestion.outbox.pages import page_templates
from reporting.charts.picture import Picture
from reporting.numbers import show_figure
from reporting.packs.driver_pictures import driver_tree_picture, waterfall_picture
from reporting.packs.pack import Chance, Pack, chance, key_of
from reporting.packs.pictures import (
    element_id,
    funnel_picture,
    quadrant_picture,
    quality_picture,
    ranks_picture,
    spine_picture,
    trend_picture,
)
from reporting.packs.rows import Indicator, Profile, Reading

FOLDER = Path(__file__).parent

IN_WORDS = {"low": "Low is better", "high": "High is better", "none": "Neither end is better"}

POSITIONS = {
    "Not significant": "within what chance leaves",
    "Low (0.025)": "below, beyond 95 %",
    "Low (0.001)": "below, beyond 99.8 %",
    "High (0.025)": "above, beyond 95 %",
    "High (0.001)": "above, beyond 99.8 %",
}


@dataclass(frozen=True)
class IndicatorSection:
    """An indicator as the page shows it."""

    profile: Profile
    indicator: Indicator
    reading: Reading | None
    pictures: tuple[Picture, ...]

    @property
    def element_id(self) -> str:
        """The id of its section."""
        return element_id("indicator", self.profile.indicator_code)


@dataclass(frozen=True)
class OpeningSection:
    """What one kind of reader sees first: rows of the pack, none counted anew."""

    title: str
    asks: str
    profiles: tuple[Profile, ...]


def render_page(pack: Pack, status: str) -> str:
    """Write the pack as one page that needs nothing from outside; the same rows give the same text."""
    return _render(pack, status, "pack.html.j2")


def render_print(pack: Pack, status: str) -> str:
    """Write the pack to be printed: the same figures, without the tables beneath the pictures."""
    return _render(pack, status, "pack_print.html.j2")


def _render(pack: Pack, status: str, template: str) -> str:
    sections = indicator_sections(pack)
    return (
        _environment()
        .get_template(template)
        .render(
            pack=pack,
            status=status,
            chance=chance(pack),
            chance_sentence=chance_sentence(chance(pack), pack.region),
            years_sentence=years_sentence(pack.profiles),
            openings=openings(pack),
            spine=spine_picture(pack),
            sections=sections,
            trees=_driver_pictures(pack),
            quadrants=[quadrant_picture(pack, rows) for rows in pack.pairs.values()],
            quality=quality_picture(pack),
            key_of=key_of,
            positions=POSITIONS,
            in_words=IN_WORDS,
        )
    )


def indicator_sections(pack: Pack) -> tuple[IndicatorSection, ...]:
    """Lay out each indicator with the pictures that can be drawn of it."""
    known = {each.indicator_code: each for each in pack.indicators}
    drawn = [
        IndicatorSection(
            row,
            known[row.indicator_code],
            pack.reading_of(row),
            _pictures(trend_picture(pack, row), funnel_picture(pack, row), ranks_picture(pack, row)),
        )
        for row in pack.profiles
    ]
    return tuple(drawn)


def _pictures(*found: Picture | None) -> tuple[Picture, ...]:
    return tuple(picture for picture in found if picture is not None)


def _driver_pictures(pack: Pack) -> tuple[Picture, ...]:
    return tuple(
        picture
        for nodes in pack.drivers.values()
        for picture in _pictures(driver_tree_picture(pack, nodes), waterfall_picture(pack, nodes))
    )


def openings(pack: Pack) -> tuple[OpeningSection, ...]:
    """Choose for each kind of reader the rows that it sees first."""
    rows = {each.indicator_code: each for each in pack.profiles}
    return tuple(
        OpeningSection(
            title, found[0].asks, tuple(rows[each.indicator_code] for each in found if each.indicator_code in rows)
        )
        for title, found in pack.openings.items()
    )


def chance_sentence(counted: Chance, region: str) -> str:
    """Say how many figures stand apart, and how many chance alone would set apart."""
    if not counted.tested:
        return (
            "None of these figures can be tested against chance: they are costs, or published without the "
            "counts that they rest on. Nothing here is a finding; each is a question to ask."
        )
    return (
        f"{counted.apart} of {counted.tested} figures that can be tested stand apart from the {region}; chance "
        f"alone would set about {counted.expected:.1f} of them apart, even if all were alike."
    )


def years_sentence(profiles: Sequence[Profile]) -> str:
    """Say of which years the figures are, where they are not of one."""
    years = sorted({row.period_code for row in profiles})
    if len(years) == 1:
        return f"All figures are of {years[0]}."
    return (
        f"The figures are not of one year: they reach from {years[0]} to {years[-1]}. Each says its year; do not "
        "set one of them beside another without it."
    )


def show_profile(row: Profile, what: str, show_unit: bool = False) -> Markup:
    """Write a number of a row with its key; a dash where there is none."""
    value = getattr(row, what)
    if value is None:
        return Markup("–")
    text = show_figure(value, row.decimals, row.unit)
    unit = row.unit.removeprefix("£").strip() if show_unit and row.unit != "%" else ""
    return Markup('<span data-key="{}">{}</span>{}').format(key_of(row, what), text, f" {unit}" if unit else "")


def place_in_words(row: Profile) -> str:
    """Say where a figure stands in its region: by its limits, by rank, or by size alone."""
    if row.value is None:
        return row.missing_reason or ""
    if row.funnel_position:
        return POSITIONS[row.funnel_position]
    if row.rank is not None:
        return f"rank {row.rank} of {row.n_ranked}, not tested"
    if row.position_by_size is not None:
        return f"{row.position_by_size} of {row.n_by_size} by size, no judgement"
    return ""


@cache
def _environment() -> Environment:
    return page_templates(FOLDER, FOLDER.parent / "charts", show=show_profile, place=place_in_words)
