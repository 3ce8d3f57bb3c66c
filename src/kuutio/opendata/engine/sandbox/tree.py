"""The second sieve: every node of DuckDB's own tree, so that no other parser's reading of the text is trusted.

Source: DuckDB, "Serializing and Deserializing SQL to JSON", function `json_serialize_sql`.
"""

import json
from collections.abc import Collection
from typing import Any

import duckdb

from .functions import ALLOWED, ALLOWED_IN_FROM
from .refusals import ONLY_SELECT, TOO_DEEP, Refused, unknown_table

_QUERY_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_SOURCES = {"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EMPTY", "EXPRESSION_LIST", "PIVOT"}
_EXPRESSIONS = {
    "BETWEEN",
    "CASE",
    "CAST",
    "COLLATE",
    "COLUMN_REF",
    "COMPARISON",
    "CONJUNCTION",
    "CONSTANT",
    "FUNCTION",
    "LAMBDA",
    "LAMBDA_REF",
    "OPERATOR",
    "POSITIONAL_REFERENCE",
    "STAR",
    "SUBQUERY",
    "TYPE",
    "WINDOW",
}


def check_tree(connection: duckdb.DuckDBPyConnection, sql: str, published: Collection[str]) -> None:
    """Let through one query that reads published tables with allowed functions, and nothing else.

    Raises:
        Refused: anything else; the message says what.
    """
    row = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchone()
    try:
        answer = json.loads(row[0]) if row else {}
        if answer.get("error", True):
            if answer.get("error_type") == "not implemented":
                raise Refused(ONLY_SELECT)
            place = f" (character {int(answer['position']) + 1})" if "position" in answer else ""
            raise Refused(f"{str(answer.get('error_message', '')).capitalize()}{place}.")
        if len(answer["statements"]) != 1:
            raise Refused("Write one SELECT statement.")
        _Sieve(published).query(answer["statements"][0]["node"], frozenset())
    except RecursionError:
        raise Refused(TOO_DEEP) from None


class _Sieve:
    """A walk over the tree that knows which WITH names can be seen where."""

    def __init__(self, published: Collection[str]) -> None:
        self.published = published

    def query(self, node: dict[str, Any], seen: frozenset[str]) -> None:
        if node.get("type") not in _QUERY_NODES:
            raise Refused(ONLY_SELECT)
        for item in (node.get("cte_map") or {}).get("map", ()):
            inside = item["value"].get("query_node")
            if not isinstance(inside, dict):
                raise Refused("This WITH can't be used here.")
            # Each sees the names before it only: its own name could be a table of the catalogue.
            self.anything([v for v in item["value"].values() if v is not inside], seen)
            self.query(inside, seen)
            seen = seen | {item["key"].lower()}
        for key, value in node.items():
            # The second half of a recursive query is the only place that sees the name while it is being made.
            own = {node["cte_name"].lower()} if key == "right" and node.get("cte_name") else set()
            if key not in {"type", "cte_map"}:
                self.anything(value, seen | own)

    def anything(self, value: Any, seen: frozenset[str]) -> None:
        if isinstance(value, list):
            for part in value:
                self.anything(part, seen)
        elif isinstance(value, dict):
            self.node(value, seen)

    def node(self, node: dict[str, Any], seen: frozenset[str]) -> None:
        kind, family = node.get("type"), node.get("class")
        if family is None and isinstance(kind, str) and kind.endswith("_NODE"):
            self.query(node, seen)
            return
        if family is not None:
            self.expression(family, node)
        elif isinstance(kind, str) and "alias" in node:
            self.source(kind, node, seen)
        for part in node.values():
            self.anything(part, seen)

    def expression(self, family: str, node: dict[str, Any]) -> None:
        if family == "PARAMETER":
            raise Refused("Parameters ($1, ?) have no values here: write the values in the query.")
        if family not in _EXPRESSIONS:
            raise Refused(f"{family.capitalize()} can't be used here.")
        name = node.get("function_name")
        if name is not None:
            _check_name(node)
            if name.lower() not in ALLOWED | ALLOWED_IN_FROM:
                raise Refused(f"The function {name[:60]} can't be used here.")

    def source(self, kind: str, node: dict[str, Any], seen: frozenset[str]) -> None:
        if kind not in _SOURCES:
            raise Refused("Only tables, subqueries and joins can stand in FROM.")
        if kind == "BASE_TABLE":
            _check_name(node)
            name = node["table_name"]
            if name.lower() not in seen and name.lower() not in self.published:
                raise Refused(unknown_table(name, self.published))
        elif kind == "TABLE_FUNCTION":
            name = node["function"].get("function_name", "")
            if name.lower() not in ALLOWED_IN_FROM:
                raise Refused(f"The function {name[:60]} can't be used here.")


def _check_name(node: dict[str, Any]) -> None:
    path = (node.get("qualified_name") or {}).get("path") or []
    if (
        node.get("schema")
        or node.get("catalog")
        or node.get("schema_name")
        or node.get("catalog_name")
        or len(path) > 1
    ):
        raise Refused("Name a table or a function alone, without a schema or a database before it.")
