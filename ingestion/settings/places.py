"""Where the definitions are, and what a place may be: a folder, or one behind a URI."""

import os
from pathlib import Path
from typing import cast

PROJECT_ROOT = Path(__file__).resolve().parents[2]
# The definitions in a distribution that is installed without a checkout, of which they are a part.
SHIPPED = Path(__file__).resolve().parents[1] / "shipped"
# The club's agreed definitions: the returns, their rules and their models. CLUB_DEFINITIONS tries out a
# changed copy: a folder that holds `ingestion/returns`, `expectations` and `dbt_project` as the checkout does.
DEFINITIONS = Path(os.environ.get("CLUB_DEFINITIONS", SHIPPED if SHIPPED.is_dir() else PROJECT_ROOT)).resolve()
DBT_PROJECT = DEFINITIONS / "dbt_project"
SEEDS = DBT_PROJECT / "seeds"
EXPECTATIONS = DEFINITIONS / "expectations"
RETURNS = DEFINITIONS / "ingestion" / "returns"
DAGS = PROJECT_ROOT / "dags"

MEBIBYTE = 1024 * 1024


def place(said: str) -> Path:
    """Return a folder as an absolute path, or what is behind a URI.

    That is no `Path`, but can be used as one where files are read, listed and removed; they are written by
    `ingestion.outbox`.
    """
    if "://" not in said:
        return Path(said).expanduser().resolve()
    from upath import UPath

    # What another machine has written since is there: nothing is answered from a list that was read before.
    return cast("Path", UPath(said, use_listings_cache=False))
