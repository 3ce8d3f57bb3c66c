"""Finding cases by what somebody says on the telephone: a number, a telephone number, an address, words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable
from django.db import connection, transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from kuutio.cities.models import Organisation
from kuutio.contact.models import Case, DiaryNumber, Handover, Message, Participant
from kuutio.contact.models.cases import CASE_WORDS, words_of
from kuutio.contact.models.threads import MESSAGE_WORDS
from kuutio.contact.reckoned import holding, opaque
from kuutio.core.case_numbers import parse
from kuutio.core.phones import NotAPhone, e164

MOST_WORDS = 8
FEW = 2000
"""So many cases are named to the database one by one; words that find more are common ones, met every few rows of any list."""
COMMON = 5 * FEW
"""Words of which the database expects so many are common ones, and not looked up to find that out."""
MOST_OF_ONE = 1000
"""The cases of one telephone or address of mail: a switchboard has more than a person, and nobody reads a thousand."""
_WORD = re.compile(r"[^\W_]+")


def cases_found(text: str, *, read: Q, desks: Iterable[Organisation]) -> Q:
    """The cases that a text finds, as a condition on cases that somebody sees.

    A case's number, its diary number, the words of its title and address, its people's telephone and mail, the words of its
    messages; of a case that they gave away what these were then.

    Args:
        read: the cases of which they read everything; the people and the messages of others find nothing, since a city that
            handed a case over must not learn by searching what came later.
        desks: whose notes they read.
    """
    with suppress(ValueError):
        return Q(number=parse(text))
    own = Case.objects.filter(read)
    desks = list(desks)
    known = Q(organisation__in=desks) | Q(organisation=F("case__responsible"), case__in=own)
    found = set(DiaryNumber.objects.filter(known, number=text).values_list("case", flat=True)[:MOST_OF_ONE])
    given = Handover.objects.filter(giver__in=desks, decision=Handover.Decision.ACCEPTED)
    if "@" in text:
        found.update(row[0] for row in cases_of_people([text.lower()], [], own)[:MOST_OF_ONE])
    with suppress(NotAPhone):
        found.update(row[0] for row in cases_of_people([], [e164(text)], own)[:MOST_OF_ONE])
    words = _WORD.findall(text)[:MOST_WORDS]
    if not words:
        return Q(pk__in=found)
    asked = _asked(words)
    seen = Q(seen_by__in=[Message.Seen.PARTICIPANTS, Message.Seen.GROUP]) | Q(organisation__in=desks)
    titles = Case.objects.alias(words=CASE_WORDS).order_by()
    texts = Message.objects.alias(words=MESSAGE_WORDS).filter(seen).order_by()
    named, written = titles.filter(words=asked), texts.filter(words=asked)
    if _expected(named, written) > COMMON:
        return _met(words, titles, texts, asked, read, given, found)
    with transaction.atomic(), connection.cursor() as cursor:
        # Without it the planner reads rows as they lie until it has enough of a common word, and analyses every text of them.
        cursor.execute("SET LOCAL enable_seqscan = off")
        told = ExpressionWrapper(_is_known_name(asked, given), output_field=BooleanField())
        by_name = list(named.annotate(is_known=told).values_list("pk", "is_known")[: FEW + 1])
        by_message = list(written.values_list("case", flat=True)[: FEW + 1])
    if max(len(by_name), len(by_message)) <= FEW:
        # All of them by their keys first: else the planner might walk through a whole list for the few that are found.
        found |= {pk for pk, is_known in by_name if is_known}
        named_or_said = {pk for pk, _is_known in by_name}.union(by_message)
        return Q(pk__in=found | named_or_said) & opaque(Q(pk__in=found) | Q(pk__in=named_or_said) & read)
    return _met(words, titles, texts, asked, read, given, found)


def _is_known_name(asked: SearchQueryCombinable, given: QuerySet[Handover]) -> Q:
    """Whether who gave a case away finds it by what they had: the words of its title, and of its address where it is what it was.

    Such cases are few, and looked for before a list is asked for: as a condition on each of its rows this would take ten times as
    long as all the rest.
    """
    this = OuterRef("pk")
    by_title = Case.objects.alias(words=words_of("title")).filter(pk=this, words=asked).order_by()
    same_place = given.alias(had=KT("kept__address")).filter(case=this, had=OuterRef("address")).order_by()
    return Q(pk__in=given.order_by().values("case")) & (Q(Exists(by_title)) | Q(Exists(same_place)))


def _expected(named: QuerySet[Case], written: QuerySet[Message]) -> int:
    """How many rows the database expects, by its statistics of the words: a guess, which only chooses the way."""
    both = named.values_list("pk").union(written.values_list("pk"), all=True)
    plan = json.loads(both.explain(format="json"))
    expected: int = plan[0]["Plan"]["Plan Rows"]
    return expected


def _met(
    words: list[str],
    titles: QuerySet[Case],
    texts: QuerySet[Message],
    asked: SearchQueryCombinable,
    read: Q,
    given: QuerySet[Handover],
    found: set[int],
) -> Q:
    """The same for common words, as a condition that is cheap to ask of each row of a list in its order.

    A text is looked through for the beginnings of the words before its own words are analysed, which takes a hundred times longer.
    """
    this = OuterRef("pk")
    begun, said = Q(), Q()
    for beginning in _beginnings(words):
        begun &= Q(title__icontains=beginning) | Q(address__icontains=beginning)
        said &= Q(text__icontains=beginning)
    # Those given away are looked through by what they are, not as a list in its order.
    away = titles.filter(begun, pk__in=given.order_by().values("case")).values_list("pk", flat=True)[:FEW]
    known = Case.objects.alias(words=CASE_WORDS).filter(_is_known_name(asked, given), pk__in=list(away), words=asked)
    # Between it and it: were it said to equal it, the planner would gather all that the words find, to look each row up in.
    by_name = holding(titles.filter(begun, pk__gte=this, pk__lte=this), Q(words=asked))
    by_message = holding(texts.filter(said, case__gte=this, case__lte=this), Q(words=asked))
    return (
        Q(pk__in=found.union(known.order_by().values_list("pk", flat=True)))
        | (Exists(by_name) | Exists(by_message)) & read
    )


def _beginnings(words: list[str]) -> list[str]:
    """What every form of a word begins with that the indexes find by it.

    A stem is the beginning of its forms, but for a consonant before its last vowels that a form may hold twice: *lampu* of *lamppu*.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, ts_lexize('finnish_stem', lower(word)), ts_lexize('swedish_stem', lower(word)) "
            "FROM unnest(%s::text[]) word",
            [words],
        )
        shared = [_shared(word.lower(), *(finnish or ()), *(swedish or ())) for word, finnish, swedish in cursor]
    return [beginning.rstrip("aeiouyåäö") or beginning[:1] for beginning in shared]


def _shared(*texts: str) -> str:
    """What all the texts begin with."""
    low, high = min(texts), max(texts)
    return low[: next((at for at, letter in enumerate(low) if letter != high[at]), len(low))]


def cases_of_people(emails: Iterable[str], phones: Iterable[str], among: QuerySet[Case]) -> QuerySet[Any, Any]:
    """The keys of cases in which somebody of these addresses or numbers (E.164) takes part."""
    people = Participant.objects.filter(case__in=among.order_by()).order_by()
    by_mail = people.filter(contact__email__in=[email for email in emails if email])
    by_phone = people.filter(contact__phone__in=[phone for phone in phones if phone])
    return by_mail.values_list("case").union(by_phone.values_list("case"))


def _asked(words: list[str]) -> SearchQueryCombinable:
    """Every word, as the beginning of one or in another form of it."""
    first, *others = (
        SearchQuery(f"'{word}':*", config="simple", search_type="raw")
        | SearchQuery(word, config="finnish")
        | SearchQuery(word, config="swedish")
        for word in words
    )
    for one in others:
        first = first & one
    return first
