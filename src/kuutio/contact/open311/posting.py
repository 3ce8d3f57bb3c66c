"""A posted service request: read into an `Incoming`, and received like a message of any other channel."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kuutio.cities.keys import key_of
from kuutio.cities.models import City
from kuutio.cities.people import ApiKey
from kuutio.contact.actions.receiving import Received, receive
from kuutio.contact.files import MOST_FILES, forget_files, keep_picture, kept_if_taken
from kuutio.contact.incoming import File, Incoming, Place, Sender
from kuutio.contact.known import known, settled
from kuutio.contact.links import digest
from kuutio.contact.models import Case, Category, Channel, Contact, Message
from kuutio.contact.open311 import reading
from kuutio.contact.open311.errors import Refused
from kuutio.contact.open311.reading import Words
from kuutio.contact.pages.forms import DetailsForm
from kuutio.contact.problems import NotOurs, WhichCity
from kuutio.core.phones import NotAPhone, e164

SCOPE = "open311"
MOST_LINKS = 10
_BEARER = re.compile(r"bearer\s+(\S+)$", re.I)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def key_of_request(request: HttpRequest, words: Words, *, at: datetime) -> ApiKey:
    """The key that a program shows: `api_key`, `X-Api-Key` or `Authorization: Bearer`.

    Raises:
        Refused: 403, it is missing, wrong, or not for this.
    """
    bearer = _BEARER.match(request.headers.get("Authorization", "").strip())
    told = words.get("api_key") or request.headers.get("X-Api-Key", "") or (bearer.group(1) if bearer else "")
    key = key_of(told.replace("\0", ""), at=at)
    if key is None or SCOPE not in key.scopes:
        raise Refused(403, _("The API key is missing or wrong, or it isn’t for Open311."))
    return key


def post(request: HttpRequest, words: Words, *, at: datetime) -> Received:
    """Receive what was posted. With an `Idempotency-Key` the same request again gives the same case; without one, a new one.

    Raises:
        Refused: something is missing or wrong.
        Problem: the domain refuses it.
    """
    key = key_of_request(request, words, at=at)
    with settled():
        return _post(request, words, key, at)


def _post(request: HttpRequest, words: Words, key: ApiKey, at: datetime) -> Received:
    city = reading.jurisdiction(words)
    category = _category(words)
    place = _place(words)
    answers = _answers(category, request.POST)
    sender = _sender(words)
    external_id = _external_id(request, key, words)
    text = _text(words, category)
    known = bool(external_id) and Message.objects.filter(channel=Channel.OPEN311, external_id=external_id).exists()
    language: Any = get_language() or "fi"
    incoming: dict[str, Any] = {
        "channel": Channel.OPEN311,
        "text": text,
        "language": language,
        "sender": sender,
        "external_id": external_id,
        # A repeated request's pictures are there already.
        "files": () if known else _pictures(request),
        "category": category,
        "title": words.get("title"),
        "answers": answers,
        "place": place,
        "chosen": city.code if city else "",
        "beside": True,
    }
    try:
        with kept_if_taken(incoming["files"]):
            received = _received(incoming, city, at)
    except NotOurs as refused:
        raise Refused(400, _whose(refused)) from refused
    if received.is_repeat:  # the same request came twice at once
        forget_files([one.path for one in incoming["files"]])
    return received


def _received(incoming: dict[str, Any], city: City | None, at: datetime) -> Received:
    """The named jurisdiction counts where a border is too near to tell; elsewhere the place decides."""
    if city is not None:
        try:
            return receive(Incoming(**incoming, can_ask=True), at=at)
        except WhichCity:
            pass
    return receive(Incoming(**incoming), at=at)


def _whose(refused: NotOurs) -> str:
    body = next((row for row in known().bodies if row.slug == refused.facts.get("body")), None)
    if body is None:
        municipality = known().municipalities.get(str(refused.facts.get("municipality")))
        return f"{refused.detail} {municipality.name_here}." if municipality else str(refused.detail)
    reached = body.phone or body.home_page or body.email
    return f"{refused.detail} {body.name}: {reached}"


def _category(words: Words) -> Category:
    code = words.get("service_code")
    if not code:
        raise Refused(400, _("service_code is missing."))
    category = known().category(code)
    if category is None:
        raise Refused(404, _("There is no such service_code."))
    return category


def _place(words: Words) -> Place:
    position = reading.position(words)
    address = words.get("address_string") or words.get("address_id")
    if position is None and not address:
        raise Refused(400, _("Tell where it is: lat and long, address_string or address_id."))
    if position is None:
        return Place(address=address, source=Case.PlaceSource.ADDRESS)
    return Place(lon=position.lon, lat=position.lat, address=address, source=Case.PlaceSource.MAP)


def _answers(category: Category, told: QueryDict) -> dict[str, Any]:
    """The answers to a category's questions, by the rules of the web form. What it doesn't ask is left."""
    questions = list(category.questions.all())
    if not questions:
        return {}
    given = QueryDict(mutable=True)
    given["text"] = "-"  # The form's own question, read elsewhere.
    for question in questions:
        names = (f"attribute[{question.code}]", f"attribute[{question.code}][]")
        values = [value.strip() for name in names for value in told.getlist(name) if value.strip()]
        if values:
            given.setlist(f"q-{question.code}", values)
    form = DetailsForm(given, questions=questions)
    if not form.is_valid():
        raise Refused(
            400,
            *(
                f"attribute[{name.removeprefix('q-')}]: {error}"
                for name, errors in form.errors.items()
                for error in errors
            ),
        )
    return form.answers()


def _sender(words: Words) -> Sender:
    email, phone = words.get("email"), words.get("phone")
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Refused(400, _("email isn’t an e-mail address.")) from error
    if phone:
        try:
            phone = e164(phone)
        except NotAPhone as error:
            raise Refused(400, _("phone isn’t a telephone number.")) from error
    preference = Contact.Preference.EMAIL if email else Contact.Preference.SMS if phone else Contact.Preference.NONE
    name = " ".join(part for part in (words.get("first_name"), words.get("last_name")) if part)
    return Sender(name=name, email=email, phone=phone, preference=preference)


def _text(words: Words, category: Category) -> str:
    """What was written, with the addresses of pictures below it.

    They are for an officer to look at, and never fetched by us: whoever posts could else make our server read any address.
    """
    text = words.get("description") or words.get("title") or str(category.name)
    links = words.all("media_url")[:MOST_LINKS]
    for link in links:
        try:
            URLValidator(schemes=["http", "https"])(link)
        except ValidationError as error:
            raise Refused(400, _("media_url isn’t an address that begins with http.")) from error
    return "\n\n".join([text, "\n".join(links)]) if links else text


def _pictures(request: HttpRequest) -> tuple[File, ...]:
    sent = [file for name in ("media[]", "media") for file in request.FILES.getlist(name)]
    if len(sent) > MOST_FILES:
        raise Refused(400, _("At most %(most)s pictures.") % {"most": MOST_FILES})
    kept: list[File] = []
    with kept_if_taken(kept):  # the first ones, where a later one is no picture
        kept.extend(keep_picture(file.read(), file.name or "").file for file in sent)
    return tuple(kept)


def _external_id(request: HttpRequest, key: ApiKey, words: Words) -> str:
    """By which a repeated request is known: the client's own word, apart for each key; "" where it gives none.

    FixMyStreet can set no header, and sends a report again whose answer it didn't get: its own number of the report, which it
    gives with each, counts as such a word. One report may go to several services.
    """
    told = request.headers.get("Idempotency-Key", "").strip()
    if not told:
        report = words.get("attribute[fixmystreet_id]")
        told = f"{words.get('service_code')} {report}"
        return f"fixmystreet:{key.pk}:{digest(told.encode())}" if report else ""
    if not _KEY.fullmatch(told):
        raise Refused(400, _("An Idempotency-Key has at most 200 plain characters."))
    return f"key:{key.pk}:{digest(told.encode())}"
