"""Invented GDP deflators in their publisher's layout: title rows, an index by year, forecasts of the change."""

import random
from collections.abc import Iterator

RELEASE = "2025-12"
FIRST, LAST_OUTTURN, LAST = 1998, 2024, 2028
HEADER = (
    ("", "GDP DEFLATORS AT MARKET PRICES, INVENTED", "", "", "", "", "", "", ""),
    ("", "Financial year", "", "", "", "", "Calendar year", "", ""),
    ("", "", "GDP deflator at market prices", "", "", "", "", "GDP deflator at market prices", ""),
    ("", "Financial year", "2024-25 = 100", "per cent change on previous year", "", "", "Calendar year",
     "2024 = 100", "per cent change on previous year"),
)  # fmt: skip


def deflator_rows(seed: int) -> Iterator[tuple[str, ...]]:
    """Yield the price levels of financial and calendar years, 100 in the last one that is no forecast."""
    yield from HEADER
    chance = random.Random(f"{seed}/deflators")  # noqa: S311 -- invented figures, no secrets
    changes = {year: round(chance.uniform(0.8, 4.2), 2) for year in range(FIRST, LAST + 1)}
    levels = {LAST_OUTTURN: 100.0}
    for year in range(LAST_OUTTURN, FIRST, -1):
        levels[year - 1] = levels[year] / (1 + changes[year] / 100)
    for year, change in changes.items():
        financial, calendar = f"{year}-{(year + 1) % 100:02}", str(year)
        if year > LAST_OUTTURN:
            yield ("", f"{financial} (1)", "-", f"{change:.2f}", "", "", f"{calendar} (1)", "-", f"{change:.2f}")
        else:
            written = f"{change:.2f}" if year > FIRST else ""
            level = f"{levels[year]:.3f}"
            yield ("", financial, level, written, "", "", calendar, f"{levels[year] * 0.99:.3f}", written)
    yield ("", "Footnotes:", "", "", "", "", "", "", "")
    yield ("", "(1)", "Forecast: the change alone is given.", "", "", "", "", "", "")
