"""Freshness of a report: its first page carries a stamp of the state that it was made from."""

import hashlib
from functools import cache
from pathlib import Path

from ingestion.feedback.facts import DecidedSubmission
from ingestion.outbox.pages import FOLDER as PAGES

FINDINGS = "findings.csv"

_STAMP_WITHIN = 2000  # characters; the stamp is near the top of the page


def stamp(submission: DecidedSubmission, state: str = "") -> str:
    """Return the stamp of a report: it is up to date as long as its stamp stays the same.

    `state` is what else the report shows that may change: explanations, and figures of the marts.
    """
    purged = ", without rows of children" if submission.children_purged_at else ""
    return f"decision {submission.decision_id}, layout {_layout_digest()}{purged}{state}"


def stamp_element(submission: DecidedSubmission, state: str = "") -> str:
    """Return the stamp as an element for the head of the page."""
    return f'<meta name="club-feedback" content="{stamp(submission, state)}">'


def is_up_to_date(folder: Path, page: str, submission: DecidedSubmission, state: str = "") -> bool:
    """Return True if this folder holds the report on a submission as it would be written now."""
    if not (folder / page).is_file() or not (folder / FINDINGS).is_file():
        return False
    with (folder / page).open(encoding="utf-8") as file:
        return stamp_element(submission, state) in file.read(_STAMP_WITHIN)


@cache
def _layout_digest() -> str:
    digest = hashlib.sha256()
    for folder in (Path(__file__).parent, PAGES):
        for path in sorted(folder.iterdir()):
            if path.suffix in (".py", ".j2", ".css"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
