"""The worked cases of counting children: what is told of an invented child, and what it counts by each reading.

They are the tests of the counting models, and the questions of the quiz: dbt_project/tests/scenarios. How many
placements a child had is asked for A1, whether it has long been in the same one for D35.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from ingestion.days import day_in_words
from ingestion.errors import ClubError
from ingestion.seeds import seed_rows
from ingestion.settings import DBT_PROJECT

FOLDER = DBT_PROJECT / "tests" / "scenarios"
PLACEMENTS, LONG_TERM = "a1_placement_count_scenarios", "ni63_long_term_scenarios"
# What a child is for D35, by whether it is in the denominator and in the numerator.
STABILITY = {("0", "0"): "excluded", ("1", "0"): "moved", ("1", "1"): "stable"}
# Reasons of an end that are none: the episode lasts, or the next one follows on the same day.
GOES_ON = ("", "X1")
LETTERS = "ABCDEFGH"


@dataclass(frozen=True)
class WorkedCase:
    """A case: an invented child, its year, and how it counts.

    Attributes:
        indicator: the indicator that it is a question about.
        counted_for: the year or the day, in words, with the child's date of birth where the count hangs on it.
        answer: the count as the club has decided.
        otherwise: other counts, each by the one decision that makes it when it is taken otherwise,
            `min_days=0`. What is not named counts as decided, whatever else is decided.
        episodes: what is recorded of the child, in the codes of its return.
    """

    code: str
    indicator: str
    title: str
    year_end: date
    counted_for: str
    answer: str
    otherwise: dict[str, str]
    why: str
    rule_basis: str
    ambiguity: str
    episodes: tuple[dict[str, str], ...]


@cache
def worked_cases() -> dict[str, WorkedCase]:
    """Read every case, by its code, in the order of the files."""
    placements = (_of_placements(*each) for each in _told(PLACEMENTS))
    long_term = (_of_long_term(*each) for each in _told(LONG_TERM))
    return {case.code: case for case in (*placements, *long_term)}


def _of_placements(row: dict[str, str], episodes: tuple[dict[str, str], ...]) -> WorkedCase:
    year_end = date.fromisoformat(row["year_end"])
    return WorkedCase(
        code=row["scenario_id"],
        indicator="A1",
        title=row["title"],
        year_end=year_end,
        counted_for=f"1 April {year_end.year - 1} to 31 March {year_end.year}",
        answer=row["expected_placements_england_24h"],
        otherwise=stated_otherwise(row["expected_placements_otherwise"]),
        why=row["why"],
        rule_basis=row["rule_basis"],
        ambiguity=row["ambiguity"],
        episodes=episodes,
    )


def _of_long_term(row: dict[str, str], episodes: tuple[dict[str, str], ...]) -> WorkedCase:
    day = date.fromisoformat(row["snapshot_date"])
    born = date.fromisoformat(row["DOB"])
    return WorkedCase(
        code=row["scenario_id"],
        indicator="D35",
        title=row["title"],
        year_end=day,
        counted_for=f"{day_in_words(day)}; born on {day_in_words(born)}",
        answer=STABILITY[row["in_denominator"], row["in_numerator"]],
        otherwise=stated_otherwise(row["expected_otherwise"]),
        why=row["why"],
        rule_basis="",
        ambiguity=row["ambiguity"],
        episodes=episodes,
    )


def _told(name: str) -> Iterator[tuple[dict[str, str], tuple[dict[str, str], ...]]]:
    """Yield the row of each case of a kind, and its episodes."""
    episodes = defaultdict(list)
    for row in _rows(f"{name}_episodes.csv"):
        episodes[row["scenario_id"]].append(row)
    for row in _rows(f"{name}.csv"):
        yield row, tuple(episodes[row["scenario_id"]])


def cases_as_items(asked: dict[str, Any], fields: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield cases as items of a form, in the order of the sections that name them.

    Args:
        asked: the `sections`, each with its title and the codes of its `cases`; the `answers`, by indicator, that
            a case takes; and the seed that says what the codes of the return mean.
        fields: what is answered to every case besides.

    Raises:
        ClubError: a section names a case that there is not.
    """
    for section in asked["sections"]:
        for code in section["cases"]:
            if code not in worked_cases():
                raise ClubError(f"There is no worked case '{code}'; known are {', '.join(worked_cases())}.")
            case = worked_cases()[code]
            answers = [asked["answers"][case.indicator], *fields]
            yield _as_item(case, section["title"], answers, asked["meanings"])


def _as_item(case: WorkedCase, section: str, fields: list[dict[str, Any]], meanings: str) -> dict[str, Any]:
    episodes = list(episodes_in_words(case, meanings))
    told = "\n".join(map(_sentence, episodes))
    return {
        "code": case.code,
        "section": section,
        "versions": [{"wording": f"{case.title}. Counted for {case.counted_for}.\n{told}", "fields": fields}],
        "title": case.title,
        "indicator": case.indicator,
        "year_end": case.year_end.isoformat(),
        "counted_for": case.counted_for,
        "key": case.answer,
        "otherwise": case.otherwise,
        "why": case.why,
        "rule_basis": case.rule_basis,
        "episodes": episodes,
    }


def _sentence(episode: dict[str, str]) -> str:
    until = f"to {episode['ends']}" if episode["ends"] else "still there"
    ended = f" Ended: {episode['why_it_ends']}." if episode["why_it_ends"] else ""
    where = f"{episode['where']}; {episode['legal_status']}"
    return f"{episode['begins']} {until}: {where}. Recorded as: {episode['why_it_begins']}.{ended}"


def stated_otherwise(text: str) -> dict[str, str]:
    """Read `min_days=0: 3; opening_day=excluded: 1` as the count by each decision."""
    return dict(answer.split(": ") for answer in text.split("; ") if answer)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def episodes_in_words(case: WorkedCase, meanings: str) -> Iterator[dict[str, str]]:
    """Say what each episode is, without a code; places are told apart by letters, as they are no real ones."""
    means, rows = _meanings(meanings), case.episodes
    addresses = list(dict.fromkeys(row["PL_POST"] for row in rows))
    homes = list(dict.fromkeys(row["URN"] for row in rows if row["URN"]))
    for row in rows:
        home = f", home {homes.index(row['URN']) + 1}" if len(homes) > 1 and row["URN"] else ""
        address = LETTERS[addresses.index(row["PL_POST"])]
        yield {
            "begins": row["DECOM"],
            "ends": row["DEC"],
            "why_it_begins": means["RNE", row["RNE"]],
            "where": f"{means['PLACE', row['PLACE']]} (address {address}{home})",
            "legal_status": means["LS", row["LS"]],
            "why_it_ends": "" if row["REC"] in GOES_ON else means["REC", row["REC"]],
        }


@cache
def _meanings(seed: str) -> dict[tuple[str, str], str]:
    return {(row["codeset"], row["code"]): row["meaning"] for row in seed_rows(seed)}
