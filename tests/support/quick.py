"""Quick checks of a change: `make quick` lints the changed files, and runs unit tests and tests of their rooms.

Files are changed if they differ from where the branch left main: committed, not committed, or unknown to git. All
unit tests run; of the tests with a database, those of the rooms that were touched.
"""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from ingestion.settings import PROJECT_ROOT

MAIN = ("origin/main", "main")
BIN = Path(sys.executable).parent
TYPED = ("ingestion/", "reporting/", "samples/")
LINTED_SQL = ("dbt_project/models/", "dbt_project/tests/", "dbt_project/analyses/", "expectations/")

# Files of a room (`*` is any folders), and the modules of tests/integration that show soonest that it is broken.
# Every module begins with a warehouse with all models built without returns, so each one shows a broken model.
ROOMS: dict[str, tuple[str, ...]] = {
    "dbt_project/macros/*": ("statistics", "drivers"),
    "dbt_project/macros/changes.sql": ("children",),
    "dbt_project/materializations/*": ("incremental", "what_a_build_keeps"),
    "dbt_project/models/*": ("deciding",),
    "dbt_project/models/*/children_looked_after/*": ("scenarios",),
    "dbt_project/models/*/control_totals/*": ("control_totals",),
    "dbt_project/models/*/cost_and_outcome/*": ("cost_and_outcome",),
    "dbt_project/models/*/disclosure/*": ("disclosure",),
    "dbt_project/models/*/drivers/*": ("drivers",),
    "dbt_project/models/*/packs/*": ("packs",),
    "dbt_project/models/*/quality/*": ("quality",),
    "dbt_project/models/*/quiz/*": ("quiz",),
    "dbt_project/models/*/tidy/*": ("packs",),
    "dbt_project/models/sharing/*": ("disclosure",),
    "dbt_project/seeds/*": ("rules",),
    "dbt_project/tests/*": ("deciding",),
    "expectations/intake/*": ("bad_files",),
    "expectations/pss_ex1/*": ("rules",),
    "expectations/pss_ex1_totals/*": ("national",),
    "expectations/published/*": ("published_returns",),
    "expectations/ssda903/*": ("episode_rules", "ssda903_rules_of_children_and_health"),
    "ingestion/backup/*": ("backup", "runbook"),
    "ingestion/check/*": ("checking", "rules", "self_check"),
    "ingestion/collect/*": ("registering", "bad_files", "national"),
    "ingestion/decide.py": ("deciding",),
    "ingestion/feedback/*": ("feedback", "person_feedback"),
    "ingestion/lineage/*": ("lineage",),
    "ingestion/mail/*": ("mail",),
    "ingestion/model/*": ("statistics", "drivers"),
    "ingestion/operation/*": ("self_check",),
    "ingestion/outbox/*": ("feedback",),
    "ingestion/readers/*": ("bad_files",),
    "ingestion/retention.py": ("person_feedback",),
    "ingestion/returns/*": ("checking",),
    "ingestion/settings/*": ("server",),
    "ingestion/templates/*": ("a_return_is_named_once",),
    "ingestion/warehouse/*": ("database", "server"),
    "reporting/definitions/*": ("quiz",),
    "reporting/packs/*": ("packs",),
    "reporting/quiz/*": ("quiz",),
    "samples/*": ("checking",),
    "tests/conftest.py": ("deciding",),
    "tests/support/warehouses.py": ("deciding", "server"),
}


def main() -> int:
    """Check what changed; return the number of checks that failed."""
    changed = sorted(changed_files())
    print(f"{len(changed)} changed files")
    failed = [words for words in checks(changed) if not _passes(words)]
    for words in failed:
        print(f"failed: {' '.join(words)}")
    return len(failed)


def changed_files() -> set[str]:
    """Return the files that differ from main and still exist, as paths from the project's root."""
    base = next(filter(None, (_git("merge-base", "HEAD", main) for main in MAIN)), ["HEAD"])[0]
    found = _git("diff", "--name-only", base) + _git("ls-files", "--others", "--exclude-standard")
    return {name for name in found if (PROJECT_ROOT / name).is_file()}


def checks(changed: Iterable[str]) -> Iterator[list[str]]:
    """Yield the commands that check these files, the quickest first."""
    python = [name for name in changed if name.endswith(".py")]
    sql = [name for name in changed if name.endswith(".sql") and name.startswith(LINTED_SQL)]
    if python:
        yield [str(BIN / "ruff"), "check", *python]
        yield [str(BIN / "ruff"), "format", "--check", *python]
    if any(name.startswith(TYPED) for name in python):
        yield [str(BIN / "mypy")]
    if sql:
        yield [str(BIN / "sqlfluff"), "lint", "--processes", "2", *sql]
    if any(name.startswith("dbt_project/") for name in changed):
        project = str(PROJECT_ROOT / "dbt_project")
        kept = str(PROJECT_ROOT / "var" / "dbt" / "lint")
        yield [
            str(BIN / "dbt"), "--quiet", "parse",
            "--project-dir", project, "--profiles-dir", project, "--target-path", kept,
        ]  # fmt: skip
    yield [
        sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder",
        *sorted({*modules_of(changed), "tests/unit"}),
    ]  # fmt: skip


def modules_of(changed: Iterable[str]) -> set[str]:
    """Return the test modules with a database for these files: changed ones, and those of the rooms touched."""
    found = set()
    for name in changed:
        if name.startswith("tests/integration/test_"):
            found.add(name)
        for room, modules in ROOMS.items():
            if fnmatchcase(name, room):
                found |= {f"tests/integration/test_{module}.py" for module in modules}
    return found


def _git(*arguments: str) -> list[str]:
    """Return the lines that git prints; none where it fails."""
    done = subprocess.run(["git", *arguments], cwd=PROJECT_ROOT, capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else []


def _passes(words: list[str]) -> bool:
    start = time.monotonic()
    done = subprocess.run(words, cwd=PROJECT_ROOT)
    print(f"{time.monotonic() - start:6.1f} s  {' '.join(words)[:100]}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
