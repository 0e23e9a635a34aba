"""Sentences of a feedback report: what happened, and what to do next."""

from collections.abc import Collection

from ingestion.authorities import authority_groups, find_authority
from ingestion.errors import ClubError
from ingestion.feedback.by_file import FileOfFindings
from ingestion.feedback.facts import DecidedSubmission
from ingestion.returns.catalogue import catalogue, find_return
from ingestion.warehouse.states import State

BY_RULES = "rules"
BY_WAREHOUSE = "warehouse"
STILL_BEING_WRITTEN = "intake.still_being_written"
DUPLICATE = "intake.duplicate_council"

STATE_WORDS = {
    State.RECEIVED: "received",
    State.ACCEPTED: "accepted",
    State.ACCEPTED_WITH_WARNINGS: "accepted with warnings",
    State.AWAITING_SIGN_OFF: "waits for sign-off",
    State.REJECTED: "rejected",
    State.QUARANTINED: "set aside by the warehouse",
    State.WITHDRAWN: "withdrawn",
}
SEVERITY_WORDS = {"critical": "critical", "warning": "warning", "info": "note"}


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """Write a count with its noun: '1 warning', '2,310 warnings', '3 children'."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {plural or f'{noun}s'}"


def sender_name(sender: str) -> str:
    """Name a sender: an authority or a group of them, or else the folder name as it is."""
    authority, group = find_authority(sender), authority_groups().get(sender)
    return authority.name if authority else group.title if group else sender


def return_title(return_code: str) -> str:
    """Return the title of a return, or its code when the catalogue no longer has it."""
    try:
        return find_return(return_code).title
    except ClubError:
        return return_code


def rule_title(rule_code: str) -> str:
    """Turn a rule's code into words: 'pss_ex1.year_on_year' gives 'Year on year'."""
    return rule_code.rpartition(".")[2].replace("_", " ").capitalize()


def landing_folder(submission: DecidedSubmission) -> str:
    """Name the folder of the landing zone in which the submission was found."""
    layout = catalogue().get(submission.return_code)
    root = "_published/" if layout and layout.is_published else ""
    place = submission.collection or f"{root}{submission.sender}"
    return_code = layout.totals_of if layout and layout.totals_of else submission.return_code
    return f"{place}/{return_code}/{submission.period_code}"


def headline(submission: DecidedSubmission) -> str:
    """Say in one line what was decided."""
    match State(submission.state):
        case State.ACCEPTED:
            return "Accepted"
        case State.ACCEPTED_WITH_WARNINGS:
            return f"Accepted with {counted(submission.warnings, 'warning')}"
        case State.AWAITING_SIGN_OFF:
            return "Waits for the club officer's sign-off"
        case State.REJECTED if submission.version_in_force:
            return f"Rejected: the {_what(submission)} of version {submission.version_in_force} stay in force"
        case State.REJECTED:
            return (
                f"Rejected: there is no earlier good version, so there are no {_what(submission)} "
                f"for {submission.period_code} from this return"
            )
        case State.QUARANTINED if submission.version_in_force:
            return (
                "Set aside for a fault of the warehouse: "
                f"the {_what(submission)} of version {submission.version_in_force} stay in force"
            )
        case State.QUARANTINED:
            return (
                f"Set aside for a fault of the warehouse: until it is mended there are no {_what(submission)} "
                f"for {submission.period_code} from this return"
            )
        case State.WITHDRAWN if submission.version_in_force:
            return f"Withdrawn: the {_what(submission)} of version {submission.version_in_force} are in force"
        case State.WITHDRAWN:
            return f"Withdrawn: there are no {_what(submission)} for {submission.period_code} from this return"
        case _:
            return "Received, not decided yet"


def self_check_headline(submission: DecidedSubmission) -> str:
    """Say in one line what would be decided on a return that its authority has only checked."""
    match State(submission.state):
        case State.ACCEPTED:
            return "It would be accepted"
        case State.ACCEPTED_WITH_WARNINGS:
            return f"It would be accepted with {counted(submission.warnings, 'warning')}"
        case State.AWAITING_SIGN_OFF:
            return "It would wait for the club officer's sign-off"
        case _:
            return "It would be rejected"


def rule_name(rule_code: str) -> str:
    """Name a rule: 'Rule 101' where the code is the rule book's own, else its code in words."""
    return rule_title(rule_code) if "." in rule_code else f"Rule {rule_code}"


def whole(count: int) -> str:
    """Write a count for a column: '2,310'."""
    return f"{count:,}"


def file_title(file: FileOfFindings) -> str:
    """Name a file, and its table where the file may hold several."""
    if file.file_name is None:
        return "The delivery as a whole"
    is_known = file.table_name is None or file.table_name in file.file_name.lower()
    return file.file_name if is_known else f"{file.file_name}, {file.table_name}"


def spot(column: str | None, heading: str | None) -> str:
    """Name a column by its heading and spreadsheet letter: 'DECOM (B)'."""
    letter = f" ({column})" if column else ""
    return f"{heading.upper()}{letter}" if heading else column or ""


def consequence(submission: DecidedSubmission) -> str:
    """Say which figures count after the decision, where the headline does not."""
    in_force = submission.version_in_force
    if submission.state in (State.REJECTED, State.QUARANTINED, State.WITHDRAWN):
        return ""
    if in_force is None:
        what = _what(submission)
        return f"Until it is signed off there are no {what} for {submission.period_code} from this return."
    if in_force != submission.version:
        newer = ", because it is the newer one" if submission.is_good else ""
        return f"The {_what(submission)} of version {in_force} stay in force{newer}."
    if submission.other_good_version:
        return (
            f"Its {_what(submission)} are in force; they replace those of version {submission.other_good_version}."
        )
    return f"Its {_what(submission)} are in force."


def _what(submission: DecidedSubmission) -> str:
    """Return what a return holds."""
    layout = catalogue().get(submission.return_code)
    return "answers" if layout and layout.is_of_answers else "figures"


def decided_how(submission: DecidedSubmission) -> str:
    """Say who decided and why, where it was not the rules."""
    if submission.decided_by in (BY_RULES, BY_WAREHOUSE):
        return ""
    if submission.state == State.WITHDRAWN:
        return f"Withdrawn by {submission.decided_by}: {submission.reason}"
    verb = "Accepted" if submission.is_good else "Rejected"
    return f"{verb} at sign-off by {submission.decided_by}: {submission.reason}"


def next_steps(submission: DecidedSubmission, critical_rules: Collection[str]) -> str:
    """Say what the sender is asked to do; `critical_rules` are the codes of the rules of its critical findings."""
    match State(submission.state):
        case State.REJECTED:
            return _after_rejection(submission, critical_rules)
        case State.QUARANTINED:
            return (
                "Nothing has to be done, and nothing needs to be sent again: the return has passed its checks. "
                "The club's engineer has been told, and it will count once the fault is mended."
            )
        case State.WITHDRAWN:
            return (
                "Nothing counts from this version any more; the same files sent once more are known as withdrawn. "
                "Send the corrected return when it is ready; if it was withdrawn in error, tell the club officer."
            )
        case State.AWAITING_SIGN_OFF:
            return (
                f"Look at the {counted(submission.to_sign_off, 'finding')} marked 'for sign-off'. "
                "If a figure is wrong, send the corrected return now; it need not wait. If it is right, "
                "tell the club officer what lies behind it, so that it can be signed off."
            )
        case State.ACCEPTED_WITH_WARNINGS:
            return (
                "Read the warnings below. Where a figure is wrong, correct it and send the whole return "
                "again: the new version then replaces this one. Where it is right, nothing has to be done; "
                "a note to the club officer saves the question at the workshop."
            )
        case _ if submission.notes:
            return "Nothing has to be done. The notes below make the next return easier."
        case _:
            return "Nothing has to be done."


def _after_rejection(submission: DecidedSubmission, critical_rules: Collection[str]) -> str:
    if not critical_rules:
        return "Speak to the club officer about the reason given above, then send the whole return again."
    if set(critical_rules) == {STILL_BEING_WRITTEN}:
        return "Nothing has to be done: the files are read at the next collection, once they are complete."
    if set(critical_rules) == {DUPLICATE}:
        return "Nothing has to be done if the return that counts is right. If the copy is, send it as your own."
    what = "the critical finding" if submission.critical == 1 else f"the {submission.critical:,} critical findings"
    return (
        f"Put right {what} below and send the whole return again, all its files together. "
        "Warnings alone would not have led to a rejection."
    )


def tally(submission: DecidedSubmission) -> str:
    """Count the findings of each severity."""
    kinds = (
        (submission.critical, "critical finding"),
        (submission.warnings, "warning"),
        (submission.notes, "note"),
    )
    return ", ".join(counted(count, noun) for count, noun in kinds if count)


def outcome(of_rule: str, needs: str | None, findings: int) -> str:
    """Say how a rule went for a submission: 'nothing found', '3 findings', 'could not run', 'not run: needs …'."""
    match of_rule:
        case "error":
            return "could not run"
        case "not_run":
            return f"not run: needs {needs}"
        case _:
            return counted(findings, "finding") if findings else "nothing found"


def place(file_name: str | None, line_number: int | None, column: str | None) -> str:
    """Name the place of a finding as a spreadsheet user would."""
    parts = [
        file_name or "The delivery as a whole",
        f"line {line_number}" if line_number else "",
        f"column {column}" if column else "",
    ]
    return ", ".join(part for part in parts if part)


def size_in_words(size: int) -> str:
    """Write a file's size in the unit a person would use."""
    if size < 1000:
        return counted(size, "byte")
    return f"{size / 1000:,.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"
