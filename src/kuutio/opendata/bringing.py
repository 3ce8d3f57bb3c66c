"""Finding the data set that a file goes to, and reading the file in pieces, for the command line and the demonstration."""

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kuutio.cities.founding import found_city, municipality_of
from kuutio.cities.models import City, Organisation
from kuutio.core.identifiers import dataset_name
from kuutio.core.problems import Conflict, NotFound
from kuutio.opendata.actions.catalogue import create_dataset, publish_dataset
from kuutio.opendata.models import Dataset

_CHUNK = 1 << 20
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix")


def city_of(word: str, *, at: datetime) -> City:
    """The city of a slug or of a municipality's code; the operator's word makes a municipality one of the group.

    Raises:
        NotFound: no municipality of Finland is called so.
    """
    found = City.objects.filter(code=word.lower()).first() or City.objects.filter(municipality_id=word).first()
    if found:
        return found
    municipality = municipality_of(word)
    if municipality is None:
        known = ", ".join(City.objects.values_list("code", flat=True))
        raise NotFound(
            _("There is no city %(city)s here. These are: %(known)s.") % {"city": word, "known": known or "–"}
        )
    return found_city(municipality, by=None, at=at)


@transaction.atomic
def dataset_for(city: str, what: str, *, title: str, at: datetime) -> Dataset:
    """The city's data set of that name; one is made and published when it is missing.

    Raises:
        NotFound: no such city, or it has no organisation to publish.
        Conflict: it is there, but nobody sees it: it was withdrawn, or is a draft still.
    """
    place = city_of(city, at=at)
    name = dataset_name(place.code, what)
    found = Dataset.objects.select_related("publisher").filter(name=name).first()
    if found and found.state != Dataset.State.PUBLISHED:
        # Its tables would be made, and every door to them would answer that there is nothing.
        said = (
            _("The data set %(name)s was withdrawn. Publish it again first, or give another name.")
            if found.state == Dataset.State.DELETED
            else _(
                "The data set %(name)s is a draft, which nobody else sees. Publish it first, or bring the file on its page."
            )
        )
        raise Conflict(said % {"name": name}, name=name)
    if found:
        return found
    publisher = Organisation.objects.filter(city=place, kind=Organisation.Kind.CITY).first()
    if publisher is None:
        raise NotFound(_("The city has no organisation that could publish data."))
    shown = title or what.replace("-", " ").replace("_", " ").capitalize()
    dataset = create_dataset(
        name=name,
        publisher=publisher,
        city=place,
        by=None,
        at=at,
        title={"fi": shown},
        coverage=[place.municipality_id],
    )
    return publish_dataset(dataset, by=None, at=at)


def chunks_of(path: Path) -> tuple[Iterator[bytes], str]:
    """A file in pieces, and its name; a Shapefile's parts that lie beside it come along as one zip."""
    if path.suffix.lower() == ".shp":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(path.parent.glob(f"{path.stem}.*")):
                if part.suffix.lower() in _SHAPEFILE_PARTS:
                    archive.write(part, part.name)
        return iter([packed.getvalue()]), f"{path.stem}.zip"

    def pieces() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    return pieces(), path.name
