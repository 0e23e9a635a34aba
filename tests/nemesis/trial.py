"""A trial: a schedule is played undisturbed and disturbed, and both have to come to the same."""

import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.nemesis.looks import look, reader
from tests.nemesis.mutants import UNCHANGED, Mutant
from tests.nemesis.points import KILLED, WELL, WRONG, Step, begin, is_blocked
from tests.nemesis.schedule import Event, Schedule, names
from tests.nemesis.steps import DONE_ALREADY, Deed, prepare
from tests.nemesis.world import World
from tests.support.checksums import checksums

DAY = 86_400
ATTEMPTS = 3
# Waiting sessions but the reader's.
_WAITING = """
select count(*) from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0 and usename <> 'club_analyst'
"""
# The sessions that hold the row of a step.
_LOSE = """
select count(pg_terminate_backend(pid, 5000))
from (
    select distinct pid from pg_locks
    where relation = 'ledger.step'::regclass and mode = 'RowShareLock' and pid <> pg_backend_pid()
) as holders
"""
CHANGING = "read while it changes"


class FoundError(AssertionError):
    """What a schedule must not come to."""


@dataclass
class Played:
    """What a schedule came to: a checksum of each table, the archive, and how many points each step had."""

    tables: dict[str, str | None] = field(repr=False)
    archive: frozenset[str] = field(repr=False)
    points: tuple[int, ...] = ()


class Trials:
    """Trials in one world; what undisturbed runs came to is kept."""

    def __init__(self, world: World, mutant: Mutant = UNCHANGED) -> None:
        self._world = world
        self._mutant = mutant
        self._undisturbed: dict[Schedule, Played] = {}

    def try_out(self, schedule: Schedule) -> None:
        """Play a schedule, undisturbed if it was not yet, and disturbed.

        Raises:
            FoundError: something holds no more, or in the end something is otherwise.
        """
        peaceful = tuple(event.undisturbed() for event in schedule)
        if peaceful not in self._undisturbed:
            self._undisturbed[peaceful] = _Play(self._world, UNCHANGED, ()).play(peaceful)
        expected = self._undisturbed[peaceful]
        try:
            found = _Play(self._world, self._mutant, expected.points).play(schedule)
            _compare(expected, found, schedule)
        except FoundError as problem:
            if self._mutant.shows in str(problem):
                raise


def _compare(expected: Played, found: Played, schedule: Schedule) -> None:
    let_be: set[str] = set()
    if any(event.overlapped for event in schedule):
        # Which returns were checked together is another thing than what was found in them.
        let_be |= {"ledger.rule_result"}
    if CHANGING in names(schedule):
        # There is a version more, which was refused.
        let_be |= {name for name in expected.tables if name.startswith(("ledger.", "raw."))}
        let_be |= {"marts.dim_submission", "marts.fct_finding"}
    otherwise = sorted(
        name
        for name in expected.tables.keys() | found.tables.keys()
        if expected.tables.get(name) != found.tables.get(name) and name not in let_be
    )
    if otherwise:
        raise FoundError(f"otherwise than undisturbed: {', '.join(otherwise)}")
    if expected.archive - found.archive or (CHANGING not in names(schedule) and found.archive - expected.archive):
        raise FoundError("the archive holds other files than undisturbed")


class _Play:
    def __init__(self, world: World, mutant: Mutant, points: tuple[int, ...]) -> None:
        self._world = world
        self._mutant = mutant
        self._points = points
        self._counted: list[int] = []
        self._errors = Path(world.settings.home).parent / "errors"
        self._errors.mkdir(exist_ok=True)
        self._turn = 0
        self._clock = 0
        self._of_no_build: Callable[[], list[str]] = list

    def play(self, schedule: Schedule) -> Played:
        world = self._world
        world.begin_anew()
        if self._mutant.statements:
            with world.server.admin() as admin:
                for statement in self._mutant.statements:
                    admin.execute(statement)
        with reader(world.settings, self._errors / "reader") as self._of_no_build:
            at = 0
            while at < len(schedule):
                at += self._take(schedule, at)
                self._look()
            self._settle()
            self._look()
        archived = frozenset(path.name for path in world.settings.archive.rglob("*") if path.is_file())
        return Played(checksums(world.settings), archived, tuple(self._counted))

    def _look(self) -> None:
        self._world.start()
        if found := look(self._world.settings) + self._of_no_build():
            raise FoundError("; ".join(found))

    def _take(self, schedule: Schedule, at: int) -> int:
        """Take the next event, with those that are in it; return how many these are."""
        event = schedule[at]
        inner = schedule[at + 1 : at + 1 + event.overlapped]
        if any(event.words[:2] == each.words[:2] and each.words[0] == "deliver" for each in inner):
            inner = ()  # who sends again while the files are being read has changed them
        deed = prepare(event, self._world.settings)
        point = event.place.among(self._points[at]) if self._points and self._points[at] else 0
        if not point or not (event.disturbance or inner):
            self._do(deed, counted=True)
            return 1
        if inner:
            self._with_others_in_it(deed, point, inner)
        else:
            self._disturb(deed, point)
        return 1 + len(inner)

    def _settle(self) -> None:
        """Do in plain what Airflow would do tomorrow."""
        self._clock = max(self._clock, 0) + 3600
        self._world.set_clock(self._clock)
        self._do(Deed(Event(("settle",)), self._world.settings))

    def _begin(self, deed: Deed, at: int | None = None, number: signal.Signals = signal.SIGSTOP) -> Step:
        self._turn += 1

        def work() -> None:
            self._mutant.apply()
            deed()

        return begin(work, self._errors / f"{self._turn % 40:02}", at, number)

    def _end(self, step: Step, deed: Deed, *, may_fail: bool = True) -> bool:
        """Wait for the end of a step; return whether what it does is done."""
        code = step.wait()
        if code == WELL or (code != KILLED and any(word in step.said() for word in DONE_ALREADY)):
            return True
        if code == WRONG or not may_fail:
            raise FoundError(f"{' '.join(deed.event.words)} ended with\n{step.said()}")
        return False

    def _do(self, deed: Deed, *, counted: bool = False) -> None:
        """Do it in plain, until it is done."""
        for attempt in range(ATTEMPTS):
            self._world.start()
            step = self._begin(deed)
            if self._end(step, deed, may_fail=attempt + 1 < ATTEMPTS):
                break
        if counted:
            self._counted.append(step.counter.value)

    def _do_others(self, first: Step, deeds: list[Deed]) -> None:
        """Do these while the first step is stopped; where one waits for it, it goes on."""
        for deed in deeds:
            step = self._begin(deed)
            with self._world.server.admin() as admin:
                waits = is_blocked(step, lambda: admin.execute(_WAITING).fetchone() != (0,))
            if waits:
                first.go_on()
                first.wait()
            self._end(step, deed)

    def _with_others_in_it(self, deed: Deed, point: int, inner: Schedule) -> None:
        step = self._begin(deed, point)
        step.until_it_rests()
        others = []
        for event in inner:
            other = prepare(event, self._world.settings)
            self._do_others(step, [other])
            others.append(other)
        step.go_on()
        if not self._end(step, deed):
            self._do(deed)
        for other in others:
            self._do(other)

    def _disturb(self, deed: Deed, point: int) -> None:
        kind = deed.event.disturbance
        if kind == "killed":
            step = self._begin(deed, point, signal.SIGKILL)
            if not self._end(step, deed):
                self._look()
                self._do(deed)
            return
        step = self._begin(deed, point)
        if step.until_it_rests():
            _MEANWHILE[kind](self, step, deed)
        step.go_on()
        is_done = self._end(step, deed)
        self._world.make_room()
        if kind == CHANGING and deed.event.words[0] == "deliver":
            prepare(deed.event, self._world.settings)
            is_done = False
        self._look()
        if not is_done:
            self._do(deed)

    def double(self, step: Step, deed: Deed) -> None:
        self._do_others(step, [deed])

    def orphan(self, step: Step, deed: Deed) -> None:
        """Its lock is lost, and it does not know; a second copy takes the step."""
        with self._world.server.admin() as admin:
            admin.execute(_LOSE)
        self._do_others(step, [deed])

    def fill(self, *_: object) -> None:
        self._world.fill_disk()

    def set_clock(self, seconds: int) -> None:
        self._clock = seconds
        self._world.set_clock(seconds)

    def lose_server(self, *, in_order: bool) -> None:
        if in_order:
            self._world.server.stop()
        else:
            self._world.server.kill()
        self._world.start()

    def change_files(self, deed: Deed) -> None:
        if deed.event.words[0] == "deliver":
            for path in (Path(self._world.settings.landing) / deed.event.words[1]).rglob("*.csv"):
                with path.open("a") as file:
                    file.write("more,7\n")


_MEANWHILE: dict[str, Callable[[_Play, Step, Deed], None]] = {
    "doubled": _Play.double,
    "orphaned": _Play.orphan,
    "short of disk": _Play.fill,
    "set back a day": lambda play, *_: play.set_clock(-DAY),
    "set forward a day": lambda play, *_: play.set_clock(DAY),
    "without its server": lambda play, *_: play.lose_server(in_order=False),
    "without its server, stopped in order": lambda play, *_: play.lose_server(in_order=True),
    CHANGING: lambda play, _, deed: play.change_files(deed),
}
