"""Bring files, and see what became of them."""

import json
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from ninja import Field, File, Form, Header, Router, Schema, Status
from ninja.files import UploadedFile

from kuutio.core.problems import Invalid, NotFound
from kuutio.opendata import permissions, queries
from kuutio.opendata.actions import loading
from kuutio.opendata.api.access import caller, publishing
from kuutio.opendata.models import Load, Snapshot

router = Router()


class LoadOut(Schema):
    """One file on its way into a data set."""

    id: UUID
    dataset: str
    state: str
    file_name: str
    size: int
    sha256: str
    created_at: datetime
    finished_at: datetime | None
    tables: list[dict[str, Any]]
    problem: dict[str, Any]


class Reading(Schema):
    """How to read a file, where it doesn't speak for itself."""

    layer: str = ""
    sheet: str = ""
    key: str = Field("", description="columns that name a row, with commas between")
    crs: str = ""
    encoding: str = ""
    separator: str = Field("", description="between cells: one character")
    quote: str | None = Field(None, description="around cells: one character; none: the marks belong to the text")
    decimal: Literal["", ",", "."] = ""
    header: bool | None = Field(None, description="whether the first row has the columns' names")
    skip_rows: int | None = Field(None, ge=0, le=10_000, description="lines above the table")
    types: str = Field("", description='types of columns as JSON: {"code": "text"}')
    names: str = Field("", description='names of columns by those of the file, as JSON: {"KOODI": "code"}')
    accept: str = ""


class Decision(Schema):
    """An officer's decision on a held version."""

    serve: bool
    reason: str


class VersionOut(Schema):
    """A version after a decision."""

    snapshot: str
    state: str


def _out(load: Load) -> LoadOut:
    return LoadOut(
        id=load.pk,
        dataset=load.dataset.name,
        state=load.state,
        file_name=load.file_name,
        size=load.size,
        sha256=load.sha256,
        created_at=load.created_at,
        finished_at=load.finished_at,
        tables=load.result.get("tables", []),
        problem=load.problem,
    )


def _by_column(text: str, word: str) -> dict[str, str]:
    """What is said of columns, from JSON.

    Raises:
        Invalid: it is no object of texts.
    """
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
        raise Invalid(
            _("These options can't be understood."),
            errors=[{"pointer": f"/{word}", "detail": "a JSON object of texts by column"}],
        )
    return said


@router.post("/datasets/{name}/files", response={202: LoadOut}, auth=publishing, summary="Bring a file to a data set")
def post_file(
    request: HttpRequest,
    name: str,
    file: File[UploadedFile],
    reading: Form[Reading],
    idempotency_key: Header[str | None] = None,
) -> Status[LoadOut]:
    """Answers at once; the load tells when the tables are served. A repeated `Idempotency-Key` gives the same load."""
    dataset = get_object_or_404(queries.named(queries.datasets_seen_by(caller(request)), name))
    given = {word: value for word, value in reading.dict().items() if value not in (None, "")}
    accept = given.pop("accept", "")
    if given.get("quote") == "none":
        given["quote"] = ""
    given |= {word: _by_column(given[word], word) for word in ("types", "names") if word in given}
    loading.read_options(given)
    if "key" in given:
        given["key"] = [column.strip() for column in given["key"].split(",") if column.strip()]
    load = loading.receive_file(
        dataset,
        chunks=file.chunks(),
        file_name=file.name or "file",
        door="api",
        by=caller(request),
        at=timezone.now(),
        options=given,
        accept=accept,
        retry_key=idempotency_key,
    )
    return Status(202, _out(load))


@router.get("/loads/{load_id}", response=LoadOut, auth=publishing, summary="What became of a file")
def show_load(request: HttpRequest, load_id: UUID) -> LoadOut:
    """For the people of the data set's publisher."""
    load = get_object_or_404(Load.objects.select_related("dataset__publisher"), pk=load_id)
    if not permissions.may_change(caller(request), load.dataset):
        raise NotFound(_("There is no such load."))
    return _out(load)


@router.post(
    "/tables/{table}/versions/{snapshot}/decision",
    response=VersionOut,
    auth=publishing,
    summary="Decide on a version that is held",
)
def post_decision(request: HttpRequest, table: str, snapshot: str, body: Decision) -> VersionOut:
    """Serve it in spite of what was found, or refuse it; with a reason that is kept."""
    version = get_object_or_404(Snapshot, distribution__table=table, content=snapshot)
    if not permissions.may_change(caller(request), version.distribution.dataset):
        raise NotFound(_("There is no such version."))
    if len(body.reason) > 1000:
        raise Invalid(_("Write the reason in at most 1,000 characters."))
    decided = loading.decide_snapshot(
        version, serve=body.serve, reason=body.reason, by=caller(request), at=timezone.now()
    )
    return VersionOut(snapshot=decided.content, state=decided.state)
