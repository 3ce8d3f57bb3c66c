"""The parts that `config` gathered from the domains, for the joint pages to show."""

from kuutio.core.parts import Parts

_parts = Parts()


def install(parts: Parts) -> None:
    """Set the parts, once, when the process starts."""
    global _parts  # noqa: PLW0603  # the one place where config hands them over
    _parts = parts


def parts() -> Parts:
    """What the domains declared."""
    return _parts
