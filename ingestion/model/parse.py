"""Parse the dbt project when the product is installed, as into an image: `python -m ingestion.model.parse FOLDER`.

Whoever starts from there builds at once (`CLUB_PARSED`). It needs no database.
"""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from ingestion.model import inputs, readings
from ingestion.model.dbt import QUIETLY, Variable, dbt_options, run_in_child, variables_of
from ingestion.model.dbt_outcome import DbtError, why_it_failed
from ingestion.model.parsed import PARSED
from ingestion.settings import DBT_PROJECT, Settings

# Each room of the road, and the variables with which dbt runs in it.
ROOMS: Mapping[str, Mapping[str, Variable]] = {
    inputs.ROOM: inputs.INTO_NEXT_SCHEMAS,
    readings.ROOM: readings.INTO_READINGS,
}


def parse_rooms(settings: Settings, folder: Path, rooms: Mapping[str, Mapping[str, Variable]] = ROOMS) -> None:
    """Parse the project for each room, and leave nothing else in its folder.

    Raises:
        DbtError: dbt failed.
    """
    for room, variables in rooms.items():
        draft = folder / f"{room}.draft"
        words = ["parse", "--quiet", *dbt_options(draft, DBT_PROJECT, variables_of(settings) | dict(variables))]
        code, run, complaints = run_in_child(words, QUIETLY)
        if code != 0:
            raise DbtError(f"dbt parse failed:\n{why_it_failed(run.printed + complaints)}", ())
        (folder / room / PARSED).parent.mkdir(parents=True, exist_ok=True)
        (draft / PARSED).replace(folder / room / PARSED)
        shutil.rmtree(draft)


if __name__ == "__main__":
    parse_rooms(Settings(), Path(sys.argv[1]))
