"""What a funnel is made of: authorities with their size, and the limits at this size."""

from dataclasses import dataclass

from reporting.charts.figures import Figure, require_number

WITHIN = "within the limits"


@dataclass(frozen=True)
class Limits:
    """Between which figures chance alone leaves one of this size: 99.8 % and 95 %; `keys` in the same order."""

    lower_998: float
    lower_95: float
    upper_95: float
    upper_998: float
    keys: tuple[str | None, str | None, str | None, str | None] = (None, None, None, None)

    def __post_init__(self) -> None:
        """Refuse what is no number."""
        for number in self.numbers:
            require_number(number)

    @property
    def numbers(self) -> tuple[float, float, float, float]:
        """The four limits, from the lowest to the highest."""
        return self.lower_998, self.lower_95, self.upper_95, self.upper_998

    def position(self, value: float) -> str:
        """Say where a figure lies."""
        if value < self.lower_998 or value > self.upper_998:
            return f"{'below' if value < self.lower_998 else 'above'} the 99.8 % limits"
        if value < self.lower_95 or value > self.upper_95:
            return f"{'below' if value < self.lower_95 else 'above'} the 95 % limits"
        return WITHIN


@dataclass(frozen=True)
class FunnelPoint:
    """An authority: its figure, its size (the denominator) and the limits at this size."""

    name: str
    figure: Figure
    size: Figure
    limits: Limits | None = None
    is_own: bool = False
    is_member: bool = False

    @property
    def place(self) -> tuple[float, float] | None:
        """Size and figure, where it can be drawn: it has a figure, and a size above zero."""
        value, size = self.figure.value, self.size.value
        return None if value is None or size is None or size <= 0 else (size, value)

    @property
    def position(self) -> str:
        """Where it lies in the funnel, in words."""
        return self.limits.position(self.place[1]) if self.place and self.limits else ""
