"""Write the worked cases as dbt unit tests of a model: `python -m tests.support.scenario_unit_tests`."""

import json
import re
from functools import cache

from ingestion.settings import DBT_PROJECT, SEEDS
from tests.support.children import OWN_SCENARIOS, Scenario, read_rows, scenarios

WRITTEN_TO = DBT_PROJECT / "models" / "intermediate" / "children_looked_after" / "_scenario_unit_tests.yml"
SHORT_BREAKS = ("V1", "V3", "V4")
GIVEN = ("decom", "rne", "ls", "place", "place_provider", "dec", "rec", "urn")

# By which rules the steps of a child are found.
AS_DECIDED = {
    "from_period": "", "before_period": "9999-99", "reading_code": "agreed", "steps_code": "agreed",
    "has_stays": True,
    "non_returning_stay": "counted", "overlong_stay": "ignored", "stay_open_at_year_end": "ignored",
}  # fmt: skip

HEAD = """\
version: 2

# Written by `python -m tests.support.scenario_unit_tests` from the worked cases in dbt_project/tests/scenarios:
# what each episode of a case does to the child's placements. A case is changed there, and never here.
unit_tests:
"""


def unit_tests() -> str:
    """Return the text of the file: one unit test per case that has episodes besides short breaks."""
    cases = scenarios(OWN_SCENARIOS, "a1_placement_count_scenarios")
    return HEAD + "\n".join(filter(None, map(_unit_test, cases)))


def _unit_test(case: Scenario) -> str:
    """Write one case; empty if all its episodes are short breaks, which are in no model after staging."""
    looked_after = [row for row in case.episodes if row["LS"] not in SHORT_BREAKS]
    if not looked_after:
        return ""
    given, expected, period_of_care = [], [], 0
    for number, row in enumerate(looked_after, 1):
        period_of_care += row["RNE"] == "S"
        given.append(
            {
                "authority_code": "dudley", "period_code": case.period, "child_id": case.code,
                "episode_number": number, "period_of_care": period_of_care, "is_first_known": number == 1,
                **{name: row[name.upper()] or None for name in GIVEN},
                "placement_address_id": row["PL_POST"],
            }
        )  # fmt: skip
        expected.append({"episode_number": number, "step": row["expected_step"]})
    words = re.sub("[^a-z0-9]+", "_", case.expected["title"].lower()).strip("_")
    lines = [
        f"  - name: {case.code.lower()}_{words}",
        "    model: int_cla__episode_steps",
        f"    description: {json.dumps(case.expected['why'])}",
        "    overrides: {macros: {is_incremental: false}}",
        "    given:",
        "      - input: ref('int_reading_parts')",
        "        rows:",
        f"          - {json.dumps(AS_DECIDED)}",
        "      - input: ref('placement_types')",
        "        rows:",
        *(
            f"          - {json.dumps(_placement_type(place))}"
            for place in sorted({row["PLACE"] for row in looked_after})
        ),
        "      - input: ref('int_cla__episodes')",
        "        rows:",
        *(f"          - {json.dumps(row)}" for row in given),
        "    expect:",
        "      rows:",
        *(f"        - {json.dumps(row)}" for row in expected),
        "",
    ]
    return "\n".join(lines)


@cache
def _placement_type(place: str) -> dict[str, str | None]:
    """Return the seed's row of one code, with null for empty cells, which dbt would take for text."""
    row = next(row for row in read_rows(SEEDS / "ssda903" / "placement_types.csv") if row["place"] == place)
    return {name: value or None for name, value in row.items()}


if __name__ == "__main__":
    WRITTEN_TO.write_text(unit_tests(), encoding="utf-8")
