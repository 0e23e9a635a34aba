"""The rows of a spine: an indicator, the own figure and those it is compared with."""

from dataclasses import dataclass

from reporting.charts.figures import MISSING, Figure, Polarity, Subject

IN_WORDS = {"low": ("low", "is better"), "high": ("high", "is better"), "none": ("neither end", "is better")}


@dataclass(frozen=True)
class SpineRow:
    """An indicator: the own figure and those it is compared with; what is missing is left out.

    `quartiles` are the lower and upper one of the members, `ends` their lowest and highest figure, `limits` the
    funnel's 99.8 % and 95 % limits at the own size, from the lowest to the highest; `years` the last five. However
    little room there is, the `ending` of the name is written.
    """

    name: str
    unit: str
    decimals: int
    polarity: Polarity
    own: Figure
    region: Figure
    quartiles: tuple[Figure, Figure] | None = None
    ends: tuple[Figure, Figure] | None = None
    limits: tuple[Figure, Figure, Figure, Figure] | None = None
    own_type: Figure = MISSING
    neighbours: Figure = MISSING
    years: tuple[Figure, ...] = ()
    quality: str = ""
    quality_key: str | None = None
    ending: str = ""

    @property
    def subject(self) -> Subject:
        """How its figures are written."""
        return Subject("", self.name, self.unit, self.decimals)

    @property
    def place(self) -> str:
        """Where the own figure lies by its limits, in the words of the polarity."""
        own, limits = self.own.value, [limit.value for limit in self.limits or ()]
        if own is None or not limits or limits[1] is None or limits[2] is None:
            return ""
        if limits[1] <= own <= limits[2]:
            return "within"
        if self.polarity == "none":
            return "lower" if own < limits[1] else "higher"
        return "better" if (own < limits[1]) == (self.polarity == "low") else "worse"
