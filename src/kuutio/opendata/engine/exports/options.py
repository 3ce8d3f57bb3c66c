"""How a CSV is written."""

from dataclasses import dataclass

from kuutio.opendata.engine.typed import refuse

SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class CsvOptions:
    """How a CSV is written.

    Attributes:
        bom: begin with a byte order mark, by which Excel knows UTF-8.
        formula_safe: a text that a spreadsheet would take for a formula gets an apostrophe in front.
        separator: one of `SEPARATORS`.
        header: the first line has the columns' names.

    Source: RFC 4180; OWASP, "CSV Injection".

    Raises:
        BadQuery: another separator.
    """

    bom: bool = False
    formula_safe: bool = False
    separator: str = ","
    header: bool = True

    def __post_init__(self) -> None:
        if self.separator not in SEPARATORS:
            refuse("The separator is a comma, a semicolon, a tab or a bar.", "/separator")
