"""What the rules of money and choosing find, said to people: what is wrong, and what to mend.

`core` finds and names; here are the words, so that the application's form, the officer's page, a letter and the command line
say the same of the same thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kuutio.core.grants.findings import Fact, Finding
from kuutio.core.grants.reading import DAY
from kuutio.core.numbers import share
from kuutio.core.problems import Text
from kuutio.ui import wording

TOKENS: Mapping[str, Text] = {
    "STAFF": _("salaries"),
    "TRAVEL": _("travel"),
    "SERVICES": _("bought services"),
    "EQUIPMENT": _("machines and equipment"),
    "OFFICE": _("office costs"),
    "OTHER": pgettext_lazy("cost category", "other costs"),
    "INCOME": _("income"),
    "SHARE": _("share of support"),
    "MILESTONE": _("milestone"),
    "ADVANCE": _("advance"),
    "CORRECTION": _("correction"),
    "NET": _("net costs"),
    "EU": _("EU funding"),
    "STATE": _("state funding"),
    "OWN_PUBLIC": _("own public funding"),
    "ACTUAL": _("actual costs"),
    "FLAT_7": _("flat rate 7%% of direct costs"),
    "FLAT_15": _("flat rate 15%% of salaries"),
    "FLAT_17": _("flat rate 17%% of salaries"),
    "FLAT_24": _("flat rate 24%% of salaries"),
    "FLAT_40": _("flat rate 40%% of salaries"),
    "LUMP": _("lump sum"),
}
"""Cost categories, sources, cost models and lines as they are called inside a sentence. A per cent sign is doubled."""

WORDS: Mapping[str, Text] = {
    "e1-two-organisations": _(
        "A project needs at least %(least)s different organisations; this one has %(found)s. Invite a partner."
    ),
    "e2-two-cities": _(
        "A project needs actors in the areas of at least %(least)s member cities; this one has %(found)s. "
        "Invite a partner from another city."
    ),
    "e3-spearhead-all-cities": _("A spearhead needs every member city. Missing: %(missing)s."),
    "e4-company": _(
        "%(where)s is a company and can't receive the grant. It can take part as a supplier or in the trials."
    ),
    "e4-unknown-type": _("%(where)s: choose what kind of organisation it is."),
    "e5-no-lead": _("Choose which partner leads."),
    "e5-many-leads": _("Only one partner leads; now %(found)s are marked."),
    "e6-business-id": _("%(where)s: %(business_id)s is not a Business ID. Check its digits."),
    "e7-not-signed": _("%(where)s hasn't signed its part yet. Remind it."),
    "e8-cost-model": _("This call doesn't offer the cost model %(model)s. Choose one of these: %(offered)s."),
    "e9-ends-before-start": _("The project ends on %(end)s, not after its start on %(start)s. Correct the dates."),
    "e9-starts-too-early": _("The project can start on %(earliest)s at the earliest."),
    "e9-ends-too-late": _("The project must end on %(latest)s at the latest."),
    "e9-too-long": _("The project can last %(months)s months at most: it must end before %(before)s."),
    "e10-late": _("The application came %(seconds)s seconds after the call closed."),
    "e11-support-share": _("The support can be %(most_bp)s of net costs at most; you ask for %(asked_bp)s."),
    "e12-spearhead-length": _(
        "A spearhead is planned for exactly %(months)s months: it ends on %(end)s. An extension is a change request."
    ),
    "m1-negative": _("The amount can't be below zero (%(line)s)."),
    "m2-category": _("The cost model %(model)s doesn't take the cost category %(category)s. Set it to zero."),
    "m4-net-negative": _("The income is larger than the costs: the net costs are %(net_cents)s."),
    "m5-over-share": _("%(source)s is %(over_cents)s above its share."),
    "m5-shares-over-whole": _("The shares of the EU (%(eu_bp)s) and the state (%(state_bp)s) are more than the whole."),
    "m6-partner": _("%(where)s: the funding differs from the net costs by %(difference_cents)s."),
    "m6-category": _("The project's %(category)s differ from the partners' sum by %(difference_cents)s."),
    "m6-source": _("The project's %(source)s differs from the partners' sum by %(difference_cents)s."),
    "m6-unknown-partner": _("%(where)s isn't a partner of this project."),
    "m7-ceiling": _("A lump sum can be %(ceiling_cents)s at most; this one is %(over_cents)s above it."),
    "m7-milestones": _("The milestones' sums differ from the lump sum by %(difference_cents)s."),
    "m8-no-reason": _("%(source)s differs from the computed figure by %(difference_cents)s. Give the reason."),
    "m9-over-plan": _("%(where)s: %(over_cents)s more is committed than was planned."),
    "m9-paid-over-committed": _("%(where)s: %(over_cents)s more is paid than was committed."),
    "c1-advance": _("Advances can be %(most_cents)s at most in all; this is %(over_cents)s too much."),
    "c2-accepted": _("More is accepted than was claimed (%(line)s): %(over_cents)s too much."),
    "c2-negative": _("The amount can't be below zero (%(line)s)."),
    "c3-correction": _("A correction can take away at most what was accepted, %(most_cents)s."),
    "c4-over-granted": _("More would be paid than was granted: %(over_cents)s too much."),
    "c5-outside": _("The period must lie within the project, %(start)s to %(end)s."),
    "c5-backwards": _("The period ends on %(end)s, before its first day %(start)s."),
    "c5-overlap": _("The period overlaps that of claim %(other)s."),
    "c6-no-report": _("Send the report of the same period, %(start)s to %(end)s, with the claim."),
    "c7-closed": _("The project's money is settled: nothing can be claimed any more."),
    "v1-weights": _("The criteria's weights must be 100 together; now they are %(together)s."),
    "v1-weight": _("The weight must be a whole number above zero; now it is %(weight)s."),
    "v1-scale": _("The score must be from %(lowest)s to %(highest)s; now it is %(score)s."),
    "v1-missing": _("Give a score."),
    "v1-unknown": _("This call has no criterion %(where)s."),
    "v6-demand-over-supply": _(
        "%(demand)s reviews are needed, but the reviewers can take %(most)s at most. "
        "Invite reviewers, raise their limit or ask for fewer reviews."
    ),
    "v6-demand-under-minimum": _(
        "%(demand)s reviews are needed, but the reviewers must get %(least)s at least and can take %(most)s. "
        "Lower their minimum."
    ),
    "v6-few-reviewers": _(
        "Application %(where)s needs %(needed)s reviewers; only %(found)s may review it. Invite reviewers without a conflict."
    ),
    "v6-crowded": _(
        "Application %(where)s gets no reviewer: %(applications)s applications (%(needed)s reviews each) compete for "
        "%(reviewers)s reviewers with %(places)s places. Invite reviewers without a conflict or raise these ones' limit."
    ),
    "v6-minimum-not-met": _(
        "Reviewer %(where)s can be given only %(found)s applications; the minimum is %(least)s. Lower it."
    ),
    "v12-no-reason": _("Give the reason for the score %(score)s."),
    "v14-published": _("The ranking is published: reviews can't be changed any more."),
}
"""What to mend, by the finding's key."""


def words(finding: Finding, named: Callable[[str], str] = str) -> str:
    """A finding in the reader's language, with its amounts, shares and days as they are written there.

    Args:
        named: how what it is about (`where`) is called: a partner's name for its id.
    """
    facts = {name: _fact(name, fact) for name, fact in finding.facts.items()}
    return str(WORDS[finding.key]) % {**facts, "where": named(finding.where)}


def _fact(name: str, fact: Fact) -> str:
    if isinstance(fact, int):
        if name.endswith("_cents"):
            return wording.money(fact)
        if name.endswith("_bp"):
            return share(Decimal(fact) / 10_000, wording.language(), decimals=2 if fact % 100 else 0)
        return wording.number(fact)
    if DAY.fullmatch(fact):
        return wording.day(date.fromisoformat(fact))
    return ", ".join(token(part) for part in fact.split(", "))


def token(name: str) -> str:
    """What a cost category, a source or a cost model is called; what has no name of ours stands as it was written."""
    return str(TOKENS[name]).replace("%%", "%") if name in TOKENS else name
