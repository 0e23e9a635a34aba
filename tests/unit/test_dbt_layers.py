"""The models flow one way: sources, staging, intermediate, marts, what leaves. Read from dbt's own manifest."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingestion.settings import DBT_PROJECT

MARTS = ("seed", "staging", "intermediate", "marts/core")

# Which layers a layer reads. A theme is a folder of marts that is named in no line here.
MAY_READ = {
    "staging": ("source", "seed", "staging"),
    "intermediate": ("seed", "staging", "intermediate"),
    "marts/core": MARTS,
    "marts/comparative": (*MARTS, "marts/comparative"),
    "a theme": (*MARTS, "marts/comparative"),
    # For readers: rows that explain themselves, and what is said of them.
    "marts/tidy": (*MARTS, "marts/comparative", "marts/real_terms", "marts/restatements", "marts/tidy"),
    "marts/packs": (*MARTS, "marts/comparative", "marts/quality", "marts/tidy", "marts/packs"),
    "sharing": (
        *MARTS,
        "marts/disclosure",
        "marts/packs",
        "marts/practice",
        "marts/questionnaire",
        "marts/quiz",
        "marts/restatements",
        "marts/calendar",
        "sharing",
    ),
}

# What a theme reads of another one.
BETWEEN_THEMES = {("marts/restatements", "marts/published"), ("marts/real_terms", "marts/home_care")}

STEPS = "steps"  # the folder of the building steps that only the marts beside it read


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The project as dbt parses it; no warehouse is asked."""
    target = tmp_path_factory.mktemp("parsed")
    done = subprocess.run(
        [
            sys.executable, "-W", "ignore", "-m", "dbt.cli.main", "--quiet", "parse",
            "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT),
            "--target-path", str(target), "--log-path", str(target),
        ],
        env=os.environ | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    parsed: dict[str, Any] = json.loads((target / "manifest.json").read_text())
    return parsed


def models(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (node for node in manifest["nodes"].values() if node["resource_type"] == "model")


def folders(node: dict[str, Any]) -> tuple[str, ...]:
    """Those below `models`."""
    return Path(node["original_file_path"]).parts[1:-1]


def layer(node: dict[str, Any]) -> str:
    if node["resource_type"] in ("source", "seed"):
        return str(node["resource_type"])
    return "/".join(folders(node)[:2]) if folders(node)[0] == "marts" else folders(node)[0]


def reads(manifest: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every model with each node that it reads."""
    nodes = manifest["nodes"] | manifest["sources"]
    return ((model, nodes[name]) for model in models(manifest) for name in model["depends_on"]["nodes"])


def is_allowed(reader: str, read: str) -> bool:
    if reader in MAY_READ:
        return read in MAY_READ[reader]
    return read == reader or read in MAY_READ["a theme"] or (reader, read) in BETWEEN_THEMES


def test_every_layer_reads_what_lies_before_it(manifest: dict[str, Any]):
    backward = {
        f"{model['name']} ({layer(model)}) reads {read['name']} ({layer(read)})"
        for model, read in reads(manifest)
        if not is_allowed(layer(model), layer(read))
    }
    assert backward == set()


def test_the_layers_are_those_of_the_plan(manifest: dict[str, Any]):
    found = {layer(model) for model in models(manifest)}
    assert {name for name in MAY_READ if name != "a theme"} <= found
    assert all(name in MAY_READ or name.startswith("marts/") for name in found)


def test_a_building_step_is_read_in_its_own_room_and_by_no_reader(manifest: dict[str, Any]):
    for model, read in reads(manifest):
        if STEPS in folders(read):
            room = folders(read)[: folders(read).index(STEPS)]
            assert folders(model)[: len(room)] == room, f"{model['name']} reads {read['name']}"
    assert {model["schema"] for model in models(manifest) if STEPS in folders(model)} == {"intermediate"}


def test_a_schema_holds_the_models_of_its_layer(manifest: dict[str, Any]):
    for model in models(manifest):
        if STEPS not in folders(model):
            assert model["schema"] == folders(model)[0], model["name"]


def test_an_incremental_model_first_clears_what_it_is_about_to_write(manifest: dict[str, Any]) -> None:
    """By the condition that chooses its rows; deleted by the rows found, an empty slice would stay as it was."""
    incremental = [node for node in models(manifest) if node["config"]["materialized"] == "incremental"]
    assert len(incremental) > 30
    not_cleared = {
        node["name"]
        for node in incremental
        if not any("{{ clear(" in hook["sql"] for hook in node["config"]["pre-hook"])
    }
    # The build's row comes when it is published.
    assert not_cleared == {"build"}
