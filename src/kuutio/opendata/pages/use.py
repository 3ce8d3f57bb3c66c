"""Taking a data set along: files, interfaces, a few lines for each tool, and every description of it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from kuutio.opendata import addresses
from kuutio.opendata.addresses import TABLE_FORMATS
from kuutio.opendata.engine.snapshot import DATA
from kuutio.opendata.exports import export_path, offered, tiles_path
from kuutio.opendata.models import Distribution, LinkCheck
from kuutio.opendata.pages.frame import Framed, context, page
from kuutio.opendata.pages.snippets import snippets
from kuutio.opendata.tables import files_of
from kuutio.opendata.vocabularies import FORMATS
from kuutio.ui.wording import localized


@page
def use_page(frame: Framed) -> HttpResponse:
    """The page."""
    table = frame.open() if frame.table else None
    more = context(frame, "dataset-use") | {
        "files": files(frame) if frame.table else [],
        "interfaces": interfaces(frame),
        "snippets": snippets(table, frame.version) if table else [],
        "others": [other(one) for one in frame.dataset.distributions.all() if one.kind != Distribution.Kind.TABLE],
        "descriptions": descriptions(frame),
    }
    return render(frame.request, "opendata/dataset/use.html", more)


def files(frame: Framed) -> list[dict[str, Any]]:
    """The forms that the whole table can be had in; the size of those that are ready."""
    snapshot = frame.snapshot
    if snapshot is None:
        return []
    hints = {
        "csv": _("for any program"),
        "xlsx": _("for a spreadsheet"),
        "json": _("for programs"),
        "geojson": _("places, for maps on the web"),
        "gpkg": _("places, for QGIS and other GIS"),
        "fgb": _("places, read in pieces over the web"),
        "parquet": _("all the types, for analysis"),
    }
    made = []
    for form in TABLE_FORMATS:
        if not offered(snapshot, form):
            continue
        path = (
            files_of(frame.table_id, snapshot.content) / DATA
            if form == "parquet"
            else export_path(frame.table_id, snapshot.content, form)
        )
        made.append(
            {
                "name": "Excel (XLSX)" if form == "xlsx" else FORMATS[form].name,
                "hint": hints[form],
                "url": addresses.table_download(frame.table_id, form, snapshot=frame.version or None),
                "size": path.stat().st_size if path.exists() else None,
            }
        )
    return made


def interfaces(frame: Framed) -> list[dict[str, str]]:
    """The standard interfaces that serve the table, each by the address to give to a program."""
    if not frame.table:
        return []
    table = frame.table_id
    found = [
        {
            "name": "OGC API – Features",
            "hint": _("QGIS, GDAL, ArcGIS and maps on the web; filters, sorting, coordinate systems"),
            "url": addresses.collection(table),
            "first": f"{addresses.collection_items(table)}?limit=10",
        },
        {
            "name": "CKAN DataStore",
            "hint": _("programs made for CKAN portals; ckanapi"),
            "url": addresses.ckan_rows(frame.table),
            "first": f"{addresses.ckan_rows(frame.table)}&limit=10",
        },
    ]
    if frame.snapshot and tiles_path(table, frame.snapshot.content).exists():
        found.append(
            {
                "name": _("Vector tiles (PMTiles)"),
                "hint": _("MapLibre and other maps, without a server of their own"),
                "url": addresses.site(f"/data/{table}.pmtiles"),
                "first": "",
            }
        )
    return found


def other(one: Distribution) -> dict[str, Any]:
    """A distribution that is no table: a file kept here, or an address elsewhere with how it answered last."""
    check: LinkCheck | None = getattr(one, "link_check", None)
    return {
        "title": localized(one.title)[0] or one.file_name or one.url,
        "notes": localized(one.notes)[0],
        "format": one.format,
        "url": addresses.access(one),
        "elsewhere": not addresses.is_ours(addresses.access(one)),
        "size": one.size,
        "check": check,
        "broken": bool(check and (check.status is None or check.status >= 400)),
    }


def descriptions(frame: Framed) -> list[dict[str, str]]:
    """The description of the data set in the languages of other catalogues."""
    dataset = frame.dataset
    return [
        {"name": "DCAT-AP (Turtle)", "url": addresses.dataset_description(dataset, "ttl")},
        {"name": "DCAT-AP (RDF/XML)", "url": addresses.dataset_description(dataset, "rdf")},
        {"name": "DCAT-AP (JSON-LD)", "url": addresses.dataset_description(dataset, "jsonld")},
        {"name": "schema.org", "url": addresses.dataset_description(dataset, "schema.jsonld")},
        {"name": "CKAN", "url": addresses.ckan_package(dataset)},
        {"name": "Data Package", "url": addresses.dataset_package(dataset)},
    ]
