"""Tags and filters of the pages; a builtin library, so that no template has to load it.

Query strings: use Django's own `{% querystring %}`.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template import Context
from django.urls import get_urlconf, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kuutio.ui import drawing, theming, wording
from kuutio.ui.forms import kind_of

register = template.Library()

register.simple_tag(drawing.cube)
register.simple_tag(drawing.icon)
register.filter("number", wording.number)
register.filter("money", wording.money)
register.filter("bytes", wording.size)
register.filter("day", wording.day)
register.filter("moment", wording.moment)


@register.filter
def when(value: dt.datetime | dt.date | None) -> str:
    """A time as people say it (today klo 6, 3 days ago), with the exact one in `title` and for programs."""
    if value is None:
        return ""
    if not isinstance(value, dt.datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), wording.day(value))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(timespec="seconds"),
        wording.moment(value),
        wording.relative(value, timezone.now()),
    )


@register.filter
def localized(value: Any) -> str:
    """A translated text in the reader's language; in another one it says which, in words and to screen readers."""
    text, language = wording.localized(value)
    if language == wording.language() or not text:
        return text
    return format_html(
        '<span class="other-language" aria-hidden="true">{}</span><span lang="{}">{}</span>',
        language.upper(),
        language,
        text,
    )


@register.filter
def localized_text(value: Any) -> str:
    """A translated text for an attribute or a title: without the mark of its language."""
    return wording.localized(value)[0]


@register.simple_tag(takes_context=True)
def page_in(context: Context, language: str) -> str:
    """The address of this same page in another language."""
    request = context.get("request")
    if request is None:
        return f"/{language}/"
    path = request.path
    if path[1:3] in dict(settings.LANGUAGES) and path[3:4] in {"/", ""}:
        query = request.GET.urlencode()
        return f"/{language}{path[3:]}" + (f"?{query}" if query else "")
    asked = request.GET.copy()
    asked["lang"] = language
    return f"{path}?{asked.urlencode()}"


@register.simple_tag(takes_context=True)
def menu_entries(context: Context) -> list[dict[str, Any]]:
    """The main menu of `menu` (`core.parts.Menu`), with what is the reader's place in it."""
    request = context.get("request")
    path = request.path if request else ""
    language, urls = get_language(), get_urlconf()
    entries = [{"title": item.title, "url": _address(item.url, language, urls)} for item in context.get("menu") or ()]
    for entry in entries:
        entry["current"] = path.startswith(str(entry["url"]))
    return entries


@lru_cache(maxsize=256)
def _address(name: str, _language: str | None, urls: str | None) -> str:
    """A menu entry's address in a language: the same on each page, and finding it takes longer than showing it."""
    return reverse(name, urls)


@register.simple_tag(takes_context=True)
def full_address(context: Context, path: str = "") -> str:
    """The whole address of a path of this site (of this page without one), to share and for search engines."""
    request = context.get("request")
    site = str(context.get("site_url") or "")
    if not site and request is not None:
        site = f"{request.scheme}://{request.get_host()}"
    return site + (path or (request.get_full_path() if request is not None else "/"))


@register.simple_tag
def theme_address(city: Any) -> str:
    """The address of a city's own stylesheet; nothing when the city has no look of its own."""
    if not city or not city.theme:
        return ""
    return reverse("ui:theme", kwargs={"city": city.pk, "fingerprint": theming.fingerprint(city.theme)})


@register.simple_tag
def asked_at() -> dt.datetime:
    """Now: what a page tells that is made when it is asked for, and has no other time of its own."""
    return timezone.now()


@register.simple_tag
def base_map() -> str:
    """The address of another base map's style, when the operator has set one; else the borders that we carry are used."""
    return str(settings.BASEMAP)


@register.simple_tag
def widget(field: BoundField, css: str = "", **attrs: Any) -> SafeString:
    """A form field's own control with our classes beside its own."""
    classes = f"{field.field.widget.attrs.get('class', '')} {css}".strip()
    # No placeholder: it vanishes as one writes. What it says belongs to the label or the hint.
    return field.as_widget(attrs={"class": classes, "placeholder": False, **attrs})


@register.filter
def control(field: BoundField) -> str:
    """What kind of control a field has, for its template: `text`, `select`, `checkbox`, `choices`, `languages`, `group`."""
    return kind_of(field)


@register.filter
def first_control(field: BoundField) -> str:
    """The id of a field's control, of several its first: where a link from the summary of errors leads."""
    return str(field.id_for_label or f"{field.auto_id}_0")
