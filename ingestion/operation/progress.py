"""How runs get on: bars on a terminal, and plain lines where the output goes into a file or to another program."""

import time
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Shown(Protocol):
    """The progress of runs, shown in one way or the other."""

    def __enter__(self) -> Self:
        """Begin to show."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""

    def begin(self, dag_id: str) -> int:
        """Show that a run has begun; return a number for it."""

    def update(self, number: int, done: int, total: int, received: int) -> None:
        """Show how many steps are done, and how many submissions were received."""

    def end(self, number: int, state: str) -> None:
        """Show how a run has ended."""


def shown_on(console: Console) -> Shown:
    """Return bars for a terminal, lines for anything else."""
    return Bars(console) if console.is_terminal else Lines(console)


class Bars:
    """A bar for each run."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.description:<20}"), BarColumn(24),
            TextColumn("{task.completed:>3.0f}/{task.total:.0f} steps"), TimeElapsedColumn(),
            TextColumn("{task.fields[received]}"),
            console=console,
        )  # fmt: skip

    def __enter__(self) -> Self:
        """Begin to show."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the bars as they are."""
        self._progress.stop()

    def begin(self, dag_id: str) -> int:
        """Add a bar."""
        return self._progress.add_task(dag_id, total=1, received="")

    def update(self, number: int, done: int, total: int, received: int) -> None:
        """Move it."""
        words = _received(received)
        self._progress.update(TaskID(number), completed=done, total=max(total, 1), received=words)

    def end(self, number: int, state: str) -> None:
        """Say nothing: the bar is full, or a sentence follows."""


class Lines:
    """A line when a run begins, and one when it has ended."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._runs: list[tuple[str, float]] = []
        self._stand: dict[int, tuple[int, int, int]] = {}

    def __enter__(self) -> Self:
        """Begin to show."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Every line has been written."""

    def begin(self, dag_id: str) -> int:
        """Write that it has begun."""
        self._write(f"{dag_id}: started")
        self._runs.append((dag_id, time.monotonic()))
        return len(self._runs) - 1

    def update(self, number: int, done: int, total: int, received: int) -> None:
        """Keep it for the last line."""
        self._stand[number] = done, total, received

    def end(self, number: int, state: str) -> None:
        """Write how it has ended, after how many steps and seconds."""
        dag_id, started = self._runs[number]
        done, total, received = self._stand.get(number, (0, 0, 0))
        parts = [f"{dag_id}: {state}", f"{done}/{total} steps", f"{time.monotonic() - started:.0f} s"]
        self._write(", ".join(filter(None, [*parts, _received(received)])))

    def _write(self, line: str) -> None:
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)


def _received(number: int) -> str:
    return f"{number:,} submissions received" if number else ""
