"""Opening a vote: all that could be bent later goes into the log's first entry."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kuutio.cities.models import City, Person
from kuutio.core.budgeting import rule_from_json, sentence
from kuutio.core.bundles import opening_entry
from kuutio.core.language import LANGUAGES
from kuutio.core.ledger import Frontier, SigningKey, leaf_hash
from kuutio.core.ledger.heads import LOG, WITNESS
from kuutio.core.problems import Conflict
from kuutio.participation.actions.batches import sign
from kuutio.participation.actions.budgets import hold_draft
from kuutio.participation.actions.holding import changed, wrong
from kuutio.participation.eligibility import cities_of
from kuutio.participation.models import Budget, Entry, Process, ProcessKey, Project, Stage, VoteKey, Witness
from kuutio.participation.papers import drawn, election_of, with_lot
from kuutio.participation.problems import NotReady
from kuutio.participation.readiness import Need, languages_of
from kuutio.participation.sealing import seal, unseal
from kuutio.participation.texts import lacking, written

PASS_KEY_BITS = 2048
"""Enough for a key that signs for a month and proves nothing afterwards that the log's own signatures don't; twice as fast as 3072."""
QUORUM = 2
"""So many of the other cities must have signed the last head; fewer where there are fewer."""


@transaction.atomic
def open_vote(budget: Budget, *, by: Person | None, at: datetime) -> Budget:
    """Freeze a budget's rule, projects, times and keys, and draw the lot of its ties. Voting begins when its stage opens.

    Raises:
        NotAllowed: the person works for no city of the process.
        Frozen: it was opened before.
        Conflict: the process isn't published yet, or its voters' key is destroyed.
        NotReady: no project can be voted on, some aren't judged or written in a language of the cities, the stage doesn't ask for
            strong identification, or is over.
    """
    process, budget = hold_draft(budget, by=by)
    if process.state != Process.State.PUBLISHED:
        raise Conflict(_("Publish the process first: what is frozen must be there to be read."))
    stage = Stage.objects.select_for_update().get(pk=budget.stage_id)
    if missing := _missing(budget, stage, at):
        raise NotReady(_("The vote can’t be opened yet: something is missing."), errors=missing)
    key, _made = ProcessKey.objects.get_or_create(process=process, defaults={"secret": seal(secrets.token_bytes(32))})
    if key.secret is None:
        raise Conflict(_("The key of this process’s voters is destroyed: make a new process."))
    keys = _keys(process, budget)
    cities = cities_of(budget)
    budget.opened_at, budget.closes_at, budget.state = at, stage.closes_at, Budget.State.OPEN
    seed = secrets.token_hex(32)
    rows = list(budget.projects.filter(feasibility=Project.Feasibility.FEASIBLE))
    budget.rule = with_lot(budget.rule, drawn(seed, [row.key for row in rows]))
    witnesses = [witness_of(city) for city in City.objects.exclude(pk=process.owner_id)]
    content = opening_entry(
        keys.origin,
        election=election_of(budget, rows, {row.key: _name(row.title) for row in rows}),
        rule=budget.rule,
        log_key=str(SigningKey(keys.origin, LOG, unseal(keys.log_key)).public()),
        pass_key=bytes(keys.pass_public),
        witnesses=[_witness_key(row) for row in witnesses],
        # Of those that sign here: nobody elsewhere can keep a vote from being counted by signing nothing.
        quorum=min(QUORUM, sum(not row.is_external for row in witnesses)),
        facts=_facts(budget, stage, seed, cities),
    )
    leaf = leaf_hash(content)
    Entry.objects.create(budget=budget, number=0, content=content, leaf=leaf)
    budget.save()
    sign(budget, keys, [leaf], at=at)
    changed(process, "open_vote", by=by, at=at, budget=budget.slug, projects=len(rows), leaf=leaf.hex())
    return budget


def witness_of(city: City) -> Witness:
    """A city as a witness: with the key that it keeps itself, else with one that is made here once."""
    found, _made = Witness.objects.get_or_create(
        city=city,
        is_current=True,
        defaults={"name": f"{_host()}/witness/{city.pk}", "key": seal(secrets.token_bytes(32))},
    )
    return found


def _witness_key(row: Witness) -> str:
    """Its public key."""
    return row.public or str(SigningKey(row.name, WITNESS, unseal(row.key or b"")).public())


def _missing(budget: Budget, stage: Stage, at: datetime) -> list[dict[str, str]]:
    errors = [*_untranslated(budget)]
    states = list(budget.projects.values_list("feasibility", flat=True))
    if Project.Feasibility.FEASIBLE not in states:
        errors.append(wrong("/projects", _("No project can be voted on yet.")))
    if Project.Feasibility.WAITING in states:
        errors.append(wrong("/projects", _("Say of each project whether it can be done.")))
    if stage.identification != Stage.Identification.STRONG:
        errors.append(wrong("/stage", _("Let the stage ask for strong identification: voters are known by it.")))
    if stage.closes_at <= at:
        errors.append(wrong("/stage", _("The time of the stage is over. Give it another one.")))
    return errors


def _untranslated(budget: Budget) -> Iterator[dict[str, str]]:
    """What voters read and isn't written in all the languages that the cities ask for."""
    languages = languages_of(budget.process)
    projects = list(budget.projects.filter(feasibility=Project.Feasibility.FEASIBLE))
    for pointer, label, texts in (
        ("/title", _("Title of the budget"), [budget.title]),
        ("/area", _("Name of the district"), [budget.area]),
        ("/projects/title", _("Titles of the projects"), [row.title for row in projects]),
        (
            "/projects/text",
            _("Texts and places of the projects"),
            [text for row in projects for text in (row.text, row.area)],
        ),
    ):
        missing = {code for text in texts if written(text) for code in lacking(text, languages)}
        if missing:
            need = Need(pointer, label, False, tuple(code for code in languages if code in missing))
            yield wrong(pointer, need.words)


def _keys(process: Process, budget: Budget) -> VoteKey:
    made = rsa.generate_private_key(public_exponent=65537, key_size=PASS_KEY_BITS)
    private = made.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return VoteKey.objects.create(
        budget=budget,
        origin=f"{_host()}/votes/{process.slug}/{budget.slug}",
        log_key=seal(secrets.token_bytes(32)),
        pass_key=seal(private),
        pass_public=made.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        frontier=Frontier().to_bytes(),
    )


def _facts(budget: Budget, stage: Stage, seed: str, cities: Sequence[City]) -> dict[str, Any]:
    rule = rule_from_json(budget.rule)
    return {
        "title": written(budget.title),
        "paper": budget.paper,
        "cities": [city.pk for city in cities],
        "postal_codes": list(budget.postal_codes),
        "least_age": budget.least_age,
        "most_age": budget.most_age,
        "work_city_counts": budget.work_city_counts,
        "group": budget.group,
        "opens_at": stage.opens_at.isoformat(),
        "closes_at": stage.closes_at.isoformat(),
        "lot": {"seed": seed, "order": "by SHA-256 of the seed, a colon and the id, the least first"},
        "rule_in_words": {tongue: sentence(rule, tongue) for tongue in LANGUAGES},
    }


def _host() -> str:
    return urlsplit(settings.SITE_URL).netloc or "localhost"


def _name(title: Any) -> str:
    texts = written(title)
    return texts.get("fi") or next(iter(texts.values()))
