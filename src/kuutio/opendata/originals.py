"""What is no table, served as its publisher brought it: `/data/original/ID/NAME`.

The original of a table is not served: what was held back from the table (rejects, personal data that an officer judged)
would be in it.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from kuutio.core.problems import NotFound
from kuutio.opendata import counted, storage
from kuutio.opendata.downloads import sent
from kuutio.opendata.models import Distribution
from kuutio.opendata.queries import distributions_seen_by

_UNKNOWN = "application/octet-stream"


def original(request: HttpRequest, distribution: UUID, name: str) -> HttpResponse:
    """A kept file, whole or a range of it, always to be saved: a page or a picture of a stranger never runs as ours.

    Raises:
        NotFound: there is no such file, or its data set isn't public.
    """
    found = distributions_seen_by(None).filter(pk=distribution, kind=Distribution.Kind.FILE).exclude(file="").first()
    if found is None or not (path := storage.path_of(found.file)).is_file():
        raise NotFound(_("There is no file at this address."))
    counted.note(found.dataset_id, "download")
    media_type = found.media_type if found.media_type.isascii() and "/" in found.media_type else _UNKNOWN
    response = sent(request, path, media_type, str(found.pk), version=found.sha256, forever=False)
    response["Content-Disposition"] = content_disposition_header(True, found.file_name) or "attachment"
    return response
