"""Finding cases by what somebody says on the telephone: a number, a telephone number, an address, words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable
from django.db.models import Q, QuerySet

from kuutio.cities.models import Organisation
from kuutio.contact.models import Case, Message, Participant
from kuutio.contact.models.cases import CASE_WORDS
from kuutio.contact.models.threads import MESSAGE_WORDS
from kuutio.contact.phones import NotAPhone, e164
from kuutio.core.case_numbers import parse

MOST_WORDS = 8
_WORD = re.compile(r"[^\W_]+")


def cases_found(text: str, *, read: Q, desks: Iterable[Organisation]) -> Q:
    """The cases that a text finds, as a condition on cases that somebody sees.

    A case's number, its diary number, the words of its title and address, its people's telephone and mail, the words of its messages.

    Args:
        read: the cases of which they read everything; the people and the messages of others find nothing, since a city that
            handed a case over must not learn by searching what came later.
        desks: whose notes they read.
    """
    try:
        return Q(number=parse(text))
    except ValueError:
        pass
    own = Case.objects.filter(read)
    found: list[QuerySet[Any, Any]] = [Case.objects.filter(diary_number=text).values("pk")]
    if "@" in text:
        found.append(cases_of_people([text.lower()], [], own))
    with suppress(NotAPhone):
        found.append(cases_of_people([], [e164(text)], own))
    if (wanted := _asked(text)) is not None:
        seen = Q(seen_by__in=[Message.Seen.PARTICIPANTS, Message.Seen.GROUP]) | Q(organisation__in=list(desks))
        messages = Message.objects.alias(words=MESSAGE_WORDS).filter(seen, words=wanted, case__in=own)
        found += [Case.objects.alias(words=CASE_WORDS).filter(words=wanted).values("pk"), messages.values("case")]
    first, *others = found
    return Q(pk__in=first.union(*others))


def cases_of_people(emails: Iterable[str], phones: Iterable[str], among: QuerySet[Case]) -> QuerySet[Any, Any]:
    """The keys of cases in which somebody of these addresses or numbers (E.164) takes part."""
    people = Participant.objects.filter(case__in=among)
    by_mail = people.filter(contact__email__in=[email for email in emails if email])
    return by_mail.values("case").union(people.filter(contact__phone__in=list(phones)).values("case"))


def _asked(text: str) -> SearchQueryCombinable | None:
    """Every word, as the beginning of one or in another form of it; None where there is no word."""
    asked: SearchQueryCombinable | None = None
    for word in _WORD.findall(text)[:MOST_WORDS]:
        one = (
            SearchQuery(f"'{word}':*", config="simple", search_type="raw")
            | SearchQuery(word, config="finnish")
            | SearchQuery(word, config="swedish")
        )
        asked = one if asked is None else asked & one
    return asked
