"""The demonstration's steps in their order; each finds out by itself whether it is done."""

from collections.abc import Callable

Say = Callable[[str], None]
Step = Callable[[Say], None]


def strategy(say: Say) -> None:
    """The Six City Strategy."""
    from kuutio.programme import demo

    if demo.load():
        say("kuutio: the strategy is in")


STEPS: tuple[Step, ...] = (strategy,)
