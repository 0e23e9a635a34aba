"""Format numbers for the tables and charts."""

DASH = "–"


def show_number(value: float | None, decimals: int) -> str:
    """Write a number with thousands separators; a dash when there is none."""
    return DASH if value is None else f"{value:,.{decimals}f}"
