"""A room imports only rooms that stand before it along the road, and each stays small enough to read.

`MAY_IMPORT` is the plan: its order is the order of the road, and a room may import what its line names.
"""

import ast
import statistics
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from ingestion.settings import PROJECT_ROOT

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "errors": (),
    "copies": (),
    "days": (),
    "settings": (),
    "seeds": ("settings",),
    "authorities": ("errors", "settings", "seeds"),
    "outbox": ("days",),
    "lineage": ("errors", "settings"),
    "returns": ("errors", "days", "settings", "seeds"),
    "templates": ("errors", "days", "outbox", "returns"),
    "samples": ("errors", "settings", "seeds", "authorities", "returns", "templates"),
    "readers": ("copies", "settings", "returns"),
    "warehouse": ("errors", "settings", "authorities", "returns"),
    "collect": ("errors", "settings", "authorities", "outbox", "returns", "readers", "warehouse"),
    "check": ("settings", "seeds", "authorities", "outbox", "returns", "warehouse", "collect"),
    "decide": ("errors", "settings", "warehouse"),
    "model": ("errors", "copies", "settings", "outbox", "lineage", "returns", "warehouse", "collect", "decide"),
    "feedback": ("errors", "days", "settings", "seeds", "authorities", "outbox", "returns", "warehouse", "check"),
    "mail": (
        "errors", "days", "settings", "seeds", "authorities", "outbox", "returns", "warehouse", "feedback",
    ),
    "retention": ("settings", "returns", "warehouse", "collect", "feedback"),
    "backup": (
        "errors", "settings", "outbox", "returns", "warehouse", "collect", "check", "decide", "model",
    ),
    "reporting": ("errors", "days", "settings", "seeds", "outbox", "returns", "warehouse"),
    "operation": (
        "errors", "settings", "authorities", "outbox", "lineage", "returns", "readers", "warehouse", "collect",
        "check", "templates", "decide", "model", "feedback", "mail", "backup",
    ),
    "cli": (
        "errors", "days", "settings", "authorities", "outbox", "returns", "templates", "samples", "warehouse",
        "collect", "decide", "model", "feedback", "mail", "retention", "backup", "reporting", "operation",
    ),
    "dags": (
        "errors", "settings", "authorities", "returns", "warehouse", "collect", "check", "decide", "model",
        "feedback", "mail", "retention", "backup", "reporting", "operation",
    ),
}  # fmt: skip

# Airflow puts the folder of the DAG files on the path: what they share is imported by its bare name.
BESIDE_THE_DAGS = ("alerts", "assets", "links", "mail_server", "officer", "retries", "steps")

LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 250, 60, 10


def files() -> Iterator[Path]:
    for folder in ("ingestion", "reporting", "samples", "dags"):
        yield from sorted((PROJECT_ROOT / folder).rglob("*.py"))


def room(module: str) -> str | None:
    """The room of a module of ours; a module that stands alone in `ingestion` is its own. None for others'."""
    parts = module.split(".")
    if parts[0] == "ingestion":
        return parts[1] if len(parts) > 1 else None
    if parts[0] in BESIDE_THE_DAGS:
        return "dags"
    return parts[0] if parts[0] in ("reporting", "samples", "dags") else None


def imports() -> Iterator[tuple[Path, str, str]]:
    """Every import from one room into another, at the top of a file or further down."""
    for path in files():
        here = room(".".join(path.relative_to(PROJECT_ROOT).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module]
                if node.module == "ingestion":
                    modules = [f"ingestion.{alias.name}" for alias in node.names if alias.name != "__version__"]
            for there in map(room, modules):
                if here and there and here != there:
                    yield path, here, there


def functions() -> Iterator[tuple[str, int]]:
    """Every function outside migrations and samples, with its number of lines."""
    for path in files():
        if "migrations" in path.parts or path.is_relative_to(PROJECT_ROOT / "samples"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(PROJECT_ROOT)}:{node.name}"
                yield name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_every_room_has_a_line_in_the_plan():
    assert {here for _, here, _ in imports()} <= set(MAY_IMPORT)
    assert {there for _, _, there in imports()} <= set(MAY_IMPORT)


def test_a_room_imports_only_what_the_plan_allows():
    outside = [f"{path.relative_to(PROJECT_ROOT)} imports {there}" for path, here, there in imports()
               if there not in MAY_IMPORT[here]]  # fmt: skip
    assert outside == []


@pytest.mark.parametrize("here", MAY_IMPORT)
def test_no_import_runs_backward(here: str):
    """So there is no circle either."""
    order = list(MAY_IMPORT)
    assert [there for there in MAY_IMPORT[here] if order.index(there) >= order.index(here)] == []


def test_the_plan_allows_nothing_that_nobody_needs():
    used = {(here, there) for _, here, there in imports()}
    assert {(here, there) for here, allowed in MAY_IMPORT.items() for there in allowed} - used == set()


def test_no_file_is_too_long_to_read():
    long = [(str(path.relative_to(PROJECT_ROOT)), lines) for path in files()
            if not path.is_relative_to(PROJECT_ROOT / "samples")
            and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE]  # fmt: skip
    assert long == []


def test_functions_are_short():
    sizes = dict(functions())
    assert {name: lines for name, lines in sizes.items() if lines > LONGEST_FUNCTION} == {}
    assert statistics.median(sizes.values()) <= MEDIAN_FUNCTION


def test_the_plan_names_the_road_in_its_order():
    road = [
        "returns",
        "readers",
        "warehouse",
        "collect",
        "check",
        "decide",
        "model",
        "feedback",
        "operation",
        "cli",
    ]
    places = [list(MAY_IMPORT).index(step) for step in road]
    assert all(before < after for before, after in pairwise(places))
