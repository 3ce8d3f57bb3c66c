"""Made-up test users, concepts, solutions and learnings."""


def load() -> int:
    """Fill what is empty; tells how many things were made."""
    return 0
