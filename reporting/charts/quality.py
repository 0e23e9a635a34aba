"""The quality of figures: a letter for each figure and year, that it is missing, or nothing where none was due."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reporting.charts.figures import Subject, listing
from reporting.charts.lettering import wrap
from reporting.charts.picture import WIDTH, Picture, draw

LETTERS = ("A", "B", "C", "D")
LEFT, TOP, ROW, WIDEST, YEAR = 190, 30, 36, 57, 52


@dataclass(frozen=True)
class QualityRow:
    """A figure and its letters, one for each year; empty where it is missing, None where none was due."""

    name: str
    letters: tuple[str | None, ...]
    keys: tuple[str | None, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no quality."""
        unknown = set(self.letters) - {*LETTERS, "", None}
        if unknown:
            raise ValueError(f"quality is one of {', '.join(LETTERS)} or nothing, not {sorted(map(str, unknown))}")

    def key(self, place: int) -> str | None:
        """Return the key of a letter."""
        return self.keys[place] if place < len(self.keys) else None


@dataclass(frozen=True)
class QualityCell:
    """Where a letter stands."""

    letter: str
    x: float
    y: float
    key: str | None


@dataclass(frozen=True)
class Quality:
    """Everything the drawing needs."""

    width: int
    height: int
    years: tuple[tuple[str, float], ...]
    rows: tuple[tuple[tuple[str, ...], float], ...]
    cells: tuple[QualityCell, ...]
    half: float

    @property
    def by_letter(self) -> dict[str, list[QualityCell]]:
        """The cells of each letter: they look alike."""
        found = {letter: [cell for cell in self.cells if cell.letter == letter] for letter in (*LETTERS, "")}
        return {letter: cells for letter, cells in found.items() if cells}


def draw_quality(subject: Subject, years: Sequence[str], rows: Sequence[QualityRow]) -> Picture:
    """Draw a grid of letters: a figure on each row, a year in each column."""
    table = (
        ["Figure", *years],
        [
            [
                (row.name, None),
                *(
                    ("" if letter is None else letter or "missing", row.key(place) if letter else None)
                    for place, letter in enumerate(row.letters)
                ),
            ]
            for row in rows
        ],
    )
    return draw("quality.svg.j2", subject, _describe(years, rows), quality(years, rows), table)


def quality(years: Sequence[str], rows: Sequence[QualityRow]) -> Quality:
    """Compute the geometry of the grid; of many years only every other one is labelled."""
    if any(len(row.letters) != len(years) for row in rows):
        raise ValueError("each figure has one letter, or nothing, for each year")
    width = min(WIDEST, (WIDTH - LEFT - 30) / max(len(years), 1))
    across = [round(LEFT + width * (place + 0.5), 1) for place in range(len(years))]
    every = 1 if width >= YEAR else 2 if width * 2 >= YEAR else 4
    labels = [
        (year, x) for place, (year, x) in enumerate(zip(years, across, strict=True))
        if (len(years) - 1 - place) % every == 0
    ]  # fmt: skip
    upright = [TOP + ROW * (place + 0.5) for place in range(len(rows))]
    cells = [
        QualityCell(letter, across[place], y, row.key(place))
        for row, y in zip(rows, upright, strict=True)
        for place, letter in enumerate(row.letters)
        if letter is not None
    ]
    names = [(wrap(row.name, LEFT - 12, most=2), y) for row, y in zip(rows, upright, strict=True)]
    return Quality(
        WIDTH,
        TOP + ROW * len(rows) + 34,
        tuple(labels),
        tuple(names),
        tuple(cells),
        min(10, round(width / 2 - 2, 1)),
    )


def _describe(years: Sequence[str], rows: Sequence[QualityRow]) -> str:
    counts = Counter(letter for row in rows for letter in row.letters if letter is not None)
    told = [f"{counts[letter]} {letter}" for letter in LETTERS if counts[letter]]
    told += [f"{counts['']} missing"] if counts[""] else []
    words = [f"Of {counts.total()} figures and years: {', '.join(told)}."] if told else ["No figures."]
    for letter, name in (("D", "D"), ("", "Missing")):
        places = [
            f"{row.name} {y}" for row in rows for y, at in zip(years, row.letters, strict=True) if at == letter
        ]
        words += [f"{name}: {listing(places)}."] if places else []
    return " ".join(words)
