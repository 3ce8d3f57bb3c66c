"""Templates and articles as somebody reads them: the group's text with the city's own, in a language, honest about what is missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import translation

from kuutio.contact.models import Case, Help, HelpVersion, Message
from kuutio.core.language import LANGUAGES
from kuutio.core.placeholders import filled
from kuutio.core.stems import stems
from kuutio.ui.wording import localized, moment

PLACEHOLDERS = ("number", "city", "unit", "link", "promise")
"""What a template may hold: the case's number, who is responsible, its unit, where the case is seen, until when it is settled."""

SUGGESTED = 6
_LOOKED_AT = 300
_FOR_CATEGORY = 6
_IN_TITLE = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A help as a reader gets it.

    Attributes:
        language: which the text is in.
        lacks: "language": it isn't written in the one asked for; "city": the city's own part isn't; "": nothing.
        own: how the city's own text takes part: `whole`, `paragraph` or "".
    """

    help: Help
    title: str
    text: str
    language: str
    lacks: str = ""
    own: str = ""


def with_current(helps: QuerySet[Help]) -> QuerySet[Help]:
    """The helps with the current versions of the group and of every city, in two queries."""
    current = HelpVersion.objects.filter(is_current=True)
    return helps.prefetch_related(Prefetch("versions", queryset=current, to_attr="current"))


def current_versions(row: Help) -> list[HelpVersion]:
    """The current versions of a help of `with_current`."""
    rows: list[HelpVersion] = row.current  # type: ignore[attr-defined]
    return rows


def group_version(row: Help) -> HelpVersion | None:
    """The group's current text."""
    return next((one for one in current_versions(row) if one.city_id is None), None)


def own_version(row: Help, city: str) -> HelpVersion | None:
    """A city's own current text, None where it has none."""
    return next((one for one in current_versions(row) if one.city_id == city and one.way != HelpVersion.Way.NONE), None)


def said(row: Help, *, city: str, language: str) -> Said | None:
    """A help of `with_current` in a language, for a city ("": for all); None when nothing at all is written.

    A city's own whole text takes the place of the group's, its paragraph comes after it. What isn't written in the language is
    taken from the group's text in it, else from Finnish, English or Swedish, and `lacks` says so.
    """
    group, own = group_version(row), own_version(row, city) if city else None
    if own and own.way == HelpVersion.Way.WHOLE:
        if language in own.text:
            return _from(row, own, language, own="whole")
        if group and language in group.text:
            return _from(row, group, language, lacks="city")
        return _from(row, own, _other(own), lacks="language", own="whole")
    if group is None or not group.text:
        return None
    spoken = language if language in group.text else _other(group)
    base = _from(row, group, spoken, lacks="" if spoken == language else "language")
    if own is None:
        return base
    if spoken not in own.text:
        return _from(row, group, spoken, lacks=base.lacks or "city")
    text = f"{base.text}\n\n{own.text[spoken]}"
    return Said(row, base.title, text, spoken, lacks=base.lacks, own="paragraph")


def _from(row: Help, version: HelpVersion, language: str, *, lacks: str = "", own: str = "") -> Said:
    return Said(row, version.title.get(language, ""), version.text[language], language, lacks, own)


def _other(version: HelpVersion) -> str:
    return next(code for code in ("fi", "en", "sv") if code in version.text)


def suggested(case: Case, kind: str, words: str = "") -> list[Said]:
    """The helps that fit a case, the best first: those of its category, then by the words of the matter, or those asked for.

    In the case's language of service; for the city that is responsible.

    Args:
        words: what the agent looks for; "" takes the words that the resident wrote.
    """
    looked_for = stems(words or words_of(case))
    # A row of the newest version of any city counts for its help.
    fits = Q(versions__is_current=True, versions__terms__overlap=looked_for) if looked_for else Q(pk__in=[])
    if not words:
        fits |= Q(categories__contains=[case.category_id]) | (Q(categories=[]) & Q(kind=Help.Kind.TEMPLATE))
    rows = with_current(Help.objects.filter(fits, kind=kind, is_active=True).distinct())[:_LOOKED_AT]
    asked = set(looked_for)

    def score(row: Help) -> int:
        versions = current_versions(row)
        common = max((len(asked & set(version.terms)) for version in versions), default=0)
        titles = {word for version in versions for word in stems(" ".join(version.title.values()))}
        return common + _IN_TITLE * len(asked & titles) + _FOR_CATEGORY * (case.category_id in row.categories)

    # Without a word of the title, or several of the text, a common word alone would bring up anything.
    enough = 1 if words else 0 if kind == Help.Kind.TEMPLATE else _IN_TITLE
    scored = sorted((-score(row), row.slug, row) for row in rows)
    city = case.responsible.city_id or ""
    found = (said(row, city=city, language=case.language) for points, _slug, row in scored if -points >= enough)
    return [row for row in found if row][:SUGGESTED]


def words_of(case: Case) -> str:
    """What its resident wrote first, with the title."""
    first = (
        case.messages.filter(direction=Message.Direction.IN).order_by("at", "pk").values_list("text", flat=True).first()
    )
    return f"{case.title}\n{(first or '')[:5000]}"


def values_of(case: Case) -> dict[str, str]:
    """What the placeholders stand for in a case, in its language of service; "" for what it doesn't have.

    The link leads to the page where a case is opened by its number and its secret. The secret itself is in no answer: an answer
    goes to all who follow the case, and the secret opens everything that was written in it.
    """
    with translation.override(case.language):
        return {
            "number": case.number,
            "city": localized(case.responsible.name)[0],
            "unit": localized(case.unit.name)[0] if case.unit else "",
            "link": f"{settings.SITE_URL}{reverse('contact:find')}",
            "promise": moment(case.resolve_due_at),
        }


def for_answer(row: Said, case: Case) -> tuple[str, list[str]]:
    """The text as it goes into an answer, plain and filled, and the placeholders that an agent must fill by hand."""
    if row.help.kind == Help.Kind.TEMPLATE:
        return filled(plain(row.text), values_of(case))
    with translation.override(case.language):
        path = reverse("contact:article", args=[row.help.slug])
    city = f"?city={case.responsible.city_id}" if row.own else ""
    return f"{plain(row.text)}\n\n{settings.SITE_URL}{path}{city}", []


_LINK = re.compile(r"\[([^\]\n]*)\]\(([^)\s]*)\)")
_MARK = re.compile(r"^#{1,6} +|\*\*|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)", re.MULTILINE)


def plain(text: str) -> str:
    """Markdown as a mail reads it: links written out, marks of headings and emphasis left out."""
    return _MARK.sub("", _LINK.sub(lambda found: f"{found[1]} ({found[2]})" if found[1] else found[2], text)).strip()


def languages_of(texts: Sequence[str] | dict[str, str]) -> list[str]:
    """The languages that a text is written in, in our order."""
    return [code for code in LANGUAGES if code in texts]
