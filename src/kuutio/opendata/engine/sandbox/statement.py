"""The first sieve: the shape of the statement, on sqlglot's tree."""

from collections.abc import Collection
from difflib import get_close_matches

import sqlglot
from sqlglot import ErrorLevel, TokenType, exp
from sqlglot.errors import SqlglotError

from .refusals import Refused

_ROOTS = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)
_FORBIDDEN = (
    exp.DML,
    exp.DDL,
    exp.Command,
    exp.Copy,
    exp.Attach,
    exp.Detach,
    exp.Set,
    exp.Pragma,
    exp.Use,
    exp.Into,
    exp.Lock,
    exp.Describe,
    exp.Show,
    exp.Summarize,
    exp.Parameter,
    exp.SessionParameter,
    exp.Placeholder,
)


def parse_one_select(sql: str) -> exp.Expr:
    """sqlglot's tree of the only statement of `sql`, which is a query.

    Raises:
        Refused: not SQL, no statement or several, or anything but a query, at any depth.
    """
    try:
        statements = [tree for tree in sqlglot.parse(sql, read="duckdb") if not isinstance(tree, exp.Semicolon | None)]
    except SqlglotError:
        raise Refused("This form of SQL isn't known here: write it more plainly.") from None
    except RecursionError:
        raise Refused("The query is nested too deeply.") from None
    if len(statements) != 1:
        raise Refused("Write one SELECT statement.")
    tree = statements[0]
    if not isinstance(tree, _ROOTS):
        raise Refused("Only SELECT may be run here.")
    for node in tree.walk():
        if isinstance(node, _FORBIDDEN):
            raise Refused("Only SELECT may be run here.")
    return tree


def without_end(sql: str) -> str:
    """The text up to the first semicolon that ends a statement.

    Raises:
        Refused: a string or a comment has no end.
    """
    try:
        tokens = sqlglot.tokenize(sql, read="duckdb")
    except SqlglotError:
        raise Refused("A string, a name or a comment in the query has no end.") from None
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON:
            return sql[: token.start]
    return sql


def tables_of(tree: exp.Expr, published: Collection[str]) -> frozenset[str]:
    """The published tables that the query reads, in lower case.

    A name that a WITH around it defines isn't one; the second sieve, on DuckDB's own tree, is strict about the order.

    Raises:
        Refused: a table that isn't published, with a catalogue or schema before its name, or a path.
    """
    found = set()
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            continue  # A function that makes rows: the second sieve knows which of them may.
        if table.args.get("db") or table.args.get("catalog"):
            raise Refused("Name a table alone, without a schema or a database before it.")
        name = table.name.lower()
        if name in published:
            found.add(name)
        elif name not in _names_around(table):
            raise Refused(unknown_table(table.name, published))
    return frozenset(found)


def translate(tree: exp.Expr, dialect: str) -> str:
    """The query in another engine's dialect.

    Raises:
        Refused: it uses something that the other engine doesn't have.
    """
    try:
        return tree.sql(dialect=dialect, unsupported_level=ErrorLevel.RAISE)
    except SqlglotError:
        raise Refused("The query uses a form that the engine behind this page doesn't have.") from None


def unknown_table(name: str, published: Collection[str]) -> str:
    """A sentence that says the table isn't there, and what could have been meant."""
    near = get_close_matches(name.lower(), published, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    return f'There is no published table "{name[:80]}".{hint}'


def _names_around(node: exp.Expr) -> set[str]:
    names: set[str] = set()
    up: exp.Expr | None = node
    while up is not None:
        clause = up.args.get("with_")
        if isinstance(clause, exp.With):
            names.update(cte.alias.lower() for cte in clause.expressions)
        up = up.parent
    return names
