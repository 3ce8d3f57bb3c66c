"""The addresses of the catalogue's descriptions: whole documents with a strong ETag, in the form that the caller asks for."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from hashlib import blake2b
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from kuutio.cities.models import Organisation
from kuutio.core.problems import BadQuery, NotFound, Problem
from kuutio.opendata import addresses
from kuutio.opendata.answers import answered, only, open_to_all, preflight
from kuutio.opendata.dcat import catalogue, feeds, package, places, profiles, queries, schema_org, sitemap
from kuutio.opendata.dcat.dataset import agent, changed_at
from kuutio.opendata.dcat.graph import Graph
from kuutio.opendata.dcat.terms import Iri
from kuutio.opendata.dcat.writing import FORMS, Form
from kuutio.opendata.models import Dataset
from kuutio.opendata.queries import public_datasets

P = ParamSpec("P")
_HTML = "text/html"
_BY_MEDIA_TYPE = {form.media_type: form for form in FORMS.values()}
_SCHEMA_ORG = "schema.jsonld"


class SeeOther(HttpResponseRedirect):
    """What is named isn't a document; this is a document about it."""

    status_code = 303


class NotAcceptable(Problem):
    """None of the forms that the caller takes is one that we have."""

    kind, status = "not-acceptable", 406


def reading(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view that is only read, from every origin."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "OPTIONS":
            return preflight(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD", "OPTIONS"])
        return view(request, *args, **kwargs)

    return wrapped


def _file(request: HttpRequest, body: bytes, media_type: str, changed: datetime | None = None) -> HttpResponse:
    """A document, tagged by its content: an unchanged one is not sent twice."""

    def made() -> HttpResponse:
        return HttpResponse(body, content_type=f"{media_type}; charset=utf-8")

    version = blake2b(body, digest_size=16).hexdigest()
    return answered(request, version, made, changed_at=changed.timestamp() if changed else None)


def _rdf(
    request: HttpRequest, graph: Graph, form: Form, *, changed: datetime | None = None, profile: str = profiles.NEWEST
) -> HttpResponse:
    response = _file(request, form.write(graph), form.media_type, changed)
    response["Link"] = f'<{profiles.name_of(profile)}>; rel="profile"'
    return response


def _asked_form(request: HttpRequest, *, page: bool = True) -> Form | None:
    """The form of RDF that the caller likes best, by its weights; none when that is a page.

    Raises:
        NotAcceptable: it takes none of them.
    """
    ours = [_HTML, *_BY_MEDIA_TYPE] if page else list(_BY_MEDIA_TYPE)
    best = request.get_preferred_type(ours)
    if best is None:
        raise NotAcceptable(_("Ask for text/turtle, application/rdf+xml or application/ld+json."))
    return _BY_MEDIA_TYPE.get(best)


def _negotiated(response: HttpResponse, location: str) -> HttpResponse:
    response["Content-Location"] = location
    patch_vary_headers(response, ("Accept",))
    return open_to_all(response)


def _to_page(address: str) -> HttpResponse:
    response = SeeOther(address)
    patch_vary_headers(response, ("Accept", "Accept-Language"))
    return open_to_all(response)


def _profile(request: HttpRequest) -> str:
    profile = request.GET.get("profile", profiles.NEWEST)
    if profile not in profiles.PROFILES:
        raise BadQuery(
            _("There are two profiles: 3.0.1 and 2.1.1."), errors=[{"pointer": "/profile", "detail": profile}]
        )
    return profile


def _whole_number(request: HttpRequest) -> int:
    word = request.GET.get("page", "1")
    if not (word.isascii() and word.isdigit() and 0 < len(word) < 8 and int(word) > 0):
        raise BadQuery(_("A page is a number from 1."), errors=[{"pointer": "/page", "detail": word}])
    return int(word)


def _after(request: HttpRequest) -> UUID | None:
    word = request.GET.get("after")
    try:
        return UUID(word) if word else None
    except ValueError as error:
        raise BadQuery(
            _("Follow the link to the next page as it is."), errors=[{"pointer": "/after", "detail": word}]
        ) from error


def _found(word: str) -> Dataset:
    """The data set of a name or UUID that everybody may see.

    Raises:
        NotFound: there is none.
    """
    dataset = queries.named(word).first()
    if dataset is None:
        raise NotFound(_("There is no data set of this name."))
    return dataset


@reading
def catalogue_file(request: HttpRequest, suffix: str) -> HttpResponse:
    """A page of the catalogue in a form of RDF."""
    only(request, "page", "after", "profile", "lang")
    profile = _profile(request)
    page = catalogue.page_of(_whole_number(request), _after(request))
    graph = catalogue.graph_of(page, suffix=suffix, profile=profile)
    return _rdf(request, graph, FORMS[suffix], changed=page.changed_at, profile=profile)


@reading
def catalogue_itself(request: HttpRequest) -> HttpResponse:
    """The catalogue's own name: the list for people, the first page of RDF for programs."""
    form = _asked_form(request)
    if form is None:
        return _to_page(addresses.catalogue_browse())
    return _negotiated(catalogue_file(request, form.suffix), addresses.catalogue(form.suffix))


@reading
def dataset_file(request: HttpRequest, word: str, suffix: str) -> HttpResponse:
    """A data set in a form of RDF, as DCAT-AP or (`schema.jsonld`) as schema.org."""
    only(request, "profile", "lang")
    profile, dataset = _profile(request), _found(word)
    if suffix == _SCHEMA_ORG:
        return _file(request, schema_org.document(dataset), "application/ld+json", changed_at(dataset))
    graph = catalogue.document_of(dataset, profile=profile)
    return _rdf(request, graph, FORMS[suffix], changed=changed_at(dataset), profile=profile)


@reading
def dataset_itself(request: HttpRequest, word: str, distribution: UUID | None = None) -> HttpResponse:
    """A data set's own name, or that of a distribution of it: the page for people, RDF for programs."""
    dataset, form = _found(word), _asked_form(request)
    if distribution and not any(one.pk == distribution for one in dataset.distributions.all()):
        raise NotFound(_("The data set has no such part."))
    if form is None:
        return _to_page(addresses.dataset_page(dataset) + (f"#{distribution}" if distribution else ""))
    return _negotiated(dataset_file(request, word, form.suffix), addresses.dataset_description(dataset, form.suffix))


@reading
def data_package(request: HttpRequest, word: str) -> HttpResponse:
    """A data set as a Frictionless data package."""
    dataset = _found(word)
    return _file(request, package.document(dataset), "application/json", changed_at(dataset))


@reading
def dataset_feed(request: HttpRequest, word: str) -> HttpResponse:
    """The versions of a data set as an Atom feed."""
    dataset = _found(word)
    return _file(request, feeds.dataset_feed(dataset), "application/atom+xml", changed_at(dataset))


@reading
def catalogue_feed(request: HttpRequest) -> HttpResponse:
    """What changed last in the catalogue as an Atom feed."""
    return _file(request, feeds.catalogue_feed(), "application/atom+xml")


@reading
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """An organisation that publishes: its data sets for people, RDF for programs."""
    found = Organisation.objects.filter(slug=slug, datasets__in=public_datasets()).distinct().first()
    if found is None:
        raise NotFound(_("There is no publisher of this name."))
    form = _asked_form(request)
    if form is None:
        return _to_page(f"{addresses.catalogue_browse()}?publisher={found.slug}")
    graph = Graph(Iri(addresses.organisation_uri(found)))
    agent(graph, found)
    return _negotiated(_rdf(request, graph, form), addresses.organisation_uri(found))


@reading
def municipality(request: HttpRequest, code: str) -> HttpResponse:
    """A municipality that data sets cover, as RDF."""
    found = places.municipality(code)
    if found is None:
        raise NotFound(_("There is no municipality of this code."))
    form = _asked_form(request, page=False) or FORMS["ttl"]
    graph = Graph(places.municipality_iri(code))
    places.describe_municipality(graph, found)
    return _negotiated(_rdf(request, graph, form), addresses.municipality_uri(code))


@reading
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The list of the site map's pages."""
    return _file(request, sitemap.index(), "application/xml")


@reading
def sitemap_front(request: HttpRequest) -> HttpResponse:
    """The pages that are always there."""
    return _file(request, sitemap.front(), "application/xml")


@reading
def sitemap_data(request: HttpRequest, number: int) -> HttpResponse:
    """A page of the site map with data sets."""
    body = sitemap.datasets(number) if number else None
    if body is None:
        raise Http404
    return _file(request, body, "application/xml")
