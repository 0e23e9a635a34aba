"""Which labels a member could take for its own, if it knows where it stands: for invented ballots."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from reporting.workshop.banding import NAMES, WORDS, put_in_bands
from reporting.workshop.figures import Measured

# picture -> member -> labels
Possible = Mapping[str, Mapping[str, Sequence[str]]]

_COUNTS = {words: count for count, words in WORDS.items()}


def labels_of_own_band(
    figures: Iterable[Measured], labels: Iterable[tuple[str, str, str, str, str]]
) -> dict[str, dict[str, list[str]]]:
    """Return the labels of each member's own band in each picture; all of them where marks were moved by chance.

    Args:
        figures: those that the pictures were drawn from.
        labels: picture, indicator, banding, band and label, as everybody sees them.
    """
    known = {measured.indicator_code: measured.known for measured in figures}
    in_bands: dict[tuple[str, str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for picture, indicator, banding, band, label in labels:
        in_bands[picture, indicator, banding][band].append(label)
    return {
        picture: _of_picture(known[indicator], banding, bands)
        for (picture, indicator, banding), bands in in_bands.items()
    }


def _of_picture(values: Mapping[str, float], banding: str, bands: Mapping[str, list[str]]) -> dict[str, list[str]]:
    count = _COUNTS.get(banding)
    if count is None:
        every = [label for band in bands.values() for label in band]
        return dict.fromkeys(values, every)
    own = put_in_bands(values, count).bands
    return {member: bands[NAMES[count][place]] for member, place in own.items()}
