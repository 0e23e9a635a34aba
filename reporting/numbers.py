"""Format numbers for the tables and charts, as the sentences of the marts do (macro `number_in_words`)."""

from decimal import ROUND_HALF_UP, Decimal

DASH = "–"
MINUS = "−"
NO_FIGURE = "no figure"


def show_number(value: float | None, decimals: int) -> str:
    """Write a number with thousands separators; a dash when there is none."""
    return DASH if value is None else f"{rounded(value, decimals):,}"


def rounded(value: float, decimals: int) -> Decimal:
    """Round half away from zero, of the fifteen digits that a number has for certain.

    PostgreSQL rounds a double precision so when it becomes numeric: 77.35 is 77.4 in a sentence and in a table,
    whatever digits follow the fifteenth.
    """
    return Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def show_figure(value: float | None, decimals: int, unit: str = "") -> str:
    """Write a figure, with its unit where that belongs to the number: `£1,234`, `7.0 %`, but not persons.

    A missing figure is said to be missing, and what is rounded to zero has no sign.
    """
    if value is None:
        return NO_FIGURE
    shown = rounded(abs(value), decimals)
    sign = MINUS if value < 0 and shown else ""
    before, after = ("£" if unit.startswith("£") else ""), ("\N{NO-BREAK SPACE}%" if unit == "%" else "")
    return f"{sign}{before}{shown:,}{after}"


def show_signed(value: float | None, decimals: int, unit: str = "") -> str:
    """Write a difference with its sign, `+£12` or `−3.1 %`; one that is rounded to zero has none."""
    text = show_figure(value, decimals, unit)
    grows = value is not None and rounded(value, decimals) > 0
    return f"+{text}" if grows else text
