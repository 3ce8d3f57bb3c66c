"""Publishing a round whole: its results for people, its bundle for sceptics."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.cities.models import Person
from kuutio.core.bundles import canonical, pack, verify_bundle
from kuutio.core.bundles.rounds import TITLES, round_bundle
from kuutio.core.ledger import read_head
from kuutio.core.moves import Role
from kuutio.core.moves.selecting import ROUND
from kuutio.core.problems import Conflict, NotFound
from kuutio.selection.actions import logging
from kuutio.selection.actions.holding import after, office_of
from kuutio.selection.actions.rounds import set_state
from kuutio.selection.models import Candidate, Decision, Ranking, Round, RoundLog
from kuutio.selection.texts import written

NAMES = "reviewers.json"


@transaction.atomic
def publish_round(round_: Round, *, by: Person | None, at: datetime) -> Round:
    """Close the log, make the bundle, check it as a stranger would, and open the results to everybody. Again: nothing more.

    Raises:
        NotAllowed, IllegalMove: it isn't its office, or not all is decided.
    """
    round_ = office_of(round_, by)
    if round_.state == Round.State.PUBLISHED:
        return round_
    state = after(ROUND, round_.state, "publish", Role.OFFICE)
    words = _words(round_)
    digests = {name: sha256(body).hexdigest() for name, body in words.items()}
    logging.append(round_, [logging.closing_entry(round_) | {"files": digests}], at=at)
    log = RoundLog.objects.select_for_update().get(round=round_)
    packed = _packed(round_, log, words, at)
    verify_bundle(packed)
    log.bundle = packed
    log.save(update_fields=["bundle"])
    round_.published_at = at
    return set_state(round_, state, "publish", by=by, at=at, size=log.size, bytes=len(packed))


def _words(round_: Round) -> dict[str, bytes]:
    """The files for people, which the log's last entry names by their hashes: the candidates' titles, and the reviewers' names if told."""
    words: dict[str, dict[str, Any]] = {
        TITLES: {str(one.number): written(one.title) for one in named_in_results(round_)}
    }
    if round_.names_reviewers:
        words[NAMES] = {
            logging.alias(one): [one.person.name if one.person else "", str(one.organisation)]
            for one in round_.reviewers.select_related("person", "organisation")
        }
    return {name: canonical(told) + b"\n" for name, told in words.items()}


def _packed(round_: Round, log: RoundLog, words: dict[str, bytes], at: datetime) -> bytes:
    entries = [bytes(row) for row in log.entries.order_by("number").values_list("content", flat=True)]
    heads = [read_head(bytes(row)) for row in log.heads.order_by("size").values_list("signed", flat=True)]
    outcomes: dict[str, str] = {}
    for number, outcome in (
        Decision.objects.filter(candidate__round=round_).order_by("pk").values_list("candidate__number", "outcome")
    ):
        outcomes[str(number)] = outcome
    table = dict(Ranking.objects.values_list("table", flat=True).get(round=round_))
    ranked = {row["candidate"] for row in table["rows"]}
    for number in round_.candidates.filter(state=Candidate.State.WITHDRAWN).values_list("number", flat=True):
        if str(number) in ranked:
            outcomes[str(number)] = "withdrawn"
    bundle = round_bundle(
        entries,
        heads,
        origin=log.origin,
        result=table | {"outcomes": dict(sorted(outcomes.items()))},
        words=words,
        facts={"title": written(round_.title), "published_at": at.isoformat(timespec="seconds")},
    )
    return pack(bundle)


def named_in_results(round_: Round) -> list[Candidate]:
    """The candidates whose names the results show: those who got what they asked for, and others where the round says so."""
    rows = round_.candidates.exclude(state=Candidate.State.WITHDRAWN)
    if not round_.names_rejected:
        rows = rows.filter(state__in=[Candidate.State.APPROVED, Candidate.State.APPROVED_WITH_CONDITIONS])
    return list(rows.order_by("number"))


def bundle_of(round_: Round) -> bytes:
    """The zip file of a published round.

    Raises:
        NotFound: it isn't published.
        Conflict: it was published without one.
    """
    if round_.state != Round.State.PUBLISHED:
        raise NotFound(_("The results aren’t published yet."))
    kept = RoundLog.objects.filter(round=round_).values_list("bundle", flat=True).first()
    if kept is None:
        raise Conflict(_("The results have no bundle."))
    return bytes(kept)
