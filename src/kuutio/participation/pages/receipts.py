"""The receipt: where a ballot is in the log, not what it says; and the log as others keep it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from kuutio.core.bundles import HEAD_SEPARATOR
from kuutio.core.ledger import read_head
from kuutio.core.ledger.heads import MOST_BYTES
from kuutio.core.problems import Invalid, Problem
from kuutio.participation.actions import witnessing
from kuutio.participation.actions.batches import tree_of
from kuutio.participation.models import Budget, Entry
from kuutio.participation.pages.shared import crumbs
from kuutio.participation.pages.votes import addresses, found_budget
from kuutio.ui.wording import localized


@require_safe
@never_cache
def receipt(request: HttpRequest, slug: str, stage: str, budget: str, leaf: str) -> HttpResponse:
    """A ballot's place in the log, by its hash; to be opened on any device."""
    return receipt_page(request, found_budget(slug, stage, budget), _hash(leaf))


def receipt_page(request: HttpRequest, budget: Budget, leaf: bytes, code: str = "") -> HttpResponse:
    """The page of a receipt; `code` is what may replace the ballot, shown once to who has just voted without scripts."""
    found = Entry.objects.filter(budget=budget, leaf=leaf).order_by().values_list("number", flat=True)[:1]
    if not found:
        raise Http404
    number = found[0]
    head = budget.heads.filter(size__gt=number).order_by("size").first() if number is not None else None
    context: dict[str, Any] = {
        "process": budget.process,
        "stage": budget.stage,
        "budget": budget,
        "leaf": leaf.hex(),
        "number": number,
        "head": head,
        "witnesses": _witnesses(bytes(head.signed)) if head else [],
        "code": code,
        "change": reverse("participation:ballot", args=addresses(budget)) + "?code=1",
        "crumbs": [
            *crumbs(budget.process, _("Receipt"))[:-1],
            {"title": localized(budget.title)[0], "url": reverse("participation:ballot", args=addresses(budget))},
            {"title": _("Receipt")},
        ],
    }
    return render(request, "participation/receipt.html", context)


def _witnesses(signed: bytes) -> list[str]:
    found = read_head(signed)
    return [one.name for one in found.signatures if one.name != found.head.origin]


@require_safe
@never_cache
def proof(request: HttpRequest, slug: str, stage: str, budget: str, leaf: str) -> HttpResponse:
    """That a ballot is in the log: the hashes beside its way to the newest signed head (RFC 9162)."""
    row = found_budget(slug, stage, budget)
    entry = Entry.objects.filter(budget=row, leaf=_hash(leaf), number__isnull=False).first()
    head = row.heads.order_by("-size").first()
    if entry is None or entry.number is None or head is None:
        raise Http404
    hashes = tree_of(row, head.size).inclusion(entry.number, head.size)
    return JsonResponse(
        {
            "leaf": leaf,
            "number": entry.number,
            "size": head.size,
            "inclusion": [one.hex() for one in hashes],
            "head": bytes(head.signed).decode(),
        }
    )


@require_safe
@never_cache
def heads(request: HttpRequest, slug: str, stage: str, budget: str) -> HttpResponse:
    """The signed heads of a log, oldest first: whoever keeps a copy can show later that nothing was changed."""
    row = _frozen(slug, stage, budget)
    texts = [bytes(one) for one in row.heads.order_by("size").values_list("signed", flat=True)]
    return HttpResponse(HEAD_SEPARATOR.join(texts), content_type="text/plain; charset=utf-8")


@csrf_exempt
@require_POST
@never_cache
def cosign(request: HttpRequest, slug: str, stage: str, budget: str) -> HttpResponse:
    """A head with the signature of a witness that keeps its own key; what it signed is all its right."""
    row = _frozen(slug, stage, budget)
    try:
        if len(request.body) > MOST_BYTES:
            raise Invalid(_("This isn’t a head of this log."))
        added = witnessing.take_cosignatures(row, request.body, at=timezone.now())
    except Problem as problem:
        return JsonResponse(
            {"type": f"/problems#{problem.kind}", "status": problem.status, "detail": problem.words},
            status=problem.status,
            content_type="application/problem+json",
        )
    return JsonResponse({"added": added})


@require_safe
@never_cache
def leaves(request: HttpRequest, slug: str, stage: str, budget: str) -> HttpResponse:
    """The hashes of the log's entries, a line each: what they say is published when the vote is closed."""
    row = _frozen(slug, stage, budget)
    logged = row.entries.filter(number__isnull=False).order_by("number").values_list("leaf", flat=True)
    text = "".join(f"{bytes(one).hex()}\n" for one in logged.iterator(chunk_size=5000))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def opening(request: HttpRequest, slug: str, stage: str, budget: str) -> HttpResponse:
    """The log's first entry: the rule, the projects, the order of ties, the keys, the times."""
    content = bytes(_frozen(slug, stage, budget).entries.get(number=0).content)
    return HttpResponse(content, content_type="application/json")


def _hash(text: str) -> bytes:
    """A leaf of an address.

    Raises:
        Http404: it is none.
    """
    try:
        found = bytes.fromhex(text)
    except ValueError as error:
        raise Http404 from error
    if len(found) != 32:
        raise Http404
    return found


def _frozen(slug: str, stage: str, budget: str) -> Budget:
    row = found_budget(slug, stage, budget)
    if not row.is_frozen:
        raise Http404
    return row
