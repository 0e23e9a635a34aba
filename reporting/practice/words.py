"""How an entry of good practice is said in words: what it cost, what it claims, how well that is known."""

from reporting.numbers import show_number
from reporting.practice.rows import Practice

CLAIMED_OUTCOMES = {
    "improved": "it got better",
    "no_change": "it made no difference",
    "worse": "it got worse",
    "too_early": "it is too early to say",
}
CLAIMED_EVIDENCE = {
    "evaluation": "an evaluation that compares",
    "before_and_after": "figures of before and after",
    "opinion": "what people think",
}


def cost_in_words(practice: Practice) -> str:
    """Say what it cost in posts and pounds; that it is not known where neither is stated."""
    parts = []
    if practice.cost_posts is not None:
        parts.append(f"{practice.cost_posts:g} post{'' if practice.cost_posts == 1 else 's'}")
    if practice.cost_pounds is not None:
        parts.append(f"£{show_number(practice.cost_pounds, 0)} a year")
    return " and ".join(parts) or "not stated"


def level_in_words(practice: Practice) -> str:
    """Say how well it is known what came of it, by the rules of the club."""
    title = practice.evidence_level_title
    return f"{practice.evidence_level}, {title[:1].lower()}{title[1:]}"


def claim_in_words(practice: Practice) -> str:
    """Say what the entry claims, and by what kind of evidence."""
    outcome = CLAIMED_OUTCOMES.get(practice.outcome_claimed or "", "nothing on what came of it")
    evidence = CLAIMED_EVIDENCE.get(practice.evidence_kind or "", "no evidence")
    return f"{outcome}; by {evidence}"


def name_of(code: str | None) -> str:
    """Turn a code into a word for headings: `older_people` is Older people."""
    return (code or "not stated").replace("_", " ").capitalize()


def shortened(text: str, most: int) -> str:
    """Cut a text between two words, and say so by three dots."""
    return text if len(text) <= most else f"{text[: most - 1].rsplit(' ', 1)[0].rstrip(',;:.')} …"
