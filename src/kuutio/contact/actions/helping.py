"""Writing templates and articles: the group's by the programme office and joint desks, a city's own by its agents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.audit.actions import record
from kuutio.cities.models import City, Person
from kuutio.contact import findable, permissions
from kuutio.contact.helps import PLACEHOLDERS
from kuutio.contact.models import Category, Help, HelpVersion
from kuutio.core.language import LANGUAGES
from kuutio.core.placeholders import mistakes
from kuutio.core.problems import Conflict, Invalid, NotAllowed
from kuutio.core.stems import stems

LONGEST_TITLE = 200
LONGEST = 20_000
_MOST_TERMS = 400
Texts = Mapping[str, str]
_Errors = list[dict[str, str]]


@transaction.atomic
def begin_help(
    kind: str, slug: str, *, title: Texts, text: Texts, categories: Sequence[str], by: Person | None, at: datetime
) -> Help:
    """Begin a template or an article with the group's text.

    Args:
        title, text: by language; both or neither in each, one language at least.
        categories: codes that it is suggested for first; none: any.
        by: None for what comes with the installation.

    Raises:
        NotAllowed: the person writes for no joint desk and isn't the programme office.
        Invalid: no text, a placeholder that isn't known, a code that is no category.
        Conflict: the short name is taken.
    """
    if by is not None and not permissions.may_edit_group(by):
        raise NotAllowed(_("The common texts are written by the programme office and the joint customer service."))
    _check(kind, title, text, categories)
    row, made = Help.objects.get_or_create(slug=slug, defaults={"kind": kind, "categories": list(categories)})
    if not made:
        raise Conflict(_("There is a text with this short name already. Choose another."))
    _add(row, None, HelpVersion.Way.WHOLE, title, text, by, at)
    record("begin_help", f"help:{slug}", by=by, at=at, kind=kind)
    return row


@transaction.atomic
def write_group(
    row: Help,
    *,
    title: Texts,
    text: Texts,
    categories: Sequence[str],
    is_active: bool,
    seen: int,
    by: Person,
    at: datetime,
) -> Help:
    """Write the group's text anew, or put it out of use.

    Args:
        seen: the number of the version that the writer saw; 0: none.

    Raises:
        NotAllowed, Invalid: as for `begin_help`.
        Conflict: somebody saved another version meanwhile.
    """
    if not permissions.may_edit_group(by):
        raise NotAllowed(_("The common texts are written by the programme office and the joint customer service."))
    row = Help.objects.select_for_update().get(pk=row.pk)
    _check(row.kind, title, text, categories)
    version = _next(row, None, HelpVersion.Way.WHOLE, title, text, seen, by, at)
    changed = (row.categories, row.is_active) != (list(categories), is_active)
    if changed:
        row.categories, row.is_active = list(categories), is_active
        row.save(update_fields=["categories", "is_active"])
        findable.refresh(row, at=at)
    if changed or version:
        record("write_help", f"help:{row.slug}", by=by, at=at, number=version.number if version else seen)
    return row


@transaction.atomic
def write_own(
    row: Help, city: City, *, way: str, title: Texts, text: Texts, seen: int, by: Person, at: datetime
) -> Help:
    """Write a city's own text: in place of the group's, after it, or none any more.

    Raises:
        NotAllowed: the person is no agent of the city.
        Invalid: no text, or a placeholder that isn't known.
        Conflict: somebody saved another version meanwhile.
    """
    if not permissions.may_edit_own(by, city):
        raise NotAllowed(_("A city's own texts are written by its own agents."))
    row = Help.objects.select_for_update().get(pk=row.pk)
    if way == HelpVersion.Way.NONE:
        title, text = {}, {}
    else:
        _check(
            row.kind, {} if way == HelpVersion.Way.PARAGRAPH else title, text, (), titled=way == HelpVersion.Way.WHOLE
        )
        title = {} if way == HelpVersion.Way.PARAGRAPH else title
    if version := _next(row, city, way, title, text, seen, by, at):
        record("write_own_help", f"help:{row.slug}", by=by, at=at, city=city.code, number=version.number)
    return row


def _next(
    row: Help, city: City | None, way: str, title: Texts, text: Texts, seen: int, by: Person, at: datetime
) -> HelpVersion | None:
    """The version that follows, None when nothing changed."""
    current = row.versions.filter(city=city, is_current=True).first()
    title, text = _written(title), _written(text)
    if current is not None and (current.way, current.title, current.text) == (way, title, text):
        return None
    if current is None and way == HelpVersion.Way.NONE:
        return None
    if (current.number if current else 0) != seen:
        raise Conflict(_("Somebody else saved this text meanwhile. Look at their version, then write yours again."))
    return _add(row, city, way, title, text, by, at)


def _add(
    row: Help, city: City | None, way: str, title: Texts, text: Texts, by: Person | None, at: datetime
) -> HelpVersion:
    title, text = _written(title), _written(text)
    row.versions.filter(city=city, is_current=True).update(is_current=False)
    last = row.versions.filter(city=city).order_by("-number").values_list("number", flat=True).first() or 0
    said = " ".join([*title.values(), *text.values()])
    version = HelpVersion.objects.create(
        help=row,
        city=city,
        number=last + 1,
        way=way,
        title=dict(title),
        text=dict(text),
        terms=stems(said)[:_MOST_TERMS],
        by=by,
        at=at,
    )
    findable.refresh(row, at=at)
    return version


def _written(texts: Texts) -> dict[str, str]:
    """What isn't empty, with one way to end a line."""
    plain = {code: texts.get(code, "").replace("\r\n", "\n").strip() for code in LANGUAGES}
    return {code: text for code, text in plain.items() if text}


def _check(kind: str, title: Texts, text: Texts, categories: Sequence[str], *, titled: bool = True) -> None:
    title, text = _written(title), _written(text)
    errors: _Errors = []
    if kind not in Help.Kind.values:
        errors.append(_wrong("/kind", _("Choose a template or an article.")))
    if not text:
        errors.append(_wrong("/text", _("Write the text in one language at least.")))
    known = PLACEHOLDERS if kind == Help.Kind.TEMPLATE else ()
    for code in LANGUAGES:
        if titled and (code in title) != (code in text):
            missing = "title" if code in text else "text"
            errors.append(_wrong(f"/{missing}/{code}", _("Write both the title and the text in this language.")))
        if len(title.get(code, "")) > LONGEST_TITLE or len(text.get(code, "")) > LONGEST:
            errors.append(_wrong(f"/text/{code}", _("This is too long.")))
        if "\0" in title.get(code, "") + text.get(code, ""):
            errors.append(_wrong(f"/text/{code}", _("There is a character in it that no text has.")))
        if wrong := mistakes(f"{title.get(code, '')}\n{text.get(code, '')}", known):
            if known:
                said = _("%(wrong)s can’t be filled. These can: %(known)s.") % {
                    "wrong": ", ".join(wrong),
                    "known": ", ".join(f"{{{name}}}" for name in known),
                }
            else:
                said = _("%(wrong)s: an article is the same for everybody and has no places to fill.") % {
                    "wrong": ", ".join(wrong)
                }
            errors.append(_wrong(f"/text/{code}", said))
    if len(set(categories)) != Category.objects.filter(pk__in=categories).count():
        errors.append(_wrong("/categories", _("There is no such category.")))
    if errors:
        raise Invalid(_("Some things are missing."), errors=errors)


def _wrong(pointer: str, detail: object) -> dict[str, str]:
    return {"pointer": pointer, "detail": str(detail)}
