"""What everybody reads of a round: by which method it judges, and, once it is published, its results and its bundle."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kuutio.core.bundles import HEAD_SEPARATOR
from kuutio.selection import permissions, queries
from kuutio.selection.actions import publishing
from kuutio.selection.models import CHOSEN, Candidate, Decision, Draw, Letter, Ranking, Round, RoundLog
from kuutio.selection.pages.shared import person_of
from kuutio.selection.wordings import PLACES, points
from kuutio.ui.wording import localized, money


def _open(key: str) -> Round:
    """A round whose method is public: its log has begun.

    Raises:
        Http404: there is none, or it is still prepared, or was given up.
    """
    rows = Round.objects.select_related("owner", "authority").exclude(
        state__in=[Round.State.DRAFT, Round.State.CANCELLED]
    )
    return get_object_or_404(rows, key=key)


@require_safe
def results(request: HttpRequest, key: str) -> HttpResponse:
    """The method of a round and, when it is published, who got what, with scores and reasons."""
    round_ = _open(key)
    is_published = round_.state == Round.State.PUBLISHED
    context: dict[str, Any] = {
        "round": round_,
        "is_published": is_published,
        "criteria": list(round_.criteria.all()),
        "budget": money(round_.budget_cents),
        "log": queries.log_of(round_),
        "file": _file_of(round_),
        "lines": [],
        "crumbs": [
            {"title": _("Front page"), "url": reverse("web:front")},
            {"title": localized(round_.title)[0]},
        ],
    }
    if is_published:
        context |= _results(round_)
    return render(request, "selection/results.html", context)


def _results(round_: Round) -> dict[str, Any]:
    table = Ranking.objects.values_list("table", flat=True).get(round=round_)
    last: dict[int, Decision] = {}
    for one in Decision.objects.filter(candidate__round=round_).order_by("pk"):
        last[one.candidate_id] = one
    named = {str(one.number): one for one in publishing.named_in_results(round_)}
    parties: dict[int, list[str]] = {}
    for pk, name in (
        Candidate.objects.filter(pk__in=[one.pk for one in named.values()])
        .order_by("parties__position")
        .values_list("pk", "parties__name")
    ):
        parties.setdefault(pk, []).append(name or "")
    lines, granted = [], 0
    for row in table["rows"]:
        candidate = named.get(row["candidate"])
        decision = last.get(candidate.pk) if candidate else None
        if candidate is None or decision is None:
            continue
        granted += decision.granted_cents or 0
        lines.append(
            {
                "candidate": candidate,
                "row": row,
                "score": points(row["score"]),
                "outside": points(row["outside"]),
                "place": PLACES[row["place"]],
                "parties": ", ".join(parties.get(candidate.pk, [])),
                "decision": decision,
                "chosen": decision.outcome in CHOSEN,
                "granted": money(decision.granted_cents),
            }
        )
    return {
        "lines": [line for line in lines if line["chosen"]],
        "others": [line for line in lines if not line["chosen"]],
        "count": len(table["rows"]),
        "chosen_count": sum(line["chosen"] for line in lines),
        "granted": money(granted),
        "draw": Draw.objects.filter(round=round_).first(),
    }


def _file_of(round_: Round) -> str:
    return f"{round_.key.replace(':', '-')}.zip"


@require_safe
def bundle(request: HttpRequest, key: str) -> HttpResponse:
    """The zip file from which anybody makes the ranking again: `./kuutio verify FILE`."""
    round_ = _open(key)
    if round_.state != Round.State.PUBLISHED:
        raise Http404
    return HttpResponse(
        publishing.bundle_of(round_),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{_file_of(round_)}"'},
    )


@require_safe
@never_cache
def opening(request: HttpRequest, key: str) -> HttpResponse:
    """The first entry of a round's log: the method, the threshold, the seed of the lots, the key."""
    log = get_object_or_404(RoundLog, round=_open(key))
    return HttpResponse(bytes(log.entries.get(number=0).content), content_type="application/json")


@require_safe
@never_cache
def leaves(request: HttpRequest, key: str) -> HttpResponse:
    """The hashes of all entries so far, a line each."""
    log = get_object_or_404(RoundLog, round=_open(key))
    rows = log.entries.order_by("number").values_list("leaf", flat=True)
    text = "".join(f"{bytes(one).hex()}\n" for one in rows.iterator(chunk_size=5000))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def heads(request: HttpRequest, key: str) -> HttpResponse:
    """The signed heads so far, oldest first: whoever keeps a copy can show later that nothing was changed."""
    log = get_object_or_404(RoundLog, round=_open(key))
    texts = [bytes(one) for one in log.heads.order_by("size").values_list("signed", flat=True)]
    return HttpResponse(HEAD_SEPARATOR.join(texts), content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
@login_required
def letter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A decision letter, for whom it is about, and for the office and the authority unless a hard conflict hides it."""
    row = get_object_or_404(Letter.objects.select_related("decision__candidate__round"), uuid=uuid)
    candidate = row.decision.candidate
    if not permissions.may_read_letter(person_of(request), candidate):
        raise Http404
    return HttpResponse(
        bytes(row.file),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{candidate.number}-{row.language}.pdf"'},
    )
