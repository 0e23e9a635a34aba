"""The sample returns: repeatable, consistent to the last cell, and faulty only where they say so."""

import csv
import hashlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from ingestion.authorities import find_authority, find_total
from ingestion.collect.landing import deliveries, senders
from ingestion.collect.reading import read_delivery, take_bytes
from ingestion.errors import ClubError
from ingestion.readers.csv import read_csv
from ingestion.returns.catalogue import ReturnLayout, TableLayout, catalogue, published_returns
from ingestion.returns.published.figures import as_record
from ingestion.settings import SEEDS, Settings
from samples import DEFECTS, write_national_samples, write_samples
from samples.form import Form, Term, form_of

PERIODS = tuple(f"{year}-{(year + 1) % 100:02}" for year in range(2000, 2008))
REAL = Path(os.environ.get("CLUB_REAL_RETURNS", "/work/shared/data/landing"))
REFERENCE = (SEEDS / "reference/authorities.csv").read_text(encoding="utf-8").splitlines()
AUTHORITIES = sorted(row["authority_code"] for row in csv.DictReader(REFERENCE) if row["is_member"] == "true")

Spend = dict[str, dict[str, int]]  # line code to amount code to figure


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("landing")
    write_samples(folder, periods=PERIODS)
    return folder


def rows_of(folder: Path, authority: str, period: str, table: str) -> list[list[str]]:
    path = folder / authority / "pss_ex1" / period / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@cache
def layout(name: str, period: str) -> list[dict[str, str]]:
    """The seed itself, so that a row lost on the way into the samples is missed."""
    with (SEEDS / "pss_ex1" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["period_code"] == period]


def has_spend(authority: str, period: str) -> bool:
    return (authority, period) != ("telford-and-wrekin", "2007-08")


def all_spend(samples: Path) -> Iterator[tuple[str, str, Spend]]:
    for authority in AUTHORITIES:
        for period in PERIODS:
            if has_spend(authority, period):
                yield authority, period, spend_of(samples, authority, period)


def spend_of(samples: Path, authority: str, period: str) -> Spend:
    form = form_of(period)
    codes = {row["line_code"] for row in layout("pss_ex1_lines", period)}
    return {
        row[0]: {
            column.amount_code: int(row[column.number - 1]) for column in form.columns if row[column.number - 1]
        }
        for row in rows_of(samples, authority, period, "spend")
        if row[0] in codes
    }


def by_service(form: Form, spend: Spend, service: str) -> dict[str, int]:
    return spend[next(line.code for line in form.lines if line.service_code == service)]


def activity_of(samples: Path, authority: str, period: str) -> dict[str, str]:
    """Item code to figure, found as the warehouse finds it: by tidied label and its turn from the top."""
    seen: Counter[str] = Counter()
    found = {}
    codes = {(row["label"], int(row["occurrence"])): row["item_code"] for row in layout("pss_ex1_items", period)}
    for row in rows_of(samples, authority, period, "activity"):
        label = " ".join(row[0].lower().split())
        seen[label] += 1
        if (label, seen[label]) in codes:
            found[codes[label, seen[label]]] = row[1]
    return found


def total_of(terms: tuple[Term, ...], figures: dict[str, int]) -> int:
    return sum(term.sign * figures[term.name] for term in terms)


def wrong_columns(form: Form, spend: Spend) -> list[tuple[str, str]]:
    """Line and column of every computed cell that its formula does not give."""
    wrong = []
    for line_code, amounts in spend.items():
        letters = {column.letter: amounts.get(column.amount_code) for column in form.columns}
        for column in form.columns:
            if not column.terms or any(letters[term.name] is None for term in column.terms):
                continue
            if total_of(column.terms, letters) != amounts[column.amount_code]:
                wrong.append((line_code, column.amount_code))
    return wrong


def wrong_totals(form: Form, spend: Spend) -> dict[tuple[str, str], int]:
    """Service and column of every total that is not the sum of its lines, and how far it is out."""
    wrong = {}
    for line in form.lines:
        if not line.terms:
            continue
        for amount_code, stated in spend[line.code].items():
            due = sum(term.sign * spend[term.name][amount_code] for term in line.terms)
            if stated != due:
                wrong[line.service_code, amount_code] = stated - due
    return wrong


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.csv")
    }


# Repeatable


def test_the_same_seed_gives_the_same_bytes(samples: Path, tmp_path: Path) -> None:
    write_samples(tmp_path, periods=PERIODS)
    assert hashes(tmp_path) == hashes(samples)


def test_a_year_is_the_same_whatever_other_years_are_asked_for(samples: Path, tmp_path: Path) -> None:
    write_samples(tmp_path, periods=("2007-08",))
    every_year = hashes(samples)
    alone = hashes(tmp_path)
    assert alone == {name: every_year[name] for name in alone}


def test_another_seed_gives_other_figures(samples: Path, tmp_path: Path) -> None:
    write_samples(tmp_path, seed=2000, periods=("2006-07",))
    every_year = hashes(samples)
    same = {name for name, digest in hashes(tmp_path).items() if every_year[name] == digest}
    # Words and sizes, no figures.
    assert {Path(name).name for name in same} == {
        "good_practice.csv",
        "lait_data_dictionary.csv",
        "measure_direction.csv",
        "sn_model_wide.csv",
    }


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_neither_hash_order_nor_the_machines_habits_matter(tmp_path: Path, samples: Path, hash_seed: str) -> None:
    program = "import sys; from pathlib import Path; from samples import write_samples as write; "
    habits = {"PYTHONHASHSEED": hash_seed, "LC_ALL": "C", "PYTHONUTF8": "0", "TZ": "Pacific/Kiritimati"}
    subprocess.run(
        [sys.executable, "-c", program + "write(Path(sys.argv[1]))", str(tmp_path)],
        env=os.environ | habits,
        check=True,
    )
    every_year = hashes(samples)
    assert hashes(tmp_path) == {name: every_year[name] for name in hashes(tmp_path)}


def test_the_default_is_two_years_and_good_practice_of_fourteen_authorities_and_twenty_three_publications(
    tmp_path: Path,
) -> None:
    written = write_samples(tmp_path)
    assert written == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    returns, quizzes, questionnaires, practice, publications = 14 * 2 * 2 - 1, 14 * 2 - 1, 14, 14, 23
    assert len(written) == returns + quizzes + questionnaires + practice + publications


# The form


@pytest.mark.parametrize("period", PERIODS)
def test_every_item_of_the_layout_is_there_with_a_figure(samples: Path, period: str) -> None:
    codes = {row["item_code"] for row in layout("pss_ex1_items", period)}
    assert len(codes) > 80
    declared = {place for defect in DEFECTS for place in defect.places}
    for authority in AUTHORITIES:
        items = activity_of(samples, authority, period)
        assert set(items) == codes, authority
        assert not [code for code, figure in items.items() if not figure.isdigit() and code not in declared]


@pytest.mark.parametrize("period", PERIODS)
def test_the_activity_table_has_no_label_that_could_be_taken_for_an_item(samples: Path, period: str) -> None:
    labels = Counter(row["label"] for row in layout("pss_ex1_items", period))
    rows = rows_of(samples, "dudley", period, "activity")
    found = Counter(" ".join(row[0].lower().split()) for row in rows)
    assert {label: found[label] for label in labels} == dict(labels)


@pytest.mark.parametrize("period", PERIODS)
def test_every_line_and_column_of_the_layout_is_there(samples: Path, period: str) -> None:
    lines = {row["line_code"]: row["service_code"] for row in layout("pss_ex1_lines", period)}
    net_only = ("supported_employment", "other_non_pss", "specific_government", "actual_total")
    columns = {row["amount_code"] for row in layout("pss_ex1_columns", period)}
    for authority in AUTHORITIES:
        if has_spend(authority, period):
            spend = spend_of(samples, authority, period)
            assert set(spend) == set(lines)
            for line_code, amounts in spend.items():
                only_net = lines[line_code].startswith(net_only)
                assert set(amounts) == ({"net_total_cost"} if only_net else columns)


@pytest.mark.parametrize("period", PERIODS)
def test_the_name_stands_where_the_form_has_it(samples: Path, period: str) -> None:
    for table, (line, column) in form_of(period).name_cells.items():
        for authority in AUTHORITIES:
            if table == "spend" and not has_spend(authority, period):
                continue
            cell = rows_of(samples, authority, period, table)[line - 1][column - 1]
            found = find_authority(cell.removeprefix("PSS EX1 Return for 2000-2001"))
            assert found and found.code == authority


def test_titles_and_column_letters_are_those_of_the_form(samples: Path) -> None:
    older, newer = (rows_of(samples, "walsall", period, "spend") for period in ("2006-07", "2007-08"))
    assert older[0][0].startswith("PSS EXPENDITURE IN 2006-07 INCL SSMSS COSTS ALLOCATED TO SERVICE LINES")
    assert newer[0][0] == "SOCIAL CARE EXPENDITURE IN 2007-08 INCLUDING SSMSS COSTS"
    assert older[8][:5] == ["col A", "col B", "col C", "col D", "col E = C - D"]
    assert older[8][15] == "col P = (L to O)"
    assert rows_of(samples, "walsall", "2006-07", "activity")[0][0] == "PSS EX1 Return for 2006-07"


def test_the_reader_recognises_every_file(samples: Path) -> None:
    settings = Settings(LANDING_ZONE=str(samples))
    seen = Counter[str]()
    for layout in catalogue().values():
        for sender in senders(settings, layout):
            for delivery in deliveries(settings, layout, sender):
                intake = take_bytes(delivery, settings)
                read_delivery(intake, layout, settings)
                assert intake.findings == []
                seen.update(f"{layout.code}.{file.table_name}" for file in intake.files)
    assert seen == {
        "pss_ex1.activity": 112,
        "pss_ex1.spend": 111,
        "ascof.ascof": 1,
        "ascof.ascof_measure_direction": 1,
        "adult_unit_costs.activity": 3,
        "adult_unit_costs.unit_costs": 3,
        "asc_fr.activity": 1,
        "asc_fr.expenditure": 1,
        "asc_fr.unit_costs": 1,
        "cla_number_and_rate_per_10k_children.cla_number_and_rate_per_10k_children": 2,
        "gdp_deflators.gdp_deflators": 1,
        "la_cla_during_year_new_placements.la_cla_during_year_new_placements": 1,
        "la_cla_placement_stability.la_cla_placement_stability": 1,
        "lait.lait": 1,
        "lait.lait_dictionary": 1,
        "ons_mid_year_population_estimates.ons_mid_year_population_estimates": 1,
        "pss_unit_costs.unit_costs": 1,
        "s251_outturn.s251_outturn": 2,
        "sn_model.sn_model": 1,
        "definition_quiz.answers": 14 * 2 - 1,
        "good_practice.answers": 14,
        "questionnaire.answers": 14,
    }


# Consistency


def test_all_column_formulas_hold(samples: Path) -> None:
    for authority, period, spend in all_spend(samples):
        assert wrong_columns(form_of(period), spend) == [], (authority, period)


def test_all_line_totals_hold_except_the_declared_ones(samples: Path) -> None:
    wrong = {
        (authority, period)
        for authority, period, spend in all_spend(samples)
        if wrong_totals(form_of(period), spend)
    }
    assert wrong == {("walsall", "2007-08"), ("herefordshire", "2006-07")}


def test_totals_and_formulas_hold_by_hand(samples: Path) -> None:
    spend = spend_of(samples, "wolverhampton", "2006-07")
    net = {code: amounts["net_total_cost"] for code, amounts in spend.items()}
    assert net["M1"] == net["I3"] + net["J1"] + net["K1"] - net["L1"]
    assert net["BB5"] == net["BB1"] + net["BB2"] + net["BB3"] + net["BB4"]
    homes = spend["BB1"]
    assert homes["net_total_cost"] == (
        homes["own_provision"]
        + homes["provision_by_others"]
        - homes["client_contributions"]
        - homes["joint_arrangements"]
        - homes["nhs_income"]
        - homes["other_income"]
    )


def test_a_wrong_cell_would_be_found(samples: Path) -> None:
    form, spend = form_of("2006-07"), spend_of(samples, "dudley", "2006-07")
    spend["BB1"]["own_provision"] += 1
    assert wrong_columns(form, spend) and wrong_totals(form, spend)


def test_no_entry_is_negative(samples: Path) -> None:
    for authority, period, spend in all_spend(samples):
        least = min(amount for amounts in spend.values() for amount in amounts.values())
        assert least >= 0, (authority, period)


def test_items_that_are_sums_of_others_agree_with_them(samples: Path) -> None:
    for authority in AUTHORITIES:
        items = activity_of(samples, authority, "2005-06")
        for group in ("older_people", "learning_disability", "mental_health", "physical_disability"):
            parts = (f"weeks_{kind}_{group}" for kind in ("nursing", "residential_own", "residential_others"))
            assert int(items[f"weeks_supported_{group}"]) == sum(int(items[part]) for part in parts)
        hours = int(items["hh1_hours_la"]) + int(items["hh1_hours_independent"])
        assert hours >= 10 * int(items["hh1_intensive_households"])


def unit_costs(samples: Path, authority: str, period: str) -> dict[str, float]:
    form, spend = form_of(period), spend_of(samples, authority, period)
    items = {
        code: int(figure) for code, figure in activity_of(samples, authority, period).items() if figure.isdigit()
    }

    def gross(start: str) -> int:
        lines = [line.service_code for line in form.lines if line.service_code.startswith(start)]
        return sum(by_service(form, spend, line)["total_expenditure"] for line in lines)

    def days(*kinds: str) -> int:
        return sum(items.get(f"days_{kind}_{side}", 0) for kind in kinds for side in ("own", "others"))

    hours = items.get("hh1_hours_la", 0) + items.get("hh1_hours_independent", 0)
    return {
        "homes": gross("childrens_homes") * 7000 / days("homes", "schools", "short_term_homes"),
        "foster": gross("fostering") * 7000 / days("foster", "adoption", "short_term_foster"),
        "home_care": gross("home_care_") * 1000 / (hours * 52) if hours else 0.0,
    }


@pytest.mark.parametrize("period", ["2006-07", "2007-08"])
def test_unit_costs_are_plausible(samples: Path, period: str) -> None:
    for authority in AUTHORITIES:
        if has_spend(authority, period):
            costs = unit_costs(samples, authority, period)
            if (authority, period) != ("sandwell", "2007-08"):
                assert 2000 <= costs["homes"] <= 3000
            if (authority, period) != ("dudley", "2007-08"):
                assert 300 <= costs["foster"] <= 500
            if (authority, period) != ("coventry", "2006-07"):
                assert 10 <= costs["home_care"] <= 16


def test_spending_grows_by_three_to_six_in_a_hundred_a_year(samples: Path) -> None:
    for authority in set(AUTHORITIES) - {"herefordshire", "dudley", "telford-and-wrekin"}:
        for before, after in pairwise(PERIODS):
            costs = [
                by_service(form_of(period), spend_of(samples, authority, period), "total_older_people")
                for period in (before, after)
            ]
            growth = costs[1]["total_expenditure"] / costs[0]["total_expenditure"]
            assert 1.03 <= growth <= 1.06, (authority, after)


def test_birmingham_is_the_largest(samples: Path) -> None:
    form = form_of("2006-07")
    totals = {
        authority: by_service(form, spend_of(samples, authority, "2006-07"), "total_personal_social_services")
        for authority in AUTHORITIES
    }
    assert max(totals, key=lambda authority: totals[authority]["total_expenditure"]) == "birmingham"


# The declared defects


def test_coventry_has_no_hh1_hours(samples: Path) -> None:
    items = activity_of(samples, "coventry", "2006-07")
    assert (items["hh1_hours_la"], items["hh1_hours_independent"]) == ("..", "..")


def test_the_slip_of_walsall_is_in_one_cell_and_what_is_computed_from_it(samples: Path) -> None:
    wrong = wrong_totals(form_of("2007-08"), spend_of(samples, "walsall", "2007-08"))
    assert wrong["total_older_people", "own_provision"] == 9
    assert {service for service, _ in wrong} == {"total_older_people"}
    assert set(wrong.values()) == {9}
    entered = {column.amount_code for column in form_of("2007-08").columns if not column.terms}
    assert [column for _, column in wrong if column in entered] == ["own_provision"]


def test_one_line_of_herefordshire_is_in_pounds(samples: Path) -> None:
    form, spend = form_of("2006-07"), spend_of(samples, "herefordshire", "2006-07")
    day_care = by_service(form, spend, "day_care_older_people")
    assert {amount % 1000 for amount in day_care.values()} == {0}
    wrong = wrong_totals(form, spend)
    assert {service for service, _ in wrong} == {"total_older_people"}
    assert wrong["total_older_people", "own_provision"] == -day_care["own_provision"] * 999 // 1000


def test_telford_and_wrekin_sends_no_spend_file(samples: Path) -> None:
    folder = samples / "telford-and-wrekin/pss_ex1/2007-08"
    assert [path.name for path in folder.iterdir()] == ["activity.csv"]


def test_an_item_of_sandwell_is_in_words(samples: Path) -> None:
    assert activity_of(samples, "sandwell", "2007-08")["days_homes_others"] == "n/k"


def test_fostering_jumps_in_dudley_alone(samples: Path) -> None:
    growth = {}
    for authority in set(AUTHORITIES) - {"telford-and-wrekin"}:
        before, after = (
            by_service(form_of(period), spend_of(samples, authority, period), "fostering")["total_expenditure"]
            for period in ("2006-07", "2007-08")
        )
        growth[authority] = after / before
    assert growth.pop("dudley") == pytest.approx(1.4, abs=0.001)
    assert max(growth.values()) < 1.07


def test_each_defect_says_what_and_why() -> None:
    assert len(DEFECTS) == 6
    for defect in DEFECTS:
        assert defect.authority in AUTHORITIES and defect.period in PERIODS
        assert defect.what.endswith(".") and defect.why.endswith(".")
        named = {item.item_code for item in form_of(defect.period).items}
        named |= {line.service_code for line in form_of(defect.period).lines} | {"own_provision"}
        assert set(defect.places) <= named


# The national statistics


def published(samples: Path, dataset: str) -> list[dict[str, str]]:
    path = samples / "_published/dfe" / dataset / "2025" / f"{dataset}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_measure_that_a_layout_names_is_in_the_samples(samples: Path) -> None:
    """So that the models are tried on each: but for lines that only other years of the outturn have."""
    for layout in published_returns():
        for table in layout.tables:
            if not table.figures:
                continue
            seen = {
                tuple(spelled(row, table, dimension) for dimension in table.figures.dimensions)
                for row in rows_published(samples, layout, table.name)
            }
            named = {
                (tuple(map(tidied, entry["key"])), entry["measure_code"])
                for entry in as_record(table.figures)["series"]
            }
            # A measure may have been called this and that: one of its names will do.
            tried = {code for key, code in named if key in seen}
            missing = {key for key, code in named if code not in tried}
            if layout.code == "s251_outturn":
                missing = {key for key in missing if key[0].startswith("total")} - {
                    ("total children and young peoples services budget (excluding cera)",),
                    ("total safeguarding children and young peoples services",),
                }
            assert missing == set(), layout.code


def rows_published(samples: Path, layout: ReturnLayout, table_name: str) -> list[dict[str, str]]:
    folder = samples / "_published" / str(layout.publisher) / layout.code
    rows = []
    for path in sorted(folder.rglob("*.csv")):
        (_, header), *records = read_csv(lambda path=path: path.open("rb"), layout.encodings).rows
        about_measures = ("dictionary", "direction")
        if any(word in path.name for word in about_measures) == any(word in table_name for word in about_measures):
            rows += [dict(zip(header, cells, strict=True)) for _, cells in records]
    return rows


def spelled(row: dict[str, str], table: TableLayout, column: str) -> str:
    heading = next(heading for heading in table.headings(column) if heading in row)
    text = tidied(row[heading])
    return text.lstrip("0123456789 ") if table.figures and column in table.figures.numbered else text


def tidied(text: str) -> str:
    return " ".join(text.lower().split())


def test_england_is_restated_from_one_release_to_the_next(samples: Path) -> None:
    said = {}
    for release in ("2024", "2025"):
        name = "cla_number_and_rate_per_10k_children"
        path = samples / "_published/dfe" / name / release / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if (row["time_period"], row["geographic_level"]) == ("2024", "National"):
                    said[release, row["population_type"]] = row["children_count"]
    at_31_march = "Children looked after on 31 March each year"
    assert (said["2024", at_31_march], said["2025", at_31_march]) == ("83630", "83530")


def test_every_member_region_and_country_is_published_every_year(samples: Path) -> None:
    stability = published(samples, "la_cla_placement_stability")
    assert len(stability) == 5 * (14 + 2) * 6
    assert {row["time_period"] for row in stability} == {"2021", "2022", "2023", "2024", "2025"}
    named = {authority.code for row in stability if (authority := find_authority(row["la_name"]))}
    assert sorted(named) == AUTHORITIES
    lait = published(samples, "lait")
    costs = [row for row in lait if row["Short Desc"].endswith("Finance")]
    assert len(costs) == 3 * 9 * (14 + 2)
    assert {row["Years"] for row in costs} == {f"20{year}-{year + 1} (OT)" for year in range(16, 25)}
    assert len(lait) == len(costs) + 10 * (14 + 2)


def test_counts_agree_with_totals_percentages_and_regions(samples: Path) -> None:
    counts: dict[tuple[str, str, str], dict[str, int]] = {}
    sums: Counter[tuple[str, str, str, str]] = Counter()
    for row in published(samples, "la_cla_placement_stability"):
        if not row["children_count"].isdigit():
            continue
        kind = "total" if row["placement_stability"] == "Total children" else "counted"
        place = row["la_name"] or row["geographic_level"]
        key = (row["time_period"], row["cla_group"], place)
        counts.setdefault(key, {})[kind] = int(row["children_count"])
        counts[key][f"{kind}_percent"] = int(row["children_percent"])
        if row["geographic_level"] == "Local authority":
            sums[(*key[:2], "Regional", kind)] += int(row["children_count"])
    for found in counts.values():
        if "counted" in found and "total" in found:
            assert found["counted"] <= found["total"]
            assert abs(100 * found["counted"] / found["total"] - found["counted_percent"]) <= 0.5
    for (year, group, place, kind), total in sums.items():
        assert total <= counts[year, group, place][kind] <= counts[year, group, "National"][kind]


def test_symbols_stand_where_figures_are_withheld(samples: Path) -> None:
    stability = Counter(row["children_count"] for row in published(samples, "la_cla_placement_stability"))
    assert (stability["c"], stability["x"], stability["z"]) == (2, 2, 1)
    assert Counter(row["Values"] for row in published(samples, "lait"))["-"] == 2


def test_all_looked_after_cost_between_fostering_and_residential_care(samples: Path) -> None:
    costs = {
        (row["Short Desc"], row["LA and Regions"], row["Years"]): int(row["Values"])
        for row in published(samples, "lait")
        if row["Values"] != "-" and row["Short Desc"].endswith("Finance")
    }
    for (short, place, year), cost in costs.items():
        assert cost % 5 == 0
        if short == "LACFinance" and ("RescareFinance", place, year) in costs:
            assert costs["FosteringFinance", place, year] < cost < costs["RescareFinance", place, year]


# Never among real returns


@pytest.mark.skipif(not REAL.is_dir(), reason="the real returns are not on this machine")
def test_no_sample_is_a_real_return(samples: Path) -> None:
    real = {hashlib.sha256(path.read_bytes()).hexdigest() for path in REAL.rglob("*.csv")}
    assert real and not real & set(hashes(samples).values())
    for authority in AUTHORITIES:
        for period in PERIODS:
            ours, theirs = activity_of(samples, authority, period), activity_of(REAL, authority, period)
            same = [code for code in ours if len(ours[code]) > 2 and ours[code] == theirs.get(code)]
            assert len(same) <= 3, (authority, period, same)


def test_a_folder_that_holds_a_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    real = tmp_path / "dudley/pss_ex1/2006-07/spend.csv"
    real.parent.mkdir(parents=True)
    real.write_text("real")
    with pytest.raises(ClubError, match=r"already holds files .*spend\.csv"):
        write_samples(tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [real]


def test_hidden_files_and_empty_folders_do_not_matter(tmp_path: Path) -> None:
    (tmp_path / ".gitkeep").touch()
    (tmp_path / "dudley").mkdir()
    assert write_samples(tmp_path, periods=("2006-07",))


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "landing"
    path.write_text("x")
    with pytest.raises(ClubError, match="is a file"):
        write_samples(path)


def test_a_period_without_a_form_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ClubError, match="no form for '2008-09'; known are 2000-01"):
        write_samples(tmp_path, periods=("2007-08", "2008-09"))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def england(samples: Path) -> Path:
    write_national_samples(samples, councils=("camden", "dudley", "kent", "telford-and-wrekin", "walsall"))
    return samples / "england" / "pss_ex1"


class TestNationalCollection:
    def test_a_member_has_the_same_bytes_in_it_as_in_its_own_folder(self, samples: Path, england: Path) -> None:
        own = samples / "dudley" / "pss_ex1" / "2007-08" / "spend.csv"
        assert (england / "2007-08" / "spend" / "408-Dudley.csv").read_bytes() == own.read_bytes()

    def test_what_a_member_did_not_send_is_not_in_it_either(self, england: Path) -> None:
        assert (england / "2007-08" / "activity" / "418-Telford and Wrekin UA.csv").exists()
        assert not (england / "2007-08" / "spend" / "418-Telford and Wrekin UA.csv").exists()

    def test_every_name_is_found_and_the_list_of_sheets_is_complete(self, england: Path) -> None:
        for folder in sorted(england.glob("*/*")):
            stems = {path.stem for path in folder.iterdir()} - {"sheet_names"}
            assert all(find_authority(stem) or find_total(stem) for stem in stems)
            with (folder / "sheet_names.csv").open(encoding="utf-8") as file:
                assert {row[0] for row in csv.reader(file)} == stems | {"x"}

    def test_a_total_is_the_sum_of_its_councils_cell_by_cell(self, england: Path) -> None:
        def cells(stem: str) -> list[list[str]]:
            with (england / "2006-07" / "spend" / f"{stem}.csv").open(encoding="utf-8") as file:
                return list(csv.reader(file))

        whole, dudley, walsall = (cells(stem) for stem in ("TOTAL Metropolitan Districts", "Dudley", "Walsall"))
        summed = 0
        for total, *parts in zip(whole, dudley, walsall, strict=True):
            for place, cell in enumerate(total[2:], start=2):
                if cell.lstrip("-").isdigit():
                    assert int(cell) == sum(int(part[place]) for part in parts)
                    summed += 1
        assert summed > 1000

    def test_the_activity_totals_of_2007_08_begin_in_the_second_column(self, england: Path) -> None:
        def first_cells(period: str) -> set[str]:
            path = england / period / "activity" / "TOTAL England.csv"
            with path.open(encoding="utf-8") as file:
                return {row[0] for row in csv.reader(file)}

        assert first_cells("2007-08") == {""} != first_cells("2006-07")

    def test_a_collection_is_not_written_over(self, samples: Path, england: Path) -> None:
        with pytest.raises(ClubError, match="already holds files"):
            write_national_samples(samples)
