"""What each kind of refusal means and what to do: the page behind the `type` of a problem.

Every `Problem` of the house has its line here and in `docs/reference/problems.md`; a test fails for one without.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from kuutio.core.problems import Text


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its name, the HTTP statuses it comes with, what happened and what to do."""

    name: str
    statuses: tuple[int, ...]
    text: Text


KINDS = (
    Kind(
        "address-refused",
        (422,),
        _("The address leads to a place that Kuutio may not fetch from. Give a public http or https address."),
    ),
    Kind(
        "already-decided",
        (409,),
        _("Somebody was faster: the offer of the case has a decision, which stands."),
    ),
    Kind(
        "already-offered",
        (409,),
        _("The case waits for another city’s decision already. Withdraw that offer first."),
    ),
    Kind(
        "already-sent",
        (409,),
        _("The answer has left, so that it can’t be taken back. Write another one if something must be corrected."),
    ),
    Kind(
        "answer-too-late",
        (409,),
        _(
            "The time for answers to the challenge is over, by the server’s clock. Offer your trial to the cities instead."
        ),
    ),
    Kind(
        "bad-ballot",
        (422,),
        _("The ballot doesn’t say what the vote asks for. The detail says what to change."),
    ),
    Kind(
        "bad-contract",
        (422,),
        _("The contract can’t be understood. The detail says which line; mend it and send it again."),
    ),
    Kind(
        "bad-mapping",
        (422,),
        _("The mapping can’t be understood. The detail says which line; mend it and send it again."),
    ),
    Kind(
        "bad-pass",
        (403,),
        _(
            "The pass isn’t signed by this vote’s key, or the code belongs to no ballot of it. Load the page again, or copy the whole code."
        ),
    ),
    Kind(
        "bad-query",
        (400,),
        _(
            "A parameter is unknown or its value malformed. The detail names it; the interface’s description lists what it takes."
        ),
    ),
    Kind(
        "bad-request",
        (400,),
        _("The request can’t be read as HTTP or as its content type. Check its headers and body."),
    ),
    Kind(
        "bad-signature",
        (401,),
        _("The call isn’t signed with the channel’s secret, or was signed more than five minutes ago. Sign it anew."),
    ),
    Kind(
        "bad-sql",
        (400,),
        _("The query is not one SELECT over published tables. The detail says what isn’t allowed."),
    ),
    Kind(
        "broken-file",
        (422,),
        _("The file is damaged or cut off. Make it again and check that it opens in its own program."),
    ),
    Kind(
        "busy",
        (503,),
        _("Too many files are being made just now. Wait for the time in Retry-After, then ask again."),
    ),
    Kind(
        "call-not-ready",
        (422,),
        _("The call lacks something before everybody may see it. Each error says what."),
    ),
    Kind(
        "changed-meanwhile",
        (409,),
        _(
            "Somebody else saved the part after it was read. Both texts stand in the answer: choose, and save with the newest revision."
        ),
    ),
    Kind(
        "conflict",
        (409,),
        _("Somebody was faster, or the thing exists already. Read it again, then decide."),
    ),
    Kind(
        "decided-by-another",
        (403,),
        _("An appeal is decided by another person than who hid the contribution or wrote it. Ask a colleague."),
    ),
    Kind(
        "empty-file",
        (422,),
        _("The file holds no rows. Check that the right file was sent."),
    ),
    Kind(
        "export-too-long",
        (503,),
        _(
            "Making the file took longer than a caller can wait. Take the whole file in a ready form, or filter it further."
        ),
    ),
    Kind(
        "gone",
        (410,),
        _("This version isn’t kept any more. Start again from the first page of the current one."),
    ),
    Kind(
        "has-contributions",
        (409,),
        _("People have taken part in it, so that it stays. Change it instead of removing it."),
    ),
    Kind(
        "has-voted",
        (409,),
        _("The person has a pass of this vote already. The code of the receipt changes the ballot."),
    ),
    Kind(
        "identification-needed",
        (403,),
        _(
            "The stage is for people who have signed in, or who have identified themselves strongly. Sign in that way, then try again."
        ),
    ),
    Kind(
        "illegal-move",
        (409,),
        _(
            "What was asked for isn’t possible in the state that the thing is in now. The facts tell what is, or what is missing first."
        ),
    ),
    Kind(
        "internal-error",
        (500,),
        _("Something broke on our side. It is in our log under the request’s id; try again later."),
    ),
    Kind(
        "invalid",
        (422,),
        _("A part of the input doesn’t fit. Each entry of errors points at one and says what is wrong."),
    ),
    Kind(
        "last-administrator",
        (409,),
        _("The last administrator can’t leave. Give the role to somebody else first."),
    ),
    Kind(
        "mapping-not-conforming",
        (422,),
        _("The source doesn’t fit its mapping. The report says which columns and values; mend either of them."),
    ),
    Kind(
        "method-not-allowed",
        (405,),
        _("The address doesn’t take that method. The header Allow lists those it takes."),
    ),
    Kind(
        "no-assignment",
        (422,),
        _(
            "The reviews can’t be handed out under these limits and conflicts. The errors say in figures why; change the limits or ask more reviewers."
        ),
    ),
    Kind(
        "not-a-table",
        (422,),
        _("The file has no table in it. It can be published as it is, but not as rows."),
    ),
    Kind(
        "not-acceptable",
        (406,),
        _("The thing doesn’t come in the form that was asked for. The detail lists the forms."),
    ),
    Kind(
        "not-allowed",
        (403,),
        _(
            "The role or the key doesn’t reach this far. Sign in, use a key with the scope, or ask your organisation for the role."
        ),
    ),
    Kind(
        "not-eligible",
        (403,),
        _("The stage is for others, for example by age or municipality. Its page says whom it is for."),
    ),
    Kind(
        "not-entitled",
        (422,),
        _("The service is for people who live elsewhere. Its page says where it is offered to them."),
    ),
    Kind(
        "not-found",
        (404,),
        _("There is nothing at this address, or you may not know of it. Check its spelling."),
    ),
    Kind(
        "not-in-stage",
        (409,),
        _("The kind of the stage doesn’t allow this. The process’s page shows what can be done in which stage."),
    ),
    Kind(
        "not-ours",
        (422,),
        _(
            "The place isn’t taken care of by any of the cities. The facts name the municipality and the body to turn to."
        ),
    ),
    Kind(
        "pass-spent",
        (409,),
        _("Another ballot was cast with this pass or code. The newest code changes it."),
    ),
    Kind(
        "process-not-ready",
        (422,),
        _("The process lacks something, or isn’t at its end yet. Each error says what to mend."),
    ),
    Kind(
        "proposal-merged",
        (409,),
        _("The proposal was joined to another one. Go on with that one: the facts name it."),
    ),
    Kind(
        "refused",
        (400,),
        _("The request was refused. The detail says why and what to do."),
    ),
    Kind(
        "refused-file",
        (422,),
        _("The file can’t be taken in. The detail says why and what to do."),
    ),
    Kind(
        "review-incomplete",
        (422,),
        _("The review isn’t whole. The errors say which score or which reason is missing."),
    ),
    Kind(
        "rows-held",
        (409,),
        _("The rows are kept, but not shown before an officer has decided on them. Look at the data set’s to-dos."),
    ),
    Kind(
        "rows-still-waiting",
        (503,),
        _("The rows are kept and will be written, but not yet. Ask for them a little later; don’t send them again."),
    ),
    Kind(
        "rules-not-met",
        (422,),
        _(
            "Something in the application or the change breaks a rule. Each error names the rule and says what to mend; nothing was lost."
        ),
    ),
    Kind(
        "saved-elsewhere",
        (409,),
        _(
            "It was saved in another window since this one was opened. Load it again; what you typed here isn’t kept yet."
        ),
    ),
    Kind(
        "slot-taken",
        (409,),
        _("The time can’t be booked any more. Choose another one."),
    ),
    Kind(
        "source-answered-badly",
        (502,),
        _("The other system answered with something that can’t be read. Tell its keeper; we try again by schedule."),
    ),
    Kind(
        "source-failed",
        (502,),
        _("The other system failed to answer. We try again by schedule."),
    ),
    Kind(
        "source-incomplete",
        (502,),
        _("The other system gave only a part of the layer. What we have stays as it was; we try again by schedule."),
    ),
    Kind(
        "source-redirects-in-circles",
        (502,),
        _("The other system sends us in circles. Give its final address."),
    ),
    Kind(
        "source-too-large",
        (502,),
        _("The other system’s answer is larger than the limit. Ask for a part of it, or raise the limit."),
    ),
    Kind(
        "source-too-slow",
        (504,),
        _("The other system did not answer in time. We try again by schedule."),
    ),
    Kind(
        "source-unreachable",
        (502,),
        _("The other system can’t be reached. Check the address; we try again by schedule."),
    ),
    Kind(
        "sql-busy",
        (429,),
        _("Too many queries run at once. Wait for the time in Retry-After, then ask again."),
    ),
    Kind(
        "sql-too-large",
        (413,),
        _("The answer of the query is too large. Add a LIMIT or choose fewer columns."),
    ),
    Kind(
        "sql-too-slow",
        (408,),
        _("The query took longer than it may. Filter earlier, or take the whole file and ask it yourself."),
    ),
    Kind(
        "stage-closed",
        (409,),
        _("The stage isn’t open now. The detail says when it opens; what is over can still be read."),
    ),
    Kind(
        "stood-aside",
        (403,),
        _("Who stood aside for the item, or wasn’t there, takes no part in it. Somebody else records the decision."),
    ),
    Kind(
        "survey-answered",
        (409,),
        _("Each person answers a survey once. The answer is in already."),
    ),
    Kind(
        "too-large",
        (
            413,
            422,
        ),
        _("The file is larger than the limit. Split it, or ask the operator to raise the limit."),
    ),
    Kind(
        "too-many-contributions",
        (429,),
        _("Somebody wrote more within an hour than the city lets. Go on a little later."),
    ),
    Kind(
        "too-many-requests",
        (429,),
        _("Too many requests in a minute. Wait for the time in Retry-After, then go on."),
    ),
    Kind(
        "too-many-returns",
        (409,),
        _("Cities have returned the case three times. The duty officer decides whose it is."),
    ),
    Kind(
        "too-many-tries",
        (429,),
        _("Too many wrong codes were tried. Wait an hour, or identify the resident another way."),
    ),
    Kind(
        "too-many-views",
        (409,),
        _("There are twenty saved views already. Remove one that isn’t needed any more."),
    ),
    Kind(
        "took-too-long",
        (422,),
        _("Understanding the file took longer than it may. Split it, or simplify its shapes."),
    ),
    Kind(
        "took-too-much-memory",
        (422,),
        _("Understanding the file took more memory than it may. Split it, or choose a plainer format."),
    ),
    Kind(
        "unknown-crs",
        (422,),
        _("The coordinate system is unknown. Name one by its EPSG number, such as EPSG:3067."),
    ),
    Kind(
        "unsafe-archive",
        (422,),
        _("The archive unpacks to far more than it weighs, or out of its folder. Pack the files anew."),
    ),
    Kind(
        "unsafe-xml",
        (422,),
        _("The XML refers to things outside itself. Take the document type and its entities out."),
    ),
    Kind(
        "vote-frozen",
        (409,),
        _("The vote was opened: its rule, its projects and its times stay as they are."),
    ),
    Kind(
        "which-city",
        (422,),
        _("The place is too near a border to tell the city. The facts name those to choose from."),
    ),
    Kind(
        "wrong-encoding",
        (422,),
        _("The text isn’t in the encoding that was named. Name the right one, or none: then it is found out."),
    ),
    Kind(
        "wrong-move",
        (409,),
        _("The case can’t go there from the state that it is in. Look at its state and choose another act."),
    ),
    Kind(
        "wrong-options",
        (422,),
        _("The options don’t fit the file. The detail says which; leave it out to have it found out."),
    ),
)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The kinds of problems, each with an address of its own on the page."""
    return render(request, "web/problems.html", {"kinds": KINDS})
