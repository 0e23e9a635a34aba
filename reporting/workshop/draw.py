"""Draw the pictures of a workshop: from here on there are labels in bands, and no figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from ingestion.errors import ClubError
from reporting.charts.bands import Band, draw_bands
from reporting.charts.figures import Subject
from reporting.charts.picture import Picture
from reporting.workshop.banding import WORDS, Banded, Limits, finest_bands, put_in_bands
from reporting.workshop.blur import blur
from reporting.workshop.bound import Bound, Together, bound_of_all
from reporting.workshop.figures import Measured
from reporting.workshop.key import Key, draw_labels, seal

# A workshop of an afternoon.
MOST_PICTURES = 6

_BETTER = {"low": "Low is good.", "high": "High is good.", "none": "Neither low nor high is good in itself."}


@dataclass(frozen=True)
class LabelledPicture:
    """A picture as everybody may see it: which labels stand in which band, and what it gives away."""

    number: int
    indicator_code: str
    title: str
    period_code: str
    polarity: str
    banding: str
    bands: tuple[Band, ...]
    members: int
    expected: float
    most_certain: float
    # How certain the best guesser can be whose each mark is.
    guesses: Mapping[str, float]

    @property
    def code(self) -> str:
        """The code of the picture on a ballot."""
        return f"picture_{self.number}"

    @property
    def labels(self) -> list[str]:
        """All labels of the picture, in their order."""
        return sorted(label for band in self.bands for label in band.labels)

    @property
    def better(self) -> str:
        """Which end is better, as a sentence."""
        return _BETTER[self.polarity]

    @property
    def facts(self) -> dict[str, object]:
        """What is kept of the picture."""
        return {
            "picture_code": self.code, "number": self.number, "indicator_code": self.indicator_code,
            "title": self.title, "period_code": self.period_code, "banding": self.banding,
            "members": self.members, "expected": self.expected, "most_certain": self.most_certain,
        }  # fmt: skip

    @property
    def marks(self) -> list[tuple[str, str, float]]:
        """Each label, its band, and how certain the best guesser can be whose it is."""
        return [(label, band.name, self.guesses[label]) for band in self.bands for label in band.labels]

    @cached_property
    def drawing(self) -> Picture:
        """The drawing, its words and its table."""
        subject = Subject(f"picture-{self.number}", f"Picture {self.number}: {self.title}, {self.period_code}")
        return draw_bands(subject, self.bands, ("lower figures", "higher figures"))


@dataclass(frozen=True)
class Workshop:
    """A workshop: its pictures, what all of them give away, the key, and what could not be drawn."""

    round_code: str
    group_code: str
    title: str
    pictures: tuple[LabelledPicture, ...]
    together: Together
    limits: Limits
    override: str | None
    key: Key
    without_figure: Mapping[str, tuple[str, ...]]
    left_out: Mapping[str, str]


@dataclass(frozen=True)
class Wanted:
    """What the officer asks for.

    Attributes:
        limits: how much a picture may give away.
        bands: how many; None for the finest within the limits.
        override: why it may give away more; None where it may not.
        is_blurred: no bands, but marks that chance has moved aside.
    """

    limits: Limits
    bands: int | None = None
    override: str | None = None
    is_blurred: bool = False


def draw_workshop(round_code: str, figures: Sequence[Measured], wanted: Wanted, random: Random) -> Workshop:
    """Draw a workshop of the figures of one group.

    Args:
        round_code: what the workshop is called.
        figures: the indicators of the group in their order, with the figure of each member.
        wanted: limits, and what the officer decides about them.
        random: the labels are drawn by it: one that nobody can foresee, but in a demonstration.

    Raises:
        ClubError: nothing can be drawn within the limits, and there is no override.
    """
    chosen: list[tuple[Measured, Banded]] = []
    left_out: dict[str, str] = {}
    for measured in figures:
        found = _bands(measured, wanted, random)
        if isinstance(found, str):
            left_out[measured.title] = found
        elif len(chosen) < MOST_PICTURES:
            chosen.append((measured, found))
    if not chosen:
        why = "; ".join(f"{title}: {reason}" for title, reason in left_out.items()) or "it has no figures"
        raise ClubError(
            f"No picture stays within the limits ({why}). Take wider bands (--bands 2), or draw it nevertheless "
            "and say why (--override REASON)."
        )
    return _seal(round_code, chosen, wanted, left_out, random)


def _bands(measured: Measured, wanted: Wanted, random: Random) -> Banded | str:
    """Put the figures of an indicator into bands; a sentence where that gives away too much."""
    values = measured.known
    if len(set(values.values())) < 2:
        return "too few different figures"
    if wanted.is_blurred:
        return blur(values, wanted.limits, random) or "gives away too much, however far its marks are moved"
    if wanted.override:
        return put_in_bands(values, wanted.bands or max(WORDS))
    if wanted.bands is None:
        return finest_bands(values, wanted.limits) or "gives away too much, even in halves"
    banded = put_in_bands(values, wanted.bands)
    return banded if wanted.limits.allow(banded.bound) else _too_much(banded, wanted.limits)


def _too_much(banded: Banded, limits: Limits) -> str:
    bound = banded.bound
    return (
        f"in {banded.how} the best guesser expects {bound.expected:g} of {bound.marks} (at most "
        f"{limits.expected:g}), and is right in its most certain guess with {bound.most_certain:.0%} "
        f"(at most {limits.most_certain:.0%})"
    )


def _seal(
    round_code: str,
    chosen: Sequence[tuple[Measured, Banded]],
    wanted: Wanted,
    left_out: Mapping[str, str],
    random: Random,
) -> Workshop:
    labels, pictures = {}, []
    for number, (measured, banded) in enumerate(chosen, start=1):
        drawn = draw_labels(number, banded.bands, random)
        pictures.append(_picture(number, measured, banded, drawn))
        labels[pictures[-1].code] = drawn
    bounds: list[Bound] = [banded.bound for _, banded in chosen]
    return Workshop(
        round_code=round_code,
        group_code=chosen[0][0].group_code,
        title=chosen[0][0].group_title,
        pictures=tuple(pictures),
        together=bound_of_all(bounds),
        limits=wanted.limits,
        override=wanted.override,
        key=seal(round_code, labels, random),
        without_figure={
            picture.code: measured.missing for picture, (measured, _) in zip(pictures, chosen, strict=True)
        },
        left_out=left_out,
    )


def _picture(number: int, measured: Measured, banded: Banded, labels: Mapping[str, str]) -> LabelledPicture:
    """Lay a picture out: whoever has it sees labels and bands, and has nothing else to see."""
    bands = [
        Band(name, tuple(sorted(label for label, member in labels.items() if banded.bands[member] == place)))
        for place, name in enumerate(banded.names)
    ]
    return LabelledPicture(
        number=number,
        indicator_code=measured.indicator_code,
        title=measured.title,
        period_code=measured.period_code,
        polarity=measured.polarity,
        banding=banded.how,
        bands=tuple(bands),
        members=banded.bound.marks,
        expected=banded.bound.expected,
        most_certain=banded.bound.most_certain,
        guesses={label: banded.bound.guesses[member] for label, member in labels.items()},
    )
