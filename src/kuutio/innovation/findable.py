"""Testbeds, challenges and trials in the search over everything: each in the languages that it is written in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import translation

from kuutio.core.language import LANGUAGES, Language
from kuutio.innovation import things
from kuutio.innovation.models import Challenge, Technology, Testbed, Theme, Trial, TrialKind
from kuutio.innovation.texts import written
from kuutio.search.actions import Words, forget, put

TESTBED, CHALLENGE, TRIAL = "testbed", "challenge", "trial"


def refresh_testbed(testbed: Testbed, *, at: datetime) -> None:
    """Let a testbed be found, once it is public."""
    if not testbed.is_public:
        forget(TESTBED, testbed.slug)
        things.forget(TESTBED, testbed.slug)
        return
    texts = (testbed.summary, testbed.description, testbed.equipment, testbed.users, testbed.rules, testbed.permits)
    lists = (
        [Theme(one).label for one in testbed.themes],
        [Technology(one).label for one in testbed.technologies],
        [TrialKind(one).label for one in testbed.trial_kinds],
    )

    def keywords() -> str:
        return _joined([str(testbed.city), str(testbed.owner), str(testbed.address)], *lists)

    words = _words(testbed.name, "innovation:testbed", testbed.slug, keywords, texts)
    put(TESTBED, testbed.slug, words, at=at, city=testbed.city_id, boost=1.1)
    if testbed.state == Testbed.State.CLOSED:
        things.forget(TESTBED, testbed.slug)
        return
    cities = [testbed.city_id] if testbed.city_id else []
    _match(TESTBED, testbed, words, cities, closes_at=None, at=at)


def refresh_challenge(challenge: Challenge, *, at: datetime) -> None:
    """Let a challenge be found, once it is public."""
    if not challenge.is_public:
        forget(CHALLENGE, challenge.slug)
        things.forget(CHALLENGE, challenge.slug)
        return
    cities = [part.city for part in challenge.parts.select_related("city")]
    lists = ([Theme(one).label for one in challenge.themes], [Technology(one).label for one in challenge.technologies])

    def keywords() -> str:
        return _joined([str(city) for city in cities], *lists)

    texts = (challenge.summary, challenge.description, challenge.terms)
    words = _words(challenge.title, "innovation:challenge", challenge.slug, keywords, texts)
    put(CHALLENGE, challenge.slug, words, at=at, city=cities[0].pk if len(cities) == 1 else "", boost=1.1)
    _match(CHALLENGE, challenge, words, [city.pk for city in cities], closes_at=challenge.closes_at, at=at)


def refresh_trial(trial: Trial, *, at: datetime) -> None:
    """Let a trial be found, once it is agreed on."""
    if not trial.is_public:
        forget(TRIAL, trial.slug)
        return
    cities = [part.city for part in trial.parts.select_related("city")]
    lists = ([Theme(one).label for one in trial.themes], [Technology(one).label for one in trial.technologies])

    def keywords() -> str:
        return _joined([str(trial.organisation), *(str(city) for city in cities)], *lists)

    told = (trial.outcome_text, trial.next_step_text) if trial.state == Trial.State.LEARNED else ()
    texts = (trial.summary, *told)  # an outcome that is still being written isn't found
    words = _words(trial.title, "innovation:trial", trial.slug, keywords, texts)
    put(TRIAL, trial.slug, words, at=at, city=cities[0].pk if len(cities) == 1 else "")


def _match(
    kind: str,
    row: Testbed | Challenge,
    words: Mapping[Language, Words],
    cities: Iterable[str],
    *,
    closes_at: datetime | None,
    at: datetime,
) -> None:
    """Let firms and groups be shown it, and why it fits them."""
    things.put(
        kind,
        row.slug,
        {language: things.Face(said.title, said.path) for language, said in words.items()},
        themes=row.themes,
        technologies=row.technologies,
        cities=cities,
        readiness=(row.trl_from, row.trl_to),
        text=" ".join(f"{said.title} {said.body}" for said in words.values()),
        closes_at=closes_at,
        at=at,
    )


def _joined(*lists: Iterable[Any]) -> str:
    return " ".join(str(word) for some in lists for word in some)


def _words(title: Any, page: str, slug: str, keywords: Any, texts: Iterable[Any]) -> dict[Language, Words]:
    titles, found = written(title), {}
    for language in LANGUAGES:
        if language not in titles:
            continue
        with translation.override(language):
            body = "\n".join(text for value in texts if (text := written(value).get(language)))
            found[language] = Words(titles[language], reverse(page, args=[slug]), keywords(), body)
    return found
