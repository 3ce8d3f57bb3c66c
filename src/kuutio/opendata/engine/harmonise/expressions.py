"""The SQL that turns a city's columns into harmonised values."""

from typing import Any

from kuutio.opendata.engine import duck
from kuutio.opendata.engine.contract import ColumnRule
from kuutio.opendata.engine.harmonise.mapping import ANY, PLACEHOLDER, ColumnMap
from kuutio.opendata.engine.harmonise.units import factor
from kuutio.opendata.engine.types import Column, ColumnType

SQL_TYPES = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.NUMBER: "DOUBLE",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.DATE: "DATE",
    ColumnType.TIME: "TIME",
    ColumnType.DATETIME: "TIMESTAMPTZ",
}


def value_of(column: ColumnMap, rule: ColumnRule, there: dict[str, Column]) -> str:
    """SQL for the harmonised value of a row of the city's table; NULL where there is none."""
    kind = SQL_TYPES[rule.type or ColumnType.TEXT]
    if column.value is not None:
        return f"TRY_CAST({_constant(column.value)} AS {kind})"
    if column.template is not None:
        return f"TRY_CAST({_filled(column.template)} AS {kind})"
    field = duck.name(column.source or "")
    text = f"trim({field}::VARCHAR)"
    if column.codes is not None:
        return f"TRY_CAST({_coded(text, column.codes)} AS {kind})"
    if column.date is not None:
        return f"try_strptime({text}, {duck.quoted(column.date)})::{kind}"
    if column.true or column.false:
        return _truth(text, column)
    if column.unit is not None:
        # As many digits as a double surely holds: 65.51 ar are 6551 m2, not 6551.000000000001.
        turned = f"format('{{:.14g}}', {field}::DOUBLE * {factor(column.unit, rule.unit or '')!r})::DOUBLE"
        return _counted(f"({turned})", rule)
    return _plain(field, text, rule, there.get(column.source or ""))


def asked_of(column: ColumnMap) -> str:
    """SQL: whether the city's row has something to turn into a value."""
    if column.value is not None:
        return "true"
    return " OR ".join(f"nullif(trim({duck.name(name)}::VARCHAR), '') IS NOT NULL" for name in column.sources())


def without_code(column: ColumnMap, rule: ColumnRule) -> str | None:
    """SQL for the city's value of a row where it has no code; None where no codes are asked for."""
    if column.source is None:
        return None
    text = f"nullif(trim({duck.name(column.source)}::VARCHAR), '')"
    wanted = column.codes if column.codes is not None else rule.codes
    if wanted is None or ANY in wanted:
        return None
    listed = ", ".join(duck.quoted(code) for code in wanted)
    return f"CASE WHEN {text} NOT IN ({listed}) THEN {text} END"


def _plain(field: str, text: str, rule: ColumnRule, source: Column | None) -> str:
    kind = rule.type or ColumnType.TEXT
    found = source.type if source else ColumnType.TEXT
    if rule.codes is not None:
        listed = ", ".join(duck.quoted(code) for code in rule.codes)
        return f"TRY_CAST(CASE WHEN {text} IN ({listed}) THEN {text} END AS {SQL_TYPES[kind]})"
    if found is ColumnType.TEXT and kind in (ColumnType.NUMBER, ColumnType.INTEGER):
        # As Finns write it: 1 234,5 with any kind of space.
        number = f"TRY_CAST(replace(regexp_replace({text}, '[\\s\\x{{a0}}\\x{{202f}}]', '', 'g'), ',', '.') AS DOUBLE)"
        return _counted(f"CASE WHEN isfinite({number}) THEN {number} END", rule)
    if kind is ColumnType.INTEGER:
        return f"TRY_CAST({field} AS BIGINT)"
    if kind is ColumnType.TEXT:
        return f"nullif({text}, '')"
    return f"TRY_CAST({field} AS {SQL_TYPES[kind]})"


def _counted(number: str, rule: ColumnRule) -> str:
    return f"TRY_CAST(round({number}) AS BIGINT)" if rule.type is ColumnType.INTEGER else number


def _coded(text: str, codes: Any) -> str:
    cases = " ".join(f"WHEN {duck.quoted(code)} THEN {duck.quoted(to)}" for code, to in codes.items() if code != ANY)
    rest = duck.quoted(codes[ANY]) if ANY in codes else "NULL"
    chosen = f"CASE {text} {cases} ELSE {rest} END" if cases else rest
    return f"CASE WHEN nullif({text}, '') IS NOT NULL THEN {chosen} END"


def _truth(text: str, column: ColumnMap) -> str:
    cases = "".join(
        f" WHEN lower({text}) IN ({', '.join(duck.quoted(value.lower()) for value in values)}) THEN {answer}"
        for values, answer in ((column.true, "true"), (column.false, "false"))
        if values
    )
    return f"CASE{cases} END"


def _filled(template: str) -> str:
    """The template with its columns' values; without any of them no value, without some of them no stray marks."""
    parts, at = [], 0
    for match in PLACEHOLDER.finditer(template):
        parts.append(duck.quoted(template[at : match.start()]))
        parts.append(f"coalesce(trim({duck.name(match[1])}::VARCHAR), '')")
        at = match.end()
    parts.append(duck.quoted(template[at:]))
    fields = [f"nullif(trim({duck.name(name)}::VARCHAR), '')" for name in PLACEHOLDER.findall(template)]
    filled = f"regexp_replace(concat({', '.join(parts)}), '\\s+', ' ', 'g')"
    return f"CASE WHEN coalesce({', '.join(fields)}) IS NOT NULL THEN trim({filled}, ' ,;') END"


def _constant(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return duck.quoted(value) if isinstance(value, str) else repr(value)
