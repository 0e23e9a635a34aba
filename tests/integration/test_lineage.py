"""Lineage leads from every mart back to the files of the landing zone, and tells of nobody's rows."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import ClubError
from ingestion.lineage import telling
from ingestion.model.build import build_marts
from ingestion.model.inputs import ROOM, last_decision
from ingestion.model.lineage import tell_of_build
from ingestion.model.readings import count_readings
from ingestion.model.schemas import NEXT
from ingestion.settings import Settings
from ingestion.warehouse.connection import Role, connect
from samples import write_child_samples
from tests.conftest import run_road

# What is made of the definitions alone, or tells of builds: no file of a sender is behind it.
WITHOUT_FILES = {
    "marts.annotation", "marts.bridge_indicator_measure", "marts.build", "marts.build_node", "marts.build_run",
    "marts.dim_answer_choice", "marts.dim_authority", "marts.dim_band_scheme", "marts.dim_comparator_set",
    "marts.dim_indicator", "marts.dim_measure", "marts.dim_question", "marts.dim_return_due",
    "marts.indicator_group", "marts.perspective_view", "marts.quiz_case", "marts.quiz_case_reading",
    "marts.workshop_label", "sharing.authority", "sharing.definition", "sharing.event", "sharing.group_member",
    "sharing.return_due",
}  # fmt: skip
Event = dict[str, Any]


@pytest.fixture(scope="module")
def events(sample_warehouse: Settings, tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    """Provide what is told of the samples' full build, and of one of changes with returns about children."""
    file = tmp_path_factory.mktemp("lineage") / "events.jsonl"
    settings = telling_to(sample_warehouse, str(file))
    tell_of_build(settings, ROOM, NEXT, 0, last_decision(settings))
    write_child_samples(Path(settings.landing), children=3, authorities=["dudley"], periods=["2023-24", "2024-25"])
    run_road(settings, "ssda903")
    build_marts(settings)
    count_readings(settings)
    assert file.stat().st_mode & 0o777 == 0o600
    return [json.loads(line) for line in file.read_text().splitlines()]


def telling_to(warehouse: Settings, where: str) -> Settings:
    return Settings(
        home=warehouse.home, landing_zone=warehouse.landing, warehouse_url=None, settle_seconds=0, lineage=where
    )


def parents(events: list[Event]) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Return what each dataset was made of."""
    found = defaultdict(set)
    for event in events:
        for made in event["outputs"]:
            found[named(made)] |= set(map(named, event["inputs"]))
    return found


def named(dataset: Event) -> tuple[str, str]:
    """Name a file by its path, and a table by its schema and name."""
    if dataset["namespace"] == "file":
        return "file", dataset["name"]
    schema, table = dataset["name"].split(".")[1:]
    return schema, table


def ancestors(of: tuple[str, str], made_of: dict[tuple[str, str], set[tuple[str, str]]]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    left = [of]
    while left:
        for parent in made_of.get(left.pop(), set()) - found:
            found.add(parent)
            left.append(parent)
    return found


def tables_of(settings: Settings, schema: str) -> set[str]:
    with connect(settings, Role.ANALYST) as connection:
        query = "select table_name from information_schema.tables where table_schema = %s"
        return {name for (name,) in connection.execute(query, [schema]).fetchall()}


def test_every_mart_has_raw_tables_and_files_behind_it(events: list[Event], sample_warehouse: Settings):
    made_of = parents(events)
    for schema in ("marts", "sharing"):
        for mart in tables_of(sample_warehouse, schema):
            behind = ancestors((schema, mart), made_of)
            schemas = {place for place, _ in behind}
            has_files = {"raw", "file"} <= schemas or {"ledger", "file"} <= schemas
            assert has_files is (f"{schema}.{mart}" not in WITHOUT_FILES), f"{schema}.{mart}: {sorted(behind)}"


def test_a_figure_is_traced_to_the_very_files_that_its_returns_came_in(
    events: list[Event], sample_warehouse: Settings
):
    files = {name for place, name in ancestors(("marts", "fct_indicator"), parents(events)) if place == "file"}
    with connect(sample_warehouse, Role.LOADER) as connection:
        received = connection.execute(
            "select return_code, landing_path, sha256 from ledger.submission_file"
            " inner join ledger.submission using (submission_id) where is_in_force and sha256 is not null"
        ).fetchall()
    of_forms = {path for return_code, path, _ in received if return_code == "pss_ex1"}
    assert {name for name in files if "/pss_ex1/" in name} == of_forms
    assert sum(path.endswith("/dudley/pss_ex1/2006-07/spend.csv") for path in of_forms) == 1
    of_children = {sha256[:16] for return_code, _, sha256 in received if return_code == "ssda903"}
    assert {Path(name).name for name in files if "/ssda903/" in name} == of_children


def test_nothing_is_told_of_rows_errors_or_schemas_that_nobody_reads(events: list[Event]):
    facets = {
        name
        for event in events
        for each in (event["run"], event["job"], *event["inputs"], *event["outputs"])
        for kind in ("facets", "inputFacets", "outputFacets")
        for name in each.get(kind) or {}
    }
    assert facets <= {
        "jobType", "dbt_node", "sql", "dbt_run", "processing_engine", "test", "schema", "dataSource",
        "documentation", "dbt_model", "dataQualityAssertions", "outputStatistics",
    }  # fmt: skip
    told = json.dumps(events)
    for name in ("marts_next", "intermediate_next", "sharing_next", "episodes.csv", "header.csv"):
        assert name not in told
    assert len({event["run"]["runId"] for event in events if event["job"]["name"].startswith("take_in")}) > 30


def test_what_is_told_twice_is_the_same_run(sample_warehouse: Settings, tmp_path: Path, events: list[Event]):
    settings = telling_to(sample_warehouse, str(tmp_path / "again.jsonl"))
    tell_of_build(settings, ROOM, NEXT, 0, last_decision(settings))
    again = [json.loads(line) for line in (tmp_path / "again.jsonl").read_text().splitlines()]
    runs, before = ({e["run"]["runId"] for e in told if "take_in" in e["job"]["name"]} for told in (again, events))
    assert runs == before


@contextmanager
def server(status: int) -> Iterator[tuple[str, list[tuple[str, Event]]]]:
    """Listen as a server that takes lineage does; provide its address, and what it was sent."""
    taken: list[tuple[str, Event]] = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append((self.path, json.loads(body)))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    listening = HTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}", taken
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def test_a_server_is_told_the_same(sample_warehouse: Settings, events: list[Event]):
    with server(201) as (address, taken):
        settings = telling_to(sample_warehouse, address)
        tell_of_build(settings, ROOM, NEXT, 0, last_decision(settings))
    assert {path for path, _ in taken} == {"/api/v1/lineage"}
    assert {event["job"]["name"] for _, event in taken} <= {event["job"]["name"] for event in events}
    assert len(taken) > 100


def test_a_server_that_takes_nothing_is_asked_once_and_hinders_no_build(
    sample_warehouse: Settings, capsys: pytest.CaptureFixture[str]
):
    with server(400) as (address, taken):
        tell_of_build(telling_to(sample_warehouse, address), ROOM, NEXT, 0, last_decision(sample_warehouse))
    assert len(taken) == 1
    assert "lineage could not be told" in capsys.readouterr().out


def test_without_the_packages_a_sentence_says_what_to_install(
    sample_warehouse: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(telling, "PACKAGES", (*telling.PACKAGES, "not-there"))
    telling.require_packages(telling_to(sample_warehouse, ""))
    with pytest.raises(ClubError, match=r"not-there cannot be found.*requirements-distributed\.lock"):
        telling.require_packages(telling_to(sample_warehouse, "events.jsonl"))
