"""What each kind of refusal means and what to do: the page behind the `type` of a problem.

Every `Problem` of the house needs its words here; a test fails for one without them.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kuutio.core.problems import Problem, Text

#: Kind -> what happened and what to do. In alphabetical order.
TEXTS: dict[str, Text] = {
    "address-refused": _(
        "The address leads to a place that Kuutio may not fetch from. Give a public http or https address."
    ),
    "bad-contract": _("The contract can’t be understood. The detail says which line; mend it and send it again."),
    "bad-mapping": _("The mapping can’t be understood. The detail says which line; mend it and send it again."),
    "bad-query": _(
        "A parameter is unknown or its value malformed. The detail names it; the interface’s description lists what it takes."
    ),
    "bad-request": _("The request can’t be read as HTTP or as its content type. Check its headers and body."),
    "bad-sql": _("The query is not one SELECT over published tables. The detail says what isn’t allowed."),
    "broken-file": _("The file is damaged or cut off. Make it again and check that it opens in its own program."),
    "conflict": _("Somebody was faster, or the thing exists already. Read it again, then decide."),
    "empty-file": _("The file holds no rows. Check that the right file was sent."),
    "gone": _("This version isn’t kept any more. Start again from the first page of the current one."),
    "internal-error": _("Something broke on our side. It is in our log under the request’s id; try again later."),
    "invalid": _("A part of the input doesn’t fit. Each entry of errors points at one and says what is wrong."),
    "last-administrator": _("The last administrator can’t leave. Give the role to somebody else first."),
    "mapping-not-conforming": _(
        "The source doesn’t fit its mapping. The report says which columns and values; mend either of them."
    ),
    "method-not-allowed": _("The address doesn’t take that method. The header Allow lists those it takes."),
    "not-a-table": _("The file has no table in it. It can be published as it is, but not as rows."),
    "not-acceptable": _("The thing doesn’t come in the form that was asked for. The detail lists the forms."),
    "not-allowed": _(
        "The role or the key doesn’t reach this far. Sign in, use a key with the scope, or ask your organisation for the role."
    ),
    "not-found": _("There is nothing at this address, or you may not know of it. Check its spelling."),
    "refused": _("The request was refused. The detail says why and what to do."),
    "refused-file": _("The file can’t be taken in. The detail says why and what to do."),
    "source-answered-badly": _(
        "The other system answered with something that can’t be read. Tell its keeper; we try again by schedule."
    ),
    "source-failed": _("The other system failed to answer. We try again by schedule."),
    "source-redirects-in-circles": _("The other system sends us in circles. Give its final address."),
    "source-too-large": _(
        "The other system’s answer is larger than the limit. Ask for a part of it, or raise the limit."
    ),
    "source-too-slow": _("The other system did not answer in time. We try again by schedule."),
    "source-unreachable": _("The other system can’t be reached. Check the address; we try again by schedule."),
    "sql-busy": _("Too many queries run at once. Wait for the time in Retry-After, then ask again."),
    "sql-too-large": _("The answer of the query is too large. Add a LIMIT or choose fewer columns."),
    "sql-too-slow": _("The query took longer than it may. Filter earlier, or take the whole file and ask it yourself."),
    "too-large": _("The file is larger than the limit. Split it, or ask the operator to raise the limit."),
    "too-many-requests": _("Too many requests in a minute. Wait for the time in Retry-After, then go on."),
    "took-too-long": _("Understanding the file took longer than it may. Split it, or simplify its shapes."),
    "took-too-much-memory": _(
        "Understanding the file took more memory than it may. Split it, or choose a plainer format."
    ),
    "unknown-crs": _("The coordinate system is unknown. Name one by its EPSG number, such as EPSG:3067."),
    "unsafe-archive": _("The archive unpacks to far more than it weighs, or out of its folder. Pack the files anew."),
    "unsafe-xml": _("The XML refers to things outside itself. Take the document type and its entities out."),
    "wrong-encoding": _(
        "The text isn’t in the encoding that was named. Name the right one, or none: then it is found out."
    ),
    "wrong-options": _("The options don’t fit the file. The detail says which; leave it out to have it found out."),
}
#: Kinds that no `Problem` class has: what the middlewares answer.
WITHOUT_CLASS = {
    "bad-request": 400,
    "internal-error": 500,
    "method-not-allowed": 405,
    "too-many-requests": 429,
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem, as its page tells it."""

    name: str
    status: int
    text: Text


def kinds() -> list[Kind]:
    """All kinds, by name; those that only this installation's own code adds have the words of `refused`."""
    found = {**WITHOUT_CLASS, **{problem.kind: problem.status for problem in _with_subclasses(Problem)}}
    return [Kind(name, status, TEXTS.get(name, TEXTS["refused"])) for name, status in sorted(found.items())]


def _with_subclasses(problem: type[Problem]) -> list[type[Problem]]:
    return [problem, *(found for child in problem.__subclasses__() for found in _with_subclasses(child))]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The kinds of problems, each with an address of its own on the page."""
    return render(request, "web/problems.html", {"kinds": kinds()})
