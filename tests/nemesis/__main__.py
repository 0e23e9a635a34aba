"""Play schedules: `make faults`, `make faults SEED=7`, or `python -m tests.nemesis --script FILE`.

The small definitions are made here, and the play begun with them.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ingestion.settings import PROJECT_ROOT
from tests.nemesis.definitions import make_definitions


def main() -> int:
    """Begin a play with these arguments in an environment of its own; return its exit code."""
    with tempfile.TemporaryDirectory(prefix="club-nemesis-") as name:
        definitions = make_definitions(Path(name) / "definitions")
        environment = os.environ | {"CLUB_DEFINITIONS": str(definitions)}
        return subprocess.run(
            [sys.executable, "-m", "tests.nemesis.play", *sys.argv[1:]], env=environment, cwd=PROJECT_ROOT
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
