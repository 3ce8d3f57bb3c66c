"""Bring a file: choose it, see what was understood and correct it, and follow the load until it is served.

Between the steps the kept original is named by a signed token; nothing is asked twice and nothing is made before the end.
"""

import threading
import uuid
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kuutio.cities.models import Organisation, Person
from kuutio.core.identifiers import dataset_name
from kuutio.core.problems import Problem
from kuutio.opendata import permissions, queries, storage
from kuutio.opendata.actions.catalogue import create_dataset
from kuutio.opendata.actions.loading import promises_table, read_options, receive_file
from kuutio.opendata.engine.confined import preview_limited
from kuutio.opendata.engine.limits import Limits
from kuutio.opendata.engine.loaded import Preview
from kuutio.opendata.engine.refusals import NotATable
from kuutio.opendata.models import Dataset, Load, Snapshot
from kuutio.opendata.pages.refusals import in_words
from kuutio.opendata.pages.refusals import told as refusal
from kuutio.opendata.pages.upload_form import FileForm, ReadingForm, corrections, lines, reading_mark
from kuutio.ui import wording

_SALT = "opendata.upload"
_KEPT_S = 24 * 3600
_CHUNK = 1 << 20
#: What a look at a file may take; loading it has more.
_LOOK = Limits(wall_s=40, cpu_s=60, stalled_s=20)
#: One look at a time in a process: a look costs as much as a load.
_looking = threading.BoundedSemaphore(1)
_WAIT_S = 15


def publishers_of(person: Person) -> Any:
    """The organisations that a person may publish for."""
    if person.is_superuser:
        return queries.publishers(person).order_by("slug")
    return Organisation.objects.filter(pk__in=queries.publishes_for(person)).order_by("slug")


def datasets_of(person: Person) -> Any:
    """The data sets that a person may bring files into."""
    found = Dataset.objects.exclude(state=Dataset.State.DELETED).order_by("name")
    return found if person.is_superuser else found.filter(publisher__in=queries.publishes_for(person))


def refused(request: HttpRequest) -> HttpResponse | None:
    """The page that says who can bring data, for those who can't."""
    person = cast(Person, request.user)
    if person.is_superuser or queries.publishes_for(person):
        return None
    return render(request, "opendata/upload/who.html", {"crumbs": crumbs(_("Bring data"))}, status=403)


def crumbs(last: str) -> list[dict[str, str]]:
    """Where these pages are."""
    return [
        {"title": _("Front page"), "url": reverse("web:front")},
        {"title": _("Workspace"), "url": reverse("web:workspace")},
        {"title": last, "url": ""},
    ]


def steps(current: int) -> list[dict[str, Any]]:
    """The three steps, `current` counted from 0."""
    titles = [_("Choose the file"), _("Check what was understood"), _("Publish")]
    return [{"title": title, "done": n < current, "current": n == current} for n, title in enumerate(titles)]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Step 1: the data set and the file."""
    if no := refused(request):
        return no
    person = cast(Person, request.user)
    publishers = publishers_of(person)
    posted = request.method == "POST"
    form = FileForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        publishers=publishers,
        datasets=datasets_of(person),
        initial={
            "publisher": publishers.first(),
            "dataset": datasets_of(person).filter(name=request.GET.get("dataset", "")).first(),
        },
    )
    if form.is_valid():
        said = form.cleaned_data
        if not said["dataset"] and Dataset.objects.filter(name=_name(said["publisher"], said["title"])).exists():
            form.add_error("title", _("There is a data set of this name already. Choose it above, or another title."))
        else:
            try:
                kept = storage.keep(said["file"].chunks(_CHUNK), said["file"].name)
            except Problem as problem:
                form.add_error("file", str(problem.detail))
            else:
                token = _signed(
                    person,
                    kept.path,
                    dataset=said["dataset"].name if said["dataset"] else "",
                    title="" if said["dataset"] else said["title"],
                    publisher="" if said["dataset"] else said["publisher"].slug,
                )
                return redirect(f"{reverse('opendata:upload-look')}?{urlencode({'file': token})}")
    context = {"form": form, "steps": steps(0), "crumbs": crumbs(_("Bring data")), "most": settings.UPLOAD_MAX_BYTES}
    return render(request, "opendata/upload/choose.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def look(request: HttpRequest) -> HttpResponse:
    """Step 2: what was understood of the file, to be corrected, looked at again, and sent on."""
    if no := refused(request):
        return no
    person = cast(Person, request.user)
    told = _unsigned(person, request.GET.get("file", ""))
    posted = request.POST if request.method == "POST" else None
    file_name = told["path"].rsplit("/", 1)[-1]
    form = ReadingForm(posted)
    options: dict[str, Any] = {}
    if form.is_valid() and posted is not None:
        options = form.options(file_name)
        if posted.get("mark") == reading_mark(options):
            options |= corrections(posted)
        if posted.get("do") == "load":
            try:
                load = _loaded(person, told, options)
            except Problem as problem:
                form.add_error(None, str(problem.detail))
            else:
                return redirect("opendata:load", load.pk)
    found, is_file = Preview(), False
    try:
        found = _looked(told["path"], options)
    except Problem as problem:
        is_file = isinstance(problem, NotATable) and not promises_table(file_name)
        if not is_file:
            form = form if form.is_bound else ReadingForm({})
            form.add_error(None, refusal(problem))
    tables = [{"table": one, "lines": lines(one, options)} for one in found.tables]
    names = [one.name for one in found.tables]
    context = {
        "form": form,
        "file_name": file_name,
        "told": told,
        "title": told["title"] or told["dataset"],
        "tables": tables,
        "one": tables[0] if len(tables) == 1 else None,
        "names": names if len(names) > 1 else (posted.getlist("table") if posted else []),
        "is_file": is_file,
        "mark": reading_mark(options),
        "steps": steps(1),
        "crumbs": crumbs(_("Bring data")),
    }
    return render(request, "opendata/upload/look.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
@login_required
def load_page(request: HttpRequest, load: uuid.UUID) -> HttpResponse:
    """Step 3: what became of a load; the page asks again by itself until it has ended."""
    person = cast(Person, request.user)
    found = get_object_or_404(Load.objects.select_related("dataset__publisher"), pk=load)
    if not permissions.may_change(person, found.dataset):
        raise Http404
    tables = found.result.get("tables", [])
    held = Snapshot.objects.filter(
        distribution__dataset=found.dataset,
        state=Snapshot.State.HELD,
        distribution__table__in=[one["name"] for one in tables],
    )
    again = _signed(person, found.file, dataset=found.dataset.name, title="", publisher="")
    context = {
        "load": found,
        "tables": tables,
        "words": in_words(found.problem.get("kind", "")),
        "held": held.select_related("distribution"),
        "waits": found.finished_at is None,
        "again": f"{reverse('opendata:upload-look')}?{urlencode({'file': again})}",
        "steps": steps(2),
        "crumbs": crumbs(found.file_name),
    }
    return render(request, "opendata/upload/load.html", context)


def _name(publisher: Organisation, title: str) -> str:
    return dataset_name(publisher.city.code if publisher.city else publisher.slug, title)[:100]


def _signed(person: Person, path: str, **told: str) -> str:
    return signing.dumps({"person": person.pk, "path": path, **told}, salt=_SALT, compress=True)


def _unsigned(person: Person, token: str) -> dict[str, str]:
    """What a token tells.

    Raises:
        Http404: it isn't ours, is somebody else's, or the file is gone.
    """
    try:
        told = signing.loads(token, salt=_SALT, max_age=_KEPT_S)
    except signing.BadSignature:
        raise Http404 from None
    if told["person"] != person.pk or not storage.path_of(told["path"]).is_file():
        raise Http404
    return cast(dict[str, str], told)


def _looked(path: str, options: dict[str, Any]) -> Preview:
    """A look at a file, in a child with limits.

    Raises:
        Refusal: the file can't be read so.
        Problem: others are looking at files just now.
    """
    chosen = read_options(options)
    if not _looking.acquire(timeout=_WAIT_S):
        raise Problem(_("Others are looking at files just now. Try again in a moment, or go on without a look."))
    try:
        return preview_limited(storage.path_of(path), options=chosen, limits=_LOOK)
    finally:
        _looking.release()


def _loaded(person: Person, told: dict[str, str], options: dict[str, Any]) -> Load:
    """Begin the load, into a new draft when there is no data set yet.

    Raises:
        Problem: the person may not, the name was taken meanwhile, or the options are wrong.
    """
    at = timezone.now()
    read_options(options)
    if told["dataset"]:
        dataset = get_object_or_404(datasets_of(person), name=told["dataset"])
    else:
        publisher = get_object_or_404(publishers_of(person), slug=told["publisher"])
        fields: dict[str, Any] = {"title": {wording.language(): told["title"]}}
        if publisher.city:
            fields["coverage"] = [publisher.city.municipality_id]
        name = _name(publisher, told["title"])
        dataset = create_dataset(name=name, publisher=publisher, city=publisher.city, by=person, at=at, **fields)
    path = storage.path_of(told["path"])
    with path.open("rb") as file:
        return receive_file(
            dataset,
            chunks=iter(lambda: file.read(_CHUNK), b""),
            file_name=path.name,
            door="page",
            by=person,
            at=at,
            options=options,
        )
