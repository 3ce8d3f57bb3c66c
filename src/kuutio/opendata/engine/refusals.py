"""Why a file can't become tables: each refusal says what to mend, in plain English; doors translate by `kind`."""

from kuutio.core.problems import Problem


class Refusal(Problem):
    """A file that can't be published as tables as it is."""

    kind, status = "refused-file", 422


class NotATable(Refusal):
    """A PDF, an image, a text: the caller keeps the file as it is."""

    kind = "not-a-table"


class EmptyFile(Refusal):
    """There is nothing in it."""

    kind = "empty-file"


class BrokenFile(Refusal):
    """It says it is of a format, and isn't whole: truncated, or written wrongly."""

    kind = "broken-file"


class TooLarge(Refusal):
    """More bytes, rows or columns than the limits allow; facts say which."""

    kind = "too-large"


class UnsafeArchive(Refusal):
    """An archive that unpacks to too much, or out of its folder."""

    kind = "unsafe-archive"


class UnsafeXml(Refusal):
    """XML with a document type or entities, which can read files and eat memory."""

    kind = "unsafe-xml"


class UnknownCrs(Refusal):
    """Coordinates in a reference system that isn't said or doesn't exist."""

    kind = "unknown-crs"


class WrongEncoding(Refusal):
    """The declared encoding isn't the file's."""

    kind = "wrong-encoding"


class WrongOptions(Refusal):
    """A correction names a column, a layer, a sheet or a value that isn't there."""

    kind = "wrong-options"


class TookTooLong(Refusal):
    """Wall clock or processor time ran out."""

    kind = "took-too-long"


class TookTooMuchMemory(Refusal):
    """The memory limit was reached."""

    kind = "took-too-much-memory"


KINDS: dict[str, type[Refusal]] = {
    kind.kind: kind
    for kind in (
        Refusal,
        NotATable,
        EmptyFile,
        BrokenFile,
        TooLarge,
        UnsafeArchive,
        UnsafeXml,
        UnknownCrs,
        WrongEncoding,
        WrongOptions,
        TookTooLong,
        TookTooMuchMemory,
    )
}
