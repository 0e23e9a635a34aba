"""Draw the pictures of a workshop: from here on there are labels in bands, and no figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from ingestion.errors import ClubError
from reporting.charts.bands import Band, draw_bands
from reporting.charts.figures import Subject
from reporting.charts.picture import Picture
from reporting.workshop.banding import Banded, Limits
from reporting.workshop.bound import Together
from reporting.workshop.choosing import Chosen, Wanted, choose_pictures, together
from reporting.workshop.figures import Measured
from reporting.workshop.key import Key, draw_labels, seal

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
    chosen, left_out = choose_pictures(figures, wanted, random)
    if not chosen:
        why = "; ".join(f"{title}: {reason}" for title, reason in left_out.items()) or "it has no figures"
        raise ClubError(
            f"No picture stays within the limits ({why}). Take wider bands (--bands 2), or draw it nevertheless "
            "and say why (--override REASON)."
        )
    return _seal(round_code, chosen, wanted, left_out, random)


def _seal(
    round_code: str,
    chosen: Chosen,
    wanted: Wanted,
    left_out: Mapping[str, str],
    random: Random,
) -> Workshop:
    labels, pictures = {}, []
    for number, (measured, banded) in enumerate(chosen, start=1):
        drawn = draw_labels(number, banded.bands, random)
        pictures.append(_picture(number, measured, banded, drawn))
        labels[pictures[-1].code] = drawn
    return Workshop(
        round_code=round_code,
        group_code=chosen[0][0].group_code,
        title=chosen[0][0].group_title,
        pictures=tuple(pictures),
        together=together(chosen),
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
