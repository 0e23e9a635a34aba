"""What came of a run of dbt: its nodes, and why it failed."""

from collections import Counter
from dataclasses import dataclass

from ingestion.errors import ClubError, PassingError

# What PostgreSQL, or the connection to it, says when it can do no more.
OF_THE_MACHINE = (
    "No space left on device", "could not extend file", "out of memory", "temp_file_limit", "too many clients",
    "server closed the connection", "terminating connection", "connection to server", "in recovery mode",
)  # fmt: skip

# What dbt counts a status of a node as, in its own order.
SUMMARY = ("PASS", "WARN", "ERROR", "SKIP", "NO-OP")
SUMMED_UP = {
    "pass": "PASS", "success": "PASS", "warn": "WARN", "error": "ERROR", "fail": "ERROR", "runtime error": "ERROR",
    "partial success": "ERROR", "skipped": "SKIP", "no-op": "NO-OP",
}  # fmt: skip

# Of the nodes that failed; the others fail because of these more often than not.
FAILED_AT_MOST = 10


@dataclass(frozen=True)
class Node:
    """What became of one model, seed or test in a run of dbt."""

    name: str
    kind: str
    status: str
    compiled: str
    message: str = ""
    # Apart from the name: two tests may have the same one.
    unique_name: str = ""
    seconds: float = 0.0
    # Rows written, where some are.
    rows: int | None = None
    failures: int | None = None
    compiled_path: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether it stopped the run; what is skipped because of it has not failed itself."""
        return self.status in ("error", "fail", "runtime error")

    @property
    def failed_for_the_machine(self) -> bool:
        """Whether it failed for want of room, memory or the server: with fewer rows it might have passed."""
        return self.has_failed and any(sign in self.message for sign in OF_THE_MACHINE)


@dataclass(frozen=True)
class DbtRun:
    """The output of one run of dbt, and what became of its nodes."""

    printed: str
    nodes: tuple[Node, ...]

    @property
    def tests(self) -> int:
        """How many tests were run."""
        return sum(node.kind == "test" and node.status in ("pass", "warn") for node in self.nodes)

    @property
    def summary(self) -> str:
        """The counts of the run, in the words in which dbt prints them; empty where it ran no nodes."""
        if not self.nodes:
            return ""
        counts = Counter(SUMMED_UP[node.status] for node in self.nodes)
        return " ".join([*(f"{word}={counts[word]}" for word in SUMMARY), f"TOTAL={len(self.nodes)}"])

    def why_failed(self) -> str:
        """Say how the run ended, and of each node that failed how many rows, or what error, by which query."""
        failed = [each for each in self.nodes if each.has_failed]
        lines = [_in_words(each) for each in failed[:FAILED_AT_MOST]]
        if more := len(failed) - len(lines):
            lines.append(f"… and {more} more")
        return "\n".join([*filter(None, [self.summary]), *lines])


def _in_words(node: Node) -> str:
    found = f"{node.failures:,} rows" if node.status == "fail" and node.failures is not None else node.message
    place = f"\n  its query: {node.compiled_path}" if node.compiled_path else ""
    return f"{node.kind} {node.name}: {found.strip()}{place}"


class DbtError(ClubError):
    """dbt failed; `failed` are the models and tests that did, none where it could not run at all."""

    def __init__(self, message: str, failed: tuple[Node, ...]) -> None:
        super().__init__(message)
        self.failed = failed


class MachineError(PassingError):
    """dbt failed for something that no model and no row is to blame for: a full disk, or a server that stopped."""


def why_it_failed(output: str) -> str:
    """Return the failing part of dbt's output: everything from the first error on, without the progress lines."""
    lines = [line for line in output.splitlines() if line.strip()]
    marks = ("Error", "ERROR", "FAIL", "Failure", "Compilation", "Runtime")
    first = next((number for number, line in enumerate(lines) if any(mark in line for mark in marks)), 0)
    return "\n".join(lines[first : first + 60])
