"""Setting customer service up from files: the catalogue of matters, and who takes care of what.

A file comes in whole or not at all; brought in again, it changes nothing that is so already.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import Q
from i18nfield.strings import LazyI18nString

from kuutio.audit.actions import record
from kuutio.cities.drawing import area_of
from kuutio.cities.models import City, CityService, Organisation, Unit
from kuutio.contact.actions.mandating import found_desk, grant_mandate
from kuutio.contact.actions.ruling import Told, keep_body, set_rule
from kuutio.contact.catalogue import LANGUAGES, keep_catalogue
from kuutio.contact.models import (
    AppointmentKind,
    Category,
    CategoryGroup,
    FormQuestion,
    JointDesk,
    Question,
    ServiceForm,
)
from kuutio.contact.promises import ANSWER_MINUTES, RESOLVE_MINUTES
from kuutio.core.problems import Invalid, NotFound, Problem
from kuutio.core.when import here

Row = Mapping[str, Any]


def read_toml(file: Path) -> dict[str, Any]:
    """What a file says.

    Raises:
        NotFound: there is no such file.
        Invalid: it is no TOML.
    """
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} is no TOML: {error}") from error


@transaction.atomic
def bring_catalogue(told: dict[str, Any], *, at: datetime) -> dict[str, int]:
    """Bring in a catalogue: its groups, categories and questions, in three languages; what it doesn't name stays.

    Returns:
        How many groups and categories the file names.

    Raises:
        Invalid: something lacks or can't be; `errors` say where.
    """
    odd = [f"/{name}" for name in ("group", "category") if not _is_tables(told.get(name, []))]
    errors = [{"pointer": pointer, "detail": _NO_TABLES} for pointer in odd]
    if not odd:
        errors = [{"pointer": pointer, "detail": detail} for pointer, detail in _wrong_in_catalogue(told)]
    if errors:
        raise Invalid("The catalogue can't be brought in.", errors=errors)
    keep_catalogue(told)
    counts = {"groups": len(told["group"]), "categories": len(told["category"])}
    record("load_catalogue", "contact:catalogue", by=None, at=at, **counts)
    return counts


_NO_TABLES = "It must be tables, each begun by its name in double brackets."


def _is_tables(rows: Any) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


_KINDS = [str(kind) for kind in Question.Kind.values]


def _wrong_in_catalogue(told: Row) -> Iterator[tuple[str, str]]:
    groups, categories = told.get("group", []), told.get("category", [])
    codes = {row.get("code") for row in groups}
    if not categories:
        yield "/category", "It names no category."
    for at, row in enumerate(groups):
        yield from _lacking(f"/group/{at}", row, "code", *LANGUAGES)
    known = codes | set(CategoryGroup.objects.values_list("code", flat=True))
    for at, row in enumerate(categories):
        place = f"/category/{at}"
        texts = (f"{name}{language}" for name in ("", "text_", "keywords_") for language in LANGUAGES)
        yield from _lacking(place, row, "code", "group", *texts)
        if row.get("group") not in known:
            yield f"{place}/group", f"There is no group {row.get('group')}."
        if row.get("place", "required") not in Category.Place.values:
            yield f"{place}/place", f"It must be one of {', '.join(Category.Place.values)}."
        minutes = (row.get("answer"), row.get("resolve"))
        if not all(isinstance(one, int) for one in minutes) or not 0 < minutes[0] <= minutes[1]:
            yield f"{place}/answer", "answer and resolve are business minutes, the answer no later than the solution."
        for number, question in enumerate(row.get("question", ())):
            yield from _wrong_question(f"{place}/question/{number}", question)


def _wrong_question(place: str, row: Row) -> Iterator[tuple[str, str]]:
    yield from _lacking(place, row, "code", "kind", *LANGUAGES)
    if row.get("kind") not in _KINDS:
        yield f"{place}/kind", f"It must be one of {', '.join(_KINDS)}."
    for number, value in enumerate(row.get("values", ())):
        yield from _lacking(f"{place}/values/{number}", value, "key", *LANGUAGES)


def _lacking(place: str, row: Row, *names: str) -> Iterator[tuple[str, str]]:
    for name in names:
        if not row.get(name):
            yield f"{place}/{name}", f"{name} is missing."


@transaction.atomic
def bring_rules(told: dict[str, Any], folder: Path, *, at: datetime) -> dict[str, int]:
    """Bring in who takes care of what: bodies outside the cities, joint desks and their mandates, rules, forms, appointments.

    Args:
        folder: where the files of areas lie that the rules name.

    Returns:
        How many of each the file names.

    Raises:
        Invalid: something lacks or can't be; `errors` say where. Nothing of the file is kept then.
    """
    errors: list[dict[str, Any]] = []
    counts = {}
    if unknown := sorted(set(told) - set(_PARTS)):
        errors.append({"pointer": f"/{unknown[0]}", "detail": f"The parts of a file are {', '.join(_PARTS)}."})
    for name, keep in _PARTS.items():
        rows = told.get(name, [])
        if not _is_tables(rows):
            errors.append({"pointer": f"/{name}", "detail": _NO_TABLES})
            continue
        for number, row in enumerate(rows):
            try:
                with transaction.atomic():
                    keep(row, folder, at)
            except Problem as problem:
                mended = problem.errors or [{"pointer": "", "detail": str(problem.detail)}]
                errors += [{**one, "pointer": f"/{name}/{number}{one.get('pointer', '')}"} for one in mended]
            except KeyError as missing:
                errors.append({"pointer": f"/{name}/{number}/{missing.args[0]}", "detail": "It is missing."})
            except (TypeError, ValueError, AttributeError, DatabaseError) as odd:
                errors.append({"pointer": f"/{name}/{number}", "detail": f"A value is of another kind: {odd}"})
        if rows:
            counts[name] = len(rows)
    if errors:
        raise Invalid("The file can't be brought in; nothing of it is kept.", errors=errors)
    return counts


def _body(row: Row, _folder: Path, at: datetime) -> None:
    keep_body(row["slug"], row, at=at)


def _desk(row: Row, _folder: Path, at: datetime) -> None:
    organisation = Organisation.objects.filter(slug=row["organisation"]).first()
    if organisation is None:
        organisation = Organisation.objects.create(
            slug=row["organisation"], kind=Organisation.Kind.PUBLIC, name=_texts(row, "name")
        )
    found_desk(organisation, is_default=row.get("default", False), by=None, at=at)


def _mandate(row: Row, _folder: Path, at: datetime) -> None:
    desk = JointDesk.objects.filter(organisation__slug=row["desk"]).first()
    if desk is None:
        raise Invalid(f"There is no joint desk {row['desk']}.")
    giver = Organisation.objects.filter(kind=Organisation.Kind.CITY, city=_city(row["city"])).get()
    grant_mandate(
        desk,
        giver,
        categories=row.get("categories", ()),
        may_answer=row.get("may_answer", True),
        starts_on=_day(row, "starts_on") or here(at).date(),
        ends_on=_day(row, "ends_on"),
        by=None,
        at=at,
    )


def _rule(row: Row, folder: Path, at: datetime) -> None:
    city = _city(row["city"])
    told = Told(
        unit=_unit(row["unit"]) if row.get("unit") else None,
        answer_minutes=row.get("answer", ANSWER_MINUTES),
        resolve_minutes=row.get("resolve", RESOLVE_MINUTES),
        area=area_of(folder / row["area"]) if row.get("area") else None,
        area_name=row.get("area_name", ""),
    )
    codes = row["categories"] if "categories" in row else [row["category"]]
    for code in codes:
        category = Category.objects.filter(pk=code).first()
        if category is None:
            raise Invalid(f"The catalogue has no category {code}.")
        first, last = _day(row, "valid_from") or here(at).date(), _day(row, "valid_to")
        set_rule(city, category, told, valid_from=first, valid_to=last, by=None, at=at)


def _form(row: Row, _folder: Path, at: datetime) -> None:
    own = _service(row)
    category = Category.objects.filter(pk=row["category"]).first()
    if category is None:
        raise Invalid(f"The catalogue has no category {row['category']}.")
    form, made = ServiceForm.objects.update_or_create(
        city_service=own,
        defaults={
            "category": category,
            "name": _texts(row, "name"),
            "text": _texts(row, "text"),
            "needs_identity": row.get("needs_identity", False),
            "only_entitled": row.get("only_entitled", True),
            "takes_files": row.get("takes_files", False),
            "is_active": row.get("active", True),
        },
    )
    questions = row.get("question", ())
    # Answers that were given stay in their cases: a question that is asked no more is only gone from the form.
    form.questions.all().delete()
    for position, question in enumerate(questions, start=1):
        if question["kind"] not in _KINDS:
            raise Invalid(f"The kind of a question must be one of {', '.join(_KINDS)}.")
        FormQuestion.objects.create(
            form=form,
            code=question["code"],
            kind=question["kind"],
            text=_texts(question, "text"),
            is_required=question.get("required", False),
            position=position,
            values=question.get("values", []),
        )
    record("keep_form", f"service:{own.service_id}", by=None, at=at, city=own.city_id, is_new=made)


def _appointment(row: Row, _folder: Path, at: datetime) -> None:
    unit = _unit(row["unit"])
    own = _service({**row, "city": unit.city_id}) if row.get("service") else None
    measures = {"minutes": (5, 480), "desks": (1, 50), "days_ahead": (1, 180)}
    for name, (least, most) in measures.items():
        if name in row and not (isinstance(row[name], int) and least <= row[name] <= most):
            raise Invalid(f"{name} is a number from {least} to {most}.")
    given = {name: row[name] for name in (*measures, "notice_minutes") if name in row}
    _row, made = AppointmentKind.objects.update_or_create(
        slug=row["slug"],
        defaults={
            "unit": unit,
            "city_service": own,
            "name": _texts(row, "name"),
            "text": _texts(row, "text") if row.get("text") else "",
            "is_active": row.get("active", True),
            **given,
        },
    )
    record("keep_appointment_kind", f"unit:{unit.slug}", by=None, at=at, slug=row["slug"], is_new=made)


_PARTS: dict[str, Callable[[Row, Path, datetime], None]] = {
    "body": _body,
    "desk": _desk,
    "mandate": _mandate,
    "rule": _rule,
    "form": _form,
    "appointment": _appointment,
}


def _city(word: str) -> City:
    city = City.objects.filter(Q(code=word) | Q(municipality=word)).first()
    if city is None:
        raise Invalid(f"There is no city {word}.")
    return city


def _unit(slug: str) -> Unit:
    unit = Unit.objects.filter(slug=slug).first()
    if unit is None:
        raise Invalid(f"There is no unit {slug}: bring the units in first.")
    return unit


def _service(row: Row) -> CityService:
    own = CityService.objects.filter(service__code=row["service"], city=_city(row["city"])).first()
    if own is None:
        raise Invalid(f"{row['city']} has no service {row['service']}.")
    return own


def _texts(row: Row, name: str) -> Any:
    told = row[name]
    if not isinstance(told, dict) or any(not told.get(language) for language in LANGUAGES):
        raise Invalid(f"{name} is told in {', '.join(LANGUAGES)}.")
    return LazyI18nString({language: told[language] for language in LANGUAGES})


def _day(row: Row, name: str) -> date | None:
    told = row.get(name)
    if told is None or (isinstance(told, date) and not isinstance(told, datetime)):
        return told
    raise Invalid(f"{name} is a day, such as 2027-01-01, without quotation marks.")
