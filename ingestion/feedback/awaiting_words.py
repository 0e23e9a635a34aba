"""What awaits sign-off in words: lines for the command line, and the question that Airflow asks."""

import re
from collections.abc import Iterable, Iterator

from ingestion.feedback import wording
from ingestion.feedback.awaiting import Awaited, AwaitedFinding

VALUE_AT_MOST = 60

# What Airflow's page knows an address by, and the sign (WORD JOINER) that takes it away.
NO_LINK = "\u2060"
_PART_OF_AN_ADDRESS = re.compile(r"//|(?<=www)\.|@", re.IGNORECASE)


def as_lines(awaited: Awaited) -> list[str]:
    """Write what awaits sign-off as lines of text."""
    lines = [f"{awaited.title} awaits sign-off.", _meanwhile(awaited)]
    for rule_code, count in awaited.rules.items():
        lines.append(f"{wording.rule_name(rule_code)}: {wording.counted(count, 'finding')}")
        shown = [each for each in awaited.findings if each.rule_code == rule_code]
        lines += [f"  {line}" for each in shown for line in _lines_of(each, awaited.explained)]
        if shown and len(shown) < count:
            lines.append(f"  … and {count - len(shown):,} more, which the report has")
    numbers = {each.finding_id for each in awaited.findings}
    lines += [
        f"Finding {number}, explained by {said}"
        for number, said in awaited.explained.items()
        if number not in numbers
    ]
    return lines


def as_question(awaited: Awaited) -> tuple[str, str]:
    """Return the headline and the text (Markdown) with which the officer is asked."""
    number = awaited.submission.submission_id
    body = [
        f"**{_escaped(awaited.title)}** awaits sign-off. {_meanwhile(awaited)}",
        "",
        "* **Approve**: it comes into force with its warnings, and the marts are built with it.",
        "* **Reject**: it is rejected, and its sender is told so.",
        "",
        "Say why in `reason`: the ledger keeps it with your name, and the sender reads it in its report. Name no "
        "child. Without a reason the question stays. The word can be given on the command line, too, also while "
        f"this waits: `club sign-off {number}`.",
        "",
        *_table(awaited),
    ]
    return f"Sign off {awaited.title}", "\n".join(body)


def _meanwhile(awaited: Awaited) -> str:
    if awaited.version_in_force is None:
        return "Until then nothing is in force."
    return f"Until then version {awaited.version_in_force} stays in force."


def _lines_of(finding: AwaitedFinding, explained: dict[int, str]) -> Iterator[str]:
    yield f"{finding.place}: {_values(finding)}{finding.sentence}"
    if said := explained.get(finding.finding_id):
        yield f"  explained by {said}"


def _values(finding: AwaitedFinding) -> str:
    """Say what stands there, and what stands there in the version in force; nothing for a row or a file."""
    if finding.value is None:
        return ""
    before = f", before {_short(finding.value_before)}" if finding.value_before is not None else ""
    return f"found {_short(finding.value)}{before}. "


def _table(awaited: Awaited) -> Iterator[str]:
    if not awaited.findings:
        yield "| rule | findings |"
        yield "|---|---|"
        for rule_code, count in awaited.rules.items():
            yield f"| {_escaped(wording.rule_name(rule_code))} | {count:,} |"
        yield ""
        yield "What was found stands in the report alone, which holds rows about single persons."
        return
    columns = {
        "where": [each.place for each in awaited.findings],
        "found": [_short(each.value) for each in awaited.findings],
        "in force": [_short(each.value_before) for each in awaited.findings],
        "what is odd": [each.sentence for each in awaited.findings],
        "explained": [awaited.explained.get(each.finding_id, "") for each in awaited.findings],
    }
    told = {title: cells for title, cells in columns.items() if any(cells)}
    yield _row(told)
    yield "|---" * len(told) + "|"
    yield from (_row(map(_escaped, cells)) for cells in zip(*told.values(), strict=True))
    more = sum(awaited.rules.values()) - len(awaited.findings)
    if more:
        yield ""
        yield f"… and {wording.counted(more, 'more finding')}, which the report has."


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _short(value: str | None) -> str:
    if value is None:
        return ""
    return value if len(value) <= VALUE_AT_MOST else f"{value[:VALUE_AT_MOST]}…"


def _escaped(text: str) -> str:
    """Keep a sender's text from being taken for marks of the table or of a text, for HTML, or for an address.

    Airflow makes a link of every address, whatever stands before it: an invisible sign within keeps it a text.
    """
    flat = " ".join(text.split())
    for sign in ("\\", "|", "<", ">", "&", "*", "_", "[", "]", "!", "`", "~", "#", "$"):
        flat = flat.replace(sign, f"\\{sign}")
    return _PART_OF_AN_ADDRESS.sub(f"{NO_LINK}\\g<0>", flat)
