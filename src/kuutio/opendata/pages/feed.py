"""The list as an Atom feed: what is new and changed among what the reader's filters leave.

Source: RFC 4287. Nothing in it is the time of asking, so that an unchanged feed is the same bytes.
"""

from datetime import UTC, datetime
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kuutio.cities.places import cities
from kuutio.opendata import addresses
from kuutio.opendata.listing import Asked, listed
from kuutio.opendata.pages import facets, results
from kuutio.opendata.pages.catalogue import asked_of
from kuutio.ui.wording import language, localized

LATEST = 50
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """When the newest entry changed."""
        return max((item["updateddate"] for item in self.items), default=_LONG_AGO)


@require_safe
def catalogue_feed(request: HttpRequest) -> HttpResponse:
    """The newest data of the list."""
    asked = asked_of(request.GET, language(), LATEST)
    part = listed(Asked(asked.text, asked.choices, "newest", LATEST, reader=asked.reader)).part
    members = {city.code: city for city in cities()}
    names = facets.Names(list(members.values()), set(asked.choices.get("publisher", ())))
    said = [asked.text, *(names.of(facet, value) for facet, values in asked.choices.items() for value in values)]
    title = ", ".join(word for word in said if word)
    here = addresses.site(request.get_full_path())
    feed = _Feed(
        title=f"{_('Open data')}: {title}" if title else _("Open data: new and changed"),
        link=here.replace("feed.atom", ""),
        description="",
        language=language(),
        feed_url=here,
        feed_guid=here,
    )
    for dataset in results.by_keys(part.keys):
        one = results.result(dataset, members, language())
        feed.add_item(
            title=localized(dataset.title)[0] or dataset.name,
            link=addresses.dataset_page(dataset, language()),
            description=one.line,
            author_name=localized(dataset.publisher.name)[0],
            unique_id=addresses.dataset_uri(dataset),
            pubdate=dataset.issued_at,
            updateddate=one.changed_at or dataset.modified_at,
            categories=dataset.themes,
        )
    out = StringIO()
    feed.write(out, "utf-8")
    return HttpResponse(out.getvalue(), content_type="application/atom+xml; charset=utf-8")
