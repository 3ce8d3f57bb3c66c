"""A vote and its voters, for tests: residents with facts, a browser that blinds, and a way to vote through the real doors."""

import json
import secrets
from dataclasses import asdict
from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import timezone

from kuutio.cities.identified import Facts
from kuutio.core.bundles import b64u, from_b64u, next_of, pass_message
from kuutio.core.ledger import blind, finalize, read_public_key
from kuutio.participation.actions import budgets, freezing, processes, stages
from kuutio.participation.models import Budget
from kuutio.participation.voices import Level, Voice
from tests.participation.conftest import three

STRONG = Voice(None, Level.STRONG)
stranger = Client()
"""Who comes without a cookie and gets none: the same one for all ballots, since its beginning takes longer than a ballot."""
COSTS = {"1": 40_000_00, "2": 30_000_00, "3": 25_000_00, "4": 60_000_00, "5": 10_000_00}


def resident(number, municipality="091", postal_code="00500", born=1956):
    """The facts of a made-up resident."""
    return Facts(f"{number:064x}", municipality, postal_code, date(born, 6, 1))


def make_vote(cities, *, others=(), paper="approval", budgets_of=("helsinki",), open_now=True, slug="raha", **more):
    """A published process of Helsinki with a stage of voting that is open, and a frozen budget for each city (None: the common one)."""
    now = timezone.now()
    texts = three("Asukasbudjetti")
    process = processes.begin_process(
        cities["helsinki"],
        cities=[cities[code] for code in others],
        title=texts,
        summary=texts,
        plain_summary=texts,
        theme="economy",
        slug=slug,
        by=None,
        at=now - timedelta(days=9),
    )
    stage = stages.add_stage(
        process,
        "vote",
        title=three("Äänestys"),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=5),
        identification="strong",
        by=None,
        at=now - timedelta(days=9),
    )
    processes.publish_process(process, by=None, at=now - timedelta(days=8))
    made = []
    for code in budgets_of:
        budget = budgets.add_budget(
            stage,
            title=three("Budjetti"),
            amount_cents=100_000_00,
            city=cities[code] if code else None,
            paper=paper,
            by=None,
            at=now - timedelta(days=7),
            **more,
        )
        for key, cost in COSTS.items():
            budgets.add_project(
                budget,
                title=three(f"Hanke {key}"),
                cost_cents=cost,
                key=key,
                feasible=True,
                by=None,
                at=now - timedelta(days=7),
            )
        made.append(freezing.open_vote(budget, by=None, at=now - timedelta(days=2)) if open_now else budget)
    return made[0] if len(made) == 1 else made


def address(budget, door=""):
    """Of a door of a budget's vote."""
    return f"/fi/participation/{budget.process.slug}/{budget.stage.slug}/votes/{budget.slug}/{door}"


def identify(client, facts):
    """Let this browser's session be of somebody who was identified strongly."""
    session = client.session
    session["identified"] = {
        "person": facts.person,
        "municipality": facts.municipality,
        "postal_code": facts.postal_code,
        "born_on": facts.born_on.isoformat(),
        "is_demo": True,
    }
    session.save()
    client.cookies["sessionid"] = session.session_key


def view(path, body, session):
    """The answer of the view at an address."""
    request = RequestFactory().post(path, body, content_type="application/json")
    request.session, request.user = session, AnonymousUser()
    found = resolve(path)
    return found.func(request, *found.args, **found.kwargs)


class Browser:
    """What the page's script does: blinds a token, asks for a pass, casts apart from the session."""

    def __init__(self, budget, facts, client=None):
        self.budget, self.key = budget, read_public_key(bytes(budget.keys.pass_public))
        self.client = client or Client()
        if facts is not None:
            identify(self.client, facts)
        self.token, self.next = secrets.token_bytes(32), secrets.token_bytes(32)
        self.message = pass_message(budget.keys.origin, self.token)
        self.blinded, self.inverse = blind(self.key, self.message, random=secrets.token_bytes)
        self.signature = b""

    def ask(self, **more):
        """Ask for the pass."""
        return self.take(
            self.client.post(
                address(self.budget, "pass/"), {"blinded": b64u(self.blinded), **more}, content_type="application/json"
            )
        )

    def take(self, answer):
        """Make the pass of the door's answer."""
        if answer.status_code == 200:
            signed = from_b64u(json.loads(answer.content)["signature"])
            self.signature = finalize(self.key, self.message, signed, self.inverse)
        return answer

    def cast(self, choice):
        """Cast, as a stranger: no cookie."""
        return self.post(self.said(choice))

    def said(self, choice):
        """A ballot as it is sent."""
        return {
            "ballot": choice,
            "pass": b64u(self.token),
            "signature": b64u(self.signature),
            "next": b64u(next_of(self.next)),
        }

    def ask_and_cast_within(self, facts, choice):
        """The same by the pages' own views, without what stands before every page: where many vote and the way is proven."""
        known = {"identified": {**asdict(facts), "born_on": facts.born_on.isoformat(), "is_demo": True}}
        self.take(view(address(self.budget, "pass/"), {"blinded": b64u(self.blinded)}, known))
        return view(address(self.budget, "cast/"), self.said(choice), {})

    def change(self, choice):
        """Cast another ballot in the place of the last one."""
        before, self.next = self.next, secrets.token_bytes(32)
        return self.post({"ballot": choice, "replaces": b64u(before), "next": b64u(next_of(self.next))})

    def post(self, body):
        """Send a ballot."""
        answer = stranger.post(address(self.budget, "cast/"), body, content_type="application/json")
        assert not stranger.cookies, "a door that gives a cookie to a stranger joins what they do"
        return answer


def end(budget):
    """Let the time of a vote be over: `closes_at` is of the past, as if days had gone by."""
    now = timezone.now()
    Budget.objects.filter(pk=budget.pk).update(closes_at=now - timedelta(seconds=1), opened_at=now - timedelta(days=2))
    return Budget.objects.get(pk=budget.pk)
