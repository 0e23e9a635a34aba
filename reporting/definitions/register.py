"""The definition register as its seeds state it: indicators, their versions, and the forms' items behind them."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from ingestion.seeds import seed_rows


@dataclass(frozen=True)
class Source:
    """One cell of a form that feeds a measure: its item or line, and the years with that name."""

    first_period: str
    last_period: str
    table: str
    place: str
    label: str


@dataclass(frozen=True)
class Measure:
    """A figure of a return, and its place in each year's form."""

    code: str
    title: str
    unit: str
    source_return: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Component:
    """A measure in an indicator version, with its weight."""

    measure: Measure
    weight: float


@dataclass(frozen=True)
class Version:
    """One definition of an indicator, for its years."""

    row: dict[str, str]
    numerator: tuple[Component, ...]
    denominator: tuple[Component, ...]

    @property
    def number(self) -> int:
        """The number of the version, from 1."""
        return int(self.row["definition_version"])

    @property
    def periods(self) -> str:
        """The years of the version, in words."""
        first, last = self.row["valid_from_period"], self.row["valid_to_period"]
        if first == last:
            return first
        return f"{first} to {last}" if last else f"since {first}"


@dataclass(frozen=True)
class Indicator:
    """An indicator with all its versions, oldest first."""

    code: str
    versions: tuple[Version, ...]

    @property
    def latest(self) -> dict[str, str]:
        """The register's row of the newest version."""
        return self.versions[-1].row

    @property
    def measures(self) -> list[Measure]:
        """Every measure of every version, once, in the order of first use."""
        used = [part.measure for version in self.versions for part in (*version.numerator, *version.denominator)]
        return list({measure.code: measure for measure in used}.values())


def notes() -> dict[str, dict[str, str]]:
    """Read what a reader has to know of an indicator, in the club's words, by its code; not every one has some."""
    return {row["indicator_code"]: row for row in seed_rows("packs/indicator_notes")}


@cache
def indicators() -> tuple[Indicator, ...]:
    """Read every indicator of the register, in its order."""
    measures = _measures()
    components: dict[tuple[str, str, str], list[Component]] = defaultdict(list)
    for row in seed_rows("register/register_components"):
        key = (row["indicator_code"], row["definition_version"], row["role"])
        components[key].append(Component(measures[row["measure_code"]], float(row["weight"])))
    versions: dict[str, list[Version]] = defaultdict(list)
    for row in seed_rows("register/register_indicators"):
        code, number = row["indicator_code"], row["definition_version"]
        versions[code].append(
            Version(
                row,
                tuple(components[code, number, "numerator"]),
                tuple(components[code, number, "denominator"]),
            )
        )
    return tuple(Indicator(code, tuple(sorted(of, key=lambda one: one.number))) for code, of in versions.items())


def _measures() -> dict[str, Measure]:
    sources = _form_sources()
    counted = {row["measure_code"] for row in seed_rows("ssda903/ssda903_measures")}
    return {
        row["measure_code"]: Measure(
            row["measure_code"],
            row["title"],
            row["unit"],
            _source_returns(row, counted),
            tuple(sources.get(row["measure_code"], ())),
        )
        for row in seed_rows("register/register_measures")
    }


def _source_returns(row: dict[str, str], counted: set[str]) -> str:
    """Name the return of a measure; some published measures are also counted from the children's returns."""
    stated = row["source_return"]
    return f"{stated}, and ssda903" if row["measure_code"] in counted and stated != "ssda903" else stated


def _form_sources() -> dict[str, list[Source]]:
    """Find the cells of PSS EX1 behind each measure; years without changes are merged."""
    places = _form_places()
    periods = sorted({period for period, *_ in places})
    sources: dict[str, list[Source]] = defaultdict(list)
    for part in seed_rows("pss_ex1/pss_ex1_measures"):
        spells: list[Source] = []
        for period in periods:
            if not part["from_period"] <= period <= part["to_period"]:
                continue
            place, label = places[period, part["table_name"], part["item_code"], part["amount_code"]]
            last = spells[-1] if spells else None
            if last and (last.place, last.label) == (place, label):
                spells[-1] = Source(last.first_period, period, last.table, place, label)
            else:
                spells.append(Source(period, period, part["table_name"], place, label))
        sources[part["measure_code"]] += spells
    return sources


def _form_places() -> dict[tuple[str, str, str, str], tuple[str, str]]:
    """Find the place and the label on its year's form of each (period, table, item, amount)."""
    places = {}
    for item in seed_rows("pss_ex1/pss_ex1_items"):
        turn = int(item["occurrence"])
        place = "item" if turn == 1 else f"item, at its turn {turn} from the top"
        places[item["period_code"], "activity", item["item_code"], ""] = (place, item["label"])
    columns = defaultdict(list)
    for column in seed_rows("pss_ex1/pss_ex1_columns"):
        columns[column["period_code"]].append(column)
    for line in seed_rows("pss_ex1/pss_ex1_lines"):
        for column in columns[line["period_code"]]:
            place = f"line {line['line_code']}, column {column['column_letter'] or column['column_number']}"
            key = (line["period_code"], "spend", line["service_code"], column["amount_code"])
            places[key] = (place, f"{line['label']}: {column['amount_code'].replace('_', ' ')}")
    return places
