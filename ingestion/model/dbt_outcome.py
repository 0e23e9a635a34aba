"""What came of a run of dbt: its nodes, and why it failed."""

from dataclasses import dataclass

from ingestion.errors import ClubError

# What PostgreSQL, or the connection to it, says when it can do no more.
OF_THE_MACHINE = (
    "No space left on device", "could not extend file", "out of memory", "temp_file_limit", "too many clients",
    "server closed the connection", "terminating connection", "connection to server", "in recovery mode",
)  # fmt: skip


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


class DbtError(ClubError):
    """dbt failed; `failed` are the models and tests that did, none where it could not run at all."""

    def __init__(self, message: str, failed: tuple[Node, ...]) -> None:
        super().__init__(message)
        self.failed = failed


class MachineError(ClubError):
    """dbt failed for something that no model and no row is to blame for: a full disk, or a server that stopped."""
