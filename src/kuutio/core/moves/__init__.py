"""What may become what: one table of legal moves for each kind of thing, and one function that makes a move.

A state that isn't reached by the table isn't reached at all: the doors answer 409, nothing changes and nothing is written down.
"""

from kuutio.core.moves.moving import Move, Need, Refusal, Role, Table, Why, legal, move

__all__ = ["Move", "Need", "Refusal", "Role", "Table", "Why", "legal", "move"]
