"""Numbers as the tables and charts show them."""

DASH = "–"


def show_number(value: float | None, decimals: int) -> str:
    """Write a number with its thousands marked; a dash when there is none."""
    return DASH if value is None else f"{value:,.{decimals}f}"
