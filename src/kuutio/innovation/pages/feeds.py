"""Lists as Atom (RFC 4287) and as JSON Feed 1.1: what a program follows. Nothing in them is the time of asking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.feedgenerator import Atom1Feed

from kuutio.ui.wording import language

LATEST = 50
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a feed.

    Attributes:
        id: unique and unchanging.
        path: of its page, without the site's own part.
    """

    id: str
    title: str
    path: str
    text: str
    author: str
    changed_at: datetime
    tags: tuple[str, ...] = ()


class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """When the newest entry changed."""
        return max((item["updateddate"] for item in self.items), default=_LONG_AGO)


def atom(request: HttpRequest, title: str, page: str, entries: Sequence[Entry]) -> HttpResponse:
    """The newest things as Atom."""
    here = f"{settings.SITE_URL}{request.get_full_path()}"
    feed = _Feed(
        title=title,
        link=f"{settings.SITE_URL}{page}",
        description="",
        language=language(),
        feed_url=here,
        feed_guid=here,
    )
    for entry in entries[:LATEST]:
        feed.add_item(
            title=entry.title,
            link=f"{settings.SITE_URL}{entry.path}",
            description=entry.text,
            author_name=entry.author,
            unique_id=entry.id,
            updateddate=entry.changed_at,
            categories=entry.tags,
        )
    out = StringIO()
    feed.write(out, "utf-8")
    return HttpResponse(out.getvalue(), content_type="application/atom+xml; charset=utf-8")


def json_feed(request: HttpRequest, title: str, page: str, entries: Sequence[Entry]) -> HttpResponse:
    """The newest things as JSON Feed.

    Source: https://www.jsonfeed.org/version/1.1/
    """
    items = [
        {
            "id": entry.id,
            "url": f"{settings.SITE_URL}{entry.path}",
            "title": entry.title,
            "content_text": entry.text,
            "date_modified": entry.changed_at.isoformat(),
            "authors": [{"name": entry.author}],
            "tags": list(entry.tags),
        }
        for entry in entries[:LATEST]
    ]
    found = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{settings.SITE_URL}{page}",
        "feed_url": f"{settings.SITE_URL}{request.get_full_path()}",
        "language": language(),
        "items": items,
    }
    return JsonResponse(found, content_type="application/feed+json", json_dumps_params={"ensure_ascii": False})
