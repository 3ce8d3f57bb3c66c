"""How much a file may take, and how it is told to be read."""

from dataclasses import dataclass, field

from kuutio.opendata.engine.types import ColumnType

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one ingest may use; reaching a limit is a refusal, not a crash.

    Attributes:
        max_bytes: of the file, unpacked where it is packed.
        max_columns: of one table.
        max_rows: of one table, rejected ones included.
        max_archive_ratio: unpacked bytes for each packed byte, of any file in an archive.
        max_archive_files: files in an archive.
        max_cell_bytes: of one row of a text file, and of one feature.
        wall_s: seconds by the clock, for `run_limited`.
        cpu_s: processor seconds, for `run_limited`.
        memory_bytes: that the child may hold at once, for `run_limited`.
        stalled_s: seconds without any work, for `run_limited`: a library that waits for itself.
        address_space_bytes: RLIMIT_AS of the child, for `run_limited`: for what asks for more between two looks of
            its parent. Far above what is used, since libraries reserve addresses that they never touch.
        engine_bytes: DuckDB's working memory; the rest goes to disk.
        threads: of DuckDB.
    """

    max_bytes: int = 4096 * MIB
    max_columns: int = 2000
    max_rows: int = 50_000_000
    max_archive_ratio: int = 200
    max_archive_files: int = 1000
    max_cell_bytes: int = 8 * MIB
    wall_s: float = 1800
    cpu_s: int = 3600
    memory_bytes: int = 2048 * MIB
    stalled_s: float = 120
    address_space_bytes: int = 6144 * MIB
    engine_bytes: int = 560 * MIB
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Options:
    """What a person says about a file; None and empty mean that the file speaks for itself.

    Columns are named as in the file or as published, whichever the person saw.

    Attributes:
        layer: take this layer of a geo file or this member of an archive, and no other.
        sheet: take this sheet of a workbook, and no other.
        key: columns whose values together name a row, and survive from load to load.
        types: the type a column shall have; rows whose value doesn't fit are rejected.
        names: published names by the file's names.
        encoding: of text, as Python names it.
        separator: between cells, one character.
        quote: around cells, one character; "" when quotes mean nothing.
        decimal: "," or "."; the only decimal mark that is read as one.
        header: whether the table's first row has names.
        skip_rows: lines above the table.
        crs: of the coordinates, as "EPSG:3067", a URN, an address or WKT; stronger than what the file says.
    """

    layer: str | None = None
    sheet: str | None = None
    key: tuple[str, ...] = ()
    types: dict[str, ColumnType] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None
    separator: str | None = None
    quote: str | None = None
    decimal: str | None = None
    header: bool | None = None
    skip_rows: int | None = None
    crs: str | None = None
