"""The log of a round: each entry's hash and a signed head at once, the entries themselves with the results."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from kuutio.audit.sealing import seal, unseal
from kuutio.core.bundles import b64u, canonical
from kuutio.core.bundles.rounds import NONCE_BYTES, round_opening
from kuutio.core.ledger import Frontier, Head, SigningKey, leaf_hash, sign_head
from kuutio.core.ledger.heads import LOG
from kuutio.selection.models import Candidate, Conflict, Review, Reviewer, Round, RoundEntry, RoundHead, RoundLog
from kuutio.selection.reading import method_of
from kuutio.selection.texts import written

_ROOM = "selection"


def begin(round_: Round, *, at: datetime) -> RoundLog:
    """Begin the log with what can't be bent any more; entry 0 is signed alone."""
    host = urlsplit(settings.SITE_URL).netloc or "kuutio"
    origin = f"{host}/rounds/{round_.key.replace(':', '/')}"
    key = SigningKey(origin, LOG, secrets.token_bytes(32))
    log = RoundLog.objects.create(
        round=round_,
        origin=origin,
        secret=seal(key.seed, room=_ROOM),
        public=str(key.public()),
        frontier=Frontier().to_bytes(),
    )
    facts = {
        "key": round_.key,
        "title": written(round_.title),
        "decisions": round_.decisions,
        "employer": round_.employer,
        "blind": round_.blind,
        "reviews_wanted": round_.reviews_wanted,
        "one_per_city": round_.one_per_city,
        "one_outside": round_.one_outside,
        "opened_at": at.isoformat(timespec="seconds"),
    }
    opening = round_opening(
        origin, method=method_of(round_), threshold=round_.threshold, seed=round_.seed, log_key=log.public, facts=facts
    )
    _append(log, [opening], at=at)
    return log


def append(round_: Round, entries: Iterable[dict[str, Any]], *, at: datetime) -> None:
    """Add entries to the log of a round that is held; one head is signed over all of them."""
    made = [canonical(entry | {"nonce": b64u(secrets.token_bytes(NONCE_BYTES))}) for entry in entries]
    if made:
        _append(RoundLog.objects.select_for_update().get(round=round_), made, at=at)


def _append(log: RoundLog, contents: Sequence[bytes], *, at: datetime) -> None:
    leaves = [leaf_hash(content) for content in contents]
    RoundEntry.objects.bulk_create(
        (
            RoundEntry(log=log, number=log.size + place, content=content, leaf=leaf)
            for place, (content, leaf) in enumerate(zip(contents, leaves, strict=True))
        ),
        batch_size=1000,
    )
    frontier = Frontier.from_bytes(bytes(log.frontier)).extended(leaves)
    before = RoundHead.objects.filter(log=log).order_by("-size").values_list("at", flat=True).first()
    moment = int(max(at, before or at).timestamp())
    stated = Head(log.origin, frontier.size, frontier.root(), moment)
    signed = sign_head(stated, SigningKey(log.origin, LOG, unseal(log.secret, room=_ROOM)))
    log.frontier, log.size = frontier.to_bytes(), frontier.size
    log.save(update_fields=["frontier", "size"])
    RoundHead.objects.create(log=log, size=frontier.size, signed=signed.to_bytes(), at=max(at, before or at))


def alias(reviewer: Reviewer) -> str:
    """What the log calls a reviewer."""
    return f"r{reviewer.alias}"


def candidate_entry(candidate: Candidate, digest: str) -> dict[str, Any]:
    """A candidate, or a newer version of it."""
    return {
        "type": "candidate",
        "candidate": str(candidate.number),
        "version": candidate.version,
        "sha256": digest,
        "cities": list(candidate.cities),
        "asked_cents": candidate.asked_cents,
    }


def reviewer_entry(reviewer: Reviewer) -> dict[str, Any]:
    """A reviewer: an alias and a city."""
    return {"type": "reviewer", "reviewer": alias(reviewer), "city": reviewer.city}


def review_entry(review: Review, level: str) -> dict[str, Any]:
    """A review as it was sent."""
    return {
        "type": "review",
        "candidate": str(review.candidate.number),
        "reviewer": alias(review.reviewer),
        "version": review.version,
        "scores": review.scores,
        "conflict": level or "NONE",
    }


def void_entry(review: Review) -> dict[str, Any]:
    """A review that was sent and counts no more."""
    return {"type": "void", "candidate": str(review.candidate.number), "reviewer": alias(review.reviewer)}


def closing_entry(round_: Round) -> dict[str, Any]:
    """The last entry: how many conflicts there were, without whose."""
    rows = Conflict.objects.filter(reviewer__round=round_)
    counts = {
        "hard": rows.filter(level=Conflict.Level.HARD).count(),
        "soft": rows.filter(level=Conflict.Level.SOFT).count(),
        "declared": rows.exclude(declared="").count(),
    }
    return {"type": "close", "conflicts": counts}
