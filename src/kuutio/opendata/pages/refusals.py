"""Why a file could not be read, in the reader's language: the engine tells it in plain English, by a kind."""

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kuutio.core.problems import Problem
from kuutio.opendata.engine.refusals import Refusal
from kuutio.ui.wording import language

_WORDS: dict[str, str | Promise] = {
    "refused-file": _("The file can’t be taken in as it is."),
    "not-a-table": _("The file has no table in it. It can be published as it is, but not as rows."),
    "empty-file": _("The file holds no rows. Check that the right file was sent."),
    "broken-file": _("The file is damaged or cut off. Make it again and check that it opens in its own program."),
    "too-large": _("The file has more bytes, rows or columns than this installation takes. Split it."),
    "unsafe-archive": _("The archive unpacks to far more than it weighs, or out of its folder. Pack the files anew."),
    "unsafe-xml": _("The XML refers to things outside itself. Take the document type and its entities out."),
    "unknown-crs": _("The coordinate system is unknown. Name one by its EPSG number, such as EPSG:3067."),
    "wrong-encoding": _(
        "The text isn’t in the encoding that was named. Name the right one, or none: then it is found out."
    ),
    "wrong-options": _("The corrections don’t fit the file. Change them, or take them back."),
    "took-too-long": _("Understanding the file took longer than it may. Split it, or simplify its shapes."),
    "took-too-much-memory": _(
        "Understanding the file took more memory than it may. Split it, or choose a plainer format."
    ),
}


def in_words(kind: str) -> str:
    """What to do about a refusal of the engine, in the reader's language; "" where its English detail says it best."""
    return "" if language() == "en" else str(_WORDS.get(kind, ""))


def told(problem: Problem) -> str | SafeString:
    """A refusal as a form says it: in the reader's language, then the detail, marked as English."""
    words = in_words(problem.kind) if isinstance(problem, Refusal) else ""
    return format_html('{} <span lang="en">{}</span>', words, problem.detail) if words else str(problem.detail)
