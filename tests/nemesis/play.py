"""Play schedules that a seed gives, or one that is written in a file; shrink one that finds something."""

import argparse
import signal
import sys
import time
from pathlib import Path

import structlog
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as given_settings

from tests.nemesis.mutants import MUTANTS, UNCHANGED
from tests.nemesis.points import WELL, begin
from tests.nemesis.schedule import SENDERS, Event, Schedule, as_script, read_script, schedules
from tests.nemesis.steps import prepare
from tests.nemesis.trial import FoundError, Trials
from tests.nemesis.world import World, small_world

_EACH_RETURN = (("check",), ("decide",), ("check", "children"), ("decide", "children"))
KEPT = Path("var") / "faults"
# A schedule for each mutant, in which it shows.
WITHOUT = Path(__file__).with_name("without")


def main() -> int:
    """Play; return 0 if nothing was found."""
    arguments = _arguments()
    # So that what was started is stopped, and the disk unmounted.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with small_world() as world:
        _begin_with_some_returns(world)
        _say_what_is_missing(world)
        if arguments.mutants is not None:
            return 0 if _find_mutants(world, arguments.mutants, arguments) else 1
        trials = Trials(world, MUTANTS[arguments.mutant] if arguments.mutant else UNCHANGED)
        sound = [_play_script(trials, script) for script in arguments.scripts]
        if arguments.schedules:
            sound.append(_search(trials, arguments.seed, arguments.schedules, arguments.kept) is None)
        return 0 if all(sound) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scripts", nargs="*", type=Path, help="files with one schedule each, played first")
    parser.add_argument("--seed", type=int, default=1, help="what schedules are drawn from")
    parser.add_argument("--schedules", type=int, default=300, help="how many are drawn; 0: the scripts alone")
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder for a schedule that finds something")
    parser.add_argument("--mutants", nargs="*", choices=sorted(MUTANTS), help="find these; none named: all")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="play with this one")
    arguments = parser.parse_args()
    if arguments.mutants == []:
        arguments.mutants = sorted(MUTANTS)
    return arguments


def _begin_with_some_returns(world: World) -> None:
    """Take in and build a return of each sender, from which every schedule begins."""
    first = [("deliver", sender, "good-9") for sender in SENDERS] + [("deliver", "dudley", "children-9")]
    for words in (*first, *_EACH_RETURN, ("rebuild",), ("feedback",)):
        step = begin(prepare(Event(words), world.settings), world.settings.home / "first")
        if step.wait() != WELL:
            raise SystemExit(f"{' '.join(words)} failed:\n{step.said()}")
    world.keep_as_pristine()


def _say_what_is_missing(world: World) -> None:
    if world.disk is None:
        print("No file system can be mounted here: no disk will be full.")
    if world.clock is None:
        print("libfaketime is not installed: no clock will be moved.")


def _play_script(trials: Trials, path: Path) -> bool:
    """Play a schedule that is written in a file; return whether it finds nothing."""
    try:
        trials.try_out(read_script(path.read_text(encoding="utf-8")))
    except FoundError as found:
        print(f"{path}: {found}", flush=True)
        return False
    print(f"{path}: nothing was found.", flush=True)
    return True


def _find_mutants(world: World, wanted: list[str], arguments: argparse.Namespace) -> bool:
    """Look for each mutant, first by the schedule that shows it; return whether all were found."""
    missed = []
    for name in wanted:
        print(f"Without: {name}", flush=True)
        trials = Trials(world, MUTANTS[name])
        shown_by = WITHOUT / f"{name.replace(' ', '_')}.txt"
        if shown_by.exists() and not _play_script(trials, shown_by):
            continue
        if _search(trials, arguments.seed, arguments.schedules, arguments.kept, shrinks=False) is None:
            missed.append(name)
    print(f"Not found: {', '.join(missed)}" if missed else "All were found.", flush=True)
    return not missed


def _search(trials: Trials, number: int, most: int, folder: Path, *, shrinks: bool = True) -> int | None:
    """Play schedules; print the shortest that finds something, return how many were played until one did."""
    played, found, began = 0, [], time.monotonic()
    first: int | None = None

    @seed(number)
    @given_settings(
        max_examples=most, database=None, deadline=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink) if shrinks else (Phase.generate,), report_multiple_bugs=False,
    )  # fmt: skip
    @given(schedules())
    def play(schedule: Schedule) -> None:
        nonlocal played, first
        if first is None:
            played += 1
        try:
            trials.try_out(schedule)
        except FoundError as problem:
            first = first or played
            found.append((schedule, str(problem)))
            raise

    try:
        play()
    except FoundError:
        pass
    except BaseException as error:
        if not found:
            raise
        print(f"It did not happen each time: {type(error).__name__}", flush=True)
    seconds = time.monotonic() - began
    if not found:
        print(f"{played} schedules of seed {number} in {seconds:.0f} s: nothing was found.", flush=True)
        return None
    schedule, problem = min(found, key=lambda one: (len(one[0]), len(as_script(one[0]))))
    script = f"# Seed {number}, schedule {first}: {problem.splitlines()[0]}\n{as_script(schedule)}"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"seed-{number}.txt"
    kept.write_text(script, encoding="utf-8")
    print(f"{script}{problem}\nPlay it again: make faults SCRIPT={kept}", flush=True)
    return first


if __name__ == "__main__":
    sys.exit(main())
