"""The strategy's money as one bar: whole widths of its 1,000 units, so that it scales without a script or a style."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

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


CHART_WIDTH, CHART_HEIGHT = 360, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 8, 26, 26


@dataclass(frozen=True, slots=True)
class Column:
    """A period in a chart: its place, its height, and what stands on and below it."""

    x: int
    y: int
    width: int
    height: int
    said: str
    below: str
    middle: int


@dataclass(frozen=True, slots=True)
class Chart:
    """What was reached, period by period, against the target, in whole units of a drawing 360 wide and 200 high."""

    columns: list[Column]
    target_y: int | None
    target: str
    base: int = CHART_HEIGHT - _BOTTOM
    right: int = CHART_WIDTH - _RIGHT


def progress_chart(steps: Sequence[tuple[str, Decimal, str]], target: Decimal | None, target_said: str) -> Chart:
    """Columns of what was reached so far.

    Args:
        steps: for each period what it is called, what was reached by its end, and how that is said.
    """
    most = max([so_far for _name, so_far, _said in steps] + [target or Decimal(0)], default=Decimal(0)) or Decimal(1)
    room, wide = CHART_HEIGHT - _TOP - _BOTTOM, (CHART_WIDTH - _LEFT - _RIGHT) // max(len(steps), 1)
    gap = max(4, wide // 6)
    columns = []
    for at, (name, so_far, said) in enumerate(steps):
        high = int(so_far * room / most)
        x = _LEFT + at * wide + gap // 2
        width = min(wide - gap, 90)
        columns.append(Column(x, CHART_HEIGHT - _BOTTOM - high, width, high, said, name, x + width // 2))
    target_y = CHART_HEIGHT - _BOTTOM - int(target * room / most) if target is not None else None
    return Chart(columns, target_y, target_said)
