"""Sample returns: a landing zone of invented figures, the same bytes for the same seed on every machine.

Every figure is made up. Labels, columns and formulas are those of the form, from the layout seeds. All column
formulas and line totals hold, every item is filled, and prices and quantities are plausible, except where a
sample is faulty on purpose (`DEFECTS` says what and why):

- Coventry 2006-07: both HH1 hours are `..`, so home care has no cost per hour.
- Walsall 2007-08: own provision of the older people's total is 9 more than its lines add up to. The rest of
  that line and the totals above it are computed from the wrong figure.
- Herefordshire 2006-07: day care of older people is in pounds; the totals are in thousands.
- Telford and Wrekin 2007-08: no spend file.
- Sandwell 2007-08: days in homes provided by others are `n/k`.
- Dudley 2007-08: fostering costs 40 % more than the year before.
- Of the entries of good practice three have a slip (`good_practice.DEFECTS`).

Two entries of good practice are followed by figures that move for good (`published.MOVED_FOR_GOOD`).

What departments answer to the questionnaire, and what is wrong with that, is in `questionnaire`, the answers to
the quiz in `definition_quiz`; the children of the child level return, and what can be wrong with them, are in
`ssda903`.
"""

from collections.abc import Sequence
from pathlib import Path

from ingestion.errors import ClubError
from samples import adult_unit_costs, asc_fr
from samples.defects import DEFECTS, SampleDefect
from samples.definition_quiz import write_quiz
from samples.deflators import RELEASE as DEFLATORS_RELEASE
from samples.deflators import deflator_rows
from samples.figures import Figures
from samples.form import form_of, known_periods
from samples.good_practice import write_good_practice
from samples.members import Member, members
from samples.national import COLLECTION, write_collection
from samples.national_numbers import neighbour_rows, number_rows, placement_rows, population_rows
from samples.national_spending import FORMS, spending_rows
from samples.outcomes import RELEASE as OUTCOMES_RELEASE
from samples.outcomes import direction_rows, outcome_rows
from samples.published import dictionary_rows, lait_rows, stability_rows
from samples.questionnaire import write_questionnaire_samples
from samples.ssda903 import write_child_samples
from samples.tables import table_rows, write_csv
from samples.unit_costs import PERIOD as UNIT_COSTS_PERIOD
from samples.unit_costs import unit_cost_rows

__all__ = ["DEFECTS", "SampleDefect", "write_child_samples", "write_national_samples", "write_samples"]

WINDOWS = "windows-1252"  # what the outturn tables are written in


def write_samples(
    folder: Path, *, seed: int = 1999, periods: tuple[str, ...] = ("2006-07", "2007-08")
) -> list[Path]:
    """Write a landing zone of invented returns and national statistics; return the files written, in order.

    Raises:
        ClubError: the folder already holds files, or a period has no layout.
    """
    _refuse_filled(folder)
    _refuse_unknown(periods)
    written = []
    for period in periods:
        for member in members():
            written += _write_return(folder / member.code / "pss_ex1" / period, seed, member, period)
    written += _write_published(folder / "_published" / "dfe", seed)
    outcomes = folder / "_published" / "nhs_digital" / "ascof" / OUTCOMES_RELEASE
    written.append(write_csv(outcomes / "ascof.csv", outcome_rows(seed)))
    written.append(write_csv(outcomes / "measure_direction.csv", direction_rows()))
    deflators = folder / "_published" / "hm_treasury" / "gdp_deflators" / DEFLATORS_RELEASE
    written.append(write_csv(deflators / "gdp_deflators.csv", deflator_rows(seed)))
    if UNIT_COSTS_PERIOD in periods:
        path = folder / "_published" / "nhs_ic" / "pss_unit_costs" / UNIT_COSTS_PERIOD / "unit_costs.csv"
        written.append(write_csv(path, unit_cost_rows(seed)))
    written += _write_adult_unit_costs(folder / "_published", seed)
    written += write_quiz(folder, seed)
    written += write_good_practice(folder)
    written += write_questionnaire_samples(folder, seed)
    return sorted(written)


def _write_published(folder: Path, seed: int) -> list[Path]:
    numbers, outturn = "cla_number_and_rate_per_10k_children", "s251_outturn"
    placements, population = "la_cla_during_year_new_placements", "ons_mid_year_population_estimates"
    return [
        *(
            write_csv(folder / dataset / release / f"{name}.csv", rows(seed))
            for dataset, release, name, rows in (
                ("la_cla_placement_stability", "2025", "la_cla_placement_stability", stability_rows),
                (placements, "2025", placements, placement_rows),
                (population, "2024", population, population_rows),
                ("sn_model", "2025", "sn_model_wide", neighbour_rows),
                ("lait", "2025", "lait", lait_rows),
                ("lait", "2025", "lait_data_dictionary", dictionary_rows),
            )
        ),
        *(
            write_csv(folder / numbers / release / f"{numbers}.csv", number_rows(seed, release))
            for release in ("2024", "2025")
        ),
        *(
            write_csv(folder / outturn / period / "outturn.csv", spending_rows(seed, period), WINDOWS)
            for period in FORMS
        ),
    ]


def _write_adult_unit_costs(folder: Path, seed: int) -> list[Path]:
    unit_costs = folder / "nhs_ic" / adult_unit_costs.RETURN
    finance_return = folder / "hscic" / asc_fr.RETURN / asc_fr.PERIOD
    return [
        *(
            write_csv(unit_costs / period / "unit_costs.csv", adult_unit_costs.sheet_rows(seed, period), encoding)
            for period, encoding in adult_unit_costs.ENCODINGS.items()
        ),
        *(
            write_csv(unit_costs / period / "activity.csv", adult_unit_costs.activity_rows(seed, period), encoding)
            for period, encoding in adult_unit_costs.ENCODINGS.items()
        ),
        *(write_csv(finance_return / f"{name}.csv", rows(seed), WINDOWS) for name, rows in asc_fr.SHEETS.items()),
    ]


def write_national_samples(
    folder: Path,
    *,
    seed: int = 1999,
    periods: tuple[str, ...] = ("2006-07", "2007-08"),
    councils: Sequence[str] | None = None,
) -> list[Path]:
    """Write national collections of invented figures, of these councils or of all; return the files, in order.

    Raises:
        ClubError: there is a national collection already, or a period has no layout.
    """
    _refuse_filled(folder / COLLECTION)
    _refuse_unknown(periods)
    return sorted(path for period in periods for path in write_collection(folder, seed, period, councils))


def _write_return(folder: Path, seed: int, member: Member, period: str) -> list[Path]:
    form, figures = form_of(period), Figures(seed, member, int(period[:4]))
    return [write_csv(folder / f"{name}.csv", rows) for name, rows in table_rows(form, figures).items()]


def _refuse_filled(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ClubError(f"{folder} is a file; give a folder for the samples.")
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    if found:
        raise ClubError(
            f"{folder} already holds files ({found[0].relative_to(folder)}, {len(found)} in all). "
            "Samples are written into an empty folder only, never among real returns; give another one."
        )


def _refuse_unknown(periods: tuple[str, ...]) -> None:
    for period in periods:
        if period not in known_periods():
            raise ClubError(f"There is no form for '{period}'; known are {', '.join(known_periods())}.")
