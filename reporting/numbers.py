"""Format numbers for the tables and charts."""

DASH = "–"
MINUS = "−"
NO_FIGURE = "no figure"


def show_number(value: float | None, decimals: int) -> str:
    """Write a number with thousands separators; a dash when there is none."""
    return DASH if value is None else f"{value:,.{decimals}f}"


def show_figure(value: float | None, decimals: int, unit: str = "") -> str:
    """Write a figure, with its unit where that belongs to the number: `£1,234`, `7.0 %`, but not persons.

    A missing figure is said to be missing, and what is rounded to zero has no sign.
    """
    if value is None:
        return NO_FIGURE
    text = f"{abs(value):,.{decimals}f}"
    sign = MINUS if value < 0 and float(text.replace(",", "")) else ""
    before, after = ("£" if unit.startswith("£") else ""), ("\N{NO-BREAK SPACE}%" if unit == "%" else "")
    return f"{sign}{before}{text}{after}"


def show_signed(value: float | None, decimals: int, unit: str = "") -> str:
    """Write a difference with its sign, `+£12` or `−3.1 %`; one that is rounded to zero has none."""
    text = show_figure(value, decimals, unit)
    grows = value is not None and round(value, decimals) > 0
    return f"+{text}" if grows else text
