"""Mail about submissions: receipts, rejections with what to do, sign-off that is wanted, what breaks a build."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import psycopg

from ingestion.authorities import authorities
from ingestion.feedback import wording
from ingestion.feedback.facts import DecidedSubmission, decided_submissions, received_files
from ingestion.feedback.pages import report_folder
from ingestion.feedback.report import PAGE
from ingestion.mail.addresses import address_in_outbox
from ingestion.mail.broken_rules import BrokenRule, may_be_about_a_person, read_broken_rules, rule_lines
from ingestion.mail.contacts import CLUB, Contacts
from ingestion.mail.days import NEWS_FOR, in_words
from ingestion.mail.letters import About, Draft, Letter, Line, return_words
from ingestion.outbox import folder_name
from ingestion.returns.catalogue import catalogue
from ingestion.settings import Settings
from ingestion.warehouse.mail_states import MailKind, MailRole
from ingestion.warehouse.states import State


def drafts_about_submissions(
    connection: psycopg.Connection,
    settings: Settings,
    contacts: Contacts,
    now: datetime,
    due: Mapping[tuple[str, str], str],
) -> Iterator[Draft]:
    """Draft the mails about what members have sent and was decided lately, and about what awaits sign-off.

    Args:
        connection: of the loader.
        settings: where the outbox is.
        contacts: who has an address.
        now: the moment that it is composed.
        due: in words, when a return is due for a year or round.
    """
    members = [code for code, each in authorities().items() if each.is_member]
    for submission in decided_submissions(connection, members):
        if submission.collection or submission.return_code not in catalogue():
            continue
        if submission.decided_at > now - NEWS_FOR:
            yield from _to_the_sender(connection, settings, contacts, submission, due)
        if submission.state == State.AWAITING_SIGN_OFF:
            letter = _sign_off_wanted(connection, settings, submission)
            for recipient in contacts.with_role(CLUB, MailRole.OFFICER):
                yield Draft(MailKind.SIGN_OFF_WANTED, _about(submission), recipient, letter)
        if submission.state == State.QUARANTINED:
            times = _times_quarantined(connection, submission)
            letter = _quarantined(settings, submission, times)
            for recipient in contacts.with_role(CLUB, MailRole.OFFICER, MailRole.ENGINEER):
                yield Draft(MailKind.QUARANTINED, _about(submission, times), recipient, letter)


def _to_the_sender(
    connection: psycopg.Connection,
    settings: Settings,
    contacts: Contacts,
    submission: DecidedSubmission,
    due: Mapping[tuple[str, str], str],
) -> Iterator[Draft]:
    recipients = contacts.with_role(submission.sender, MailRole.DATA_LEAD)
    if not recipients:
        return
    if submission.state == State.REJECTED:
        kind, rules = MailKind.REJECTED, read_broken_rules(connection, submission)
        if {rule.rule_code for rule in rules} == {wording.STILL_BEING_WRITTEN}:
            return  # nothing is to be done: the complete files are answered when they have been read
        letter = _rejected(settings, submission, rules, due)
    elif submission.state == State.WITHDRAWN:
        kind, letter = MailKind.WITHDRAWN, _withdrawn(settings, submission)
    else:
        kind, letter = MailKind.RECEIPT, _receipt(connection, settings, submission)
    for recipient in recipients:
        yield Draft(kind, _about(submission), recipient, letter)


def _about(submission: DecidedSubmission, times: int = 1) -> About:
    name = f"{submission.sender}/{submission.return_code}/{submission.period_code}/v{submission.version}"
    # Whoever was told that it waits is told once more when it does no longer.
    signed_off = "/signed-off" if submission.is_good and wording.decided_how(submission) else ""
    # And what was set aside, tried again and set aside once more is told of each time.
    again = f"/time{times}" if times > 1 else ""
    return About(name + signed_off + again, submission_id=submission.submission_id)


def _times_quarantined(connection: psycopg.Connection, submission: DecidedSubmission) -> int:
    """Count how often a submission was set aside: by its decisions, which a restored ledger has too."""
    row = connection.execute(
        "select count(*) from ledger.decision where submission_id = %s and to_state = %s",
        [submission.submission_id, State.QUARANTINED],
    ).fetchone()
    assert row is not None
    return int(row[0])


def _receipt(connection: psycopg.Connection, settings: Settings, submission: DecidedSubmission) -> Letter:
    files = received_files(connection, submission.submission_id)
    what = "Signed off" if wording.decided_how(submission) else "Received"
    return Letter(
        subject=f"{what}: {_title(submission)}, version {submission.version}",
        lead=f"{wording.headline(submission)}.",
        facts=_facts(
            submission,
            ("Found", wording.tally(submission)),
            ("In force", wording.consequence(submission)),
        ),
        to_do=(wording.next_steps(submission, ()),),
        table_title="Read, with the hash (SHA-256) of each file",
        lines=tuple(
            Line(
                each.table_name or "file" if may_be_about_a_person(submission) else each.file_name,
                f"{wording.counted(each.row_count, 'line')}, {wording.size_in_words(each.size_bytes)}",
                each.sha256 or "not taken",
            )
            for each in files
        ),
        page_title="The report on it",
        page=_page(settings, submission),
    )


def _rejected(
    settings: Settings,
    submission: DecidedSubmission,
    rules: list[BrokenRule],
    due: Mapping[tuple[str, str], str],
) -> Letter:
    return Letter(
        subject=f"Rejected: {_title(submission)}, version {submission.version}",
        lead=f"{wording.headline(submission)}.",
        facts=_facts(
            submission,
            ("Found", wording.tally(submission) or "nothing by the rules"),
            ("Due", due.get((submission.return_code, submission.period_code), "")),
            ("Send it to", f"{wording.landing_folder(submission)}, in the landing zone"),
        ),
        to_do=(wording.next_steps(submission, [rule.rule_code for rule in rules]),),
        table_title="What is to be put right, most frequent first",
        lines=rule_lines(submission, rules),
        page_title="Every finding with file, line and column",
        page=_page(settings, submission),
    )


def _withdrawn(settings: Settings, submission: DecidedSubmission) -> Letter:
    return Letter(
        subject=f"Withdrawn: {_title(submission)}, version {submission.version}",
        lead=f"{wording.headline(submission)}.",
        facts=_facts(submission),
        to_do=(wording.next_steps(submission, ()),),
        page_title="The report on it",
        page=_page(settings, submission),
    )


def _facts(submission: DecidedSubmission, *others: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Put together what every answer to a sender says, and what this one says besides."""
    facts = (
        ("Return", f"{_title(submission)}, version {submission.version}"),
        ("Received", in_words(submission.received_at)),
        ("Decided", _decided(submission)),
        *others,
    )
    return tuple((label, value) for label, value in facts if value)


def _decided(submission: DecidedSubmission) -> str:
    """Say who decided, where it was not the rules; why, only where no person can be meant."""
    if wording.decided_how(submission) and may_be_about_a_person(submission):
        when = "Withdrawn" if submission.state == State.WITHDRAWN else "At sign-off"
        return f"{when} by {submission.decided_by}; the reason stands in the report"
    return wording.decided_how(submission)


def _sign_off_wanted(connection: psycopg.Connection, settings: Settings, submission: DecidedSubmission) -> Letter:
    number, name = submission.submission_id, authorities()[submission.sender].name
    return Letter(
        subject=f"Sign-off wanted: {_title(submission)} of {name}, version {submission.version}",
        lead=f"{_title(submission)} of {name}, version {submission.version}, waits for your sign-off.",
        facts=(("Received", in_words(submission.received_at)), ("Found", wording.tally(submission))),
        to_do=(
            f"Read the findings marked 'for sign-off', and ask {name} what lies behind them.",
            "Answer the question in Airflow (Required Actions): Approve or Reject, with your reason.",
            f"Or at the command line: club sign-off {number} shows what was found, and asks; then run club load.",
        ),
        table_title="For sign-off",
        lines=rule_lines(submission, read_broken_rules(connection, submission, to_sign_off=True)),
        page_title=f"The report that {name} has",
        page=_page(settings, submission),
    )


def _quarantined(settings: Settings, submission: DecidedSubmission, times: int) -> Letter:
    name = authorities()[submission.sender].name
    again = " again" if times > 1 else ""
    tried = "It was tried again: no" if times > 1 else "No"
    return Letter(
        subject=f"Quarantined{again}: {_title(submission)} of {name}, version {submission.version}",
        lead=f"{tried} build of the marts succeeds with {_title(submission)} of {name}; they have none of it.",
        facts=(("Received", in_words(submission.received_at)), ("Set aside", in_words(submission.decided_at))),
        to_do=(
            "See which model or test it breaks: club status.",
            f"Leave {name} be: it is told that the fault is the warehouse's, and has nothing to send again.",
            "Mend the definition; club rebuild then tries it again.",
        ),
        page_title=f"The report that {name} has",
        page=_page(settings, submission),
    )


def _page(settings: Settings, submission: DecidedSubmission) -> str:
    path = f"{folder_name(submission.sender)}/{report_folder(submission).as_posix()}/{PAGE}"
    return address_in_outbox(settings, path)


def _title(submission: DecidedSubmission) -> str:
    return return_words(submission.return_code, submission.period_code)
