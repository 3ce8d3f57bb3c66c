"""Turning a quantity from one unit to another, where that is one factor.

Source: BIPM, "The International System of Units (SI)", 9th edition; names of units as in UCUM where it has them.
"""

_FACTORS: dict[str, dict[str, float]] = {
    "length": {"mm": 0.001, "cm": 0.01, "dm": 0.1, "m": 1, "km": 1000},
    "area": {"cm2": 0.0001, "m2": 1, "ar": 100, "ha": 10_000, "km2": 1_000_000},
    "volume": {"ml": 0.000_001, "l": 0.001, "dm3": 0.001, "m3": 1},
    "mass": {"g": 0.001, "kg": 1, "t": 1000},
    "time": {"ms": 0.001, "s": 1, "min": 60, "h": 3600, "d": 86_400},
    "speed": {"km/h": 1 / 3.6, "m/s": 1},
    "power": {"W": 1, "kW": 1000, "MW": 1_000_000},
    "energy": {"Wh": 1, "kWh": 1000, "MWh": 1_000_000, "GWh": 1_000_000_000},
    "share": {"1": 1, "%": 0.01, "‰": 0.001},
    "money": {"EUR": 1, "cent": 0.01, "kEUR": 1000, "MEUR": 1_000_000},
    "light": {"lm": 1, "klm": 1000},
}
_OF = {unit: (quantity, factor) for quantity, units in _FACTORS.items() for unit, factor in units.items()}


class UnknownUnit(Exception):
    """A unit without a factor here, or two of different quantities."""


def known() -> list[str]:
    """The units that can be turned."""
    return list(_OF)


def like(unit: str) -> list[str]:
    """The units that can be turned into one, itself among them; empty when nothing is known of it."""
    if unit not in _OF:
        return []
    return list(_FACTORS[_OF[unit][0]])


def factor(unit: str, to: str) -> float:
    """What a number of `unit` is multiplied by to be one of `to`.

    Raises:
        UnknownUnit: one isn't known, or they measure different things.
    """
    if unit == to:
        return 1
    if unit not in _OF or to not in _OF:
        raise UnknownUnit(f"{unit if unit not in _OF else to} isn't a unit that can be turned into another.")
    (quantity, one), (other, two) = _OF[unit], _OF[to]
    if quantity != other:
        raise UnknownUnit(f"{unit} measures {quantity}, {to} measures {other}.")
    return one / two
