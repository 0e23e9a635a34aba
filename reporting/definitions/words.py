"""The words of the register's codes, for its pages here and on the site."""

POLARITIES = {
    "low": "lower",
    "high": "higher",
    "none": "neither: a high or a low figure is a question, not a fault",
}
PROVENANCES = {
    "form": "the form of its years",
    "published": "what the publisher states",
    "club": "a decision of the club",
    "inferred": "inference from other years; stated nowhere",
}
PLACEMENTS = {
    "more": "More placements count than by the other answer.",
    "fewer": "Fewer placements count than by the other answer.",
    "": "",
}
# What becomes of a figure of children with many moves, and of one of such as have not moved.
MOVES_OF_FIGURES = {"more": ("rise", "fall"), "fewer": ("fall", "rise")}
SPLITS = {"all": "all provision", "own": "own provision", "others": "provision by others"}


def better_in_words(polarity: str) -> str:
    """Say which end of an indicator is better."""
    return POLARITIES[polarity]


def basis_in_words(provenance: str) -> str:
    """Say what a version of a definition stands on."""
    return PROVENANCES[provenance]


def split_in_words(provision: str) -> str:
    """Say whose provision an indicator counts."""
    return SPLITS[provision]


def placements_in_words(option: dict[str, str]) -> str:
    """Say whether by an option of a decision more or fewer placements count; empty where it is not about that."""
    return PLACEMENTS[option["placements"]]


def change_in_words(option: dict[str, str], counts_stability: bool) -> str:
    """Say in which direction an option would move a figure.

    Args:
        option: the row of the seed of options.
        counts_stability: whether the figure counts children who have not moved, and not those with many moves.
    """
    if not option["placements"]:
        return "The figure can rise or fall."
    move = MOVES_OF_FIGURES[option["placements"]][counts_stability]
    return f"{placements_in_words(option)} The figure can only {move}."
