"""Make a draft entry of good practice out of an answer of the questionnaire, which stays named as its origin."""

import re
from collections.abc import Sequence
from textwrap import fill, indent

import psycopg
from psycopg import errors

from ingestion.errors import ClubError
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect

_ANSWERS = """
select answer_code, answer_text from marts.fct_answer
where authority_code = %s and lower(question_code) = lower(%s) and round_code = %s
order by question_version, answer_code, answer_text
"""

# What only its author can say; empty lines are no answers.
_TO_FILL_IN = (
    "indicators", "factor", "client_group", "what_was_done", "started_in", "cost_posts", "cost_pounds",
    "evidence_kind", "evidence", "outcome_claimed", "went_wrong", "transferable_to", "contact_role", "checked_by",
    "review_due",
)  # fmt: skip
_WIDTH = 110


def draft_entry(settings: Settings, authority_code: str, question_code: str, round_code: str) -> str:
    """Return the entry as YAML: the answer as its problem, where it came from, and the fields to be filled in.

    Raises:
        ClubError: there is no such answer, or no questionnaire has been built yet.
    """
    with connect(settings, Role.ANALYST) as connection:
        answers = _answers(connection, authority_code, question_code, round_code)
    if not answers:
        raise ClubError(
            f"{authority_code} has no answer to {question_code} in round {round_code} of the questionnaire."
        )
    return entry_as_yaml(question_code, round_code, answers)


def entry_as_yaml(question_code: str, round_code: str, answers: Sequence[str]) -> str:
    """Write a draft entry out of the answers to a question, as `good_practice` takes it in."""
    # A code begins with a letter.
    code = re.sub(r"^(?=[0-9_])", "Q", re.sub(r"\W", "", question_code).upper())
    lines = [
        "# A draft: fill in what is empty, give it a title, and set its status to current when it is checked.",
        f"- entry: {code}",
        f"  title: {_folded(f'From the answer to {question_code}')}",
        f"  problem: {_folded(' '.join(answers))}",
        *(f"  {field}:" for field in _TO_FILL_IN),
        "  status: draft",
        f"  origin: {_folded(f'questionnaire {round_code}, question {question_code}')}",
    ]
    return "\n".join(lines) + "\n"


def _answers(
    connection: psycopg.Connection, authority_code: str, question_code: str, round_code: str
) -> list[str]:
    try:
        rows = connection.execute(_ANSWERS, [authority_code, question_code, round_code]).fetchall()
    except errors.UndefinedTable:
        raise ClubError(
            "No questionnaire has been taken in yet, so there is no answer to make an entry of."
        ) from None
    return list(dict.fromkeys(str(text or code) for code, text in rows if text or code))


def _folded(text: str) -> str:
    """Write a text of any characters as YAML does over several lines."""
    plain = " ".join(text.split())
    return ">-\n" + indent(fill(plain, _WIDTH, break_long_words=False, break_on_hyphens=False), "    ")
