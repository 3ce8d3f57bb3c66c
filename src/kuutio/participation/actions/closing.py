"""Closing a vote, counting it, publishing it whole, and destroying the key that told its voters apart."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count as Counted
from django.utils.translation import gettext as _

from kuutio.audit.actions import record
from kuutio.cities.models import Person
from kuutio.core.budgeting import (
    Comparison,
    Election,
    Kind,
    compare,
    count_to_json,
    explain,
    explanation_to_json,
    make_pb,
    name_of,
    write_pb,
)
from kuutio.core.budgeting import count as counted
from kuutio.core.bundles import PB, Opening, closing_entry, log_files, pack, verify_bundle, vote_bundle
from kuutio.core.bundles.logs import check_log
from kuutio.core.bundles.openings import Choice
from kuutio.core.bundles.votes import read_votes
from kuutio.core.ledger import leaf_hash, read_head
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.opendata.tasks import publish_domain
from kuutio.participation import alike, handing, permissions
from kuutio.participation.actions import deciding
from kuutio.participation.actions.batches import append_batch, frozen_witnesses, sign, witness_log
from kuutio.participation.actions.holding import wrong
from kuutio.participation.actions.telling import proposal_of, tell_proposals
from kuutio.participation.models import (
    Budget,
    Channel,
    Count,
    Entry,
    Pass,
    Process,
    ProcessKey,
    Project,
    Proposal,
    Sheet,
    TakenBack,
    VoteKey,
    Witness,
)
from kuutio.participation.opened import keys_of
from kuutio.participation.texts import written
from kuutio.participation.turnout import turnout_of

PAPER_WAITS = timedelta(days=3)
"""So long the log waits, after the doors are shut, for paper ballots that were given out."""
WITNESSES_WAIT = timedelta(hours=2)
"""So long a count waits for the signatures of witnesses elsewhere; they sign once an hour."""
APPEALS = timedelta(days=44)
"""A demand for rectification within 14 days, an appeal within 30 of its decision: Local Government Act 410/2015, sections 134-140."""

_random = secrets.SystemRandom()


def is_due(budget: Budget, at: datetime) -> bool:
    """Whether a vote is to be closed: its time is over, and its paper is in or has been waited for long enough."""
    if budget.state != Budget.State.OPEN or budget.closes_at is None or at < budget.closes_at:
        return False
    given = budget.passes.filter(channel__in=[Channel.PAPER, Channel.DESK]).count()
    return at >= budget.closes_at + PAPER_WAITS or budget.sheets.filter(leaf__isnull=False).count() >= given


@transaction.atomic
def close_vote(budget: Budget, *, by: Person | None, at: datetime) -> Budget:
    """Close a vote's log: the last ballots, then how many passes were issued. The passes lose what was left of their order.

    Raises:
        NotAllowed: the person works for no city of the process.
        Conflict: the vote isn't open, its time isn't over, or paper that was given out isn't in yet.
    """
    budget = Budget.objects.select_for_update().get(pk=budget.pk)
    if not permissions.may_edit(by, budget.process):
        raise NotAllowed(_("Only officers of the cities that take part can change a process."))
    if not is_due(budget, at):
        raise Conflict(_("The vote isn’t to be closed yet: people vote, or paper ballots are still to be typed in."))
    append_batch(budget, least=1, at=at)
    keys = keys_of(budget)
    issued = dict(budget.passes.order_by().values_list("channel").annotate(number=Counted("pk")))
    content = closing_entry(issued)
    Entry.objects.create(budget=budget, number=keys.size, content=content, leaf=leaf_hash(content))
    sign(budget, keys, [leaf_hash(content)], at=at)
    _shuffle_passes(budget)
    budget.state = Budget.State.CLOSED
    budget.save(update_fields=["state"])
    record("close_vote", _thing(budget), by=by, at=at, passes=issued, size=keys.size)
    return budget


def _shuffle_passes(budget: Budget) -> None:
    """Write the passes anew in a drawn order, with new ids: neither their place nor their transaction tells when they were issued."""
    rows = list(Pass.objects.filter(budget=budget))
    _random.shuffle(rows)
    Pass.objects.filter(budget=budget).delete()
    names = ("process_id", "group", "nullifier", "budget_id", "channel", "city_id", "district")
    Pass.objects.bulk_create([Pass(**{name: getattr(row, name) for name in names}) for row in rows], batch_size=1000)


@transaction.atomic
def count_vote(budget: Budget, *, at: datetime) -> Count:
    """Count a closed vote from its log, check what is to be published as a stranger would, keep it, hand the winners on.

    What the rule would fund without a single vote wins by the rule, and gets no money. The authors and followers of the proposals
    behind its projects are told.

    Counting again gives the count that is there.

    Raises:
        Conflict: the vote isn't closed yet.
    """
    budget = Budget.objects.select_for_update(of=("self",)).select_related("process__owner", "city").get(pk=budget.pk)
    if (there := Count.objects.filter(budget=budget).first()) is not None:
        return there
    if budget.state != Budget.State.CLOSED:
        raise Conflict(_("The vote isn’t closed yet."))
    keys = budget.keys
    entries = [bytes(row) for row in budget.entries.order_by("number").values_list("content", flat=True)]
    heads = [read_head(bytes(row)) for row in budget.heads.order_by("size").values_list("signed", flat=True)]
    log = check_log(log_files(entries, heads), keys.origin)
    opening = _opening_of(entries[0], keys.origin)
    votes = read_votes(log, opening)
    election = Election.of(opening.projects, opening.budget, votes.choices, opening.kind)
    count = counted(election, opening.rule)
    pb = _pb(budget, opening, list(votes.choices), count.winners)
    packed = pack(
        vote_bundle(
            entries,
            heads,
            origin=keys.origin,
            winners=count.winners,
            more={PB: pb.encode()},
            facts={"title": json.loads(entries[0])["title"], "counted_at": at.isoformat()},
        )
    )
    verify_bundle(packed)
    made = Count(
        budget=budget,
        rule=budget.rule,
        inputs=heads[-1].head.root,
        result=count_to_json(count) | explanation_to_json(explain(count)) | {"replaced": votes.replaced},
        comparison=_compared(compare(count)),
        alike=_alike(opening, votes.choices, count.winners),
        turnout=turnout_of(budget),
        counted_at=at,
    )
    made.bundle.save(f"{budget.process.slug}-{budget.slug}.zip", ContentFile(packed), save=False)
    made.save()
    budget.state = Budget.State.COUNTED
    budget.save(update_fields=["state"])
    winners = {row.key: row for row in budget.projects.select_related("budget__process")}
    # A rule may spend what is left on what nobody voted for; the count stays pure, and nobody is given money by it.
    supported = [step.project for step in count.steps if step.support > 0]
    for key in supported:
        handing.hand_on(winners[key], at=at)
    tell_proposals(budget, supported, at=at)
    made.handed_on_at = at
    made.save(update_fields=["handed_on_at"])
    publish_domain.defer(domain="participation")  # the same day, not the next night
    record("count_vote", _thing(budget), by=None, at=at, winners=supported, root=bytes(made.inputs).hex())
    return made


def tend(budget: Budget, *, full_only: bool, at: datetime) -> None:
    """What a vote needs now: a batch, its witnesses, its closing, its count. May run as often as one likes.

    Args:
        full_only: a batch only where enough ballots wait; else of all that wait.
    """
    from kuutio.participation.actions.batches import BATCH, LEAST

    budget = Budget.objects.select_related("process").get(pk=budget.pk)
    if is_due(budget, at):
        budget = close_vote(budget, by=None, at=at)
    elif budget.state == Budget.State.OPEN:
        append_batch(budget, least=BATCH if full_only else LEAST, at=at)
    if budget.state != Budget.State.DRAFT:
        witness_log(budget, at=at)
    if budget.state == Budget.State.CLOSED and not _waits_for_witnesses(budget, at):
        count_vote(budget, at=at)


def _waits_for_witnesses(budget: Budget, at: datetime) -> bool:
    """Whether a witness that keeps its own key may still sign the last head, so that its signature is in the bundle."""
    last = budget.heads.order_by("-size")[0]
    if at >= last.at + WITNESSES_WAIT:
        return False
    away = Witness.objects.filter(name__in=frozen_witnesses(budget), key__isnull=True)
    return away.exclude(pk__in=budget.witnessed.filter(size=last.size).values("witness")).exists()


@transaction.atomic
def take_back_winner(project: Project, why: Mapping[str, str], *, by: Person | None, at: datetime) -> TakenBack:
    """Say that a project that won can't be carried out after all, and why. The result stays as it was counted.

    The authors of the proposal that it was made of are told, like of any rejection.

    Raises:
        NotAllowed: the person works for no city of the process.
        Conflict: the vote isn't counted, the project didn't win, or it was taken back already.
        Invalid: no reason.
    """
    project = Project.objects.select_for_update().select_related("budget__process").get(pk=project.pk)
    count = Count.objects.filter(budget=project.budget).first()
    if not permissions.may_edit(by, project.budget.process):
        raise NotAllowed(_("Only officers of the cities that take part can change a process."))
    if count is None or project.key not in supported_winners(count):
        raise Conflict(_("Only a project that has won its vote can be taken back."))
    if TakenBack.objects.filter(project=project).exists():
        raise Conflict(_("It is taken back already."))
    told = {code: text for code, text in written(why).items() if text.strip()}
    if not told:
        raise Invalid(_("Some things are missing."), errors=[wrong("/why", _("Say why: everybody is told."))])
    made = TakenBack.objects.create(project=project, why=told, by=by, at=at)
    handing.take_back(project, told, at=at)
    proposal = proposal_of(project)
    if proposal is not None and proposal.status != Proposal.Status.REJECTED:
        deciding.set_status(proposal, Proposal.Status.REJECTED, told, by=None, at=at)
    publish_domain.defer(domain="participation")
    record("take_back_winner", _thing(project.budget), by=by, at=at, project=project.key)
    return made


def supported_winners(count: Count) -> list[str]:
    """The winners that got at least one vote or point, in the order of funding: those that get money."""
    return [step["project"] for step in count.result["steps"] if step["support"] > 0]


def keys_due_at(process: Process) -> datetime | None:
    """From when on a process's keys can be destroyed; None while a vote isn't counted, or where there are no keys any more."""
    budgets = list(process.budgets.exclude(state=Budget.State.DRAFT).select_related("count"))
    there = ProcessKey.objects.filter(process=process, secret__isnull=False).exists()
    if not there or not budgets or any(budget.state != Budget.State.COUNTED for budget in budgets):
        return None
    return max(budget.count.counted_at for budget in budgets) + APPEALS


@transaction.atomic
def destroy_keys(process: Process, *, by: Person | None, at: datetime) -> ProcessKey:
    """Destroy the key by which persons became nullifiers, the keys of passes, and the sheets of paper ballots.

    From now on nothing leads from a pass to a person, or from a paper to its entry.

    Raises:
        NotAllowed: the person doesn't work for the city that owns the process.
        Conflict: a vote of the process isn't counted yet, or may still be appealed.
    """
    key = ProcessKey.objects.select_for_update().filter(process=process).first()
    if key is None:
        raise Conflict(_("No vote of this process was opened: there is no key."))
    if not permissions.may_decide(by, process):
        raise NotAllowed(_("Only the city that owns a process destroys its key."))
    if key.secret is None:
        return key
    budgets = process.budgets.exclude(state=Budget.State.DRAFT).select_related("count")
    for budget in budgets:
        if budget.state != Budget.State.COUNTED or at < budget.count.counted_at + APPEALS:
            raise Conflict(_("A vote can still be appealed: the key is needed until then."))
    key.secret, key.destroyed_at = None, at
    key.save(update_fields=["secret", "destroyed_at"])
    VoteKey.objects.filter(budget__process=process).update(pass_key=None)
    # Sheets lead from the number on a paper to its entry in the log.
    Sheet.objects.filter(budget__process=process).delete()
    record("destroy_keys", f"process:{process.slug}", by=by, at=at)
    return key


def destroy_due_keys(*, at: datetime) -> int:
    """Destroy the keys of all processes whose appeals are over; returns of how many."""
    rows = Process.objects.filter(voting_key__secret__isnull=False)
    due = [row for row in rows if (when := keys_due_at(row)) is not None and when <= at]
    for row in due:
        destroy_keys(row, by=None, at=at)
    return len(due)


def _opening_of(content: bytes, origin: str) -> Opening:
    from kuutio.core.bundles import read_opening

    return read_opening(json.loads(content), origin)


def _pb(budget: Budget, opening: Opening, choices: list[Choice], winners: tuple[str, ...]) -> str:
    """The ballots as Pabulib has them: bare, in a drawn order."""
    _random.shuffle(choices)
    election = Election.of(opening.projects, opening.budget, choices, opening.kind)
    day = "%d.%m.%Y"
    title = json.loads(bytes(budget.entries.get(number=0).content))["title"]
    meta = {
        "description": _plain(title.get("en") or next(iter(title.values()))),
        "country": "Finland",
        "unit": ", ".join(sorted(json.loads(bytes(budget.entries.get(number=0).content))["cities"])),
        "instance": f"{budget.process.slug}/{budget.slug}",
        "num_projects": str(len(opening.projects)),
        "num_votes": str(len(choices)),
        "budget": _decimal(opening.budget),
        "vote_type": str(opening.kind),
        "rule": name_of(opening.rule),
        "date_begin": budget.stage.opens_at.strftime(day),
        "date_end": (budget.closes_at or budget.stage.closes_at).strftime(day),
        "currency": "EUR",
        **{name: _decimal(value) for name, value in sorted(opening.limits.items())},
    }
    rows = [
        {
            "project_id": project.id,
            "cost": _decimal(project.cost),
            "votes": str(votes),
            "score": _decimal(score),
            "name": _plain(project.name),
            "selected": str(int(project.id in winners)),
        }
        for project, votes, score in zip(election.projects, election.votes, election.scores, strict=True)
    ]
    if not opening.kind.gives_points:
        rows = [{name: value for name, value in row.items() if name != "score"} for row in rows]
    return write_pb(make_pb(meta, rows, choices))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _decimal(number: Any) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.2f}"


def _compared(found: Comparison) -> dict[str, Any]:
    values = asdict(found)
    return values | {name: round(float(values[name]), 4) for name in ("mean_first", "mean_second")}


def _alike(opening: Opening, choices: tuple[Choice, ...], winners: tuple[str, ...]) -> Mapping[str, Any]:
    is_ranked = opening.kind is Kind.ORDINAL
    found = alike.groups(choices, is_ranked=is_ranked)
    if not found:
        return {"groups": []}
    rest = alike.without(choices, found, is_ranked=is_ranked)
    others = counted(Election.of(opening.projects, opening.budget, rest, opening.kind), opening.rule).winners
    return {
        "groups": [{"projects": list(one.projects), "ballots": one.ballots} for one in found],
        "ballots": len(choices) - len(rest),
        "winners_without": list(others),
        "same": set(others) == set(winners),
    }


def _thing(budget: Budget) -> str:
    return f"budget:{budget.process.slug}/{budget.slug}"
