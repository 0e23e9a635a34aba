"""The queries behind views as PostgreSQL keeps them, and what in them it would refuse if `raw` were distributed.

A view's query is kept as a tree in which every name is resolved: which relation is read, whether an entry of FROM
is lateral (written so or not, as of a function of another entry's column), how many queries up a column is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import psycopg

_TOKEN = re.compile(r"[{}()]|(?:\\.|[^\s{}()\\])+", re.DOTALL)
# Kinds of an entry of FROM, and of a WITH that is worked out once, as PostgreSQL numbers them (15 to 18).
_RELATION, _SUBQUERY, _FUNCTION, _CTE = "0", "1", "3", "6"
_MATERIALIZED, _NOT_MATERIALIZED = "1", "2"

Value: TypeAlias = "str | Node | list[Value]"


@dataclass
class Node:
    """A node of a kept query: its kind and its fields, each with all that stands behind its name."""

    kind: str
    fields: dict[str, list[Value]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a field of one word; empty where there is none."""
        value = self.fields.get(name, [""])
        return value[0] if value and isinstance(value[0], str) else ""

    def nodes(self, name: str) -> list["Node"]:
        """Return the nodes of a field, of a list in it too."""
        return list(_nodes(self.fields.get(name, [])))

    def below(self) -> Iterator["Node"]:
        """Yield the nodes of all fields."""
        for values in self.fields.values():
            yield from _nodes(values)


def _nodes(values: list[Value]) -> Iterator[Node]:
    for value in values:
        if isinstance(value, Node):
            yield value
        elif isinstance(value, list):
            yield from _nodes(value)


def parse(tree: str) -> Node:
    """Return the query of a tree."""
    tokens = iter(_TOKEN.findall(tree))
    return next(_nodes(_values(tokens, ")")))


def _values(tokens: Iterator[str], end: str) -> list[Value]:
    values: list[Value] = []
    for token in tokens:
        if token == end:
            break
        if token == "(":
            values.append(_values(tokens, ")"))
        elif token == "{":
            values.append(_node(tokens))
        else:
            values.append(token)
    return values


def _node(tokens: Iterator[str]) -> Node:
    node = Node(next(tokens))
    name = ""
    for value in _values(tokens, "}"):
        if isinstance(value, str) and value.startswith(":"):
            name = value[1:]
            node.fields[name] = []
        else:
            node.fields[name].append(value)
    return node


class DistributedRaw:
    """The views of a warehouse, as if the tables of `raw` that hold the rows of files were distributed by file."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._trees: dict[str, str] = dict(
            connection.execute(
                """
                select ev_class::oid::text, ev_action::text from pg_rewrite
                inner join pg_class on pg_class.oid = ev_class where relkind = 'v' and rulename = '_RETURN'
                """
            ).fetchall()
        )
        self._names: dict[str, str] = dict(
            connection.execute("select oid::text, relname from pg_class").fetchall()
        )
        self._distributed = {
            oid
            for (oid,) in connection.execute(
                """
                select attrelid::oid::text from pg_attribute
                inner join pg_class on pg_class.oid = attrelid
                where relnamespace = 'raw'::regnamespace and relkind = 'r' and attname = 'file_id'
                """
            )
        }
        self._parsed: dict[str, Node] = {}

    def faults(self, view: str) -> list[str]:
        """Return what would be refused in the query of this view; views that it reads are not looked into."""
        (oid,) = [oid for oid in self._trees if self._names[oid] == view]
        return sorted(set(self._faults_of(self._query(oid), ())))

    def _query(self, oid: str) -> Node:
        if oid not in self._parsed:
            self._parsed[oid] = parse(self._trees[oid])
        return self._parsed[oid]

    def _faults_of(self, query: Node, around: tuple[Node, ...]) -> Iterator[str]:
        scope = (*around, query)
        over_raw = self._reads_raw(query, around)
        for entry in query.nodes("rtable"):
            name = _name(entry)
            if over_raw and entry.text("lateral") == "true" and entry.text("rtekind") in (_SUBQUERY, _FUNCTION):
                yield f"'{name}' is lateral"
        for inner, is_sublink in _queries_in(query):
            if is_sublink and _is_correlated(inner):
                if over_raw and inner.text("hasAggs") == "true" and not inner.nodes("groupClause"):
                    yield "a correlated subquery aggregates"
                if over_raw and inner.text("limitCount") != "<>":
                    yield "a correlated subquery has a LIMIT"
                if not over_raw and self._reads_raw(inner, scope):
                    yield "a correlated subquery reads raw beside what is not distributed"
            yield from self._faults_of(inner, scope)

    def _reads_raw(self, query: Node, around: tuple[Node, ...]) -> bool:
        """Return True if distributed rows are in FROM, and no WITH that is worked out before comes in between."""
        return any(self._entry_reads_raw(entry, (*around, query)) for entry in query.nodes("rtable"))

    def _entry_reads_raw(self, entry: Node, scope: tuple[Node, ...]) -> bool:
        kind = entry.text("rtekind")
        if kind == _RELATION:
            oid = entry.text("relid")
            return oid in self._distributed or (oid in self._trees and self._reads_raw(self._query(oid), ()))
        if kind == _SUBQUERY:
            return any(self._reads_raw(query, scope) for query in entry.nodes("subquery"))
        if kind == _CTE:
            outer = scope[: len(scope) - int(entry.text("ctelevelsup"))]
            for known in outer[-1].nodes("cteList"):
                if known.text("ctename") == entry.text("ctename"):
                    return not _is_worked_out_before(known) and any(
                        self._reads_raw(query, outer) for query in known.nodes("ctequery")
                    )
        return False


def _is_worked_out_before(known: Node) -> bool:
    """Return True of a WITH that is materialized, because it says so or is read more than once."""
    says = known.text("ctematerialized")
    return says == _MATERIALIZED or (says != _NOT_MATERIALIZED and int(known.text("cterefcount")) > 1)


def _name(entry: Node) -> str:
    return next((alias.text("aliasname") for alias in entry.nodes("eref")), "")


def _queries_in(node: Node, is_sublink: bool = False) -> Iterator[tuple[Node, bool]]:
    """Yield the queries right below, each with whether it stands in an expression."""
    for below in node.below():
        if below.kind == "QUERY":
            yield below, is_sublink or node.kind == "SUBLINK"
        else:
            yield from _queries_in(below, is_sublink or node.kind == "SUBLINK")


def _is_correlated(node: Node, depth: int = 0) -> bool:
    """Return True if a query reads a column of one around it."""
    if node.kind == "VAR":
        return int(node.text("varlevelsup") or 0) > depth
    return any(_is_correlated(below, depth + (below.kind == "QUERY")) for below in node.below())
