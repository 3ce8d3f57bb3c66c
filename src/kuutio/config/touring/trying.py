"""The tour's rooms of innovation: a solution on the data, a trial that was offered to Oulu, test users, what was learnt."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from kuutio.config.touring.story import Step, Stop, Story
from kuutio.core.language import tokens
from kuutio.core.problems import Conflict

_WEEK = timedelta(days=7)
_ASKED = "kuoppien antureista"
_SEARCH = f"/fi/innovation/learnings/?q={_ASKED.replace(' ', '+')}"


def three(fi: str, sv: str, en: str) -> dict[str, str]:
    """A text in three languages."""
    return {"fi": fi, "sv": sv, "en": en}


def solution(story: Story) -> Iterator[Stop]:
    """Somebody tells of a service that uses the data; an officer publishes it; its page works out where it runs."""
    from kuutio.innovation.models import Solution

    told = {
        "key": str(uuid.uuid4()),
        "title_0": "Kuoppakartta",
        "title_1": "Gropkartan",
        "title_2": "Pothole map",
        "text_0": "Näyttää, mistä kuopista on ilmoitettu, ja kiertää ne.",
        "text_1": "Visar vilka gropar som har anmälts och leder förbi dem.",
        "text_2": "Shows which potholes have been reported, and leads past them.",
        "maker": "Esimerkki Oy",
        "maker_kind": "company",
        "home_page": "https://example.org/kuoppakartta",
        "themes": ["mobility"],
        "interfaces": ["kuutio"],
        "contact": "tour@example.org",
        "dataset_0": story.facts["dataset"],
    }
    with story.visit() as visitor:
        visitor.post("/fi/innovation/solutions/new/", told)
    row = Solution.objects.get(key=told["key"])
    officer = story.officer("espoo")
    with story.visit(officer) as visitor:
        page = f"/fi/innovation/solutions/{row.slug}/"
        visitor.post(f"/fi/work/innovation/solutions/{row.slug}/decide/", {"verdict": "publish"}, seen_at=page)
    Solution.objects.filter(pk=row.pk).update(is_made=True)
    yield Stop("innovation", "A solution on this data, and where it runs today.", page)
    yield Stop(
        "data", "What the others lack is work to do for who publishes it.", "/fi/work/", story.officer("oulu").email
    )


def trial(story: Story) -> Iterator[Stop]:
    """A firm offers Oulu a trial; Oulu takes it up, agrees with the firm, and the trial runs."""
    from kuutio.innovation.actions import proposing, trials
    from kuutio.innovation.actions.proposing import Offer
    from kuutio.innovation.actions.trials import Terms

    at, firm, oulu = timezone.now(), story.resident("firm"), story.officer("oulu")
    offer = Offer(
        key=uuid.uuid4(),
        title="Tärinäanturi löytää kuopat",
        summary="Kaupunkipyörien tärinä kertoo, missä tie on rikki.",
        organisation={"kind": "company", "name": "Esimerkki Oy", "country": "FI", "business_id": "9999991-7"},
        cities=[story.city("oulu")],
        themes=["mobility"],
        technologies=["sensors"],
        confidential="Anturin kalibrointi on liikesalaisuus.",
        why="Kilpailija voisi kopioida sen.",
    )
    proposal = proposing.propose_trial(offer, by=firm, at=at)
    yield Stop("innovation", "A firm offers Oulu a trial.", f"/fi/innovation/proposals/{proposal.uuid}/", firm.email)
    part = proposal.parts.get(city="oulu")
    proposing.answer_proposal(part, interested=True, answer="Kokeillaan kesällä.", by=oulu, at=at)
    made = trials.begin_trial(
        story.city("oulu"),
        proposal.organisation,
        title=three(
            "Tärinäanturi löytää kuopat", "Vibrationssensorn hittar groparna", "A vibration sensor finds potholes"
        ),
        summary=three("Viikko kaupunkipyörillä.", "En vecka på stadscyklar.", "A week on city bikes."),
        themes=["mobility"],
        technologies=["sensors"],
        next_step_owner=three("Katujen kunnossapito", "Gatuunderhållet", "Street maintenance"),
        proposal=proposal,
        lead=firm,
        is_demo=True,
        by=oulu,
        at=at,
        slug=f"tarina-{proposal.uuid.hex[:8]}",
    )
    clauses = dict.fromkeys(
        ("parties", "place", "rights", "data_clause", "permits", "insurance", "dismantling"), "Sovittu yhdessä."
    )
    terms = Terms((at - _WEEK).date(), (at + _WEEK).date(), clauses, 450_000)
    trials.write_agreement(made, terms, by=oulu, at=at)
    trials.set_measure(
        made, name=three("Löydetyt kuopat", "Hittade gropar", "Potholes found"), target=Decimal(50), by=oulu, at=at
    )
    for side, person in (("city", oulu), ("firm", firm)):
        trials.sign_agreement(made, side, by=person, at=at)
    for act in ("agree", "start"):
        trials.move_trial(made, act, by=oulu, at=at)
    story.facts["trial"] = made.slug
    yield Stop(
        "innovation", "The trial runs, with its measure and its agreement.", f"/fi/innovation/trials/{made.slug}/"
    )


def test_users(story: Story) -> Iterator[Stop]:
    """Residents volunteer, Oulu invites those who fit without seeing who they are, and they say how it was."""
    from kuutio.innovation.actions import test_users as acts
    from kuutio.innovation.actions.test_users import Volunteer
    from kuutio.innovation.models import Consent, Invitation, TestRound

    if not Consent.objects.exists():
        acts.publish_consent(three("Suostun.", "Jag samtycker.", "I agree."), by=None, at=timezone.now())
    consent = Consent.objects.latest("version")
    people = [story.resident(f"test-user-{number}") for number in range(6)]
    told = {"version": consent.version, "city": "oulu", "age_band": "65-74", "languages": ["fi"], "agrees": "on"}
    with story.visit(people[0]) as visitor:
        visitor.post("/fi/innovation/test-users/join/", told)
    for person in people[1:]:
        volunteer = Volunteer("oulu", "65-74", ["fi"], ["devices"])
        acts.volunteer(volunteer, consent=consent.version, by=person, at=timezone.now())
    oulu = story.officer("oulu")
    key = str(uuid.uuid4())
    with story.visit(oulu) as visitor:
        page = visitor.post(
            f"/fi/work/innovation/test-users/invite/?trial={story.facts['trial']}",
            {
                "key": key,
                "city": "oulu",
                "title_0": "Aja kaupunkipyörällä",
                "text_0": "Tunti Oulun keskustassa.",
                "cities": ["oulu"],
                "age_bands": ["65-74"],
                "wanted": "200",
                "closes_at": (timezone.localtime() + _WEEK).strftime("%Y-%m-%dT%H:%M"),
            },
        )
    made = TestRound.objects.get(uuid=key)
    rows = Invitation.objects.filter(round=made, test_user__person__in=people).select_related("test_user__person")
    for row in rows:
        acts.answer_invitation(row, accepts=True, by=row.test_user.person, at=timezone.now())
        acts.give_feedback(
            row, grade=4, would_use=True, text="Tärinä tuntui ja kuoppa löytyi.", spoken="fi", by=row.test_user.person,
            at=timezone.now(),
        )  # fmt: skip
    first = rows.get(test_user__person=people[0])
    invitation = f"/fi/innovation/test-users/invitations/{first.uuid}/"
    yield Stop("innovation", "A resident who volunteered has an invitation.", invitation, people[0].email)
    yield Stop("innovation", "Oulu sees numbers and words, nobody's name.", page, oulu.email)


def learning(story: Story) -> Iterator[Stop]:
    """The trial ends with what was learnt, which is found by another word in another form."""
    from kuutio.innovation.actions import trials
    from kuutio.innovation.models import Learning, Trial
    from kuutio.search.models import WordForm

    oulu, row = story.officer("oulu"), Trial.objects.get(slug=story.facts["trial"])
    trials.move_trial(row, "end", by=oulu, at=timezone.now())
    told = {
        "title_0": "Tärinäanturi löytää kuopan ennen asukasta",
        "title_1": "Vibrationssensorn hittar gropen före invånaren",
        "title_2": "A vibration sensor finds the pothole before the resident does",
        "tried_0": "Viikko kaupunkipyörillä Oulussa, koekäyttäjien kanssa.",
        "happened_0": "Kuopista löytyi 62, joista asukkaat olivat ilmoittaneet 41.",
        "lesson_0": "Aseta anturi satulatolppaan; ohjaustangossa se laskee reunakivet.",
        "lesson_1": "Sätt sensorn i sadelstolpen; på styret räknar den kantstenar.",
        "lesson_2": "Put the sensor on the seat post; on the handlebar it counts kerbs.",
        "again": "changed",
        "authors": "Oulun kaupunki; Esimerkki Oy",
        "cities": ["oulu"],
        "themes": ["mobility"],
        "technologies": ["sensors"],
        "datasets": story.facts["dataset"],
    }
    with story.visit(oulu) as visitor:
        page = visitor.post(f"/fi/innovation/learnings/new/?trial={row.slug}", told)
        visitor.post(f"{page}publish/", {}, seen_at=page)
    Learning.objects.filter(trial=row).update(is_made=True)
    with story.visit() as reader:
        reader.get(_SEARCH)  # a word that no text holds is learnt by the worker once somebody has asked for it
    # The words of the story alone: in a running house there are always others that wait.
    own = tokens(f"{_ASKED} {told['title_0']}")
    waiting = WordForm.objects.filter(language="fi", form__in=own, bases__isnull=True)
    story.wait("the learning's words are learnt by the search", lambda: not waiting.exists(), seconds=300)
    with story.visit() as reader:
        if page not in reader.get(_SEARCH):
            raise Conflict("The learning isn't found by another form of its words, so the tour can't go on.")
    trials.describe_trial(
        row,
        outcome="worked",
        outcome_text=three("Kuopat löytyivät.", "Groparna hittades.", "The potholes were found."),
        next_step="procure",
        next_step_text=three("Hankitaan talveksi.", "Skaffas till vintern.", "Bought for the winter."),
        next_step_on=(timezone.now() + _WEEK).date(),
        by=oulu,
        at=timezone.now(),
    )
    trials.move_trial(row, "learn", by=oulu, at=timezone.now())
    story.facts["learning"] = page
    yield Stop("innovation", "What was learnt, with its trial and its data, free to use.", page)
    yield Stop("innovation", "It is found by another form of the word.", _SEARCH)
    yield Stop(
        "innovation",
        "A firm sees what fits it, and why.",
        "/fi/innovation/matches/?theme=mobility&city=oulu&kind=company",
    )


STEPS: tuple[Step, ...] = (solution, trial, test_users, learning)
