"""What the rows of `programme.toml` speak of."""

from kuutio.programme import demo


def things() -> dict[str, str]:
    """The strategy itself."""
    demo.load()
    return {}
