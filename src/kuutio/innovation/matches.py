"""What fits somebody: the points of `core.matching` added up by the database, with the reasons in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from kuutio.cities.models import Organisation
from kuutio.cities.places import cities
from kuutio.core import matching
from kuutio.core.language import Known
from kuutio.core.matching import Fit, Ground, Profile, Reason
from kuutio.core.stems import stems, words
from kuutio.innovation.models import Technology, Theme
from kuutio.innovation.offers import offers
from kuutio.innovation.said import labels
from kuutio.innovation.things import known_of
from kuutio.search.actions import note_asked
from kuutio.ui.wording import localized

LEAST = 1_000
"""Points below which nothing is shown: a word in common by chance."""

OF_EACH = 6
KINDS = ("challenge", "call", "testbed", "concept", "learning", "solution", "dataset")
"""In the order in which they are shown: what closes first, then places, then what one can read."""

# The points are added up before anything else is read of a thing: most have too few to be looked at.
_BEST = """
WITH scored AS (
    SELECT term.findable_id, sum(wanted.points) AS points
    FROM unnest(%(terms)s::text[], %(points)s::int[]) AS wanted (term, points)
    JOIN innovation_term term ON term.term = wanted.term
    GROUP BY term.findable_id HAVING sum(wanted.points) >= %(least)s
), placed AS (
    SELECT thing.id, scored.points, row_number() OVER (
        PARTITION BY thing.kind ORDER BY scored.points DESC, thing.changed_at DESC, thing.id
    ) AS place
    FROM scored JOIN innovation_findable thing ON thing.id = scored.findable_id
    WHERE (thing.closes_at IS NULL OR thing.closes_at > %(at)s)
        AND (%(since)s::timestamptz IS NULL OR thing.changed_at > %(since)s)
        AND thing.kind = ANY(%(kinds)s)
)
SELECT thing.kind, thing.key, thing.title, thing.path, thing.cities, thing.closes_at, thing.changed_at,
    ARRAY(SELECT term FROM innovation_term WHERE findable_id = thing.id AND term = ANY(%(terms)s))
FROM placed JOIN innovation_findable thing ON thing.id = placed.id
WHERE placed.place <= %(of_each)s
ORDER BY placed.points DESC, thing.kind, thing.id
"""

# Words are in many things and worth little. Where the last of the best few of a kind has more points without any word than all words
# together are worth, only those things can take its place that lack no more than that: the words are looked up in these alone.
_BEST_BY_FEW = """
WITH plain AS MATERIALIZED (
    SELECT term.findable_id, sum(wanted.points) AS points
    FROM unnest(%(plain_terms)s::text[], %(plain_points)s::int[]) AS wanted (term, points)
    JOIN innovation_term term ON term.term = wanted.term
    GROUP BY term.findable_id
), ranked AS MATERIALIZED (
    SELECT thing.id, thing.kind, thing.changed_at, plain.points,
        row_number() OVER (PARTITION BY thing.kind ORDER BY plain.points DESC) AS place
    FROM plain JOIN innovation_findable thing ON thing.id = plain.findable_id
    WHERE (thing.closes_at IS NULL OR thing.closes_at > %(at)s)
        AND (%(since)s::timestamptz IS NULL OR thing.changed_at > %(since)s)
        AND thing.kind = ANY(%(kinds)s)
), lasts AS (
    SELECT kind, points FROM ranked WHERE place = %(of_each)s AND points > %(words)s
), scored AS (
    SELECT ranked.id, ranked.kind, ranked.changed_at, ranked.points + coalesce((
        SELECT sum(wanted.points) FROM unnest(%(word_terms)s::text[], %(word_points)s::int[]) AS wanted (term, points)
        JOIN innovation_term term ON term.term = wanted.term AND term.findable_id = ranked.id
    ), 0) AS points
    FROM ranked JOIN lasts ON lasts.kind = ranked.kind WHERE ranked.points >= lasts.points - %(words)s
), placed AS (
    SELECT scored.id, scored.points, row_number() OVER (
        PARTITION BY scored.kind ORDER BY scored.points DESC, scored.changed_at DESC, scored.id
    ) AS place
    FROM scored
)
SELECT thing.kind, thing.key, thing.title, thing.path, thing.cities, thing.closes_at, thing.changed_at,
    ARRAY(SELECT term FROM innovation_term WHERE findable_id = thing.id AND term = ANY(%(terms)s))
FROM placed JOIN innovation_findable thing ON thing.id = placed.id
WHERE placed.place <= %(of_each)s
ORDER BY placed.points DESC, thing.kind, thing.id
"""


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that fits, with how well and why.

    Attributes:
        because: the reasons as sentences, in the reader's language.
        refused: why this kind of organisation can't take it up; "" when it can.
    """

    kind: str
    key: str
    title: str
    language: str
    path: str
    cities: tuple[str, ...]
    closes_at: datetime | None
    changed_at: datetime | None
    fit: Fit
    because: tuple[str, ...]
    refused: str = ""


def matches(
    profile: Profile,
    at: datetime,
    *,
    organisation: str = "",
    kinds: Collection[str] = KINDS,
    of_each: int = OF_EACH,
    since: datetime | None = None,
) -> list[Match]:
    """What fits a profile, best first within each kind, the kinds in the order of `KINDS`.

    Args:
        organisation: the kind of organisation that asks; "": nobody said.
        since: only what came after this.
    """
    known = known_of(profile.text)
    weights = matching.weights_of(profile, known)
    if not weights:
        return []
    # A word that no text of ours has in this form is learnt for the next time.
    note_asked([word for word in words(profile.text) if known(word) is None])
    said = _Said(profile, known)
    found = [said.match(row, weights) for row in _best(weights, at, kinds, of_each, since)]
    if "call" in kinds:
        found += _calls(weights, said, at, organisation, of_each, since)
    order = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(found, key=lambda match: (order[match.kind], -match.fit.points))


def _best(
    weights: Mapping[str, int], at: datetime, kinds: Collection[str], of_each: int, since: datetime | None
) -> list[tuple[Any, ...]]:
    words = {term: points for term, points in weights.items() if term.startswith(f"{Ground.WORD}:")}
    plain = {term: points for term, points in weights.items() if term not in words}
    asked: dict[str, Any] = {
        "terms": list(weights),
        "points": list(weights.values()),
        "least": LEAST,
        "at": at,
        "since": since,
        "of_each": of_each,
    }
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        if words and plain and sum(words.values()) >= LEAST:
            few: dict[str, Any] = {
                "plain_terms": list(plain),
                "plain_points": list(plain.values()),
                "word_terms": list(words),
                "word_points": list(words.values()),
                "words": sum(words.values()),
                "kinds": list(kinds),
            }
            cursor.execute(_BEST_BY_FEW, asked | few)
            found = list(cursor.fetchall())
        done = {row[0] for row in found}
        cursor.execute(
            "SELECT kind FROM unnest(%s::text[]) kind"
            " WHERE EXISTS (SELECT FROM innovation_findable thing WHERE thing.kind = kind.kind)",
            [[kind for kind in kinds if kind not in done]],
        )
        if rest := [kind for (kind,) in cursor.fetchall()]:
            cursor.execute(_BEST, asked | {"kinds": rest})
            found += cursor.fetchall()
    return found


def _calls(
    weights: Mapping[str, int], said: _Said, at: datetime, organisation: str, of_each: int, since: datetime | None
) -> list[Match]:
    """The open calls that fit: so few that each is looked at."""
    found = []
    for offer in offers(at):
        if since is not None and (offer.changed_at is None or offer.changed_at <= since):
            continue
        terms = matching.terms_of(
            themes=offer.themes,
            technologies=offer.technologies,
            cities=offer.cities,
            text=offer.text,
            known=known_of(offer.text),
        )
        fit = matching.fit(weights, terms)
        refused = ""
        if organisation and organisation not in offer.kinds:
            refused = not_for(organisation)
        title, language = localized(dict(offer.title))
        found.append(
            Match(
                offer.kind,
                offer.key,
                title,
                language,
                localized(dict(offer.path))[0],
                offer.cities,
                offer.closes_at,
                offer.changed_at,
                fit,
                said.because(fit.reasons),
                refused,
            )
        )
    # A call that is open is shown even when its text shares nothing with the profile: there are few of them.
    return sorted(found, key=lambda match: (bool(match.refused), -match.fit.points, match.key))[:of_each]


def not_for(organisation: str) -> str:
    """Why a kind of organisation can't apply in a call, and what it can do instead."""
    if organisation == Organisation.Kind.COMPANY:
        return _(
            "A company can’t receive the programme’s grant. It can take part as a supplier, in the trials, or answer a challenge."
        )
    return _("This call is for other kinds of organisations.")


class _Said:
    """How a profile's terms are called: the stems by the words that were written, the codes by their names."""

    def __init__(self, profile: Profile, known: Known) -> None:
        self.words: dict[str, str] = {}
        for word in words(profile.text):
            for stem in stems(word, known):
                self.words.setdefault(stem, word)
        self.cities = {city.code: str(city.name) for city in cities()}

    def match(self, row: tuple[Any, ...], weights: Mapping[str, int]) -> Match:
        kind, key, title, path, where, closes_at, changed_at, terms = row
        titles, paths = (orjson.loads(value) if isinstance(value, str) else value for value in (title, path))
        fit = matching.fit(weights, set(terms))
        shown, language = localized(titles)
        return Match(
            kind,
            key,
            shown,
            language,
            paths.get(language, ""),
            tuple(where),
            closes_at,
            changed_at,
            fit,
            self.because(fit.reasons),
        )

    def because(self, reasons: Iterable[Reason]) -> tuple[str, ...]:
        """Each reason as a sentence."""
        return tuple(self._sentence(reason) for reason in reasons)

    def _sentence(self, reason: Reason) -> str:
        match reason.ground:
            case Ground.THEME:
                return _("the same theme: %(names)s") % {"names": ", ".join(labels(reason.values, Theme))}
            case Ground.TECHNOLOGY:
                return _("the same technology: %(names)s") % {"names": ", ".join(labels(reason.values, Technology))}
            case Ground.CITY:
                names = [self.cities.get(code, code) for code in reason.values]
                return _("in a city that you chose: %(names)s") % {"names": ", ".join(names)}
            case Ground.READINESS:
                return _("it suits readiness level %(level)s") % {"level": reason.values[0]}
            case Ground.WORD:
                written = dict.fromkeys(self.words.get(stem, stem) for stem in reason.values)
                return _("your words: %(words)s") % {"words": ", ".join(written)}
