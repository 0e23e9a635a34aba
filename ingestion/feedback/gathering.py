"""Gather the facts of one report from the ledger."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg

from ingestion.check.suite import Rule, load_suite
from ingestion.feedback.by_file import findings_by_file
from ingestion.feedback.causes import reported_causes
from ingestion.feedback.content import Report
from ingestion.feedback.due import due_day
from ingestion.feedback.explanations import Explained, explanations_of
from ingestion.feedback.facts import DecidedSubmission, received_files, rule_outcomes
from ingestion.feedback.figures import OwnFigure, own_figures
from ingestion.feedback.findings import FindingSource, reported_rules
from ingestion.feedback.form_findings import form_source
from ingestion.feedback.history import years_of_quality
from ingestion.feedback.person_findings import count_persons, first_persons, person_source
from ingestion.feedback.read_answers import ReadAnswer, read_answers
from ingestion.feedback.since import since_last_version
from ingestion.feedback.values_found import values_found
from ingestion.returns.catalogue import catalogue
from ingestion.settings import Settings

# The persons who have a page.
PERSONS = 200


def _is_person_level(submission: DecidedSubmission) -> bool:
    layout = catalogue().get(submission.return_code)
    return layout is not None and layout.is_person_level


@dataclass(frozen=True)
class Later:
    """What a report shows that may change after the decision; `state` changes with it."""

    figures: tuple[OwnFigure, ...] = ()
    explained: Mapping[int, Explained] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """A digest of it for the stamp of the report; empty where there is nothing."""
        if not (self.figures or self.explained):
            return ""
        said = repr((self.figures, sorted(self.explained.items())))
        return f", and later {hashlib.sha256(said.encode()).hexdigest()[:12]}"


def gather_later(connection: psycopg.Connection, settings: Settings, submission: DecidedSubmission) -> Later:
    """Gather the sender's figures from the marts, and what was said of findings."""
    return Later(own_figures(connection, submission), explanations_of(connection, settings, submission))


def finding_source(connection: psycopg.Connection, submission: DecidedSubmission) -> FindingSource:
    """Compose the queries of a submission's findings; those about persons are collected first."""
    number = submission.submission_id
    if _is_person_level(submission):
        return person_source(connection, catalogue()[submission.return_code], number)
    return form_source(number)


def gather(
    connection: psycopg.Connection,
    submission: DecidedSubmission,
    source: FindingSource,
    page: str,
    self_check_note: str | None,
    later: Later,
) -> Report:
    """Gather the facts; `source` are the findings, `page` is the file name of the first page."""
    is_person_level = _is_person_level(submission)
    is_own_check = self_check_note is not None
    return Report(
        submission,
        received_files(connection, submission.submission_id),
        reported_rules(connection, source),
        rule_outcomes(connection, submission),
        rules_of_year(submission),
        page,
        is_person_level,
        first_persons(connection, PERSONS) if is_person_level else (),
        count_persons(connection) if is_person_level else 0,
        self_check_note,
        _answers(connection, submission),
        reported_causes(connection, submission),
        None if is_own_check else since_last_version(connection, submission),
        () if is_own_check else years_of_quality(connection, submission),
        later.figures,
        values_found(connection, source, submission) if is_person_level else {},
        later.explained,
        later.state,
        findings_by_file(connection, source, submission),
        due_day(connection, submission.return_code, submission.period_code),
    )


def _answers(connection: psycopg.Connection, submission: DecidedSubmission) -> tuple[ReadAnswer, ...]:
    """Read what was answered. A refused file may hold what belongs on no page: its answers are not repeated."""
    layout = catalogue().get(submission.return_code)
    if layout is None or not layout.is_of_answers or not submission.is_good:
        return ()
    return read_answers(connection, layout, submission.submission_id)


def rules_of_year(submission: DecidedSubmission) -> dict[str, Rule]:
    """Read the rules of the return that are valid for the year of a submission, by code."""
    suite = load_suite(submission.return_code)
    rules = suite.rules if suite else ()
    return {rule.code: rule for rule in rules if rule.is_valid_for(submission.period_code)}
