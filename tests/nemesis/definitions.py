"""Definitions of a club that is as small as can be, with the macros, models of the ledger and catalogue of ours.

A build of the project's own models takes seconds, most of them dbt's for its many nodes. What a build locks,
fences, quarantines and lets change places is the same with a dozen.
"""

import shutil
from pathlib import Path

from ingestion.settings import PROJECT_ROOT

SMALL = Path(__file__).with_name("club")
# Of our own models: what they take from the ledger, and what readers see of it.
MODELS = (
    "staging/sources.yml",
    "staging/ledger/stg_ledger__findings.sql", "staging/ledger/stg_ledger__spells.sql",
    "staging/ledger/stg_ledger__submission_files.sql", "staging/ledger/stg_ledger__submissions.sql",
    "marts/build/build.sql", "marts/core/dim_submission.sql", "marts/core/fct_finding.sql",
)  # fmt: skip
OWN_RULES = ("pss_ex1", "ssda903")


def make_definitions(folder: Path) -> Path:
    """Put the small definitions into a folder, for `CLUB_DEFINITIONS` to name; return the same folder."""
    project, ours = folder / "dbt_project", PROJECT_ROOT / "dbt_project"
    for name in ("models", "tests"):
        shutil.copytree(SMALL / name, project / name)
    for name in MODELS:
        (project / "models" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ours / "models" / name, project / "models" / name)
    for name in ("macros", "materializations"):
        shutil.copytree(ours / name, project / name)
    shutil.copy(ours / "profiles.yml", project)
    shutil.copy(SMALL / "dbt_project.yml", project)
    (project / "seeds").symlink_to(ours / "seeds")
    # The worked cases are items of the quiz.
    (project / "tests" / "scenarios").symlink_to(ours / "tests" / "scenarios")
    (folder / "ingestion").mkdir()
    (folder / "ingestion" / "returns").symlink_to(PROJECT_ROOT / "ingestion" / "returns")
    shutil.copytree(SMALL / "expectations", folder / "expectations")
    rules = PROJECT_ROOT / "expectations"
    for path in rules.iterdir():
        if path.name not in OWN_RULES:
            (folder / "expectations" / path.name).symlink_to(path)
    (folder / "expectations" / "ssda903" / "tables").symlink_to(rules / "ssda903" / "tables")
    return folder
