"""A pack as a page: what stands out first, three openings, then every figure with its pictures and definition."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment

from ingestion.outbox.pages import page_templates
from reporting.charts.palette import light_style
from reporting.charts.picture import Picture
from reporting.numbers import show_number, show_signed
from reporting.packs.compact import STYLE, in_few_bytes
from reporting.packs.driver_pictures import driver_tree_picture, waterfall_picture
from reporting.packs.owed import owed_at_build
from reporting.packs.pack import Pack, chance, key_of
from reporting.packs.pictures import (
    funnel_picture,
    quadrant_picture,
    quality_picture,
    ranks_picture,
    spine_picture,
)
from reporting.packs.rows import Indicator, Profile, Reading
from reporting.packs.trend_pictures import element_id, trend_picture
from reporting.packs.tried import how_it_went
from reporting.packs.words import IN_WORDS, chance_sentence, place_in_words, show_profile, years_sentence

FOLDER = Path(__file__).parent

_EMPTY_LINES = re.compile(r"\n\s*\n")


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


@dataclass(frozen=True)
class Drawn:
    """A pack with its pictures, drawn once for every form that shows them."""

    pack: Pack
    spine: Picture
    trees: tuple[Picture, ...]
    quadrants: tuple[tuple[Picture, str | None], ...]
    quality: Picture
    sections: tuple[IndicatorSection, ...]

    @property
    def openings(self) -> tuple[OpeningSection, ...]:
        """What each kind of reader sees first."""
        return openings(self.pack)

    @property
    def spoken_of(self) -> set[str]:
        """The indicators with pictures on paper too: those of the front page, and the first of each opening."""
        first = {section.profiles[0].indicator_code for section in self.openings if section.profiles}
        return first | {said.indicator_code for said in self.pack.front_page}


def draw_pack(pack: Pack) -> Drawn:
    """Draw all pictures of a pack."""
    return Drawn(
        pack=pack,
        spine=spine_picture(pack),
        trees=_driver_pictures(pack),
        quadrants=tuple((quadrant_picture(pack, rows), rows[0].caveat) for rows in pack.pairs.values()),
        quality=quality_picture(pack),
        sections=indicator_sections(pack),
    )


def render_page(drawn: Drawn, status: str) -> str:
    """Write the pack as one page that needs nothing from outside; the same rows give the same text."""
    return _render(drawn, status, "pack.html.j2")


def render_print(drawn: Drawn, status: str) -> str:
    """Write the pack to be printed: the same figures, with fewer pictures and without the tables beneath them."""
    return _render(drawn, status, "pack_print.html.j2")


def _render(drawn: Drawn, status: str, template: str) -> str:
    counted = chance(drawn.pack)
    text = (
        _environment()
        .get_template(template)
        .render(
            pack=drawn.pack,
            drawn=drawn,
            status=status,
            chance_sentence=chance_sentence(counted, drawn.pack.region),
            years_sentence=years_sentence(drawn.pack.profiles),
            key_of=key_of,
            in_words=IN_WORDS,
            owed=owed_at_build(drawn.pack),
            drawing_style=light_style() + STYLE,
        )
    )
    return _EMPTY_LINES.sub("\n", text)


def indicator_sections(pack: Pack) -> tuple[IndicatorSection, ...]:
    """Lay out each indicator with the pictures that can be drawn of it."""
    known = {each.indicator_code: each for each in pack.indicators}
    drawn = [
        IndicatorSection(
            row,
            known[row.indicator_code],
            pack.reading_of(row),
            _pictures_of(pack, row) if known[row.indicator_code].has_pictures else (),
        )
        for row in pack.profiles
    ]
    return tuple(drawn)


def _pictures_of(pack: Pack, row: Profile) -> tuple[Picture, ...]:
    return _pictures(trend_picture(pack, row), funnel_picture(pack, row), ranks_picture(pack, row))


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


@cache
def _environment() -> Environment:
    charts = FOLDER.parent / "charts"
    return page_templates(
        FOLDER,
        charts,
        in_few_bytes=in_few_bytes,
        number=show_number,
        signed=show_signed,
        show=show_profile,
        place=place_in_words,
        how_it_went=how_it_went,
    )
