"""How much room words take in a picture, and where they find it without standing on one another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot

SIZE = 12
LINE = 14

# Widths in ems: those of Arial, which its likes share or nearly do.
_WIDTHS = {
    0.28: "ijltfI.,:;'|!/[] \N{NO-BREAK SPACE}’‘",
    0.34: "r()-*",
    0.5: "ckvxyzsJ",
    0.61: "TFLZ+−=<>×÷",
    0.67: "ABEKPSVXY&",
    0.73: "CDHNRUw",
    0.78: "GOQ",
    0.84: "mM",
    0.95: "W%@",
    1.0: "—…→←",
}
_EMS = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
OTHER, IDEOGRAPH = 0.57, 1.0

# So many of the places further away are still near.
LITTLE = 24

# No font is quite another's size.
SPARE = 1.04


@dataclass(frozen=True)
class Box:
    """A rectangle, in pixels from the left and from the top."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Tell whether both share some room."""
        return (
            self.left < other.right and other.left < self.right
            and self.top < other.bottom and other.top < self.bottom
        )  # fmt: skip

    def holds(self, other: "Box") -> bool:
        """Tell whether the other one lies wholly within."""
        return (
            self.left <= other.left and other.right <= self.right
            and self.top <= other.top and other.bottom <= self.bottom
        )  # fmt: skip


@dataclass(frozen=True)
class Label:
    """Words in a picture: where their baseline begins, ends or has its middle; `is_far` from their mark."""

    text: str
    x: float
    y: float
    anchor: str = "start"
    bold: bool = False
    is_far: bool = False

    @property
    def box(self) -> Box:
        """The room that the words take."""
        width = text_width(self.text, bold=self.bold)
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Box(left, self.y - 10, left + width, self.y + 3)


@dataclass(frozen=True)
class Spot:
    """A mark with words that want to stand beside it; nearer than `radius` they would touch it."""

    x: float
    y: float
    text: str
    radius: float = 4
    bold: bool = False

    @property
    def box(self) -> Box:
        """The room that the mark takes."""
        return Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)

    @property
    def places(self) -> Iterable[Label]:
        """Where the words may stand, the best place first."""
        away = self.radius + 3
        for dx, dy, anchor in (
            (away, 4, "start"), (-away, 4, "end"), (0, -away - 2, "middle"), (0, away + 10, "middle"),
            (away - 2, -away + 2, "start"), (away - 2, away + 6, "start"),
            (2 - away, -away + 2, "end"), (2 - away, away + 6, "end"),
        ):  # fmt: skip
            yield Label(self.text, round(self.x + dx, 1), round(self.y + dy, 1), anchor, self.bold)

    @property
    def far_places(self) -> Iterable[Label]:
        """Where the words of a bold mark may stand besides, the nearest place first."""
        shifts = [
            (dx, dy) for dx in (0, -60, 60, -140, 140) for far in range(30, 400, 15) for dy in (-far, far + 10)
        ]
        for dx, dy in sorted(shifts, key=lambda shift: hypot(*shift)) if self.bold else ():
            yield Label(self.text, round(self.x + dx, 1), round(self.y + dy, 1), "middle", True, True)


def text_width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Return about how wide a text is, in pixels; rather too much than too little."""
    ems = sum(_EMS.get(letter, OTHER if ord(letter) < 0x2E80 else IDEOGRAPH) for letter in text)
    return ems * size * SPARE * (1.08 if bold else 1)


def wrap(text: str, width: float, most: int = 3, bold: bool = False) -> tuple[str, ...]:
    """Break a text into lines of this width; what does not fit into so many lines ends in dots."""
    lines = [""]
    for word in text.split(" "):
        for piece in _pieces(word, width, bold):
            longer = f"{lines[-1]} {piece}".strip()
            if not lines[-1] or text_width(longer, bold=bold) <= width:
                lines[-1] = longer
            else:
                lines.append(piece)
    if len(lines) > most:
        lines = [*lines[: most - 1], shorten(" ".join(lines[most - 1 :]), width, bold)]
    return tuple(lines)


def shorten(text: str, width: float, bold: bool = False) -> str:
    """Cut a text that is too wide, and end it in dots."""
    if text_width(text, bold=bold) <= width:
        return text
    while text and text_width(f"{text}…", bold=bold) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _pieces(word: str, width: float, bold: bool) -> list[str]:
    # A word that is wider than a line is broken within.
    pieces = [""]
    for letter in word:
        if pieces[-1] and text_width(pieces[-1] + letter, bold=bold) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def place_labels(
    spots: Sequence[Spot], inside: Box, others: Iterable[Box] = (), lines: Iterable[Box] = ()
) -> tuple[Label | None, ...]:
    """Find a place for the words of each mark, the first ones first; None where there is none.

    No label stands on another, on a mark, or on one of the `others`, and each lies inside; it stands on one of the
    `lines` only where it would find no other place. A bold one goes as far away as it must, and is marked as far.
    """
    taken, crossed = [*(spot.box for spot in spots), *others], list(lines)
    found: list[Label | None] = []
    for spot in spots:
        label = _free_place(spot, inside, taken, crossed) if spot.text else None
        found.append(label)
        taken += [label.box] if label else []
    return tuple(found)


def _free_place(spot: Spot, inside: Box, taken: Sequence[Box], lines: Sequence[Box]) -> Label | None:
    far = list(spot.far_places)
    # Off the lines a little further away is better than on them; much further away is not.
    for places, avoided in (
        (spot.places, [*taken, *lines]), (far[:LITTLE], [*taken, *lines]), (spot.places, taken),
        (far, [*taken, *lines]), (far, taken),
    ):  # fmt: skip
        for place in places:
            if inside.holds(place.box) and not any(map(place.box.meets, avoided)):
                return place
    return None


def line_label(words: str, left: float, right: float, y: float, others: Sequence[Box]) -> Label:
    """Return the label of a level line: at an end and on a side where nothing else stands, if there is one."""
    places = [
        Label(words, at, y + away, anchor, bold=True)
        for at, anchor in ((right, "end"), (left + 6, "start"), ((left + right) / 2, "middle"))
        for away in (-5, 14)
    ]
    return min(places, key=lambda place: sum(map(place.box.meets, others)))


def spread(
    wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float
) -> tuple[float | None, ...]:
    """Move things of these heights apart, so that the middle of each is as near as may be to where it is wanted.

    The first are the most important: of those that do not fit between both ends the last have no place (None).
    """
    kept = list(range(len(wanted)))
    while kept and sum(heights[place] for place in kept) > bottom - top:
        kept.pop()
    order = sorted(kept, key=lambda place: (wanted[place], place))
    middles: dict[int, float] = {}
    edge = top
    for place in order:
        middles[place] = max(wanted[place], edge + heights[place] / 2)
        edge = middles[place] + heights[place] / 2
    edge = bottom
    for place in reversed(order):
        middles[place] = min(middles[place], edge - heights[place] / 2)
        edge = middles[place] - heights[place] / 2
    return tuple(middles.get(place) for place in range(len(wanted)))
