"""The list of statements: each a clause, a sentence, and a function that asks and returns nothing, or raises."""

from __future__ import annotations

from collections.abc import Callable

from kuutio.contact.open311.conformance.asking import Server

Statement = Callable[[Server], None]
STATEMENTS: list[tuple[str, str, Statement]] = []


def says(clause: str, sentence: str) -> Callable[[Statement], Statement]:
    """Add a statement to the list."""

    def added(check: Statement) -> Statement:
        STATEMENTS.append((clause, sentence, check))
        return check

    return added


def by_clause() -> list[tuple[str, str, Statement]]:
    """All statements in the order of their clauses, whichever module says them."""
    return sorted(STATEMENTS, key=lambda statement: int(statement[0]))
