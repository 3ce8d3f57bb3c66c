"""The strategy's money as one bar: whole widths of its 1,000 units, so that it scales without a script or a style."""

from dataclasses import dataclass

from kuutio.programme.models import PlannedShare
from kuutio.programme.queries import FundingPlan

UNITS = 1000


@dataclass(frozen=True, slots=True)
class Segment:
    """A share's place in the bar, in thousandths of the promised money."""

    share: PlannedShare
    start: int
    width: int
    colour: int


def funding_bar(plan: FundingPlan, limit_cents: int) -> list[Segment]:
    """The shares side by side against the promised upper limit; what is left of the bar is planned for by nobody.

    On-top funds have no place in it.
    """
    segments, start = [], 0
    for colour, share in enumerate(plan.shares, start=1):
        width = share.amount_cents * UNITS // limit_cents
        segments.append(Segment(share, start, width, colour))
        start += width
    return segments
