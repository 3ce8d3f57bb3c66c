"""What is new and changed, as Atom: of the catalogue, and of one data set, version by version.

Source: RFC 4287. Nothing in a feed is the time of asking, so that an unchanged feed is the same bytes.
"""

from datetime import UTC, datetime
from io import StringIO

from django.db.models.functions import Greatest
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kuutio.opendata import addresses
from kuutio.opendata.dcat.dataset import changed_at, shown
from kuutio.opendata.dcat.distribution import versions_of
from kuutio.opendata.dcat.schema_org import in_language
from kuutio.opendata.models import Dataset
from kuutio.opendata.queries import public_datasets

LATEST = 50
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """When the newest entry changed; a feed without entries never changed."""
        return max((item["updateddate"] for item in self.items), default=_LONG_AGO)


def _written(feed: _Feed) -> bytes:
    out = StringIO()
    feed.write(out, "utf-8")
    return out.getvalue().encode()


def catalogue_feed() -> bytes:
    """The data sets that changed last, newest first, in the reader's language."""
    language = translation.get_language() or "fi"
    feed = _Feed(
        title=_("Open data: new and changed"),
        link=addresses.catalogue_browse(language),
        description="",
        language=language,
        feed_url=addresses.catalogue_feed(),
        feed_guid=addresses.catalogue_feed(),
    )
    latest = (
        public_datasets().select_related("publisher").order_by(Greatest("modified_at", "data_changed_at").desc(), "pk")
    )
    for one in latest[:LATEST]:
        feed.add_item(
            title=in_language(one.title, language),
            link=addresses.dataset_page(one, language),
            description=in_language(one.notes, language),
            author_name=in_language(one.publisher.name, language),
            unique_id=addresses.dataset_uri(one),
            pubdate=one.issued_at,
            updateddate=changed_at(one),
            categories=one.themes,
        )
    return _written(feed)


def dataset_feed(dataset: Dataset) -> bytes:
    """The versions of a data set's tables, newest first, in the reader's language."""
    language = translation.get_language() or "fi"
    feed = _Feed(
        title=in_language(dataset.title, language),
        link=addresses.dataset_page(dataset, language),
        description="",
        language=language,
        feed_url=addresses.dataset_feed(dataset),
        feed_guid=addresses.dataset_feed(dataset),
        author_name=in_language(dataset.publisher.name, language),
    )
    versions = [
        (version.served_at, one.table, version)
        for one in shown(dataset)
        for version in versions_of(one)
        if version.served_at and one.table
    ]
    for served_at, table, version in sorted(versions, key=lambda one: (one[0], one[1]), reverse=True)[:LATEST]:
        feed.add_item(
            title=ngettext(
                "%(table)s: a new version, %(rows)d row", "%(table)s: a new version, %(rows)d rows", version.rows
            )
            % {"table": table, "rows": version.rows},
            link=addresses.table_download(table, snapshot=version.content),
            description="",
            unique_id=addresses.table_download(table, snapshot=version.content),
            pubdate=served_at,
            updateddate=served_at,
        )
    return _written(feed)
