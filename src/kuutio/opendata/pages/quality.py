"""How good a data set is: its description by the EU's points, its data by its contract, its addresses, its promise to be fresh."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kuutio.core.problems import Problem
from kuutio.opendata.actions.serving import contract_of
from kuutio.opendata.engine.contract import parse
from kuutio.opendata.engine.contract.declared import Contract, Every
from kuutio.opendata.mends import DIMENSIONS, MENDS, RATINGS
from kuutio.opendata.models import Distribution
from kuutio.opendata.pages.frame import Framed, context, page
from kuutio.opendata.pages.use import other
from kuutio.opendata.promise import kept
from kuutio.opendata.quality import MOST, assess


@page
def quality_page(frame: Framed) -> HttpResponse:
    """The page."""
    # Judged anew: what stands in the list may be from before the last visit to an address.
    judged = assess(frame.dataset)
    frame.dataset.quality_points = judged.points  # the head tells the same
    snapshot = frame.snapshot
    names = {str(one.pk): one for one in frame.dataset.distributions.all()}
    more = context(frame, "dataset-quality") | {
        "points": judged.points,
        "rating": RATINGS[judged.rating],
        "most": MOST,
        "dimensions": [
            {"name": DIMENSIONS[code], "points": one["points"], "most": one["most"]}
            for code, one in judged.dimensions.items()
        ],
        "missing": [
            {
                "points": lack.points,
                "mend": MENDS.get(lack.mend, lack.mend),
                "where": [label_of(names[key]) for key in lack.distributions if key in names],
            }
            for lack in judged.missing
        ],
        "promise": kept(frame.dataset, frame.table),
        "every": every_names(),
        "contract": declared(frame),
        "violations": violations(snapshot.violations) if snapshot else [],
        "links": [other(one) for one in names.values() if one.kind == Distribution.Kind.LINK],
        "decision": snapshot if snapshot and snapshot.decided_at else None,
        "findings": findings(snapshot.findings) if snapshot and snapshot.decided_at else [],
    }
    return render(frame.request, "opendata/dataset/quality.html", more)


def label_of(one: Distribution) -> str:
    """A distribution by its name or format."""
    return one.layer or one.file_name or one.format or one.url or str(one.table)


def declared(frame: Framed) -> Contract | None:
    """What the publisher promises of the table, if that can be read."""
    said = contract_of(frame.dataset, frame.table_id) if frame.table else frame.dataset.contract
    try:
        return parse(said) if said else None
    except Problem:
        return None


def every_names() -> dict[str, str]:
    """The rhythms of promises, in words."""
    return {
        Every.DAILY: _("daily"),
        Every.WEEKLY: _("weekly"),
        Every.FORTNIGHTLY: _("every two weeks"),
        Every.MONTHLY: _("monthly"),
        Every.QUARTERLY: _("every three months"),
        Every.HALF_YEARLY: _("every six months"),
        Every.YEARLY: _("yearly"),
    }


def violations(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Broken promises in words."""
    words = {
        "missing-column": _("the column is missing"),
        "extra-column": _("the column isn’t in the contract"),
        "wrong-type": _("the values are of another kind"),
        "no-value": _("a value is missing"),
        "not-unique": _("a value occurs twice"),
        "not-in-codes": _("a value isn’t in the list of codes"),
        "too-small": _("a value is too small"),
        "too-great": _("a value is too great"),
        "not-by-pattern": _("a value has the wrong form"),
        "key-not-unique": _("two rows have the same name"),
        "too-few-rows": _("there are too few rows"),
        "too-many-rows": _("there are too many rows"),
    }
    return [{**one, "words": words.get(one["rule"], one["rule"])} for one in found]


def findings(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What looked like personal data, in words."""
    words = {
        "identity-code": _("personal identity codes"),
        "email": _("e-mail addresses"),
        "phone": _("telephone numbers"),
        "name": _("names of people"),
        "plate": _("number plates"),
        "iban": _("bank account numbers"),
    }
    return [{**one, "words": words.get(one["kind"], one["kind"]), "sure": one["level"] == "strong"} for one in found]
