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
