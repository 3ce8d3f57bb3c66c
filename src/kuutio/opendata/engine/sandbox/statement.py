"""The first sieve: the shape of the statement, on sqlglot's tree.

It runs in the process that was asked, so that what it refuses costs no child. sqlglot is written in Python: hostile text
can take time in it, never memory that isn't its own. So the text's length, its tokens, its brackets and the parser's
steps are counted, and no text takes it longer than a fraction of a second.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlglot import ErrorLevel, Token, TokenType, exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import SqlglotError
from sqlglot.parsers.duckdb import DuckDBParser

from .functions import ALLOWED, ALLOWED_IN_FROM
from .refusals import ONLY_SELECT, TOO_DEEP, UNKNOWN_FORM, Refused, unknown_table

_MOST_TOKENS = 10_000
_MOST_BRACKETS = 32
_STEPS = 4000
_STEPS_A_TOKEN = 4
"""Plain queries take less than three; `ROW(ROW(ROW(…` and `DECIMAL(DECIMAL(…` twice as many with each level."""

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


_OPEN = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE}
_CLOSE = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE}
_READERS = (exp.ReadCSV, exp.ReadParquet, exp.CurrentUser, exp.SessionUser, exp.CurrentCatalog, exp.CurrentSchema)
_CALLED = (exp.Anonymous, exp.AnonymousAggFunc)
_WORDS_OF_SYNTAX = frozenset({"columns", "try", "unpack", "if", "ifnull", "coalesce", "row", "collation"})
"""They look like functions, and DuckDB's grammar makes something else of them: the second sieve judges."""
_DUCKDB = DuckDB()


@dataclass(frozen=True, slots=True)
class Understood:
    """A text that may go on to a child.

    Attributes:
        sql: the statement alone, without what follows its semicolon.
        tables: the published tables that it reads; None when sqlglot doesn't know the form: then it isn't run, and the
            child says in DuckDB's words what is wrong with it.
    """

    sql: str
    tables: frozenset[str] | None


class _Unknown(Exception):
    """sqlglot doesn't know this form."""


class _Parser(DuckDBParser):
    """Takes so many steps and no more: parsers that try one reading after another may need 2^n of them."""

    def __init__(self, most_steps: int) -> None:
        super().__init__(dialect=_DUCKDB)
        self.left = most_steps

    def _advance(self, times: int = 1) -> None:
        self.left -= 1
        if self.left < 0:
            raise Refused(TOO_DEEP)
        super()._advance(times)

    def _warn_unsupported(self) -> None:
        """The text of a stranger is nothing for the log."""


def understand(sql: str, published: Collection[str]) -> Understood:
    """What the text asks, when it may be asked at all.

    Args:
        published: names of tables, in lower case.

    Raises:
        Refused: not one SELECT over published tables, nested too deeply, or a function that isn't allowed.
    """
    tokens = _tokens(sql)
    whole = _up_to_semicolon(sql, tokens)
    try:
        tree = _one_select(sql, tokens)
        _check_functions(tree)
        return Understood(whole, tables_of(tree, published))
    except _Unknown:
        return Understood(whole, None)
    except RecursionError:
        raise Refused(TOO_DEEP) from None


def parse_one_select(sql: str) -> exp.Expr:
    """sqlglot's tree of the only statement of `sql`, which is a query.

    Raises:
        Refused: not SQL, no statement or several, or anything but a query, at any depth.
    """
    try:
        return _one_select(sql, _tokens(sql))
    except _Unknown:
        raise Refused(UNKNOWN_FORM) from None
    except RecursionError:
        raise Refused(TOO_DEEP) from None


def _tokens(sql: str) -> list[Token]:
    try:
        tokens = _DUCKDB.tokenize(sql)
    except SqlglotError:
        raise Refused("A string, a name or a comment in the query has no end.") from None
    if len(tokens) > _MOST_TOKENS:
        raise Refused("The query has too many words and signs.")
    depth = 0
    for token in tokens:
        depth += (token.token_type in _OPEN) - (token.token_type in _CLOSE)
        if depth > _MOST_BRACKETS:
            raise Refused(TOO_DEEP)
    return tokens


def _up_to_semicolon(sql: str, tokens: list[Token]) -> str:
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON:
            return sql[: token.start]
    return sql


def _one_select(sql: str, tokens: list[Token]) -> exp.Expr:
    try:
        parsed = _Parser(_STEPS + _STEPS_A_TOKEN * len(tokens)).parse(tokens, sql)
    except SqlglotError:
        raise _Unknown from None
    statements = [tree for tree in parsed if not isinstance(tree, exp.Semicolon | None)]
    if len(statements) != 1:
        raise Refused("Write one SELECT statement.")
    tree = statements[0]
    if not isinstance(tree, _ROOTS):
        raise Refused(ONLY_SELECT)
    for node in tree.walk():
        if isinstance(node, _FORBIDDEN):
            raise Refused(ONLY_SELECT)
    return tree


def _check_functions(tree: exp.Expr) -> None:
    """Refuse what the second sieve refuses for certain; what sqlglot reads as something of its own is left to it."""
    for node in tree.find_all(*_CALLED, *_READERS):
        name = str(node.name if isinstance(node, _CALLED) else node.sql_name()).lower()
        if name not in ALLOWED | ALLOWED_IN_FROM | _WORDS_OF_SYNTAX:
            raise Refused(f"The function {name[:60]} can't be used here.")


def tables_of(tree: exp.Expr, published: Collection[str]) -> frozenset[str]:
    """The published tables that the query reads, in lower case.

    A name that a WITH around it defines isn't one; the second sieve, on DuckDB's own tree, is strict about the order.

    Raises:
        Refused: a table that isn't published, with a catalogue or schema before its name, or a path.
    """
    found = set()
    around: dict[int, frozenset[str]] = {}
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            continue  # A function that makes rows: the second sieve knows which of them may.
        if table.args.get("db") or table.args.get("catalog"):
            raise Refused("Name a table alone, without a schema or a database before it.")
        name = table.name.lower()
        if name in published:
            found.add(name)
        elif name not in _names_around(table, around):
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


def _names_around(node: exp.Expr, known: dict[int, frozenset[str]]) -> frozenset[str]:
    """Names that a WITH defines somewhere above; `known` remembers them by node, so that deep trees are climbed once."""
    climbed: list[exp.Expr] = []
    up: exp.Expr | None = node
    while up is not None and id(up) not in known:
        climbed.append(up)
        up = up.parent
    names = known[id(up)] if up is not None else frozenset()
    for one in reversed(climbed):
        clause = one.args.get("with_")
        if isinstance(clause, exp.With):
            names = names | {cte.alias.lower() for cte in clause.expressions}
        known[id(one)] = names
    return names
