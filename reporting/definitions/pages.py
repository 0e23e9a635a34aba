"""One page per indicator, written from the register: its formula in words, its items by year, its pitfalls."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment

from ingestion.outbox.pages import text_templates
from reporting.definitions.decisions import counts_stability, decisions_of
from reporting.definitions.register import Component, Version, indicators, notes
from reporting.definitions.words import basis_in_words, better_in_words, change_in_words, split_in_words

FOLDER = Path(__file__).parent


def write_definitions(folder: Path) -> list[Path]:
    """Write every page and the index into a folder; pages of indicators that are gone are removed.

    Returns the paths that were written, the index first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pages = definition_pages()
    for stale in folder.glob("*.md"):
        if stale.name not in pages:
            stale.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in pages]


def definition_pages() -> dict[str, str]:
    """Render every page, by file name; the index is `README.md`."""
    pages = {"README.md": _templates().get_template("definition_index.md.j2").render(indicators=indicators())}
    template, known = _templates().get_template("definition.md.j2"), notes()
    for indicator in indicators():
        pages[f"{indicator.code}.md"] = template.render(
            indicator=indicator,
            decisions=decisions_of(indicator),
            counts_stability=counts_stability(indicator),
            note=known.get(indicator.code),
        )
    return pages


def formula(version: Version) -> str:
    """Write the formula of a version in words; empty where its years have no figure."""
    if version.row["not_collected_reason"]:
        return ""
    numerator = _sum_in_words(version.numerator)
    if version.row["value_kind"] == "published":
        return f"{numerator} (taken as published)"
    multiplier = float(version.row["multiplier"])
    factor = "" if multiplier == 1 else f"{_factor_in_words(multiplier)} × "
    return f"{factor}( {numerator} ) ÷ ( {_sum_in_words(version.denominator)} )"


def _sum_in_words(components: tuple[Component, ...]) -> str:
    terms = []
    for component in components:
        sign = "−" if component.weight < 0 else "+"
        size = abs(component.weight)
        terms.append(f"{sign} {'' if size == 1 else f'{size:g} × '}{component.measure.title}")
    return " ".join(terms).removeprefix("+ ")


def _factor_in_words(multiplier: float) -> str:
    """Write a multiplier as people do: 1000 ÷ 52, not 19.230769."""
    weekly = 1000 / 52
    return "1000 ÷ 52" if abs(multiplier - weekly) < 1e-9 else f"{multiplier:g}"


# What the pages of the register here and on the site say in the same words.
FILTERS: dict[str, Callable[..., Any]] = {
    "formula": formula,
    "better": better_in_words,
    "basis": basis_in_words,
    "split": split_in_words,
    "change": change_in_words,
}


@cache
def _templates() -> Environment:
    return text_templates(FOLDER, **FILTERS)
