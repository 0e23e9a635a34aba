"""What is wrong with an entry of good practice is said by its place, on the road from the landing zone."""

from pathlib import Path

import psycopg
import pytest

from ingestion.settings import Settings
from tests.conftest import run_road

GOOD = """
- entry: PL01
  title: Meetings in time
  indicators: A1
  factor: planning
  client_group: children
  problem: Placements ended without notice.
  what_was_done: A meeting within five days.
  started_in: 2004-05
  evidence_kind: opinion
  evidence: Nobody counted.
  outcome_claimed: improved
  went_wrong: Too late in winter.
  contact_role: Service manager
  checked_by: Data lead
  review_due: 2027-03-31
  status: current
"""

# What is written instead into the entry, and what is said of it.
SLIPS = {
    "title: Meetings in time": (
        "title:",
        "good_practice.yaml: PL01 has no title ('What it is'). Fill it in",
        "answers.required_missing",
    ),
    "indicators: A1": (
        "indicators: A1, A111",
        "good_practice.yaml, line 4, column 'indicators': there is no indicator 'A111'; the nearest code is",
        "good_practice.unknown_indicator",
    ),
    "started_in: 2004-05": (
        "started_in: 2004-06",
        "good_practice.yaml, line 9, column 'started_in': '2004-06' is no financial year up to the current one",
        "good_practice.not_a_year",
    ),
    "review_due: 2027-03-31": (
        "review_due: 2027-02-30",
        "good_practice.yaml, line 16, column 'review_due': '2027-02-30' is no date",
        "good_practice.not_a_date",
    ),
    "checked_by: Data lead": (
        "checked_by: service manager",
        "good_practice.yaml, line 15, column 'checked_by': PL01 was checked by the role that answers for it",
        "good_practice.checked_by_its_contact",
    ),
    "contact_role: Service manager": (
        "contact_role: Mrs Example",
        "good_practice.yaml, line 14, column 'contact_role': this seems to name a person or how to reach one"
        " (a form of address)",
        "good_practice.names_a_person",
    ),
    "status: current": (
        "status: archived",
        "good_practice.yaml, line 17, column 'status': PL01 is archived, and nothing says why",
        "good_practice.archived_without_reason",
    ),
    "entry: PL01": (
        "entry: PL 01",
        "good_practice.yaml, line 3, column 'title': 'PL 01' cannot be the code of an entry",
        "good_practice.not_a_code",
    ),
    "evidence: Nobody counted.": (
        "evidence: Of the pupil A123456789012 nobody knows.",
        "good_practice.yaml, line 11, column 'evidence': the text holds what looks like a pupil number",
        "answers.about_a_person",
    ),
}  # fmt: skip
SENDERS = (
    "birmingham", "coventry", "dudley", "herefordshire", "sandwell", "shropshire", "solihull", "staffordshire",
    "stoke-on-trent",
)  # fmt: skip
REJECTED = {"good_practice.names_a_person", "good_practice.not_a_code", "answers.about_a_person"}


def send(settings: Settings, sender: str, text: str) -> None:
    path = Path(settings.landing) / sender / "good_practice" / "2026" / "good_practice.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(text)


@pytest.fixture
def findings(settings: Settings, loader: psycopg.Connection) -> dict[str, list[tuple[str, str, str]]]:
    """Everything that is found: one slip a sender, a good entry of Walsall, and one twice by Warwickshire."""
    for sender, (right, (wrong, *_)) in zip(SENDERS, SLIPS.items(), strict=True):
        send(settings, sender, GOOD.replace(right, wrong))
    send(settings, "walsall", GOOD)
    send(settings, "warwickshire", GOOD + GOOD.replace("PL01", "PL02\n  code: pl01"))
    send(settings, "wolverhampton", GOOD.replace("  title: Meetings", "  title: Meetings: all"))
    run_road(settings, "good_practice")
    found: dict[str, list[tuple[str, str, str]]] = {}
    for sender, rule, message, state in loader.execute(
        "select sender, rule_code, message, state from ledger.submission"
        " left join ledger.finding using (submission_id) order by sender, rule_code"
    ):
        found.setdefault(sender, []).append((rule, message, state))
    return found


def test_each_slip_is_named_by_its_line_and_rejects_only_what_must_not_stay(
    findings: dict[str, list[tuple[str, str, str]]],
) -> None:
    for sender, (_, sentence, rule) in zip(SENDERS, SLIPS.values(), strict=True):
        ((found, message, state),) = findings[sender]
        assert found == rule, sender
        assert message.startswith(sentence), message
        assert state == ("rejected" if rule in REJECTED else "accepted_with_warnings"), rule
        assert "Example" not in message and "A123456789012" not in message
    assert findings["walsall"] == [(None, None, "accepted")]
    (twice,) = findings["warwickshire"]
    assert (twice[0], twice[2]) == ("good_practice.code_twice", "rejected")
    assert (
        "line 21, column 'title': another entry of the file (line 3, column 'title') has the code pl01 too"
        in twice[1]
    )
    (broken,) = findings["wolverhampton"]
    assert broken[0] == "intake.broken_yaml"
    assert broken[1].startswith("good_practice.yaml, line 3: ")
