"""What the rows of `data_work.toml` speak of."""

from tests.opendata.bringing import bring


def things() -> dict[str, str]:
    """A load of Helsinki that has ended."""
    return {"work_load": str(bring("a;b\n1;2\n", what="brought").pk)}
