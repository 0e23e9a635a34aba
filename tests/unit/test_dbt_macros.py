"""Macros that are wrapped when they are called are the same, and found in the same order, as dbt's own."""

from types import SimpleNamespace
from typing import Any

import pytest
from dbt.clients.jinja import MacroStack
from dbt.context.macros import MacroNamespace, MacroNamespaceBuilder
from dbt.contracts.graph.nodes import Macro
from dbt_common.clients.jinja import MacroFuzzEnvironment

from ingestion.model.dbt_macros import ContextOfNode, namespace_of

NAMES = {
    "dbt": ("create", "drop", "dates", "only_dbt"),
    "dbt_postgres": ("drop", "dates"),
    "club": ("dates", "figures", "club"),
    "others": ("figures", "theirs"),
}


def _macro(package: str, name: str) -> Any:
    sql = f"{{% macro {name}() %}}{package}.{name}{{% endmacro %}}"
    return SimpleNamespace(package_name=package, name=name, unique_id=f"{package}.{name}", macro_sql=sql)


MACROS: dict[str, dict[str, Macro]] = {
    package: {name: _macro(package, name) for name in names} for package, names in NAMES.items()
}


def _builder(own: str) -> MacroNamespaceBuilder:
    return MacroNamespaceBuilder("club", own, MacroStack(), ["dbt_postgres", "dbt"])


def _found(namespace: MacroNamespace) -> dict[str, Any]:
    return {name: _name_of(namespace[name]) for name in namespace}


def _name_of(found: Any) -> Any:
    """Name a macro, or each of a package's."""
    return found.macro.unique_id if hasattr(found, "macro") else {name: _name_of(found[name]) for name in found}


@pytest.mark.parametrize("own", ["club", "others", "dbt"])
def test_every_name_is_the_macro_that_dbt_itself_would_find(own: str):
    theirs = _builder(own).build_namespace(MACROS, {})
    ours = namespace_of(_builder(own), MACROS, {})
    assert _found(ours) == _found(theirs)
    assert len(ours) == len(theirs)
    for package in (None, "dbt", "club", "others"):
        for name in ("drop", "figures", "theirs", "nowhere"):
            one, other = ours.get_from_package(package, name), theirs.get_from_package(package, name)
            assert (one and one.macro.unique_id) == (other and other.macro.unique_id)


def test_only_what_is_called_is_wrapped():
    namespace = namespace_of(_builder("club"), MACROS, {})
    assert "only_dbt" in namespace and "nowhere" not in namespace
    of_dbt: Any = namespace.global_project_namespace
    assert not of_dbt._wrapped
    namespace["only_dbt"]
    assert list(of_dbt._wrapped) == ["only_dbt"]


def test_a_template_finds_macros_behind_what_is_in_its_context():
    context = ContextOfNode({"of_dbt_itself": 7})
    context.macros = namespace_of(_builder("club"), MACROS, context)
    template = MacroFuzzEnvironment().from_string("{{ of_dbt_itself }} {{ figures() }} {{ dbt.dates() }}")
    assert template.render(context) == "7 club.figures dbt_postgres.dates"
    assert context.get("nowhere", "none") == "none"
    assert set(dict(**context)) == {"of_dbt_itself", *context.macros}


def test_a_unit_test_answers_for_a_macro_in_its_place():
    context = ContextOfNode()
    context.macros = namespace_of(_builder("club"), MACROS, context)
    answer: Any = lambda: "answered"  # noqa: E731 -- stands for the wrapped macro of a unit test
    context["dbt"]["dates"] = answer
    template = MacroFuzzEnvironment().from_string("{{ dbt.dates() }} {{ dates() }}")
    assert template.render(context) == "answered club.dates"
