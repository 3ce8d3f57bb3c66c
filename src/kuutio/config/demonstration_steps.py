"""The demonstration's steps in their order; each finds out by itself whether it is done."""

from collections.abc import Callable

Step = Callable[[Callable[[str], None]], None]

STEPS: tuple[Step, ...] = ()
