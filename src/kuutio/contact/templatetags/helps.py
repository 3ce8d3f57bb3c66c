"""Templates, articles and a better category, for the pages that show them beside something else."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from kuutio.contact.findable import KIND
from kuutio.contact.helps import for_answer, suggested, words_of
from kuutio.contact.languages import to_expect
from kuutio.contact.models import Case, Category, Help
from kuutio.contact.suggesting import suggest
from kuutio.search.queries import Found, find
from kuutio.ui.wording import language

register = template.Library()
FEW = 3


@register.simple_tag(takes_context=True)
def helps_for(context: dict[str, Any], case: Case) -> dict[str, Any]:
    """The templates and articles that fit a case, each with the text that goes into an answer."""
    request = context["request"]
    words = request.POST.get("help_q", "").replace("\0", "").strip()[:200]
    groups = {}
    for kind in (Help.Kind.TEMPLATE, Help.Kind.ARTICLE):
        rows = []
        for told in suggested(case, kind, words):
            text, lacking = for_answer(told, case)
            rows.append({"told": told, "text": text, "lacking": [f"{{{name}}}" for name in lacking]})
        groups[str(kind)] = rows
    expect = to_expect(case.responsible, case.unit, case.language)
    titled = [(groups["template"], _("Answer templates")), (groups["article"], _("Articles"))]
    return {"query": words, "groups": titled, "any": any(groups.values()), "expect": expect}


@register.simple_tag
def articles_about(text: str) -> list[Found]:
    """The articles that some words find, a few and each once (its page leads to the cities' own texts); none without words."""
    rows = find(text, language=language(), kind=KIND, limit=FEW * 3).rows if text else []
    first = {row.key.partition("/")[0]: row for row in reversed(rows)}
    return [row for row in rows if first[row.key.partition("/")[0]] is row][:FEW]


@register.simple_tag
def categories_for(case: Case) -> list[Category]:
    """What a case may be about by its resident's words, the likeliest first; none where that is the category it has."""
    if case.is_settled:
        return []
    found = suggest(words_of(case), Category.objects.filter(is_active=True), most=FEW)
    return [] if not found or found[0].pk == case.category_id else [row for row in found if row.pk != case.category_id]
